#include <prefect_config/value.hpp>

#include "support/python_text.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <iterator>
#include <optional>

namespace prefect_config {
namespace {

constexpr std::int64_t kSecondUs = 1'000'000;
constexpr std::int64_t kDayUs = 86'400 * kSecondUs;

/// Calls the function for the type it is; what no function takes is a compile error.
template <typename... Functions>
struct Overloaded : Functions... {
  using Functions::operator()...;
};
template <typename... Functions>
Overloaded(Functions...) -> Overloaded<Functions...>;

std::string padded(std::int64_t number, std::size_t width) {
  std::string digits = std::to_string(number);
  return digits.size() < width ? std::string(width - digits.size(), '0') + digits : digits;
}

/// timedelta's normal form: only the days are ever negative.
struct Parts {
  std::int64_t days;
  std::int64_t seconds;
  std::int64_t microseconds;
};

Parts parts_of(Duration duration) {
  std::int64_t days = duration.microseconds / kDayUs;
  std::int64_t rest = duration.microseconds % kDayUs;
  if (rest < 0) {
    rest += kDayUs;
    --days;
  }
  return Parts{days, rest / kSecondUs, rest % kSecondUs};
}

std::string duration_str(Duration duration) {
  const Parts parts = parts_of(duration);
  std::string text;
  if (parts.days != 0) {
    text =
        std::to_string(parts.days) + (parts.days == 1 || parts.days == -1 ? " day, " : " days, ");
  }
  text += std::to_string(parts.seconds / 3600) + ':' + padded(parts.seconds / 60 % 60, 2) + ':' +
          padded(parts.seconds % 60, 2);
  if (parts.microseconds != 0) text += '.' + padded(parts.microseconds, 6);
  return text;
}

std::string duration_repr(Duration duration) {
  const Parts parts = parts_of(duration);
  std::string arguments;
  const auto add = [&](const char* name, std::int64_t number) {
    if (number == 0) return;
    if (!arguments.empty()) arguments += ", ";
    arguments += name + std::to_string(number);
  };
  add("days=", parts.days);
  add("seconds=", parts.seconds);
  add("microseconds=", parts.microseconds);
  return "datetime.timedelta(" + (arguments.empty() ? "0" : arguments) + ')';
}

/// Seconds as a JSON number, exactly.
std::string duration_json(Duration duration) {
  const bool negative = duration.microseconds < 0;
  const std::int64_t whole = duration.microseconds / kSecondUs;
  const std::int64_t rest = std::abs(duration.microseconds % kSecondUs);
  std::string text = std::to_string(whole);
  if (negative && whole == 0) text = "-0";
  if (rest == 0) return text;
  text += '.' + padded(rest, 6);
  text.erase(text.find_last_not_of('0') + 1);
  return text;
}

/// Which code points Python's repr escapes, in the blocks people meet. Unassigned code points are
/// not here.
bool is_printable(char32_t c) {
  struct Range {
    char32_t first, last;
  };
  static constexpr std::array<Range, 20> kHidden = {{
      {0x00, 0x1F},     {0x7F, 0xA0},       {0xAD, 0xAD},       {0x600, 0x605},
      {0x61C, 0x61C},   {0x6DD, 0x6DD},     {0x70F, 0x70F},     {0x1680, 0x1680},
      {0x180E, 0x180E}, {0x2000, 0x200F},   {0x2028, 0x202F},   {0x205F, 0x206F},
      {0x3000, 0x3000}, {0xD800, 0xF8FF},   {0xFEFF, 0xFEFF},   {0xFFF0, 0xFFFB},
      {0xFFFE, 0xFFFF}, {0x1D173, 0x1D17A}, {0xE0000, 0xE00FF}, {0xE01F0, 0x10FFFF},
  }};
  return std::none_of(kHidden.begin(), kHidden.end(),
                      [c](const Range& range) { return c >= range.first && c <= range.last; });
}

std::string hex(char32_t number, std::size_t width) {
  std::string digits;
  for (; width > 0; --width) digits += "0123456789abcdef"[(number >> (4 * (width - 1))) & 0xF];
  return digits;
}

std::string python_escape(char32_t c) {
  switch (c) {
  case '\n':
    return "\\n";
  case '\r':
    return "\\r";
  case '\t':
    return "\\t";
  case '\\':
    return "\\\\";
  default:
    break;
  }
  if (c < 0x100) return "\\x" + hex(c, 2);
  return c < 0x10000 ? "\\u" + hex(c, 4) : "\\U" + hex(c, 8);
}

void append_json(std::string& json, char32_t c) {
  switch (c) {
  case '"':
    json += "\\\"";
    return;
  case '\\':
    json += "\\\\";
    return;
  case '\n':
    json += "\\n";
    return;
  case '\r':
    json += "\\r";
    return;
  case '\t':
    json += "\\t";
    return;
  default:
    break;
  }
  if (c < 0x20 || c == 0x7F) {
    json += "\\u" + hex(c, 4);
  } else {
    append_utf8(json, is_surrogate(c) ? 0xFFFD : c);
  }
}

/// The places that CPython gives small non-negative integers in a set, and so the order it prints
/// them in.
class IntegerTable {
 public:
  IntegerTable() : slots_(8, -1) {}

  void add(std::int64_t number) {
    put(slots_, number);
    ++used_;
    const std::size_t mask = slots_.size() - 1;
    if (used_ * 5 >= mask * 3) grow();
  }

  std::vector<std::int64_t> in_order() const {
    std::vector<std::int64_t> numbers;
    std::copy_if(slots_.begin(), slots_.end(), std::back_inserter(numbers),
                 [](std::int64_t number) { return number >= 0; });
    return numbers;
  }

 private:
  using Slots = std::vector<std::int64_t>;

  /// Linear probes first, while they stay inside the table; then CPython's perturbed jumps.
  static void put(Slots& slots, std::int64_t number) {
    static constexpr std::size_t kLinearProbes = 9;
    const std::size_t mask = slots.size() - 1;
    auto perturb = static_cast<std::size_t>(number);
    for (std::size_t i = perturb & mask;;) {
      const std::size_t last = i + kLinearProbes <= mask ? i + kLinearProbes : i;
      for (std::size_t place = i; place <= last; ++place) {
        if (slots[place] >= 0) continue;
        slots[place] = number;
        return;
      }
      perturb >>= 5;
      i = (i * 5 + 1 + perturb) & mask;
    }
  }

  void grow() {
    std::size_t size = 8;
    while (size <= used_ * 4) size *= 2;
    Slots larger(size, -1);
    for (const std::int64_t number : slots_) {
      if (number >= 0) put(larger, number);
    }
    slots_ = std::move(larger);
  }

  Slots slots_;
  std::size_t used_ = 0;
};

std::optional<std::int64_t> small_integer(const Value& value) {
  const auto* integer = value.get<Integer>();
  if (integer == nullptr || integer->digits.size() > 9 || integer->digits.front() == '-')
    return std::nullopt;
  return std::stoll(integer->digits);
}

/// Integers by number before everything else by its text.
bool sorts_before(const Value& left, const Value& right) {
  const auto* left_integer = left.get<Integer>();
  const auto* right_integer = right.get<Integer>();
  if (left_integer != nullptr && right_integer != nullptr)
    return integer_less(*left_integer, *right_integer);
  if (left_integer != nullptr || right_integer != nullptr) return left_integer != nullptr;
  return left.str() < right.str();
}

std::vector<Value> sorted(std::vector<Value> items) {
  std::stable_sort(items.begin(), items.end(), sorts_before);
  return items;
}

/// Python's order of iteration for small integers; sorted else, because Python's order of texts is
/// random.
std::vector<Value> in_python_order(const Set& set) {
  IntegerTable table;
  for (const Value& item : set.items) {
    const std::optional<std::int64_t> number = small_integer(item);
    if (!number) return sorted(set.items);
    table.add(*number);
  }
  std::vector<Value> items;
  for (const std::int64_t number : table.in_order()) items.emplace_back(number);
  return items;
}

template <typename Text>
std::string joined(const std::vector<Value>& items, const char* separator, Text text_of) {
  std::string text;
  for (const Value& item : items) {
    if (!text.empty()) text += separator;
    text += text_of(item);
  }
  return text;
}

std::string repr_of(const Value& value) { return value.repr(); }
std::string json_of(const Value& value) { return value.json(); }

std::string set_repr(const Set& set) {
  if (set.items.empty()) return "set()";
  return '{' + joined(in_python_order(set), ", ", repr_of) + '}';
}

std::string dict_repr(const Dict& dict) {
  std::string text;
  for (const DictEntry& entry : dict.entries) {
    if (!text.empty()) text += ", ";
    text += python_repr(entry.key) + ": " + entry.value.repr();
  }
  return '{' + text + '}';
}

std::string dict_json(const Dict& dict) {
  std::string text;
  for (const DictEntry& entry : dict.entries) {
    if (!text.empty()) text += ',';
    text += json_string(entry.key) + ':' + entry.value.json();
  }
  return '{' + text + '}';
}

std::string float_json(double number) {
  const std::string text = python_float(number);
  return std::isfinite(number) ? text : json_string(text);
}

/// Python's layout of the shortest digits: an exponent below 1e-4 and from 1e16 on.
std::string lay_out(std::string_view digits, int exponent) {
  const int count = static_cast<int>(digits.size());
  if (exponent < -4 || exponent >= 16) {
    std::string text(digits.substr(0, 1));
    if (count > 1) text.append(".").append(digits.substr(1));
    return text + (exponent < 0 ? "e-" : "e+") + padded(std::abs(exponent), 2);
  }
  if (exponent < 0)
    return "0." + std::string(static_cast<std::size_t>(-exponent - 1), '0') + std::string(digits);
  if (exponent >= count - 1) {
    return std::string(digits) + std::string(static_cast<std::size_t>(exponent - count + 1), '0') +
           ".0";
  }
  const auto point = static_cast<std::size_t>(exponent) + 1;
  return std::string(digits.substr(0, point)) + '.' + std::string(digits.substr(point));
}

}  // namespace

// By length and digits.
bool integer_less(const Integer& left, const Integer& right) {
  const bool left_negative = left.digits.front() == '-';
  const bool right_negative = right.digits.front() == '-';
  if (left_negative != right_negative) return left_negative;
  const bool smaller = left.digits.size() != right.digits.size()
                           ? left.digits.size() < right.digits.size()
                           : left.digits < right.digits;
  return left.digits == right.digits ? false : smaller != left_negative;
}

bool List::operator==(const List& other) const { return items == other.items; }

bool Set::operator==(const Set& other) const {
  return items.size() == other.items.size() &&
         std::is_permutation(items.begin(), items.end(), other.items.begin());
}

bool Dict::operator==(const Dict& other) const { return entries == other.entries; }

const Value* Dict::find(std::string_view key) const {
  const auto found = std::find_if(entries.begin(), entries.end(),
                                  [key](const DictEntry& entry) { return entry.key == key; });
  return found == entries.end() ? nullptr : &found->value;
}

bool Value::truthy() const {
  return std::visit(Overloaded{
                        [](const None&) { return false; },
                        [](bool boolean) { return boolean; },
                        [](const Integer& integer) { return integer.digits != "0"; },
                        [](double number) { return number != 0; },
                        [](const std::string& text) { return !text.empty(); },
                        [](const Path&) { return true; },
                        [](const Duration& duration) { return duration.microseconds != 0; },
                        [](const Moment&) { return true; },
                        [](const List& list) { return !list.items.empty(); },
                        [](const Set& set) { return !set.items.empty(); },
                        [](const Dict& dict) { return !dict.entries.empty(); },
                    },
                    content_);
}

std::string Value::str() const {
  return std::visit(Overloaded{
                        [](const std::string& text) { return text; },
                        [](const Path& path) { return path.text; },
                        [](const Duration& duration) { return duration_str(duration); },
                        [this](const auto&) { return repr(); },
                    },
                    content_);
}

std::string Value::repr() const {
  return std::visit(
      Overloaded{
          [](const None&) { return std::string("None"); },
          [](bool boolean) { return std::string(boolean ? "True" : "False"); },
          [](const Integer& integer) { return integer.digits; },
          [](double number) { return python_float(number); },
          [](const std::string& text) { return python_repr(text); },
          [](const Path& path) { return "PosixPath(" + python_repr(path.text) + ')'; },
          [](const Duration& duration) { return duration_repr(duration); },
          [](const Moment& moment) { return moment.text; },
          [](const List& list) { return '[' + joined(list.items, ", ", repr_of) + ']'; },
          [](const Set& set) { return set_repr(set); },
          [](const Dict& dict) { return dict_repr(dict); },
      },
      content_);
}

std::string Value::json() const {
  return std::visit(
      Overloaded{
          [](const None&) { return std::string("null"); },
          [](bool boolean) { return std::string(boolean ? "true" : "false"); },
          [](const Integer& integer) { return integer.digits; },
          [](double number) { return float_json(number); },
          [](const std::string& text) { return json_string(text); },
          [](const Path& path) { return json_string(path.text); },
          [](const Duration& duration) { return duration_json(duration); },
          [](const Moment& moment) { return json_string(moment.text); },
          [](const List& list) { return '[' + joined(list.items, ",", json_of) + ']'; },
          [](const Set& set) { return '[' + joined(sorted(set.items), ",", json_of) + ']'; },
          [](const Dict& dict) { return dict_json(dict); },
      },
      content_);
}

std::string python_repr(std::string_view text) {
  const bool has_single = text.find('\'') != std::string_view::npos;
  const char quote = has_single && text.find('"') == std::string_view::npos ? '"' : '\'';
  std::string repr(1, quote);
  for (std::size_t offset = 0; offset < text.size();) {
    const CodePoint point = code_point_at(text, offset);
    if (point.value == static_cast<char32_t>(quote)) {
      repr += '\\';
      repr += quote;
    } else if (point.value == '\\' || !is_printable(point.value)) {
      repr += python_escape(point.value);
    } else {
      repr += text.substr(offset, point.bytes);
    }
    offset += point.bytes;
  }
  return repr + quote;
}

std::string python_float(double number) {
  if (std::isnan(number)) return "nan";
  if (std::isinf(number)) return number < 0 ? "-inf" : "inf";
  // Scientific form gives the shortest digits and the exponent apart: `-1.25e+03`.
  std::array<char, 32> buffer{};
  const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), std::abs(number),
                                 std::chars_format::scientific);
  const std::string_view scientific(buffer.data(),
                                    static_cast<std::size_t>(end.ptr - buffer.data()));
  const std::size_t e = scientific.find('e');
  std::string digits(scientific.substr(0, e));
  if (digits.size() > 1) digits.erase(1, 1);
  int exponent = 0;
  const char* first = scientific.data() + e + (scientific[e + 1] == '+' ? 2 : 1);
  std::from_chars(first, scientific.data() + scientific.size(), exponent);
  return (std::signbit(number) ? "-" : "") + lay_out(digits, exponent);
}

std::string iso_duration(const Duration& duration) {
  std::int64_t left = std::abs(duration.microseconds);
  const auto take = [&left](std::int64_t unit) { return std::exchange(left, left % unit) / unit; };
  const auto days = take(86'400 * kSecondUs);
  const auto hours = take(3'600 * kSecondUs);
  const auto minutes = take(60 * kSecondUs);
  const auto seconds = take(kSecondUs);
  std::string time;
  if (hours != 0) time += std::to_string(hours) + 'H';
  if (minutes != 0) time += std::to_string(minutes) + 'M';
  if (seconds != 0 || left != 0) {
    auto fraction = left == 0 ? std::string() : '.' + padded(left, 6);
    while (!fraction.empty() && fraction.back() == '0') fraction.pop_back();
    time += std::to_string(seconds) + fraction + 'S';
  }
  std::string text = duration.microseconds < 0 ? "-P" : "P";
  if (days != 0) text += std::to_string(days) + 'D';
  if (!time.empty() || days == 0) text += 'T' + (time.empty() ? "0S" : time);
  return text;
}

std::string json_string(std::string_view text) {
  std::string json = "\"";
  for (std::size_t offset = 0; offset < text.size();) {
    const CodePoint point = code_point_at(text, offset);
    append_json(json, point.value);
    offset += point.bytes;
  }
  return json + '"';
}

}  // namespace prefect_config
