#include "resolve/suggest.hpp"

#include "resolve/coerce.hpp"
#include "sources/protect.hpp"
#include "support/edit_distance.hpp"
#include "support/python_text.hpp"
#include "support/text.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace prefect_config {
namespace {

// Longer texts are no slips.
constexpr std::size_t kLongest = 64;

bool takes(const Setting& setting, const std::string& text) {
  CoerceContext context;
  context.from_text = true;
  return coerce(setting, Value(text), context).value.has_value();
}

std::string_view trimmed(std::string_view text) {
  const auto begin = text.find_first_not_of(" \t\r\n'\"");
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t\r\n'\",;") + 1 - begin);
}

std::optional<std::string> nearest_word(std::string_view text,
                                        std::span<const std::string_view> words) {
  const auto wanted = lower(text);
  std::size_t nearest = std::max<std::size_t>(1, wanted.size() / 3) + 1;
  std::optional<std::string> result;
  for (const auto word : words) {
    // `warn` is short for `warning`, and not a slip for `error`.
    if (wanted.size() > 2 && starts_with(lower(word), wanted)) return std::string(word);
    const auto distance = edit_distance(wanted, lower(word), nearest);
    if (distance >= nearest) continue;
    nearest = distance;
    result = std::string(word);
  }
  return result;
}

// A number as people write it: `1e3`, `1,000`, `1 000`, `10k`, `5s`.
std::optional<double> loose_number(std::string_view text) {
  std::string plain;
  for (const char c : text) {
    if (c != ',' && c != ' ' && c != '_' && c != '\'') plain += c;
  }
  // A decimal comma: one, not followed by three digits, and no point.
  const auto comma = text.find(',');
  if (comma != std::string_view::npos && text.find(',', comma + 1) == std::string_view::npos &&
      text.find('.') == std::string_view::npos && text.size() - comma - 1 != 3) {
    plain = std::string(text);
    plain[comma] = '.';
  }
  double factor = 1;
  if (!plain.empty() && ascii_lower(plain.back()) == 'k') {
    factor = 1000;
    plain.pop_back();
  }
  if (const auto number = parse_float(plain)) return *number * factor;
  return std::nullopt;
}

std::string number_text(double number, bool whole) {
  if (whole && std::fabs(number) < 9e15) return std::to_string(std::llround(number));
  auto text = python_float(number);
  return ends_with(text, ".0") ? text.substr(0, text.size() - 2) : text;
}

double clamped(double number, const Bounds& bounds, double step) {
  if (bounds.ge) number = std::max(number, *bounds.ge);
  if (bounds.gt && !(number > *bounds.gt)) number = *bounds.gt + step;
  if (bounds.le) number = std::min(number, *bounds.le);
  if (bounds.lt && !(number < *bounds.lt)) number = *bounds.lt - step;
  return number;
}

std::optional<std::string> nearest_number(const Setting& setting, std::string_view text) {
  const bool whole = setting.type == ValueType::integer;
  const auto number = loose_number(text);
  if (!number || std::isnan(*number)) return std::nullopt;
  const auto inside = clamped(whole ? std::round(*number) : *number, setting.bounds, 1);
  if (!std::isfinite(inside)) return std::nullopt;
  return number_text(inside, whole);
}

// `1h`, `90 min`, `60`: a number, and a unit or none.
std::optional<double> loose_seconds(std::string_view text) {
  const auto digits = text.find_first_not_of("0123456789.,_+-eE");
  auto unit = lower(trimmed(digits == std::string_view::npos ? "" : text.substr(digits)));
  const auto number = loose_number(trimmed(text.substr(0, digits)));
  if (!number) return std::nullopt;
  struct Unit {
    std::string_view first;
    double seconds;
  };
  // By how a unit begins, longest first: `ms` before `m`, `mo` is none of them.
  constexpr Unit kUnits[] = {{"ms", 0.001}, {"milli", 0.001}, {"s", 1},     {"min", 60},
                             {"h", 3600},   {"d", 86400},     {"w", 604800}};
  if (unit.empty()) return *number;
  if (unit == "m") return *number * 60;
  for (const auto& [first, seconds] : kUnits) {
    if (starts_with(unit, first)) return *number * seconds;
  }
  return std::nullopt;
}

std::optional<std::string> nearest_duration(const Setting& setting, std::string_view text) {
  std::optional<double> seconds = loose_seconds(text);
  // A length of time that is only out of bounds.
  if (!seconds) {
    Setting unbounded = setting;
    unbounded.bounds = {};
    const auto coerced = coerce(unbounded, Value(std::string(text)), {});
    const auto* duration = coerced.value ? coerced.value->get<Duration>() : nullptr;
    if (duration) seconds = static_cast<double>(duration->microseconds) / 1e6;
  }
  constexpr double kMost = 86400e8;
  if (!seconds || !(std::fabs(*seconds) < kMost)) return std::nullopt;
  return iso_duration({std::llround(clamped(*seconds, setting.bounds, 1) * 1e6)});
}

// The items of a list as people write it: between commas, semicolons, blanks or brackets.
std::vector<std::string_view> loose_items(std::string_view text) {
  std::vector<std::string_view> items;
  while (!text.empty()) {
    const auto end = text.find_first_of(",; []");
    if (const auto item = trimmed(text.substr(0, end)); !item.empty()) items.push_back(item);
    text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
  }
  return items;
}

std::optional<std::string> nearest_codes(std::string_view text) {
  std::string codes;
  for (const auto item : loose_items(text)) {
    const auto code = loose_number(item);
    if (!code || std::isnan(*code)) return std::nullopt;
    if (!codes.empty()) codes += ',';
    codes += number_text(std::clamp(std::round(*code), 100.0, 599.0), true);
  }
  return codes.empty() ? std::nullopt : std::optional(codes);
}

std::optional<std::string> nearest_delays(std::string_view text) {
  std::string delays;
  for (const auto item : loose_items(text)) {
    const auto seconds = loose_seconds(item);
    if (!seconds || !std::isfinite(*seconds)) return std::nullopt;
    delays += (delays.empty() ? "" : ", ") + number_text(*seconds, false);
  }
  if (delays.empty()) return std::nullopt;
  return delays.find(',') == std::string::npos ? delays : '[' + delays + ']';
}

std::optional<std::string> proposal(const Setting& setting, std::string_view text) {
  constexpr std::string_view kBooleans[] = {"true", "false", "yes", "no", "on", "off"};
  switch (setting.type) {
  case ValueType::boolean:
  case ValueType::flag_set:
    return nearest_word(text, kBooleans);
  case ValueType::literal:
  case ValueType::log_level:
    return nearest_word(text, setting.allowed);
  case ValueType::integer:
  case ValueType::floating:
    return nearest_number(setting, text);
  case ValueType::duration:
  case ValueType::duration_seconds:
    return nearest_duration(setting, text);
  case ValueType::status_codes:
    return nearest_codes(text);
  case ValueType::retry_delays:
  case ValueType::retry_delay_text:
    return nearest_delays(text);
  default:
    return std::nullopt;
  }
}

std::string range_text(const Bounds& bounds) {
  std::string text;
  const auto add = [&text](std::string_view words, const std::optional<double>& bound) {
    if (!bound) return;
    text += (text.empty() ? ", " : " and ") + std::string(words) + number_text(*bound, false);
  };
  add("at least ", bounds.ge);
  add("greater than ", bounds.gt);
  add("at most ", bounds.le);
  add("less than ", bounds.lt);
  return text;
}

}  // namespace

std::optional<std::string> nearest_valid(const Setting& setting, const Value& written) {
  if (may_be_secret(setting) || written.is_none()) return std::nullopt;
  const auto whole = written.str();
  const auto text = trimmed(whole);
  if (text.empty() || text.size() > kLongest) return std::nullopt;
  auto near = proposal(setting, text);
  // Only what Prefect takes is worth proposing.
  if (near && takes(setting, *near)) return near;
  return std::nullopt;
}

std::string accepted_values(const Setting& setting) {
  switch (setting.type) {
  case ValueType::boolean:
    return "true or false";
  case ValueType::integer:
    return "a whole number" + range_text(setting.bounds);
  case ValueType::floating:
    return "a number" + range_text(setting.bounds);
  case ValueType::text:
  case ValueType::secret_text:
    return "a text";
  case ValueType::path:
  case ValueType::home_path:
  case ValueType::profiles_path:
    return "a path";
  case ValueType::duration:
    return "a length of time, such as PT1H or 01:00:00" + range_text(setting.bounds);
  case ValueType::duration_seconds:
    return "a number of seconds, or a length of time such as PT1H" + range_text(setting.bounds);
  case ValueType::literal:
  case ValueType::log_level: {
    std::string text = "one of ";
    for (const auto word : setting.allowed) {
      if (word != setting.allowed.front()) text += ", ";
      text += word;
    }
    return text;
  }
  case ValueType::text_set:
  case ValueType::text_list:
    return "texts with commas between them, or a JSON list of texts";
  case ValueType::status_codes:
    return "HTTP status codes, each 100 to 599, such as 429,503";
  case ValueType::text_dict:
  case ValueType::text_dict_or_string:
    return R"(a JSON object of texts, such as {"X-Name": "value"})";
  case ValueType::duration_dict:
    return R"(a JSON object of lengths of time, such as {"name": "PT1H"})";
  case ValueType::retry_delays:
    return "a number of seconds, or a JSON list of them, such as [1, 2.5]";
  case ValueType::retry_delay_text:
    return "a number of seconds, or several with commas between them, such as 1,2.5";
  case ValueType::flag_set:
    return "true, false, or texts with commas between them";
  case ValueType::anything:
    return "anything";
  }
  return {};
}

}  // namespace prefect_config
