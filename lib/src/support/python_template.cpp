#include "support/python_template.hpp"

#include "support/text.hpp"

#include <utility>

namespace prefect_config {
namespace {

bool begins_name(char c) { return c == '_' || (ascii_upper(c) >= 'A' && ascii_upper(c) <= 'Z'); }
bool is_in_name(char c) { return begins_name(c) || (c >= '0' && c <= '9'); }

/// The name at the start of `text`; empty where there is none.
std::string_view name_at(std::string_view text) {
  if (text.empty() || !begins_name(text.front())) return {};
  std::size_t end = 1;
  while (end < text.size() && is_in_name(text[end])) ++end;
  return text.substr(0, end);
}

/// What a `$` begins: its name, and its length with `$` and braces. No name where it begins none.
struct Placeholder {
  std::string_view name;
  std::size_t length = 1;
};

Placeholder placeholder_at(std::string_view text) {
  if (text.size() > 1 && text[1] == '{') {
    const auto name = name_at(text.substr(2));
    const bool closed = !name.empty() && text.substr(2 + name.size(), 1) == "}";
    return closed ? Placeholder{name, name.size() + 3} : Placeholder{};
  }
  const auto name = name_at(text.substr(1));
  return {name, name.size() + 1};
}

// A short text can grow without bound: what is longer is cut, and said to be incomplete.
constexpr std::size_t kLongest = 1u << 20;

}  // namespace

Substituted substitute(std::string_view text, const TemplateValues& values) {
  Substituted result;
  for (auto at = text.find('$'); at != std::string_view::npos; at = text.find('$')) {
    if (result.text.size() > kLongest) return {std::move(result.text), false};
    result.text += text.substr(0, at);
    text.remove_prefix(at);
    if (text.substr(0, 2) == "$$") {
      result.text += '$';
      text.remove_prefix(2);
      continue;
    }
    const auto placeholder = placeholder_at(text);
    const auto value = placeholder.name.empty() ? std::nullopt : values(placeholder.name);
    result.complete = result.complete && value;
    result.text += value ? *value : std::string(text.substr(0, placeholder.length));
    text.remove_prefix(placeholder.length);
  }
  result.text += text;
  return result;
}

}  // namespace prefect_config
