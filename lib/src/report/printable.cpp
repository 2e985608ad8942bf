// Text from files and environments is hostile until it has passed here.
#include <prefect_config/report.hpp>

#include "sources/mask.hpp"

#include <utf8proc.h>

namespace prefect_config {
namespace {

std::string escaped(utf8proc_int32_t point) {
  constexpr std::string_view kHex = "0123456789abcdef";
  const auto digits = [&](int count) {
    std::string text;
    for (int shift = 4 * (count - 1); shift >= 0; shift -= 4)
      text += kHex[static_cast<std::size_t>((point >> shift) & 15)];
    return text;
  };
  switch (point) {
  case '\n':
    return "\\n";
  case '\r':
    return "\\r";
  case '\t':
    return "\\t";
  default:
    break;
  }
  if (point < 0x100) return "\\x" + digits(2);
  return point < 0x10000 ? "\\u" + digits(4) : "\\U" + digits(8);
}

// Control characters, and those that reorder or hide text (formats, private use, surrogates, line
// ends).
bool is_unsafe(utf8proc_int32_t point) {
  switch (utf8proc_category(point)) {
  case UTF8PROC_CATEGORY_CC:
  case UTF8PROC_CATEGORY_CF:
  case UTF8PROC_CATEGORY_CS:
  case UTF8PROC_CATEGORY_CO:
  case UTF8PROC_CATEGORY_CN:
  case UTF8PROC_CATEGORY_ZL:
  case UTF8PROC_CATEGORY_ZP:
    return true;
  default:
    return false;
  }
}

}  // namespace

std::string printable(std::string_view text) {
  std::string result;
  result.reserve(text.size());
  while (!text.empty()) {
    const auto byte = static_cast<unsigned char>(text.front());
    if (byte >= 0x20 && byte < 0x7F) {
      result += text.front();
      text.remove_prefix(1);
      continue;
    }
    utf8proc_int32_t point = 0;
    const auto length = utf8proc_iterate(reinterpret_cast<const utf8proc_uint8_t*>(text.data()),
                                         static_cast<utf8proc_ssize_t>(text.size()), &point);
    if (length <= 0) {
      result += escaped(byte);
      text.remove_prefix(1);
      continue;
    }
    const auto bytes = static_cast<std::size_t>(length);
    result += is_unsafe(point) ? escaped(point) : std::string(text.substr(0, bytes));
    text.remove_prefix(bytes);
  }
  return result;
}

std::string safe_text(std::string_view text) { return printable(mask_text(text)); }

}  // namespace prefect_config
