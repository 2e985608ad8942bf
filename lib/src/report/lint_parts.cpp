#include "report/lint_parts.hpp"

#include <prefect_config/report.hpp>

#include "sources/mask.hpp"
#include "support/text.hpp"

#include <algorithm>
#include <cstdint>

namespace prefect_config {
namespace {

constexpr bool is_ascii(char c) { return static_cast<unsigned char>(c) < 0x80; }

// One character of valid UTF-8.
std::uint32_t code_point(std::string_view character) {
  std::uint32_t point = static_cast<unsigned char>(character.front());
  if (character.size() > 1) point &= 0x7FU >> character.size();
  for (const char c : character.substr(1))
    point = point << 6 | (static_cast<unsigned char>(c) & 0x3FU);
  return point;
}

void append_unit(std::string& json, std::uint32_t unit) {
  constexpr std::string_view kHex = "0123456789abcdef";
  json += "\\u";
  for (int shift = 12; shift >= 0; shift -= 4) json += kHex[unit >> shift & 15];
}

void append_escaped(std::string& json, std::uint32_t point) {
  if (point < 0x10000) return append_unit(json, point);
  append_unit(json, 0xD800 + ((point - 0x10000) >> 10));
  append_unit(json, 0xDC00 + ((point - 0x10000) & 0x3FF));
}

}  // namespace

std::string inert_json(std::string_view document) {
  std::string json;
  json.reserve(document.size());
  while (!document.empty()) {
    const auto* odd = std::find_if_not(document.begin(), document.end(), is_ascii);
    const auto plain = static_cast<std::size_t>(odd - document.begin());
    json += document.substr(0, plain);
    document.remove_prefix(plain);
    if (document.empty()) break;
    const auto character = document.substr(0, bytes_of_code_points(document, 1));
    if (printable(character) == character) {
      json += character;
    } else {
      append_escaped(json, code_point(character));
    }
    document.remove_prefix(character.size());
  }
  // No JSON has a number sign outside of its strings.
  return replace_all(json, "##", "#\\u0023");
}

std::string without_log_commands(std::string_view text) {
  constexpr std::string_view kMark = "##";
  std::string result;
  for (auto at = text.find(kMark); at != std::string_view::npos; at = text.find(kMark)) {
    result += text.substr(0, at + 1);
    text.remove_prefix(at + 1);
    const auto* name_end = std::find_if_not(text.begin() + 1, text.end(), is_letter);
    if (name_end != text.end() && *name_end == '[') result += ' ';
  }
  return result += text;
}

std::string lint_details(const LintFinding& finding) {
  std::string text;
  const auto add = [&text](std::string_view name, const std::string& what) {
    if (what.empty()) return;
    if (!text.empty()) text += '\n';
    text += name;
    text += safe_text(what);
  };
  add("", finding.help);
  add("next: ", finding.next);
  add("launch: ", finding.launch);
  return text;
}

bool can_be_written(const LintFix& fix) {
  return !fix.holds_secret &&
         std::all_of(fix.edits.begin(), fix.edits.end(), [](const LintEdit& edit) {
           return is_utf8(edit.file) && is_utf8(edit.text) && mask_text(edit.file) == edit.file &&
                  mask_text(edit.text) == edit.text;
         });
}

std::string lint_fix_words(const LintFix& fix) {
  const std::string option = fix.is_safe ? "--fix" : "--fix --unsafe";
  constexpr std::size_t kLongest = 200;
  const auto& edits = fix.edits;
  const bool is_shown = edits.size() == 1 && can_be_written(fix) && !edits[0].text.empty() &&
                        edits[0].text.size() <= kLongest;
  return is_shown ? safe_text(edits[0].text) + " (" + option + ')' : option;
}

}  // namespace prefect_config
