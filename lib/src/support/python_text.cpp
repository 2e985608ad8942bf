#include "support/python_text.hpp"

#include "support/text.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <limits>

namespace prefect_config {
namespace {

constexpr char32_t kEscapedByteBase = 0xDC00;

/// The zeros of every run of ten decimal digits outside ASCII (Unicode 14, as Python 3.11 has it).
constexpr std::array<char32_t, 65> kOtherZeros = {
    0x660,   0x6F0,   0x7C0,   0x966,   0x9E6,   0xA66,   0xAE6,   0xB66,   0xBE6,   0xC66,
    0xCE6,   0xD66,   0xDE6,   0xE50,   0xED0,   0xF20,   0x1040,  0x1090,  0x17E0,  0x1810,
    0x1946,  0x19D0,  0x1A80,  0x1A90,  0x1B50,  0x1BB0,  0x1C40,  0x1C50,  0xA620,  0xA8D0,
    0xA900,  0xA9D0,  0xA9F0,  0xAA50,  0xABF0,  0xFF10,  0x104A0, 0x10D30, 0x11066, 0x110F0,
    0x11136, 0x111D0, 0x112F0, 0x11450, 0x114D0, 0x11650, 0x116C0, 0x11730, 0x118E0, 0x11950,
    0x11C50, 0x11D50, 0x11DA0, 0x16A60, 0x16AC0, 0x16B50, 0x1D7CE, 0x1D7D8, 0x1D7E2, 0x1D7EC,
    0x1D7F6, 0x1E140, 0x1E2F0, 0x1E950, 0x1FBF0};

unsigned char byte_at(std::string_view text, std::size_t offset) {
  return offset < text.size() ? static_cast<unsigned char>(text[offset]) : 0;
}

CodePoint escaped_byte(unsigned char byte) { return CodePoint{kEscapedByteBase + byte, 1}; }

std::size_t sequence_length(unsigned char lead) {
  if (lead < 0x80) {
    return 1;
  }
  if (lead >= 0xC2 && lead <= 0xDF) {
    return 2;
  }
  if (lead >= 0xE0 && lead <= 0xEF) {
    return 3;
  }
  if (lead >= 0xF0 && lead <= 0xF4) {
    return 4;
  }
  return 0;
}

/// The smallest code point that needs this many bytes.
char32_t smallest(std::size_t length) { return length == 2 ? 0x80 : length == 3 ? 0x800 : 0x10000; }

bool is_rust_blank(char32_t c) {
  return (c >= 0x9 && c <= 0xD) || c == ' ' || c == 0x85 || c == 0xA0 || c == 0x1680 ||
         (c >= 0x2000 && c <= 0x200A) || c == 0x2028 || c == 0x2029 || c == 0x202F || c == 0x205F ||
         c == 0x3000;
}

bool is_c_blank(char32_t c) { return (c >= 0x9 && c <= 0xD) || c == ' '; }

/// Where the last code point of a text starts.
std::size_t last_start(std::string_view text) {
  std::size_t start = text.size() - 1;
  const std::size_t lowest = text.size() > 4 ? text.size() - 4 : 0;
  while (start > lowest && (static_cast<unsigned char>(text[start]) & 0xC0) == 0x80) {
    --start;
  }
  return start + code_point_at(text, start).bytes == text.size() ? start : text.size() - 1;
}

template <typename Blank>
std::string_view trim(std::string_view text, Blank blank) {
  while (!text.empty()) {
    const CodePoint first = code_point_at(text, 0);
    if (!blank(first.value)) {
      break;
    }
    text.remove_prefix(first.bytes);
  }
  while (!text.empty()) {
    const std::size_t start = last_start(text);
    if (!blank(code_point_at(text, start).value)) {
      break;
    }
    text.remove_suffix(text.size() - start);
  }
  return text;
}

std::size_t skip_digits(std::string_view text, std::size_t offset) {
  while (offset < text.size() && is_digit(text[offset])) {
    ++offset;
  }
  return offset;
}

/// Whether an unsigned text is `1`, `1.`, `.5`, `1.5`, each also with an exponent.
bool is_decimal(std::string_view text) {
  const std::size_t whole = skip_digits(text, 0);
  std::size_t end = whole;
  std::size_t digits = whole;
  if (end < text.size() && text[end] == '.') {
    const std::size_t fraction = skip_digits(text, end + 1);
    digits += fraction - end - 1;
    end = fraction;
  }
  if (digits == 0) {
    return false;
  }
  if (end == text.size()) {
    return true;
  }
  if (ascii_lower(text[end]) != 'e') {
    return false;
  }
  ++end;
  if (end < text.size() && (text[end] == '+' || text[end] == '-')) {
    ++end;
  }
  return end < text.size() && skip_digits(text, end) == text.size();
}

/// Whether a decimal that does not fit a double is too large for it, rather than too small.
bool overflows(std::string_view text) {
  const std::size_t e = text.find_first_of("eE");
  const std::string_view mantissa = text.substr(0, e);
  if (e != std::string_view::npos) {
    const char sign = text[e + 1];
    // An exponent this far out decides alone, unless the mantissa is as long; no value is.
    return sign != '-' && mantissa.find_first_of("123456789") != std::string_view::npos;
  }
  const std::size_t point = std::min(mantissa.find('.'), mantissa.size());
  return mantissa.substr(0, point).find_first_of("123456789") != std::string_view::npos;
}

double parse_decimal(std::string_view text) {
  double number = 0;
  const auto result = std::from_chars(text.data(), text.data() + text.size(), number);
  if (result.ec != std::errc::result_out_of_range) {
    return number;
  }
  return overflows(text) ? std::numeric_limits<double>::infinity() : 0.0;
}

/// What CPython makes of a number: ASCII for the digits and blanks of any script, `?` for anything
/// else outside ASCII. A text that is all ASCII stays as it is, and with it the blanks that only
/// Python has.
std::string to_ascii_number(std::string_view text) {
  std::string ascii(text);
  if (std::all_of(text.begin(), text.end(),
                  [](char c) { return static_cast<unsigned char>(c) < 0x80; })) {
    return ascii;
  }
  ascii.clear();
  for (std::size_t offset = 0; offset < text.size();) {
    const CodePoint point = code_point_at(text, offset);
    offset += point.bytes;
    const auto zero = std::upper_bound(kOtherZeros.begin(), kOtherZeros.end(), point.value);
    if (is_python_blank(point.value)) {
      ascii += ' ';
    } else if (point.value < 0x80) {
      ascii += static_cast<char>(point.value);
    } else if (zero != kOtherZeros.begin() && point.value - *(zero - 1) < 10) {
      ascii += static_cast<char>('0' + (point.value - *(zero - 1)));
    } else {
      ascii += '?';
    }
  }
  return ascii;
}

/// Without its underscores, each of which must stand between two digits.
std::optional<std::string> without_underscores(std::string_view text) {
  std::string plain;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '_') {
      plain += text[i];
    } else if (i == 0 || i + 1 == text.size() || !is_digit(text[i - 1]) || !is_digit(text[i + 1])) {
      return std::nullopt;
    }
  }
  return plain;
}

}  // namespace

bool is_surrogate(char32_t code_point) { return code_point >= 0xD800 && code_point <= 0xDFFF; }

// Encoded surrogates are read back as themselves: JSON's `\ud800` makes them, and Python keeps
// them.
CodePoint code_point_at(std::string_view text, std::size_t offset) {
  const unsigned char lead = byte_at(text, offset);
  const std::size_t length = sequence_length(lead);
  if (length == 1) {
    return CodePoint{lead, 1};
  }
  if (length == 0 || offset + length > text.size()) {
    return escaped_byte(lead);
  }
  char32_t value = lead & (0xFFU >> (length + 1));
  for (std::size_t i = 1; i < length; ++i) {
    const unsigned char next = byte_at(text, offset + i);
    if ((next & 0xC0) != 0x80) {
      return escaped_byte(lead);
    }
    value = (value << 6) | (next & 0x3FU);
  }
  if (value < smallest(length) || value > 0x10FFFF) {
    return escaped_byte(lead);
  }
  return CodePoint{value, length};
}

void append_utf8(std::string& text, char32_t c) {
  const auto tail = [&](int shift) { text += static_cast<char>(0x80 | ((c >> shift) & 0x3F)); };
  if (c < 0x80) {
    text += static_cast<char>(c);
  } else if (c < 0x800) {
    text += static_cast<char>(0xC0 | (c >> 6));
    tail(0);
  } else if (c < 0x10000) {
    text += static_cast<char>(0xE0 | (c >> 12));
    tail(6);
    tail(0);
  } else {
    text += static_cast<char>(0xF0 | (c >> 18));
    tail(12);
    tail(6);
    tail(0);
  }
}

bool is_well_formed(std::string_view text) {
  for (std::size_t offset = 0; offset < text.size();) {
    const CodePoint point = code_point_at(text, offset);
    if (is_surrogate(point.value)) {
      return false;
    }
    offset += point.bytes;
  }
  return true;
}

bool is_python_blank(char32_t c) { return is_rust_blank(c) || (c >= 0x1C && c <= 0x1F); }

std::string_view python_strip(std::string_view text) { return trim(text, is_python_blank); }
std::string_view rust_trim(std::string_view text) { return trim(text, is_rust_blank); }

std::string python_upper(std::string_view text) {
  std::string upper;
  for (std::size_t offset = 0; offset < text.size();) {
    const CodePoint point = code_point_at(text, offset);
    if (point.value >= 'a' && point.value <= 'z') {
      upper += static_cast<char>(point.value - 'a' + 'A');
    } else if (point.value == 0x131) {  // dotless i
      upper += 'I';
    } else if (point.value == 0x17F) {  // long s
      upper += 'S';
    } else {
      upper += text.substr(offset, point.bytes);
    }
    offset += point.bytes;
  }
  return upper;
}

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  for (std::size_t start = 0;;) {
    const std::size_t end = text.find(separator, start);
    parts.push_back(text.substr(start, end - start));
    if (end == std::string_view::npos) {
      return parts;
    }
    start = end + 1;
  }
}

std::optional<double> parse_float(std::string_view text) {
  const bool negative = !text.empty() && text.front() == '-';
  if (negative || (!text.empty() && text.front() == '+')) {
    text.remove_prefix(1);
  }
  double number = 0;
  if (equal_ignoring_case(text, "inf") || equal_ignoring_case(text, "infinity")) {
    number = std::numeric_limits<double>::infinity();
  } else if (equal_ignoring_case(text, "nan")) {
    number = std::numeric_limits<double>::quiet_NaN();
  } else if (is_decimal(text)) {
    number = parse_decimal(text);
  } else {
    return std::nullopt;
  }
  return negative ? -number : number;
}

std::optional<double> python_parse_float(std::string_view text) {
  const std::string ascii = to_ascii_number(text);
  const std::optional<std::string> plain = without_underscores(trim(ascii, is_c_blank));
  return plain ? parse_float(*plain) : std::nullopt;
}

}  // namespace prefect_config
