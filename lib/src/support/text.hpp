// Small text helpers without locale: ASCII only, because Prefect's names are.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace prefect_config {

constexpr char ascii_upper(char c) {
  return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
}
constexpr char ascii_lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }
constexpr bool is_letter(char c) { return ascii_lower(c) >= 'a' && ascii_lower(c) <= 'z'; }
constexpr bool is_letter_or_digit(char c) { return is_letter(c) || is_digit(c); }

std::string upper(std::string_view text);
std::string lower(std::string_view text);
bool equal_ignoring_case(std::string_view a, std::string_view b);
bool starts_with_ignoring_case(std::string_view text, std::string_view prefix);

constexpr bool starts_with(std::string_view text, std::string_view prefix) {
  return text.substr(0, prefix.size()) == prefix;
}
constexpr bool ends_with(std::string_view text, std::string_view suffix) {
  return text.size() >= suffix.size() && text.substr(text.size() - suffix.size()) == suffix;
}

/// Every `from` replaced by `to`, left to right, as Python's str.replace. It stops soon after the
/// result is longer than `most`.
std::string replace_all(std::string_view text, std::string_view from, std::string_view to,
                        std::size_t most = std::string::npos);

/// A text as one word of a POSIX shell, whatever is in it.
std::string shell_quoted(std::string_view text);

/// What stands after the last `/` of a path.
constexpr std::string_view last_part(std::string_view path) {
  return path.substr(path.rfind('/') + 1);
}

/// What stands up to the last `/` of a path, with it; empty where there is none.
constexpr std::string_view folder_part(std::string_view path) {
  return path.substr(0, path.rfind('/') + 1);
}

/// The pieces that a NUL ends, or the text's end.
std::vector<std::string> split_at_nul(std::string_view text);

/// Line `number` (from 1) of a text, without its line end; empty where there is no such line.
std::string_view line_of(std::string_view text, std::size_t number);

/// Whether a text is UTF-8; `bad_offset` is where it stops being so.
bool is_utf8(std::string_view text, std::size_t* bad_offset = nullptr);
/// Bytes of the first `count` code points of a text (invalid bytes count one each).
std::size_t bytes_of_code_points(std::string_view text, std::size_t count);
/// Terminal columns of a printable text.
std::size_t display_width(std::string_view text);

}  // namespace prefect_config
