#include "sources/protect.hpp"

#include "adapters/json.hpp"
#include "sources/mask.hpp"
#include "support/text.hpp"

namespace prefect_config {
namespace {

bool is_header_dict(const Setting& setting) {
  return is_dict(setting.type) && setting.type != ValueType::duration_dict;
}

bool is_url(const Setting& setting) { return ends_with(setting.path, "url"); }

Value mask_dict(const Dict& dict) {
  Dict masked;
  for (const auto& entry : dict.entries)
    masked.entries.push_back(DictEntry{mask_header_name(entry.key), std::string(kMask)});
  return masked;
}

// JSON as Python writes it, on one line.
std::string one_line_json(const Dict& dict) {
  std::string text = "{";
  for (const auto& entry : dict.entries) {
    if (text.size() > 1) text += ", ";
    text += json_string(entry.key) + ": " + entry.value.json();
  }
  return text + '}';
}

// Headers show their names; what is no JSON object may be anything.
SettingValue protect_headers(Value value) {
  if (value.is_none()) return value;
  if (const auto* dict = value.get<Dict>()) {
    Value mask = mask_dict(*dict);
    return Secret(std::move(value), std::move(mask));
  }
  const auto* text = value.get<std::string>();
  if (!text) return Secret(std::move(value));
  const auto parsed = parse_json(*text, JsonDialect::python);
  const auto* content = std::get_if<Value>(&parsed);
  if (content && content->is_none()) return value;
  if (content && content->is<Dict>()) {
    Value mask = one_line_json(*mask_dict(*content->get<Dict>()).get<Dict>());
    return Secret(std::move(value), std::move(mask));
  }
  return Secret(std::move(value));
}

}  // namespace

bool may_be_secret(const Setting& setting) { return setting.secret || is_header_dict(setting); }

std::string text_of(const SettingValue& value) {
  return value.is_none() ? std::string() : value.with([](const Value& v) { return v.str(); });
}

SettingValue protect_text(std::string text) {
  auto masked = mask_text(text);
  if (masked == text) return Value(std::move(text));
  return Secret(Value(std::move(text)), Value(std::move(masked)));
}

SettingValue protect_url(std::string text) {
  auto masked = mask_url(text);
  if (masked == text) return Value(std::move(text));
  return Secret(Value(std::move(text)), Value(std::move(masked)));
}

SettingValue protect(const Setting& setting, Value value) {
  if (setting.secret) return Secret(std::move(value));
  if (is_header_dict(setting)) return protect_headers(std::move(value));
  if (const auto* text = value.get<std::string>(); text && is_url(setting))
    return protect_url(*text);
  auto masked = mask_value(value);
  if (masked == value) return value;
  return Secret(std::move(value), std::move(masked));
}

}  // namespace prefect_config
