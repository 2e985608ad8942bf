// Values as 2.20 reads them: pydantic 1, whose validators are Python's own int(), float() and
// str(), and then the callbacks that work a setting's value out when it is used.
#include "adapters/json.hpp"
#include "resolve/coerce_types.hpp"
#include "support/paths.hpp"
#include "support/python_template.hpp"
#include "support/python_text.hpp"
#include "support/text.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace prefect_config {
namespace {

constexpr std::size_t kMostDigits = 4300;

Coerced fails_in_use(const char* exception, const char* message) {
  Coerced coerced = dies(exception, message);
  coerced.refusal->fails_in_use = true;
  return coerced;
}

/// Python's `int(text)`, digits of other scripts apart: blanks around, a sign, single underscores.
std::optional<Integer> python_parse_integer(std::string_view text) {
  text = python_strip(text);
  const bool negative = !text.empty() && text.front() == '-';
  if (!text.empty() && (text.front() == '-' || text.front() == '+')) text.remove_prefix(1);
  std::string digits;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (is_digit(text[i])) {
      digits += text[i];
    } else if (text[i] != '_' || i == 0 || i + 1 == text.size() || !is_digit(text[i - 1])) {
      return std::nullopt;
    }
  }
  if (digits.empty() || digits.size() > kMostDigits) return std::nullopt;
  digits.erase(0, std::min(digits.find_first_not_of('0'), digits.size() - 1));
  return Integer{negative && digits != "0" ? '-' + digits : digits};
}

Coerced refuse_integer() { return refuse("type_error.integer", "not a whole number"); }

/// Python's `int(number)` cuts the fraction off.
Coerced cut(double number) {
  if (!std::isfinite(number)) return refuse_integer();
  std::array<char, 512> buffer{};  // a double has 309 digits at most
  const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), std::trunc(number),
                                 std::chars_format::fixed, 0)
                       .ptr;
  const std::string digits(buffer.data(), end);
  return accept(Integer{digits == "-0" ? "0" : digits});
}

Coerced to_integer_v1(const Value& value) {
  if (value.is<Integer>()) return accept(value);
  if (const auto* boolean = value.get<bool>()) return accept(*boolean ? 1 : 0);
  if (const auto* number = value.get<double>()) return cut(*number);
  const auto* text = value.get<std::string>();
  auto integer = text && text->size() <= kMostDigits ? python_parse_integer(*text) : std::nullopt;
  return integer ? accept(std::move(*integer)) : refuse_integer();
}

Coerced to_floating_v1(const Value& value) {
  if (value.is<double>()) return accept(value);
  if (const auto* boolean = value.get<bool>()) return accept(*boolean ? 1.0 : 0.0);
  if (const auto* integer = value.get<Integer>()) {
    const double number = parse_float(integer->digits).value_or(0);
    return std::isfinite(number) ? accept(number) : dies("OverflowError", "too large for a number");
  }
  const auto* text = value.get<std::string>();
  const auto number = text ? python_parse_float(*text) : std::nullopt;
  return number ? accept(*number) : refuse("type_error.float", "not a number");
}

/// Numbers become texts, and so does a boolean, which is a number to Python.
Coerced to_text_v1(const Value& value) {
  if (value.is<std::string>()) return accept(value);
  if (value.is<bool>() || value.is<Integer>() || value.is<double>()) return accept(value.str());
  return refuse("type_error.str", "not a text");
}

Coerced refuse_duration() {
  return refuse("value_error.duration", "not a length of time such as '60', '0:10:00' or 'PT10M'");
}

Coerced duration_of(double days, double hours, double minutes, double seconds,
                    double microseconds) {
  const double length = ((days * 24 + hours) * 60 + minutes) * 60 + seconds;
  if (std::isnan(length)) return refuse_duration();
  constexpr double kMost = 999'999'999.0 * 86'400;
  if (std::abs(length) > kMost) return dies("OverflowError", "too long for a length of time");
  constexpr double kHeld = 9.2e12;
  const double held = std::clamp(length, -kHeld, kHeld);
  const double whole = std::trunc(held);
  return accept(Duration{static_cast<std::int64_t>(whole) * 1'000'000 +
                         std::llrint((held - whole) * 1e6 + microseconds)});
}

/// Reads a text from left to right, part after part.
class Reader {
 public:
  explicit Reader(std::string_view text) : rest_(text) {}

  bool at_end() const { return rest_.empty(); }
  bool starts_with_digit() const { return !rest_.empty() && is_digit(rest_.front()); }
  bool take(std::string_view word) {
    if (rest_.substr(0, word.size()) != word) return false;
    rest_.remove_prefix(word.size());
    return true;
  }
  /// `-?\d+`; nothing, and nothing taken, where there is none.
  std::string_view take_integer() {
    std::size_t length = !rest_.empty() && rest_.front() == '-' ? 1 : 0;
    const auto first = length;
    while (length < rest_.size() && is_digit(rest_[length])) ++length;
    return length == first ? std::string_view() : take_first(length);
  }
  /// `\d+(.\d+)?` before `unit`, which is taken too: any character may stand between the digits.
  std::string_view take_number_before(char unit) {
    const auto length = rest_.find(unit);
    if (length == std::string_view::npos || length == 0) return {};
    const auto number = rest_.substr(0, length);
    const auto odd = static_cast<std::size_t>(
        std::count_if(number.begin(), number.end(), [](char c) { return !is_digit(c); }));
    if (odd > 1 || !is_digit(number.front()) || !is_digit(number.back())) return {};
    const auto taken = take_first(length);
    rest_.remove_prefix(1);
    return taken;
  }

 private:
  std::string_view take_first(std::size_t length) {
    const auto taken = rest_.substr(0, length);
    rest_.remove_prefix(length);
    return taken;
  }

  std::string_view rest_;
};

/// As Python's `float` reads a part of a length of time; 0 where there is none.
double part(std::string_view text) { return text.empty() ? 0.0 : parse_float(text).value_or(NAN); }

/// pydantic 1's first pattern: `[days ][[hours:]minutes:]seconds[.fraction]`.
std::optional<Coerced> clock_duration(std::string_view text) {
  Reader reader(text);
  std::string_view days;
  if (const auto first = reader.take_integer(); !first.empty() && reader.take(" ")) {
    days = first;
    if (!reader.take("days, ")) reader.take("day, ");
  } else {
    reader = Reader(text);
  }
  std::array<std::string_view, 3> fields{};  // as far as there are some, the last one seconds
  std::size_t count = 0;
  bool unsigned_after_hours = true;
  do {
    if (count == fields.size()) return std::nullopt;
    if (count > 0) unsigned_after_hours = unsigned_after_hours && reader.starts_with_digit();
    fields[count] = reader.take_integer();
    if (fields[count++].empty()) return std::nullopt;
  } while (reader.take(":"));
  if (count == 3 && !unsigned_after_hours) return std::nullopt;
  std::string fraction;
  if (reader.take(".")) {
    constexpr std::size_t kMostFraction = 12;
    const bool has_digits = reader.starts_with_digit();
    fraction = std::string(reader.take_integer());
    if (!has_digits || fraction.size() > kMostFraction) return std::nullopt;
  }
  if (!reader.at_end()) return std::nullopt;
  fraction.resize(6, '0');
  const auto seconds = fields[count - 1];
  const double sign = seconds.front() == '-' ? -1 : 1;
  return duration_of(part(days), count == 3 ? part(fields[0]) : 0,
                     count >= 2 ? part(fields[count - 2]) : 0, part(seconds),
                     sign * part(fraction));
}

/// Its second pattern: ISO 8601 with days and smaller units.
std::optional<Coerced> iso_duration(std::string_view text) {
  Reader reader(text);
  const bool negative = reader.take("-");
  if (!negative) reader.take("+");
  if (!reader.take("P")) return std::nullopt;
  const auto days = reader.take_number_before('D');
  std::string_view hours, minutes, seconds;
  if (reader.take("T")) {
    hours = reader.take_number_before('H');
    minutes = reader.take_number_before('M');
    seconds = reader.take_number_before('S');
  }
  if (!reader.at_end()) return std::nullopt;
  Coerced length = duration_of(part(days), part(hours), part(minutes), part(seconds), 0);
  if (length.value && negative)
    return accept(Duration{-length.value->get<Duration>()->microseconds});
  return length;
}

Coerced duration_from_text(std::string text) {
  if (!text.empty() && text.back() == '\n') text.pop_back();
  if (text.find_first_of("\r\n") != std::string::npos) return refuse_duration();
  if (auto length = clock_duration(text)) return *std::move(length);
  if (auto length = iso_duration(text)) return *std::move(length);
  return refuse_duration();
}

Coerced to_duration_v1(const Value& value) {
  if (value.is<Duration>()) return accept(value);
  if (const auto* text = value.get<std::string>()) return duration_from_text(*text);
  const Coerced number = to_floating_v1(value);
  const auto* seconds = number.value ? number.value->get<double>() : nullptr;
  if (!seconds) return refuse_duration();
  if (!std::isfinite(*seconds)) return refuse_duration();
  // Python writes the number with six digits and reads that.
  const double whole = std::trunc(*seconds);
  return duration_of(0, 0, 0, whole, std::nearbyint((*seconds - whole) * 1e6));
}

/// Prefect splits the text when the value is used.
Coerced to_text_list_v1(const Value& value) {
  Coerced text = to_text_v1(value);
  if (!text.value) return text;
  List list;
  const auto& content = *text.value->get<std::string>();
  if (content.empty()) return accept(std::move(list));
  for (const auto item : split(content, ','))
    list.items.emplace_back(std::string(python_strip(item)));
  return accept(std::move(list));
}

Coerced to_status_codes_v1(const Value& value) {
  Coerced text = to_text_v1(value);
  if (!text.value) return text;
  const auto& content = *text.value->get<std::string>();
  Set codes;
  if (content.empty()) return accept(std::move(codes));
  for (const auto item : split(content, ',')) {
    const auto stripped = python_strip(item);
    const auto code = python_parse_integer(stripped);
    const bool digits =
        !stripped.empty() && std::all_of(stripped.begin(), stripped.end(), is_digit);
    if (!digits || !code || code->digits.size() != 3 || code->digits > "599")
      return fails_in_use("ValueError", "not a list of HTTP status codes, each 100 to 599");
    if (std::find(codes.items.begin(), codes.items.end(), Value(*code)) == codes.items.end())
      codes.items.emplace_back(*code);
  }
  return accept(std::move(codes));
}

/// `Union[int, float]`: the first that takes the value. What the environment has is read twice, and
/// the second time a float is cut.
Coerced to_integer_or_float(const Value& value, bool twice) {
  Coerced first = to_integer_v1(value);
  if (first.value) return first;
  first = to_floating_v1(value);
  if (!first.value || !twice) return first;
  Coerced second = to_integer_v1(*first.value);
  return second.value ? second : first;
}

/// `Union[float, int, List[float]]`. In the environment it is JSON, if it is JSON.
Coerced to_delays_v1(const Value& written, bool from_text) {
  Value value = written;
  const auto* text = written.get<std::string>();
  if (text && from_text) {
    auto parsed = parse_json(*text, JsonDialect::python);
    if (auto* content = std::get_if<Value>(&parsed)) value = std::move(*content);
  }
  if (value.is_none()) return refuse("type_error.none.not_allowed", "null is not allowed");
  const auto* list = value.get<List>();
  if (!list) return to_floating_v1(value);
  List delays;
  for (const auto& item : list->items) {
    if (item.is_none()) return refuse("type_error.none.not_allowed", "null is not allowed");
    Coerced delay = to_floating_v1(item);
    if (!delay.value) return delay;
    delays.items.push_back(std::move(*delay.value));
  }
  return accept(std::move(delays));
}

Coerced to_log_level_v1(const Setting& setting, const Value& value) {
  Coerced text = to_text_v1(value);
  if (!text.value) return text;
  return to_literal(setting, python_upper(*text.value->get<std::string>()));
}

Coerced to_home_path_v1(const Value& value, const CoerceContext& context) {
  Coerced path = to_path(value);
  if (!path.value) return path;
  auto expanded = expand_user(*path.value->get<Path>(), context.user_home,
                              context.home_of_user ? *context.home_of_user : HomeOfUser());
  return expanded ? accept(*std::move(expanded)) : dies("RuntimeError", "`~name` names no user");
}

Coerced to_template_path(const Value& value, const CoerceContext& context) {
  Coerced path = to_path(value);
  if (!path.value) return path;
  const auto filled = substitute(path.value->get<Path>()->text, [&](std::string_view name) {
    return name == "PREFECT_HOME" ? std::optional(std::string(context.prefect_home)) : std::nullopt;
  });
  if (!filled.complete && context.template_must_be_complete)
    return fails_in_use("KeyError", "a `$` in it names no setting that it may use");
  return accept(normal_path(filled.text));
}

}  // namespace

Coerced coerce_v1(const Setting& setting, const Value& value, const CoerceContext& context) {
  switch (setting.type) {
  case ValueType::boolean:
    return to_boolean(value);
  case ValueType::integer:
    return within(to_integer_v1(value), setting.bounds);
  case ValueType::floating:
    return within(to_floating_v1(value), setting.bounds);
  case ValueType::home_path:
    return to_home_path_v1(value, context);
  case ValueType::path:
  case ValueType::profiles_path:
    return to_template_path(value, context);
  case ValueType::duration:
    return to_duration_v1(value);
  case ValueType::literal:
    return to_literal(setting, value);
  case ValueType::log_level:
    return to_log_level_v1(setting, value);
  case ValueType::text_list:
    return to_text_list_v1(value);
  case ValueType::status_codes:
    return to_status_codes_v1(value);
  case ValueType::retry_delays:
    return setting.path.substr(0, 5) == "tasks" ? to_delays_v1(value, context.from_text)
                                                : to_integer_or_float(value, context.from_text);
  case ValueType::anything:
    return accept(value);
  default:
    return to_text_v1(value);
  }
}

}  // namespace prefect_config
