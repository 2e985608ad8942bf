#include "resolve/coerce.hpp"

#include "adapters/json.hpp"
#include "resolve/coerce_types.hpp"
#include "support/paths.hpp"
#include "support/python_text.hpp"
#include "support/text.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <utility>
#include <variant>

namespace prefect_config {
namespace {

/// How pydantic-settings decodes a type before it is validated.
enum class Decoding {
  none,
  json_or_text,  ///< a union with a collection in it: text that is not JSON stays text
  json,          ///< a dict: must be JSON
};

Decoding decoding_of(ValueType type) {
  switch (type) {
  case ValueType::text_dict:
  case ValueType::text_dict_or_string:
  case ValueType::duration_dict:
    return Decoding::json;
  case ValueType::text_set:
  case ValueType::text_list:
  case ValueType::status_codes:
  case ValueType::flag_set:
  case ValueType::retry_delays:
  case ValueType::retry_delay_text:
    return Decoding::json_or_text;
  default:
    return Decoding::none;
  }
}

/// A source that dies while it reads, whichever source would have won.
Coerced source_dies(const char* exception, const char* message) {
  Coerced coerced = dies(exception, message);
  coerced.refusal->fails_in_source = true;
  return coerced;
}

/// A dict setting is decoded from JSON whatever the source, so a native value kills Prefect; but a
/// table of prefect.toml or pyproject.toml is taken as it is.
Coerced decode_json(const Value& written, const CoerceContext& context) {
  const auto* text = written.get<std::string>();
  if (text == nullptr) {
    if (written.is<Dict>() && !context.from_profile) return accept(written);
    return source_dies("TypeError", "must be the text of a JSON object");
  }
  std::variant<Value, JsonError> decoded = parse_json(*text, JsonDialect::python);
  if (auto* value = std::get_if<Value>(&decoded)) return accept(std::move(*value));
  return source_dies(context.from_text ? "SettingsError" : "JSONDecodeError", "not a JSON object");
}

Coerced decode(Decoding decoding, const Value& written, const CoerceContext& context) {
  if (decoding == Decoding::none || context.from_group) return accept(written);
  if (decoding == Decoding::json) return decode_json(written, context);
  const auto* text = written.get<std::string>();
  if (text == nullptr || !context.from_text) return accept(written);
  std::variant<Value, JsonError> decoded = parse_json(*text, JsonDialect::python);
  auto* value = std::get_if<Value>(&decoded);
  return value != nullptr ? accept(std::move(*value)) : accept(written);
}

/// In prefect.toml and pyproject.toml a table is taken for a group of settings, unless the setting
/// is a dict; releases with plain `text_dict` did not look at that yet.
bool is_ignored_table(const Setting& setting, const Value& written, const CoerceContext& context) {
  if (!written.is<Dict>() || context.from_text || context.from_profile || context.from_group)
    return false;
  return setting.type != ValueType::text_dict_or_string && setting.type != ValueType::duration_dict;
}

/// Prefect calls `.upper()` on whatever it gets.
Coerced to_log_level(const Setting& setting, const Value& value) {
  const auto* text = value.get<std::string>();
  if (text == nullptr) return dies("AttributeError", "must be a text");
  return to_literal(setting, python_upper(*text));
}

/// Prefect calls `Path(…)` before pydantic sees the value.
Coerced to_home_path(const Value& value, const CoerceContext& context) {
  const auto* text = value.get<std::string>();
  if (text == nullptr) return dies("TypeError", "not a path");
  auto path = expand_user(normal_path(*text), context.user_home,
                          context.home_of_user ? *context.home_of_user : HomeOfUser());
  return path ? accept(*std::move(path)) : dies("RuntimeError", "`~name` names no user");
}

Coerced to_profiles_path(const Value& value, const CoerceContext& context) {
  const auto* text = value.get<std::string>();
  if (text == nullptr) return refuse("path_type", "not a path");
  // No system has a longer path; Prefect would fail when it looks for the file.
  constexpr std::size_t kLongestPath = 1u << 16;
  auto path = replace_all(*text, "$PREFECT_HOME", context.prefect_home, kLongestPath);
  if (path.size() > kLongestPath) return dies("OSError", "too long for a path");
  return to_path(path);
}

bool means_default(const Setting& setting, const Value& value, const CoerceContext& context) {
  const auto* text = value.get<std::string>();
  return context.home_name_means_default && setting.computed == Computed::profiles_path && text &&
         text->find("PREFECT_HOME") != std::string::npos;
}

Coerced validate(const Setting& setting, const Value& value, const CoerceContext& context) {
  if (means_default(setting, value, context))
    return accept(join_path(normal_path(context.prefect_home), "profiles.toml"));
  const bool is_duration =
      setting.type == ValueType::duration || setting.type == ValueType::duration_seconds;
  if (is_duration && context.hours_after_days_are_two_digits && has_odd_hours_after_days(value))
    return refuse("time_delta_parsing", "hours after days must be two digits");
  switch (setting.type) {
  case ValueType::boolean:
    return to_boolean(value);
  case ValueType::integer:
    return within(to_integer(value), setting.bounds);
  case ValueType::floating:
    return within(to_floating(value), setting.bounds);
  case ValueType::text:
  case ValueType::secret_text:
    return to_text(value);
  case ValueType::path:
    return to_path(value);
  case ValueType::home_path:
    return to_home_path(value, context);
  case ValueType::profiles_path:
    return to_profiles_path(value, context);
  case ValueType::duration:
    return within(to_duration(value), setting.bounds);
  case ValueType::duration_seconds:
    return within(to_duration_from_seconds(value), setting.bounds);
  case ValueType::literal:
    return to_literal(setting, value);
  case ValueType::log_level:
    return to_log_level(setting, value);
  case ValueType::text_set:
    return to_text_set(value);
  case ValueType::text_list:
    return context.loggers_are_split_text ? to_split_text(value) : to_text_list(value);
  case ValueType::status_codes:
    return to_status_codes(value);
  case ValueType::text_dict:
    return to_text_dict(value);
  case ValueType::text_dict_or_string:
    return to_text_dict_or_string(value);
  case ValueType::duration_dict:
    return to_duration_dict(value);
  case ValueType::retry_delays:
    return to_retry_delays(value);
  case ValueType::retry_delay_text:
    return to_retry_delay_text(value);
  case ValueType::flag_set:
    return to_flag_set(value);
  case ValueType::anything:
    return accept(value);
  }
  return accept(value);
}

/// Types whose own validator sees None before pydantic allows it.
bool reads_none(ValueType type) {
  return type == ValueType::text_set || type == ValueType::text_list ||
         type == ValueType::status_codes;
}

Coerced refuse_boolean(const char* type) { return refuse(type, "not true or false"); }

bool fits_64_bits(const Integer& integer) {
  std::int64_t number = 0;
  const char* end = integer.digits.data() + integer.digits.size();
  return std::from_chars(integer.digits.data(), end, number).ec == std::errc();
}

std::optional<bool> parse_boolean(std::string_view text) {
  static constexpr std::array<std::string_view, 6> kYes = {"1", "on", "t", "true", "y", "yes"};
  static constexpr std::array<std::string_view, 6> kNo = {"0", "off", "f", "false", "n", "no"};
  const auto matches = [text](std::string_view word) { return equal_ignoring_case(text, word); };
  if (std::any_of(kYes.begin(), kYes.end(), matches)) return true;
  if (std::any_of(kNo.begin(), kNo.end(), matches)) return false;
  return std::nullopt;
}

/// 0 or 1, as an integer or a float. Other numbers are of the wrong type to pydantic where they
/// have no 64-bit integer.
Coerced boolean_from_number(const Value& value) {
  const Coerced integer = to_integer(value);
  const auto* whole = integer.value ? integer.value->get<Integer>() : nullptr;
  if (whole == nullptr || !fits_64_bits(*whole)) return refuse_boolean("bool_type");
  if (whole->digits != "0" && whole->digits != "1") return refuse_boolean("bool_parsing");
  return accept(whole->digits == "1");
}

}  // namespace

Coerced accept(Value value) { return Coerced{std::move(value), std::nullopt}; }

Coerced refuse(const char* type, std::string message) {
  return Coerced{std::nullopt, Refusal{type, std::move(message)}};
}

Coerced dies(const char* exception, std::string message) {
  return Coerced{std::nullopt, Refusal{exception, std::move(message), true}};
}

Coerced to_boolean(const Value& value) {
  if (value.is<bool>()) return accept(value);
  if (value.is<Integer>() || value.is<double>()) return boolean_from_number(value);
  const auto* text = value.get<std::string>();
  if (text == nullptr) return refuse_boolean("bool_type");
  if (!is_well_formed(*text)) return refuse("string_unicode", "not valid Unicode");
  const std::optional<bool> boolean = parse_boolean(*text);
  return boolean ? accept(*boolean) : refuse_boolean("bool_parsing");
}

Coerced to_text(const Value& value) {
  const auto* text = value.get<std::string>();
  if (text == nullptr) return refuse("string_type", "not a text");
  return accept(value);
}

Coerced to_literal(const Setting& setting, const Value& value) {
  const auto* text = value.get<std::string>();
  if (text != nullptr &&
      std::find(setting.allowed.begin(), setting.allowed.end(), *text) != setting.allowed.end())
    return accept(value);
  if (text != nullptr && !is_well_formed(*text))
    return refuse("string_unicode", "not valid Unicode");
  std::string message = "must be one of ";
  for (std::size_t i = 0; i < setting.allowed.size(); ++i) {
    if (i > 0) message += ", ";
    message += python_repr(setting.allowed[i]);
  }
  return refuse("literal_error", std::move(message));
}

Coerced to_path(const Value& value) {
  if (value.is<Path>()) return accept(value);
  const auto* text = value.get<std::string>();
  if (text == nullptr) return refuse("path_type", "not a path");
  return accept(normal_path(*text));
}

Coerced coerce(const Setting& setting, const Value& written, const CoerceContext& context) {
  if (context.pydantic_v1) return coerce_v1(setting, written, context);
  if (is_ignored_table(setting, written, context)) return Coerced{std::nullopt, std::nullopt, true};
  Coerced decoded = decode(decoding_of(setting.type), written, context);
  if (!decoded.value) return decoded;
  const Value& value = *decoded.value;
  if (value.is_none() && context.from_text) return Coerced{std::nullopt, std::nullopt, true};
  if (value.is_none() && setting.optional && !reads_none(setting.type)) return decoded;
  return validate(setting, value, context);
}

}  // namespace prefect_config
