#include "sources/protect.hpp"

#include "adapters/json.hpp"
#include "support/text.hpp"

#include <algorithm>

namespace prefect_config {
namespace {

bool is_header_dict(const Setting& setting) {
  return setting.type == ValueType::text_dict || setting.type == ValueType::text_dict_or_string;
}

constexpr bool is_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         c == '-';
}

constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }

// Where the user-info of an authority ends (at its `@`), or npos. A password with an unescaped `/`
// does not end the authority for us: what stands behind the first colon is then no port, and hiding
// too much is right.
std::size_t userinfo_end(std::string_view authority_and_rest) {
  const auto token = authority_and_rest.substr(0, authority_and_rest.find_first_of(" \t\r\n\"'"));
  const auto authority = token.substr(0, token.find_first_of("/?#"));
  const auto at = authority.rfind('@');
  if (at != std::string_view::npos) return at;
  const auto colon = authority.rfind(':');
  const bool no_port = colon != std::string_view::npos &&
                       !std::all_of(authority.begin() + static_cast<std::ptrdiff_t>(colon) + 1,
                                    authority.end(), is_digit);
  return no_port ? token.rfind('@') : std::string_view::npos;
}

std::string mask_userinfo(std::string_view text) {
  constexpr std::string_view kSeparator = "://";
  std::string result;
  while (true) {
    const auto at = text.find(kSeparator);
    if (at == std::string_view::npos) return result += text;
    result += text.substr(0, at + kSeparator.size());
    text.remove_prefix(at + kSeparator.size());
    const auto end = userinfo_end(text);
    if (end == std::string_view::npos || end == 0) continue;
    result += kMask;
    text.remove_prefix(end);
  }
}

// Prefect Cloud's keys of users (pnu_) and of service accounts (pnb_).
std::string mask_keys(std::string_view text) {
  std::string result;
  while (true) {
    auto at = std::min(text.find("pnu_"), text.find("pnb_"));
    if (at == std::string_view::npos) return result += text;
    at += 4;
    result += text.substr(0, at);
    text.remove_prefix(at);
    const auto end = static_cast<std::size_t>(std::find_if_not(text.begin(), text.end(), is_word) -
                                              text.begin());
    if (end == 0) continue;
    result += kMask;
    text.remove_prefix(end);
  }
}

Value mask_dict(const Dict& dict) {
  Dict masked;
  for (const auto& entry : dict.entries)
    masked.entries.push_back(DictEntry{entry.key, std::string(kMask)});
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

std::string mask_text(std::string_view text) { return mask_keys(mask_userinfo(text)); }

bool may_be_secret(const Setting& setting) { return setting.secret || is_header_dict(setting); }

std::string text_of(const SettingValue& value) {
  return value.is_none() ? std::string() : value.with([](const Value& v) { return v.str(); });
}

SettingValue protect_text(std::string text) {
  auto masked = mask_text(text);
  if (masked == text) return Value(std::move(text));
  return Secret(Value(std::move(text)), Value(std::move(masked)));
}

SettingValue protect(const Setting& setting, Value value) {
  if (setting.secret) return Secret(std::move(value));
  if (is_header_dict(setting)) return protect_headers(std::move(value));
  if (const auto* text = value.get<std::string>()) return protect_text(*text);
  // Lists and tables in the place of a text can hold one too.
  if (value.is<List>() || value.is<Dict>() || value.is<Set>()) {
    const auto text = value.str();
    auto masked = mask_text(text);
    if (masked != text) return Secret(std::move(value), Value(std::move(masked)));
  }
  return value;
}

}  // namespace prefect_config
