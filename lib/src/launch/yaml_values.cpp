#include "launch/yaml_values.hpp"

#include "support/base64.hpp"
#include "support/text.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <utility>

namespace prefect_config {
namespace {

constexpr std::string_view kCoreTag = "tag:yaml.org,2002:";
constexpr std::string_view kBlanks = " \t\r\n";

bool is_in_order(std::string_view text, std::string_view open, std::string_view close) {
  const auto at = text.find(open);
  return at != std::string_view::npos &&
         text.find(close, at + open.size()) != std::string_view::npos;
}

// What a program makes of it is its own.
bool has_own_tag(const YamlNode& node) {
  return !node.tag.empty() && !starts_with(node.tag, kCoreTag) && !starts_with(node.tag, "!!");
}

bool is_resolved(const YamlNode& node) {
  return node.kind == YamlNode::Kind::scalar && node.is_plain && node.tag.empty();
}

// As Go reads an integer whose base its prefix says.
std::optional<std::string> integer_text(std::string_view text) {
  const bool is_negative = starts_with(text, "-");
  if (is_negative || starts_with(text, "+")) text.remove_prefix(1);
  int base = 10;
  if (text.size() > 1 && text[0] == '0') {
    const char mark = ascii_lower(text[1]);
    base = mark == 'x' ? 16 : mark == 'b' ? 2 : 8;
    text.remove_prefix(base == 8 && mark != 'o' ? 1 : 2);
  }
  if (text.empty() || text[0] == '-') return {};
  std::uint64_t number = 0;
  const auto* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, number, base);
  constexpr auto kLargest = std::uint64_t{1} << 63;
  if (error != std::errc() || stop != end || (is_negative && number > kLargest)) return {};
  return (is_negative && number != 0 ? "-" : "") + std::to_string(number);
}

std::optional<std::string> float_text(std::string_view text) {
  if (starts_with(text, "+")) text.remove_prefix(1);
  const auto is_allowed = [](char c) {
    return is_digit(c) || c == '.' || c == 'e' || c == 'E' || c == '-' || c == '+';
  };
  if (!std::all_of(text.begin(), text.end(), is_allowed)) return {};
  double number = 0;
  const auto* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc() || stop != end) return {};
  char made[64];
  const auto written = std::to_chars(made, made + sizeof made, number, std::chars_format::general);
  return std::string(made, written.ptr);
}

// The text between the quotes of one scalar, for a look at it.
std::string_view without_quotes(std::string_view text) {
  const auto begin = std::min(text.find_first_not_of(kBlanks), text.size());
  text.remove_prefix(begin);
  text = text.substr(0, text.find_last_not_of(kBlanks) + 1);
  const bool is_quoted = text.size() > 1 && (text.front() == '"' || text.front() == '\'') &&
                         text.front() == text.back();
  return is_quoted ? text.substr(1, text.size() - 2) : text;
}

// A word that a shell would read as itself.
bool is_plain_word(std::string_view word) {
  const auto is_plain = [](char c) {
    return is_letter_or_digit(c) ||
           std::string_view("_-./:=,+@%^").find(c) != std::string_view::npos;
  };
  return !word.empty() && std::all_of(word.begin(), word.end(), is_plain);
}

bool is_readable(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= ' ' && c <= '~'; });
}

std::string_view without_line_end(std::string_view text) {
  return text.substr(0, text.find_last_not_of("\r\n") + 1);
}

}  // namespace

YamlFields::YamlFields(const YamlDocument& document, const YamlNode& mapping)
    : document_(&document) {
  document.each_pair(mapping, [&](YamlId key, YamlId value) {
    pairs_.try_emplace(document.at(key).text, key, value);
  });
}

YamlId YamlFields::id(std::string_view name) const {
  const auto found = pairs_.find(name);
  return found == pairs_.end() ? kNoYaml : found->second.second;
}

YamlId YamlFields::key_id(std::string_view name) const {
  const auto found = pairs_.find(name);
  return found == pairs_.end() ? kNoYaml : found->second.first;
}

std::string_view YamlFields::text(std::string_view name) const { return (*this)[name].text; }

bool is_template_text(std::string_view text) {
  return is_in_order(text, "{{", "}}") || is_in_order(text, "{%", "%}") ||
         is_in_order(text, "<<", ">>") || is_in_order(text, "$(", ")") ||
         is_in_order(text, "ENC[", "]");
}

ByteSpan whole_span(const YamlDocument& document, YamlId id) {
  auto span = span_of(document.as_written(id));
  for (int depth = 0; depth < kDeepestYaml; ++depth) {
    const auto& node = document.as_written(id);
    span.end = std::max(span.end, node.end);
    if (node.kind == YamlNode::Kind::sequence && !node.items.empty()) {
      id = node.items.back();
    } else if (node.kind == YamlNode::Kind::mapping && !node.pairs.empty()) {
      id = node.pairs.back().second;
    } else {
      break;
    }
  }
  return span;
}

bool is_null(const YamlNode& node) {
  return is_resolved(node) && (node.text.empty() || node.text == "~" || node.text == "null" ||
                               node.text == "Null" || node.text == "NULL");
}

bool is_true(const YamlNode& node) {
  return is_resolved(node) && (node.text == "true" || node.text == "True" || node.text == "TRUE");
}

std::string scalar_text(const YamlNode& node) {
  const std::string_view text = node.text;
  if (!is_resolved(node) || text.empty()) return node.text;
  if (is_null(node)) return {};
  if (is_true(node)) return "true";
  if (text == "false" || text == "False" || text == "FALSE") return "false";
  if (!is_digit(text[0]) && text[0] != '-' && text[0] != '+' && text[0] != '.') return node.text;
  const auto number = replace_all(text, "_", "");
  if (auto made = integer_text(number)) return *made;
  if (auto made = float_text(number)) return *made;
  return node.text;
}

WrittenVariable variable_of_value(const WrittenFile& file, const YamlDocument& document,
                                  std::string name, ByteSpan name_at, YamlId value) {
  WrittenVariable variable;
  variable.name = std::move(name);
  variable.file = file.path;
  variable.name_at = name_at;
  const auto& node = document.at(value);
  const auto& written = document.as_written(value);
  variable.value_at = span_of(written);
  const bool is_scalar = node.kind == YamlNode::Kind::scalar;
  variable.is_opaque = !is_scalar || has_own_tag(node) || is_template_text(node.text);
  // A masked template stands in the file's text alone.
  const bool is_masked = variable.is_opaque && (document.is_masked || !is_scalar);
  variable.value = is_masked            ? std::string(without_quotes(span_of(node).of(file.text)))
                   : variable.is_opaque ? node.text
                                        : scalar_text(node);
  return variable;
}

WrittenVariable variable_of_pair(const WrittenFile& file, const YamlDocument& document, YamlId key,
                                 YamlId value) {
  return variable_of_value(file, document, document.at(key).text, span_of(document.as_written(key)),
                           value);
}

WrittenVariable opaque_variable(const WrittenFile& file, std::string name, ByteSpan name_at,
                                std::string what, std::size_t at) {
  WrittenVariable variable;
  variable.name = std::move(name);
  variable.value = std::move(what);
  variable.is_opaque = true;
  variable.file = file.path;
  variable.name_at = name_at;
  variable.value_at = {at, at};
  return variable;
}

std::string command_text(const YamlDocument& document, const YamlNode& node) {
  if (node.kind == YamlNode::Kind::scalar) return is_null(node) ? std::string() : node.text;
  std::string line;
  for (const auto item : node.items) {
    const auto& word = document.at(item);
    if (word.kind != YamlNode::Kind::scalar) continue;
    const auto text = scalar_text(word);
    if (!line.empty()) line += ' ';
    line += is_plain_word(text) ? text : shell_quoted(text);
    if (line.size() > kLongestValue) break;
  }
  return line;
}

std::optional<WrittenCommand> command_of(const YamlDocument& document, YamlId id) {
  WrittenCommand command{command_text(document, document.at(id)), whole_span(document, id)};
  if (command.text.empty()) return {};
  return command;
}

WrittenRole role_of_whole(const std::vector<WrittenCommand>& commands) {
  std::string line;
  for (const auto& command : commands) line += command.text + ' ';
  return role_of(line);
}

std::optional<std::string> base64_value(std::string_view data) {
  auto text = replace_all(without_quotes(data), "\n", "");
  text = replace_all(text, "\r", "");
  if (text.empty()) return std::string();
  auto value = base64_decoded(text);
  if (value.empty()) return {};
  return value;
}

Base64State base64_state(std::string_view data) {
  if (without_quotes(data).empty()) return Base64State::none;
  const auto once = base64_value(data);
  if (!once) return Base64State::not_base64;
  // Shorter ones are base64 by chance.
  constexpr std::size_t kShortest = 12;
  const auto inner = without_line_end(*once);
  if (inner.size() < kShortest) return Base64State::fine;
  const auto twice = base64_decoded(inner);
  const auto text = without_line_end(twice);
  return !text.empty() && is_readable(text) ? Base64State::decodes_twice : Base64State::fine;
}

}  // namespace prefect_config
