#include "profiles/toml_layout.hpp"

#include "support/python_text.hpp"
#include "support/text.hpp"

#include <algorithm>

namespace prefect_config {
namespace {

class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {
    if (starts_with(text_, kByteOrderMark)) at_ = kByteOrderMark.size();
  }

  std::vector<LayoutStatement> run() {
    std::vector<LayoutStatement> statements;
    std::size_t header = LayoutStatement::kNone;
    while (at_ < text_.size()) {
      const auto line = at_;
      skip_blanks();
      if (at_ < text_.size() && text_[at_] != '#' && text_[at_] != '\n' && text_[at_] != '\r') {
        auto statement = text_[at_] == '[' ? read_header() : read_pair_statement();
        skip_line();
        statement.lines = {line, at_};
        if (statement.kind == LayoutStatement::Kind::pair) {
          statement.under = header;
        } else {
          header = statements.size();
        }
        statements.push_back(std::move(statement));
      } else {
        skip_line();
      }
    }
    return statements;
  }

 private:
  char peek(std::size_t ahead = 0) const {
    return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0';
  }
  bool is_at(std::string_view what) const { return text_.substr(at_, what.size()) == what; }

  void skip_blanks() {
    while (peek() == ' ' || peek() == '\t') ++at_;
  }
  // To the beginning of the next line.
  void skip_line() {
    const auto end = text_.find('\n', at_);
    at_ = end == std::string_view::npos ? text_.size() : end + 1;
  }
  // Blanks, comments and line ends, as between the items of an array.
  void skip_space() {
    while (at_ < text_.size()) {
      const char c = peek();
      if (c == '#') {
        skip_line();
      } else if (c == ' ' || c == '\t' || c == '\n' || c == '\r') {
        ++at_;
      } else {
        return;
      }
    }
  }

  LayoutStatement read_header() {
    LayoutStatement statement;
    const bool array = is_at("[[");
    statement.kind = array ? LayoutStatement::Kind::array_of_tables : LayoutStatement::Kind::table;
    at_ += array ? 2 : 1;
    statement.header = read_path();
    return statement;
  }

  LayoutStatement read_pair_statement() {
    LayoutStatement statement;
    statement.pair = read_pair();
    return statement;
  }

  LayoutPair read_pair() {
    LayoutPair pair;
    pair.path = read_path();
    if (peek() == '=') ++at_;
    skip_blanks();
    pair.value = read_value();
    return pair;
  }

  std::vector<LayoutKey> read_path() {
    std::vector<LayoutKey> path;
    while (true) {
      skip_blanks();
      path.push_back(read_key());
      skip_blanks();
      if (peek() != '.') return path;
      ++at_;
    }
  }

  LayoutKey read_key() {
    LayoutKey key;
    key.span.begin = at_;
    if (peek() == '"' || peek() == '\'') {
      const bool basic = peek() == '"';
      skip_string();
      key.span.end = at_;
      const auto inside = text_.substr(key.span.begin + 1, key.span.size() - 2);
      key.text = basic ? unescaped(inside) : std::string(inside);
    } else {
      while (is_bare_key_character(peek())) ++at_;
      key.span.end = at_;
      key.text = std::string(key.span.of(text_));
      if (key.span.size() == 0) ++at_;  // never: the text is TOML
    }
    return key;
  }

  static std::string unescaped(std::string_view text) {
    std::string result;
    for (std::size_t at = 0; at < text.size(); ++at) {
      if (text[at] != '\\' || at + 1 == text.size()) {
        result += text[at];
        continue;
      }
      const char c = text[++at];
      constexpr std::string_view kNames = "btnfr\"\\";
      constexpr std::string_view kValues = "\b\t\n\f\r\"\\";
      if (const auto found = kNames.find(c); found != std::string_view::npos) {
        result += kValues[found];
      } else if (c == 'u' || c == 'U') {
        const std::size_t digits = c == 'u' ? 4 : 8;
        const auto code = std::stoul(std::string(text.substr(at + 1, digits)), nullptr, 16);
        append_utf8(result, static_cast<char32_t>(code));
        at += digits;
      }
    }
    return result;
  }

  // A character of a text, or an escape of a basic one.
  std::size_t skipped(char quote) const {
    return quote == '"' && peek() == '\\' ? std::size_t{2} : std::size_t{1};
  }

  // One of the four kinds of text.
  void skip_string() {
    const char quote = peek();
    const auto three = std::string(3, quote);
    if (is_at(three)) {
      at_ += 3;
      while (at_ < text_.size() && !is_at(three)) at_ += skipped(quote);
      at_ = std::min(at_ + 3, text_.size());
      // Up to two quotes may stand before the closing ones.
      while (peek() == quote) ++at_;
      return;
    }
    ++at_;
    while (at_ < text_.size() && peek() != quote) at_ += skipped(quote);
    at_ = std::min(at_ + 1, text_.size());
  }

  LayoutValue read_value() {
    LayoutValue value;
    value.span.begin = at_;
    const char c = peek();
    if (c == '"' || c == '\'') {
      skip_string();
    } else if (c == '[') {
      skip_array();
    } else if (c == '{') {
      value.is_inline_table = true;
      read_inline_table(value.members);
    } else {
      const auto end = text_.find_first_of(",]}#\r\n", at_);
      at_ = end == std::string_view::npos ? text_.size() : end;
      while (at_ > value.span.begin && (text_[at_ - 1] == ' ' || text_[at_ - 1] == '\t')) --at_;
    }
    value.span.end = at_;
    return value;
  }

  // What stands between two brackets, with commas, comments and line ends between the items.
  template <typename Item>
  void read_items(char close, Item read_item) {
    ++at_;
    while (at_ < text_.size()) {
      skip_space();
      if (peek() == close) {
        ++at_;
        return;
      }
      const auto before = at_;
      if (peek() == ',') {
        ++at_;
      } else {
        read_item();
      }
      if (at_ == before) ++at_;  // never: the text is TOML
    }
  }

  void skip_array() {
    read_items(']', [this] { read_value(); });
  }

  void read_inline_table(std::vector<LayoutPair>& members) {
    read_items('}', [&] { members.push_back(read_pair()); });
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

}  // namespace

std::vector<LayoutStatement> toml_layout(std::string_view text) { return Reader(text).run(); }

}  // namespace prefect_config
