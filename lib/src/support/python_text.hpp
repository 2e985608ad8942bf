/// \file
/// Text as Python and Rust (pydantic-core) treat it: code points, blanks, upper case, numbers.
///
/// What it is not: a Unicode library. It has the few properties that decide whether Prefect accepts
/// a value.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace prefect_config {

/// One code point of a text. A byte that is not UTF-8 is what Python's surrogateescape makes of it
/// (U+DC80 to U+DCFF), so it counts as a lone surrogate.
struct CodePoint {
  char32_t value = 0;
  std::size_t bytes = 1;
};

CodePoint code_point_at(std::string_view text, std::size_t offset);
void append_utf8(std::string& text, char32_t code_point);
bool is_surrogate(char32_t code_point);
/// Whether Python could encode the text as UTF-8; pydantic refuses text it cannot.
bool is_well_formed(std::string_view text);

/// What Python's `str.strip()` removes, and `\s` of its `re` matches.
bool is_python_blank(char32_t code_point);

/// Python's `text.strip()`.
std::string_view python_strip(std::string_view text);
/// Rust's `text.trim()`: the same without U+001C to U+001F.
std::string_view rust_trim(std::string_view text);
/// Python's `text.upper()`, as far as it can make ASCII letters of something.
std::string python_upper(std::string_view text);
/// Python's `text.split(separator)`.
std::vector<std::string_view> split(std::string_view text, char separator);

/// A decimal or `inf`/`nan` text, the grammar that Rust's `f64` and Python's `float` share: no
/// blanks, no underscores. Too large is infinite, too small is zero.
std::optional<double> parse_float(std::string_view text);
/// Python's `float(text)`: also blanks around, single underscores between digits, digits of any
/// script.
std::optional<double> python_parse_float(std::string_view text);

}  // namespace prefect_config
