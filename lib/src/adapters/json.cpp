#include "adapters/json.hpp"

#include "support/python_text.hpp"
#include "support/text.hpp"

#include <limits>
#include <optional>
#include <unordered_map>
#include <utility>

namespace prefect_config {
namespace {

constexpr std::size_t kDeepest = 256;
/// Python refuses to read longer integers.
constexpr std::size_t kMostPythonDigits = 4300;

int hex_digit(char c) {
  if (is_digit(c)) return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

/// A recursive-descent reader. Every `read_` moves past what it reads, or sets `error_` and returns
/// nothing.
class Reader {
 public:
  Reader(std::string_view text, JsonDialect dialect) : text_(text), dialect_(dialect) {}

  std::variant<Value, JsonError> read() {
    skip_blanks();
    std::optional<Value> value = read_value();
    if (!value) return std::move(error_);
    skip_blanks();
    if (offset_ != text_.size()) return JsonError{offset_, "more text after the value"};
    return std::move(*value);
  }

 private:
  char peek() const { return offset_ < text_.size() ? text_[offset_] : '\0'; }

  bool take(std::string_view word) {
    if (text_.substr(offset_, word.size()) != word) return false;
    offset_ += word.size();
    return true;
  }

  void skip_blanks() {
    while (offset_ < text_.size() &&
           std::string_view(" \t\n\r").find(text_[offset_]) != std::string_view::npos)
      ++offset_;
  }

  std::nullopt_t fail(const char* message) {
    error_ = JsonError{offset_, message};
    return std::nullopt;
  }

  std::optional<Value> read_value() {
    const char c = peek();
    if (c == '{' || c == '[') return read_nested(c);
    if (c == '"') return read_text_value();
    if (c == '-' || is_digit(c)) return read_number();
    return read_word();
  }

  std::optional<Value> read_word() {
    if (take("null")) return Value();
    if (take("true")) return Value(true);
    if (take("false")) return Value(false);
    if (dialect_ == JsonDialect::python) {
      if (take("NaN")) return Value(std::numeric_limits<double>::quiet_NaN());
      if (take("Infinity")) return Value(std::numeric_limits<double>::infinity());
    }
    return fail("not a JSON value");
  }

  std::optional<Value> read_nested(char opening) {
    if (depth_ == kDeepest) return fail("nested too deeply");
    ++depth_;
    ++offset_;
    std::optional<Value> value = opening == '{' ? read_object() : read_array();
    --depth_;
    return value;
  }

  std::optional<Value> read_array() {
    List list;
    skip_blanks();
    if (take("]")) return Value(std::move(list));
    while (true) {
      skip_blanks();
      std::optional<Value> item = read_value();
      if (!item) return std::nullopt;
      list.items.push_back(std::move(*item));
      skip_blanks();
      if (take("]")) return Value(std::move(list));
      if (!take(",")) return fail("expected ',' or ']'");
    }
  }

  std::optional<Value> read_object() {
    Dict dict;
    Places places;
    skip_blanks();
    if (take("}")) return Value(std::move(dict));
    while (true) {
      skip_blanks();
      if (!read_entry(dict, places)) return std::nullopt;
      skip_blanks();
      if (take("}")) return Value(std::move(dict));
      if (!take(",")) return fail("expected ',' or '}'");
    }
  }

  /// Where each key of an object is, so that a key written twice is found at once.
  using Places = std::unordered_map<std::string, std::size_t>;

  bool read_entry(Dict& dict, Places& places) {
    if (peek() != '"') return fail("expected a key in double quotes"), false;
    std::optional<std::string> key = read_text();
    if (!key) return false;
    skip_blanks();
    if (!take(":")) return fail("expected ':'"), false;
    skip_blanks();
    std::optional<Value> value = read_value();
    if (!value) return false;
    const auto [place, is_new] = places.try_emplace(*key, dict.entries.size());
    if (is_new) {
      dict.entries.push_back(DictEntry{std::move(*key), std::move(*value)});
    } else {
      dict.entries[place->second].value = std::move(*value);
    }
    return true;
  }

  std::optional<Value> read_text_value() {
    std::optional<std::string> text = read_text();
    if (!text) return std::nullopt;
    return Value(std::move(*text));
  }

  std::optional<std::string> read_text() {
    std::string text;
    ++offset_;
    while (offset_ < text_.size()) {
      const char c = text_[offset_];
      if (c == '"') {
        ++offset_;
        return text;
      }
      if (static_cast<unsigned char>(c) < 0x20) return fail("a control character in a text");
      if (c == '\\') {
        if (!read_escape(text)) return std::nullopt;
      } else {
        text += c;
        ++offset_;
      }
    }
    return fail("a text without its closing quote");
  }

  bool read_escape(std::string& text) {
    ++offset_;
    static constexpr std::string_view kLetters = "\"\\/bfnrt";
    static constexpr std::string_view kMeanings = "\"\\/\b\f\n\r\t";
    if (peek() == 'u') return read_unicode_escape(text);
    const std::size_t which =
        offset_ < text_.size() ? kLetters.find(text_[offset_]) : std::string_view::npos;
    if (which == std::string_view::npos) return fail("an unknown escape"), false;
    text += kMeanings[which];
    ++offset_;
    return true;
  }

  bool read_unicode_escape(std::string& text) {
    std::optional<char32_t> unit = read_unit();
    if (!unit) return fail("an escape that is not \\uXXXX"), false;
    char32_t point = *unit;
    if (point >= 0xD800 && point <= 0xDBFF && text_.substr(offset_, 2) == "\\u") {
      const std::size_t before = offset_++;
      const std::optional<char32_t> low = read_unit();
      if (low && *low >= 0xDC00 && *low <= 0xDFFF) {
        point = 0x10000 + ((point - 0xD800) << 10) + (*low - 0xDC00);
      } else {
        offset_ = before;
      }
    }
    if (is_surrogate(point) && dialect_ == JsonDialect::orjson)
      return fail("a lone surrogate"), false;
    append_utf8(text, point);
    return true;
  }

  /// `uXXXX`, from its `u`.
  std::optional<char32_t> read_unit() {
    if (offset_ + 5 > text_.size()) return std::nullopt;
    char32_t unit = 0;
    for (std::size_t i = 1; i <= 4; ++i) {
      const int digit = hex_digit(text_[offset_ + i]);
      if (digit < 0) return std::nullopt;
      unit = unit * 16 + static_cast<char32_t>(digit);
    }
    offset_ += 5;
    return unit;
  }

  void skip_digits() {
    while (is_digit(peek())) ++offset_;
  }

  std::optional<Value> read_number() {
    const std::size_t start = offset_;
    if (peek() == '-') ++offset_;
    if (dialect_ == JsonDialect::python && take("Infinity"))
      return Value(-std::numeric_limits<double>::infinity());
    if (!is_digit(peek())) return fail("a sign without a number");
    if (peek() == '0') {
      ++offset_;
    } else {
      skip_digits();
    }
    const std::size_t whole_end = offset_;
    if (peek() == '.' && offset_ + 1 < text_.size() && is_digit(text_[offset_ + 1])) {
      ++offset_;
      skip_digits();
    }
    skip_exponent();
    if (offset_ == whole_end) return integer(start);
    const std::optional<double> number = parse_float(text_.substr(start, offset_ - start));
    if (!number) return fail("not a number");
    return Value(*number);
  }

  /// Only a whole exponent counts; what is left of half a one is then unexpected text.
  void skip_exponent() {
    if (peek() != 'e' && peek() != 'E') return;
    const std::size_t before = offset_++;
    if (peek() == '+' || peek() == '-') ++offset_;
    if (!is_digit(peek())) offset_ = before;
    skip_digits();
  }

  std::optional<Value> integer(std::size_t start) {
    std::string digits(text_.substr(start, offset_ - start));
    if (digits.size() > kMostPythonDigits) return fail("an integer of too many digits");
    if (digits == "-0") digits = "0";
    return Value(Integer{std::move(digits)});
  }

  std::string_view text_;
  JsonDialect dialect_;
  std::size_t offset_ = 0;
  std::size_t depth_ = 0;
  JsonError error_;
};

}  // namespace

std::variant<Value, JsonError> parse_json(std::string_view text, JsonDialect dialect) {
  return Reader(text, dialect).read();
}

}  // namespace prefect_config
