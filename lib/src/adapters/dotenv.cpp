#include "adapters/dotenv.hpp"

#include "support/byte_order_mark.hpp"
#include "support/python_text.hpp"
#include "support/text.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <unordered_map>
#include <utility>

namespace prefect_config {
namespace {

constexpr std::size_t kMostExpansion = std::size_t{16} << 20;

bool is_line_end(char32_t c) { return c == '\n' || c == '\r'; }

/// Lines and columns of offsets that only grow, so a whole text costs one pass.
class Locator {
 public:
  explicit Locator(std::string_view text) : text_(text) {}

  Span span(std::size_t begin, std::size_t end) {
    Span span;
    advance(begin);
    span.line = line_;
    span.column = column_;
    advance(end);
    span.end_line = line_;
    span.end_column = column_;
    return span;
  }

 private:
  void advance(std::size_t offset) {
    while (offset_ < offset) {
      const char c = text_[offset_];
      const bool half = c == '\r' && offset_ + 1 < text_.size() && text_[offset_ + 1] == '\n';
      if (is_line_end(static_cast<unsigned char>(c)) && !half) {
        ++line_;
        column_ = 1;
        ++offset_;
      } else {
        ++column_;
        offset_ += code_point_at(text_, offset_).bytes;
      }
    }
  }

  std::string_view text_;
  std::size_t offset_ = 0;
  std::uint32_t line_ = 1;
  std::uint32_t column_ = 1;
};

struct Range {
  std::size_t begin = 0;
  std::size_t end = 0;
};

/// One statement; `key` is none for a comment or blanks.
struct Statement {
  std::optional<Range> key;
  std::optional<Range> written;  // the value with its quotes
  std::optional<std::string> value;
};

std::optional<char> escaped_character(char c, char quote) {
  if (c == '\\' || c == '\'') return c;
  if (quote == '\'') return std::nullopt;
  switch (c) {
  case '"':
    return '"';
  case 'a':
    return '\a';
  case 'b':
    return '\b';
  case 'f':
    return '\f';
  case 'n':
    return '\n';
  case 'r':
    return '\r';
  case 't':
    return '\t';
  case 'v':
    return '\v';
  default:
    return std::nullopt;
  }
}

std::string decoded(std::string_view text, char quote) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\' && i + 1 < text.size()) {
      if (const auto c = escaped_character(text[i + 1], quote)) {
        out += *c;
        ++i;
        continue;
      }
    }
    out += text[i];
  }
  return out;
}

/// python-dotenv's parser.py. A `bool` function that returns false found nothing to read, which
/// makes the statement a problem; what was read before it stays read.
class Parser {
 public:
  Parser(std::string_view text, const DotenvDialect& dialect) : text_(text), dialect_(dialect) {}

  bool at_end() const { return offset_ >= text_.size(); }
  std::size_t offset() const { return offset_; }

  /// The next statement, or nothing where python-dotenv skips it.
  std::optional<Statement> next() {
    Statement statement;
    if (read(statement)) return statement;
    skip_line();
    return std::nullopt;
  }

 private:
  bool read(Statement& statement) {
    skip_spaces();
    if (at_end()) return true;
    skip_export();
    if (!read_key(statement)) return false;
    skip_blanks();
    if (peek() == '=' && !read_value(statement)) return false;
    return skip_comment_and_line_end();
  }

  char peek() const { return at_end() ? '\0' : text_[offset_]; }

  template <typename Predicate>
  void skip_while(Predicate predicate) {
    while (!at_end()) {
      const CodePoint c = code_point_at(text_, offset_);
      if (!predicate(c.value)) return;
      offset_ += c.bytes;
    }
  }
  void skip_spaces() { skip_while(is_python_blank); }
  void skip_blanks() {
    skip_while([](char32_t c) { return is_python_blank(c) && !is_line_end(c); });
  }
  void skip_to_line_end() {
    offset_ = std::min(text_.find_first_of("\r\n", offset_), text_.size());
  }

  void skip_export() {
    constexpr std::string_view kExport = "export";
    if (!starts_with(text_.substr(offset_), kExport)) return;
    const std::size_t begin = offset_;
    offset_ += kExport.size();
    const std::size_t blanks = offset_;
    skip_blanks();
    if (offset_ == blanks) offset_ = begin;
  }

  bool read_key(Statement& statement) {
    if (peek() == '#') return true;
    if (peek() == '\'') return read_quoted_key(statement);
    const std::size_t begin = offset_;
    skip_while([](char32_t c) { return c != '=' && c != '#' && !is_python_blank(c); });
    if (offset_ == begin) return false;
    statement.key = Range{begin, offset_};
    return true;
  }

  bool read_quoted_key(Statement& statement) {
    const std::size_t begin = offset_ + 1;
    const std::size_t end = text_.find('\'', begin);
    if (end == std::string_view::npos || end == begin) return false;
    statement.key = Range{begin, end};
    offset_ = end + 1;
    return true;
  }

  bool read_value(Statement& statement) {
    const std::size_t after_equals = ++offset_;
    skip_blanks();
    statement.value.emplace();
    if (at_end() || is_line_end(static_cast<unsigned char>(peek()))) return true;
    if (peek() == '\'' || peek() == '"') return read_quoted_value(statement);
    const bool comment = peek() == '#' && offset_ > after_equals;
    if (!comment || !dialect_.hash_after_blank_is_comment) read_unquoted_value(statement);
    return true;
  }

  bool read_quoted_value(Statement& statement) {
    const char quote = peek();
    const std::size_t begin = offset_ + 1;
    const auto end =
        dialect_.backslash_escapes_any ? closing_quote(begin) : old_closing_quote(begin);
    if (!end) return false;
    statement.value = decoded(text_.substr(begin, *end - begin), quote);
    statement.written = Range{offset_, *end + 1};
    offset_ = *end + 1;
    return true;
  }

  // Both scan to the end of the text at most once for each kind of quote: an opening quote follows
  // `=` or a blank, so an earlier scan that found no closing quote would have found it.
  std::optional<std::size_t> closing_quote(std::size_t begin) const {
    const char quote = text_[begin - 1];
    for (std::size_t i = begin; i < text_.size(); ++i) {
      if (text_[i] == quote) return i;
      if (text_[i] == '\\') ++i;
    }
    return std::nullopt;
  }

  std::optional<std::size_t> old_closing_quote(std::size_t begin) const {
    const char quote = text_[begin - 1];
    std::optional<std::size_t> last_escaped;
    for (std::size_t i = begin; i < text_.size(); ++i) {
      if (text_[i] != quote) continue;
      if (i == begin || text_[i - 1] != '\\') return i;
      last_escaped = i;
    }
    return last_escaped;
  }

  /// The line, up to a `#` that follows a space, without the spaces that are then last.
  void read_unquoted_value(Statement& statement) {
    const std::size_t begin = offset_;
    std::size_t end = begin;  // after the last character that is no space
    bool after_space = false;
    while (!at_end()) {
      const CodePoint c = code_point_at(text_, offset_);
      if (is_line_end(c.value) || (c.value == '#' && after_space)) break;
      after_space = is_python_blank(c.value);
      offset_ += c.bytes;
      if (!after_space) end = offset_;
    }
    skip_to_line_end();
    statement.value = text_.substr(begin, end - begin);
    statement.written = Range{begin, end};
  }

  bool skip_comment_and_line_end() {
    skip_blanks();
    if (peek() == '#') skip_to_line_end();
    if (at_end()) return true;
    return skip_line_end();
  }

  bool skip_line_end() {
    if (starts_with(text_.substr(offset_), "\r\n")) {
      offset_ += 2;
      return true;
    }
    if (!is_line_end(static_cast<unsigned char>(peek()))) return false;
    ++offset_;
    return true;
  }

  void skip_line() {
    skip_to_line_end();
    if (!at_end()) ++offset_;  // of `\r\n` only the first, as python-dotenv does
  }

  std::string_view text_;
  const DotenvDialect& dialect_;
  std::size_t offset_ = 0;
};

/// `${NAME}` and `${NAME:-default}` replaced: from earlier entries, then from the environment.
class Interpolation {
 public:
  explicit Interpolation(const DotenvLookup& environment) : environment_(environment) {}

  /// Nothing where too much was made in all.
  std::optional<std::string> expand(std::string_view value) {
    std::string out;
    std::size_t done = 0;
    std::size_t name_end = 0;  // the first `}` or `:` from `start` on, searched for once
    std::size_t close = 0;     // the first `}` likewise
    for (std::size_t dollar = value.find("${"); dollar != std::string_view::npos;
         dollar = value.find("${", dollar)) {
      const std::size_t start = dollar + 2;
      if (name_end < start) name_end = value.find_first_of("}:", start);
      if (close < start) close = value.find('}', start);
      if (close == std::string_view::npos) break;
      const bool has_default = value.substr(name_end, 2) == ":-";
      if (name_end != close && !has_default) {
        ++dollar;
        continue;
      }
      std::string_view fallback;
      // Of `${A:-}` the first `}` after `:-` closes.
      if (has_default) fallback = value.substr(name_end + 2, close - name_end - 2);
      out += value.substr(done, dollar - done);
      const auto text = resolve(value.substr(start, name_end - start), fallback);
      if (text.size() > kMostExpansion - made_) return std::nullopt;
      made_ += text.size();
      out += text;
      dollar = done = close + 1;
    }
    out += value.substr(done);
    return out;
  }

  void set(const std::string& name, const std::optional<std::string>& value) {
    values_[name] = value;
  }

 private:
  std::string_view resolve(std::string_view name, std::string_view fallback) const {
    if (const auto found = values_.find(std::string(name)); found != values_.end())
      return found->second ? std::string_view(*found->second) : std::string_view();
    if (const std::string* set = environment_ ? environment_(name) : nullptr) return *set;
    return fallback;
  }

  const DotenvLookup& environment_;
  std::unordered_map<std::string, std::optional<std::string>> values_;
  std::size_t made_ = 0;
};

/// Without the line end and blank lines that end what was skipped.
std::size_t end_of_skipped(std::string_view text, std::size_t begin, std::size_t end) {
  while (end > begin && (text[end - 1] == '\n' || text[end - 1] == '\r')) --end;
  return end;
}

}  // namespace

DotenvFile parse_dotenv(std::string_view text, const DotenvDialect& dialect,
                        const DotenvLookup& environment) {
  if (dialect.skips_bom && has_byte_order_mark(text)) text.remove_prefix(3);
  DotenvFile file;
  Parser parser(text, dialect);
  Locator locator(text);
  Interpolation interpolation(environment);
  while (!parser.at_end()) {
    const std::size_t begin = parser.offset();
    const auto statement = parser.next();
    if (!statement) {
      file.problems.push_back(
          {locator.span(begin, end_of_skipped(text, begin, parser.offset())), begin});
      continue;
    }
    if (!statement->key) continue;
    DotenvEntry entry;
    const Range key = *statement->key;
    entry.key = text.substr(key.begin, key.end - key.begin);
    entry.key_span = locator.span(key.begin, key.end);
    if (const auto& written = statement->written)
      entry.value_span = locator.span(written->begin, written->end);
    if (statement->value) {
      entry.value = interpolation.expand(*statement->value);
      if (!entry.value) {
        file.too_large = true;
        return file;
      }
    }
    interpolation.set(entry.key, entry.value);
    file.entries.push_back(std::move(entry));
  }
  return file;
}

}  // namespace prefect_config
