#include "support/text.hpp"

#include <utf8proc.h>

#include <algorithm>

namespace prefect_config {

std::string upper(std::string_view text) {
  std::string result(text);
  std::transform(result.begin(), result.end(), result.begin(), ascii_upper);
  return result;
}

std::string lower(std::string_view text) {
  std::string result(text);
  std::transform(result.begin(), result.end(), result.begin(), ascii_lower);
  return result;
}

bool equal_ignoring_case(std::string_view a, std::string_view b) {
  return a.size() == b.size() && starts_with_ignoring_case(a, b);
}

bool starts_with_ignoring_case(std::string_view text, std::string_view prefix) {
  return text.size() >= prefix.size() &&
         std::equal(prefix.begin(), prefix.end(), text.begin(),
                    [](char a, char b) { return ascii_upper(a) == ascii_upper(b); });
}

std::string replace_all(std::string_view text, std::string_view from, std::string_view to,
                        std::size_t most) {
  std::string result;
  if (from.empty()) {
    // As Python: before every character and at the end.
    for (const char c : text) (result += to) += c;
    return result += to;
  }
  for (auto at = text.find(from); at != std::string_view::npos && result.size() <= most;
       at = text.find(from)) {
    result += text.substr(0, at);
    result += to;
    text.remove_prefix(at + from.size());
  }
  return result += text;
}

std::string shell_quoted(std::string_view text) {
  return '\'' + replace_all(text, "'", "'\\''") + '\'';
}

std::vector<std::string> split_at_nul(std::string_view text) {
  std::vector<std::string> parts;
  for (std::size_t at = 0; at < text.size();) {
    const auto end = std::min(text.find('\0', at), text.size());
    parts.emplace_back(text.substr(at, end - at));
    at = end + 1;
  }
  return parts;
}

std::string_view line_of(std::string_view text, std::size_t number) {
  for (std::size_t line = 1; line < number; ++line) {
    const auto end = text.find('\n');
    if (end == std::string_view::npos) return {};
    text.remove_prefix(end + 1);
  }
  text = text.substr(0, text.find('\n'));
  if (!text.empty() && text.back() == '\r') text.remove_suffix(1);
  return text;
}

namespace {
// The code point at the start of a text and its length; a byte that starts none has length 1 and
// point -1.
std::size_t decode(std::string_view text, utf8proc_int32_t& point) {
  const auto length = utf8proc_iterate(reinterpret_cast<const utf8proc_uint8_t*>(text.data()),
                                       static_cast<utf8proc_ssize_t>(text.size()), &point);
  if (length > 0) return static_cast<std::size_t>(length);
  point = -1;
  return 1;
}
}  // namespace

bool is_utf8(std::string_view text, std::size_t* bad_offset) {
  const std::size_t size = text.size();
  while (!text.empty()) {
    // Settings files are ASCII nearly everywhere.
    if (static_cast<unsigned char>(text.front()) < 0x80) {
      text.remove_prefix(1);
      continue;
    }
    utf8proc_int32_t point = 0;
    const auto length = decode(text, point);
    if (point < 0) {
      if (bad_offset) *bad_offset = size - text.size();
      return false;
    }
    text.remove_prefix(length);
  }
  return true;
}

std::size_t bytes_of_code_points(std::string_view text, std::size_t count) {
  const std::size_t size = text.size();
  for (; count > 0 && !text.empty(); --count) {
    utf8proc_int32_t point = 0;
    text.remove_prefix(decode(text, point));
  }
  return size - text.size();
}

std::size_t display_width(std::string_view text) {
  std::size_t width = 0;
  while (!text.empty()) {
    utf8proc_int32_t point = 0;
    const auto length = decode(text, point);
    width += point < 0 ? 1 : static_cast<std::size_t>(std::max(0, utf8proc_charwidth(point)));
    text.remove_prefix(length);
  }
  return width;
}

}  // namespace prefect_config
