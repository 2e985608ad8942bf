#include "resolve/coerce_types.hpp"
#include "support/python_text.hpp"
#include "support/text.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <limits>

namespace prefect_config {
namespace {

constexpr std::int64_t kSecondUs = 1'000'000;
constexpr std::int64_t kDaySeconds = 86'400;
constexpr const char* kNoDuration = "not a length of time such as 'PT10M' or '0:10:00'";
/// timedelta.max.days
constexpr std::int64_t kMostDays = 999'999'999;

/// An unsigned length of time while it is read; the parts may exceed their usual range.
struct Span {
  std::int64_t days = 0;
  std::int64_t seconds = 0;
  std::int64_t microseconds = 0;
};

/// `Duration` holds some 292,000 years; what is longer stays at its ends.
std::int64_t saturated(const Span& span) {
  constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max();
  constexpr std::int64_t kDayUs = kDaySeconds * kSecondUs;
  const std::int64_t rest = span.seconds * kSecondUs + span.microseconds;
  if (span.days > (kMost - rest) / kDayUs) return kMost;
  return span.days * kDayUs + rest;
}

void normalize(Span& span) {
  span.seconds += span.microseconds / kSecondUs;
  span.microseconds %= kSecondUs;
  span.days += span.seconds / kDaySeconds;
  span.seconds %= kDaySeconds;
}

/// Reads the texts that pydantic's speedate takes: `P1DT2H`, `1 day, 10:20`, `10:20:30.5`.
class DurationText {
 public:
  explicit DurationText(std::string_view text) : text_(text) {}

  std::optional<Duration> read() {
    const bool negative = peek() == '-';
    if (negative || peek() == '+') ++offset_;
    std::optional<Span> span = read_unsigned();
    if (!span) return std::nullopt;
    normalize(*span);
    if (span->days > kMostDays) return std::nullopt;
    const std::int64_t length = saturated(*span);
    return Duration{negative ? -length : length};
  }

 private:
  char peek() const { return offset_ < text_.size() ? text_[offset_] : '\0'; }
  char lower() const { return static_cast<char>(peek() | 0x20); }
  bool at_end() const { return offset_ == text_.size(); }

  bool take(char c) {
    if (at_end() || peek() != c) return false;
    ++offset_;
    return true;
  }

  std::optional<Span> read_unsigned() {
    if (take('P')) return read_iso();
    if (text_.find_first_of("dD") != std::string_view::npos || text_.size() < 5) return read_days();
    return read_clock();
  }

  /// Digits, at most up to a billion times what any unit needs.
  std::optional<std::int64_t> read_digits() {
    constexpr std::int64_t kMost = 1'000'000'000'000;
    if (!is_digit(peek())) return std::nullopt;
    std::int64_t number = 0;
    for (; is_digit(peek()); ++offset_) {
      number = number * 10 + (peek() - '0');
      if (number > kMost) return std::nullopt;
    }
    return number;
  }

  /// The digits after a point or comma, as a fraction; nothing where there are none.
  std::optional<double> read_fraction() {
    if (peek() != '.' && peek() != ',') return std::nullopt;
    ++offset_;
    double digits = 0;
    double scale = 1;
    for (; is_digit(peek()); ++offset_) {
      digits = digits * 10 + (peek() - '0');
      scale *= 10;
    }
    return std::isfinite(scale) ? digits / scale : 0;
  }

  static std::int64_t unit_seconds(char unit, bool time) {
    switch (unit) {
    case 'H':
      return time ? 3600 : 0;
    case 'S':
      return time ? 1 : 0;
    case 'M':
      return time ? 60 : 30 * kDaySeconds;
    case 'Y':
      return time ? 0 : 365 * kDaySeconds;
    case 'W':
      return time ? 0 : 7 * kDaySeconds;
    case 'D':
      return time ? 0 : kDaySeconds;
    default:
      return 0;
    }
  }

  std::optional<Span> read_iso() {
    Span span;
    bool time = false;
    bool had_fraction = false;
    const std::size_t start = offset_;
    while (!at_end()) {
      if (take('T')) {
        if (time) return std::nullopt;
        time = true;
        continue;
      }
      if (had_fraction) return std::nullopt;
      const std::optional<std::int64_t> number = read_digits();
      if (!number) return std::nullopt;
      const std::optional<double> fraction = read_fraction();
      const std::int64_t unit = unit_seconds(peek(), time);
      if (at_end() || unit == 0) return std::nullopt;
      ++offset_;
      had_fraction = fraction.has_value();
      if (!add(span, *number, fraction.value_or(0), unit)) return std::nullopt;
    }
    if (offset_ - start < 2) return std::nullopt;
    return span;
  }

  static bool add(Span& span, std::int64_t number, double fraction, std::int64_t unit) {
    constexpr std::int64_t kMostSeconds = std::numeric_limits<std::uint32_t>::max();
    const double extra = fraction * static_cast<double>(unit);
    const double whole = std::trunc(extra);
    if (unit >= kDaySeconds) {
      span.days += number * (unit / kDaySeconds);
      span.seconds += static_cast<std::int64_t>(whole);
    } else {
      span.seconds += number * unit + static_cast<std::int64_t>(whole);
    }
    span.microseconds += std::llround((extra - whole) * 1e6);
    return span.days <= kMostSeconds && span.seconds <= kMostSeconds;
  }

  /// `D day(s)` or `Dd`, then perhaps a comma, a blank and a clock time below 24 hours.
  std::optional<Span> read_days() {
    const std::optional<std::int64_t> days = read_digits();
    if (!days) return std::nullopt;
    take(' ');
    if (lower() != 'd') return std::nullopt;
    ++offset_;
    if (!skip_day_word()) return std::nullopt;
    take(',');
    take(' ');
    std::optional<Span> span = at_end() ? Span{} : read_clock();
    if (!span || span->seconds >= kDaySeconds) return std::nullopt;
    span->days = *days;
    return span;
  }

  /// The rest of `day` or `days`, in one case; the `d` before it may have another.
  bool skip_day_word() {
    if (lower() != 'a') return true;
    const bool is_upper = peek() == 'A';
    ++offset_;
    if (!take(is_upper ? 'Y' : 'y')) return false;
    take(is_upper ? 'S' : 's');
    return true;
  }

  /// `H:MM[:SS[.frac]]`; what follows the sixth digit of a fraction is cut off, whatever it is.
  std::optional<Span> read_clock() {
    constexpr std::size_t kMostAfterHours = std::string_view("00:00.000000").size();
    Span span;
    if (text_.size() - offset_ < 5) return std::nullopt;
    const std::optional<std::int64_t> hours = read_hours();
    if (!hours || !take(':')) return std::nullopt;
    text_ = text_.substr(0, std::min(text_.size(), offset_ + kMostAfterHours));
    const std::optional<std::int64_t> minutes = read_sixtieth();
    if (!minutes) return std::nullopt;
    span.seconds = *hours * 3600 + *minutes * 60;
    if (at_end()) return span;
    if (!take(':')) return std::nullopt;
    const std::optional<std::int64_t> seconds = read_sixtieth();
    if (!seconds) return std::nullopt;
    span.seconds += *seconds;
    if (!at_end() && !read_microseconds(span)) return std::nullopt;
    return span;
  }

  /// speedate's limits: ten digits, and a hundred million days. No digits at all are no hours.
  std::optional<std::int64_t> read_hours() {
    constexpr std::int64_t kMostHours = 2'400'000'000;
    if (peek() == ':') return 0;
    const std::size_t start = offset_;
    const std::optional<std::int64_t> hours = read_digits();
    const bool too_many = offset_ - start > 10;
    return !hours || too_many || *hours > kMostHours ? std::nullopt : hours;
  }

  /// Two digits below 60.
  std::optional<std::int64_t> read_sixtieth() {
    if (offset_ + 2 > text_.size() || !is_digit(text_[offset_]) || !is_digit(text_[offset_ + 1]))
      return std::nullopt;
    const std::int64_t number = (text_[offset_] - '0') * 10 + (text_[offset_ + 1] - '0');
    offset_ += 2;
    return number < 60 ? std::optional(number) : std::nullopt;
  }

  bool read_microseconds(Span& span) {
    if (!take('.') && !take(',')) return false;
    if (at_end()) return false;
    std::int64_t digit_us = 100'000;
    for (; is_digit(peek()); ++offset_) {
      span.microseconds += digit_us * (peek() - '0');
      digit_us /= 10;
    }
    return at_end();
  }

  std::string_view text_;
  std::size_t offset_ = 0;
};

Coerced refuse_duration(const Value& value) {
  const auto* text = value.get<std::string>();
  if (text != nullptr && !is_well_formed(*text))
    return refuse("string_unicode", "not valid Unicode");
  return refuse("time_delta_parsing", kNoDuration);
}

std::optional<std::int64_t> as_64_bits(const Integer& integer) {
  std::int64_t number = 0;
  const char* end = integer.digits.data() + integer.digits.size();
  const auto result = std::from_chars(integer.digits.data(), end, number);
  return result.ec == std::errc() ? std::optional(number) : std::nullopt;
}

/// An integer as pydantic makes a timedelta of it: the days are cut to 32 bits, so that large
/// numbers wrap.
std::optional<Duration> from_wrapped_seconds(std::int64_t seconds) {
  const bool negative = seconds < 0;
  const std::uint64_t size =
      negative ? 0 - static_cast<std::uint64_t>(seconds) : static_cast<std::uint64_t>(seconds);
  constexpr auto kDay = static_cast<std::uint64_t>(kDaySeconds);
  Span span{static_cast<std::uint32_t>(size / kDay), static_cast<std::int64_t>(size % kDay), 0};
  if (span.days > kMostDays) return std::nullopt;
  const std::int64_t length = saturated(span);
  return Duration{negative ? -length : length};
}

std::optional<Duration> from_seconds(std::int64_t seconds) {
  if (seconds == std::numeric_limits<std::int64_t>::min()) return std::nullopt;
  const bool negative = seconds < 0;
  Span span{0, negative ? -seconds : seconds, 0};
  normalize(span);
  if (span.days > kMostDays) return std::nullopt;
  const std::int64_t length = saturated(span);
  return Duration{negative ? -length : length};
}

/// How a float's last microsecond is rounded: pydantic away from zero, Python's timedelta to even.
enum class Rounding { away, even };

double rounded(double number, Rounding rounding) {
  return rounding == Rounding::away ? std::round(number) : std::nearbyint(number);
}

std::optional<Duration> from_float(double seconds, Rounding rounding) {
  const double whole = std::trunc(seconds);
  if (std::abs(whole) > 1e17) return std::nullopt;
  std::optional<Duration> duration = from_seconds(static_cast<std::int64_t>(whole));
  // Nothing is added to a length that is already at Duration's ends.
  constexpr std::int64_t kFar = std::numeric_limits<std::int64_t>::max() - kSecondUs;
  if (!duration || std::abs(duration->microseconds) > kFar) return duration;
  duration->microseconds += static_cast<std::int64_t>(rounded((seconds - whole) * 1e6, rounding));
  return duration;
}

/// Texts and numbers; but an integer beyond every double is no number to pydantic here.
bool is_read_as_duration(const Value& value) {
  if (const auto* integer = value.get<Integer>()) {
    return std::isfinite(parse_float(integer->digits).value_or(0));
  }
  return value.is<std::string>() || value.is<double>() || value.is<bool>();
}

std::optional<Duration> read_duration(const Value& value) {
  if (const auto* text = value.get<std::string>()) return DurationText(*text).read();
  if (const auto* boolean = value.get<bool>()) return from_seconds(*boolean ? 1 : 0);
  if (const auto* number = value.get<double>()) {
    return std::isnan(*number) ? std::nullopt : from_float(*number, Rounding::away);
  }
  const auto* integer = value.get<Integer>();
  const auto seconds = integer != nullptr ? as_64_bits(*integer) : std::nullopt;
  return seconds ? from_wrapped_seconds(*seconds) : std::nullopt;
}

Coerced overflow() { return dies("OverflowError", "too long for a length of time"); }

Coerced from_python_seconds(double seconds) {
  if (std::isinf(seconds)) return overflow();
  const std::optional<Duration> duration = from_float(seconds, Rounding::even);
  return duration ? accept(*duration) : overflow();
}

}  // namespace

bool has_odd_hours_after_days(const Value& value) {
  const auto* text = value.get<std::string>();
  if (!text || text->find('P') != std::string::npos) return false;  // ISO 8601 has no clock times
  const auto day = text->find_first_of("dD");
  if (day == std::string::npos) return false;
  const auto clock = text->find_first_not_of("aysAYS, ", day + 1);
  if (clock == std::string::npos) return false;
  const std::string_view rest = std::string_view(*text).substr(clock);
  return rest.size() < 3 || !is_digit(rest[0]) || !is_digit(rest[1]) || rest[2] != ':';
}

Coerced to_duration(const Value& value) {
  if (value.is<Duration>()) return accept(value);
  if (!is_read_as_duration(value)) return refuse("time_delta_type", kNoDuration);
  const std::optional<Duration> duration = read_duration(value);
  return duration ? accept(*duration) : refuse_duration(value);
}

Coerced to_duration_from_seconds(const Value& value) {
  if (const auto* number = value.get<double>()) {
    if (std::isnan(*number)) return refuse("value_error", "not a length of time");
    return from_python_seconds(*number);
  }
  if (const auto* integer = value.get<Integer>()) {
    const std::optional<std::int64_t> seconds = as_64_bits(*integer);
    const std::optional<Duration> duration = seconds ? from_seconds(*seconds) : std::nullopt;
    return duration ? accept(*duration) : overflow();
  }
  if (const auto* text = value.get<std::string>()) {
    const std::optional<double> seconds = python_parse_float(*text);
    if (seconds && !std::isnan(*seconds)) return from_python_seconds(*seconds);
  }
  return to_duration(value);
}

}  // namespace prefect_config
