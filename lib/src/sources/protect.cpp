#include "sources/protect.hpp"

#include "adapters/json.hpp"
#include "support/text.hpp"

#include <algorithm>

namespace prefect_config {
namespace {

bool is_header_dict(const Setting& setting) {
  return is_dict(setting.type) && setting.type != ValueType::duration_dict;
}

bool is_url(const Setting& setting) { return ends_with(setting.path, "url"); }

constexpr bool is_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         c == '-';
}

// How much of the text behind a `://` is user and password: up to the last `@`, unless that `@`
// stands in a path behind a host without a colon. A password may hold anything, written correctly
// or not, and hiding too much is right.
std::size_t userinfo_end(std::string_view rest) {
  const auto at = rest.rfind('@');
  if (at == std::string_view::npos) return at;
  const auto before = rest.substr(0, at);
  const bool in_path =
      before.find('/') != std::string_view::npos && before.find(':') == std::string_view::npos;
  return in_path && before.find('@') == std::string_view::npos ? std::string_view::npos : at;
}

std::string mask_userinfo(std::string_view text) {
  constexpr std::string_view kSeparator = "://";
  std::string result;
  for (auto at = text.find(kSeparator); at != std::string_view::npos;) {
    result += text.substr(0, at + kSeparator.size());
    text.remove_prefix(at + kSeparator.size());
    at = text.find(kSeparator);
    const auto end = userinfo_end(text.substr(0, at));
    if (end == std::string_view::npos || end == 0) continue;
    result += kMask;
    text.remove_prefix(end);
    if (at != std::string_view::npos) at -= end;
  }
  return result += text;
}

// An address in the place of a URL, its scheme missing or misspelt.
std::string mask_address(std::string_view text) {
  const auto at = text.rfind('@');
  if (at == std::string_view::npos || text.find("://") != std::string_view::npos)
    return std::string(text);
  return std::string(kMask) + std::string(text.substr(at));
}

// Prefect Cloud's keys of users (pnu_) and of service accounts (pnb_).
std::string mask_keys(std::string_view text) {
  std::string result;
  std::size_t begin = 0;
  for (auto at = text.find("pn"); at != std::string_view::npos; at = text.find("pn", at + 1)) {
    const auto prefix = text.substr(at, 4);
    if (at < begin || (prefix != "pnu_" && prefix != "pnb_")) continue;
    auto end = at + prefix.size();
    while (end < text.size() && is_word(text[end])) ++end;
    if (end == at + prefix.size()) continue;
    result += text.substr(begin, at + prefix.size() - begin);
    result += kMask;
    begin = end;
  }
  return result += text.substr(begin);
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

SettingValue protect_url(std::string text) {
  auto masked = mask_address(text);
  if (masked == text) return protect_text(std::move(text));
  return Secret(Value(std::move(text)), Value(std::move(masked)));
}

SettingValue protect(const Setting& setting, Value value) {
  if (setting.secret) return Secret(std::move(value));
  if (is_header_dict(setting)) return protect_headers(std::move(value));
  if (const auto* text = value.get<std::string>()) {
    return is_url(setting) ? protect_url(*text) : protect_text(*text);
  }
  // Lists and tables in the place of a text can hold one too.
  if (value.is<List>() || value.is<Dict>() || value.is<Set>()) {
    const auto text = value.str();
    auto masked = mask_text(text);
    if (masked != text) return Secret(std::move(value), Value(std::move(masked)));
  }
  return value;
}

}  // namespace prefect_config
