// The mark that some editors put before UTF-8.
//
// What it is not: a decision what it means. Who reads a kind of file knows whether it is skipped.
#pragma once

#include <string_view>

namespace prefect_config {

inline constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

inline bool has_byte_order_mark(std::string_view text) {
  return text.substr(0, kByteOrderMark.size()) == kByteOrderMark;
}

/// The text behind it.
inline std::string_view without_byte_order_mark(std::string_view text) {
  return has_byte_order_mark(text) ? text.substr(kByteOrderMark.size()) : text;
}

}  // namespace prefect_config
