#include "support/percent.hpp"

#include "support/text.hpp"

namespace prefect_config {
namespace {

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  const char low = ascii_lower(c);
  return low >= 'a' && low <= 'f' ? low - 'a' + 10 : -1;
}

}  // namespace

void append_percent(std::string& text, char byte) {
  constexpr char kHex[] = "0123456789ABCDEF";
  text += '%';
  text += kHex[static_cast<unsigned char>(byte) >> 4];
  text += kHex[static_cast<unsigned char>(byte) & 15];
}

std::string percent_quoted(std::string_view text, std::string_view kept) {
  std::string result;
  for (const char c : text) {
    const bool letter_or_digit = is_letter_or_digit(c);
    if (letter_or_digit || kept.find(c) != std::string_view::npos) {
      result += c;
    } else {
      append_percent(result, c);
    }
  }
  return result;
}

std::string percent_decoded(std::string_view text) {
  std::string result;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] == '%' && at + 2 < text.size() && hex_digit(text[at + 1]) >= 0 &&
        hex_digit(text[at + 2]) >= 0) {
      result += static_cast<char>(hex_digit(text[at + 1]) * 16 + hex_digit(text[at + 2]));
      at += 2;
    } else {
      result += text[at];
    }
  }
  return result;
}

}  // namespace prefect_config
