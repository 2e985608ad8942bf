#include "launch/shell_commands.hpp"

#include "support/text.hpp"

#include <algorithm>
#include <iterator>
#include <string_view>
#include <utility>

namespace prefect_config {
namespace {

constexpr auto kNone = std::string_view::npos;
constexpr std::string_view kBlanks = " \t\r";
constexpr std::string_view kOperators = ";|&()<>\n";
constexpr std::string_view kReserved[] = {"if",    "then",  "elif", "else", "do",
                                          "while", "until", "!",    "{",    "}"};

bool is_one_of(char c, std::string_view set) { return set.find(c) != kNone; }
bool is_name_part(char c) { return is_letter_or_digit(c) || c == '_'; }

class Cutter {
 public:
  Cutter(const PlacedText& script, const std::function<void(ScriptCommand&)>& take)
      : script_(script), text_(script.text()), take_(take), last_single_(text_.rfind('\'')),
        last_braces_(text_.rfind("}}")) {}

  void run() {
    while (!at_end()) step();
    finish_command();
    flush();
  }

  // A heredoc's body, in which everything but expansions is text.
  PlacedText expanded() {
    is_plain_ = false;
    while (!at_end()) {
      const auto stop = std::min(text_.find_first_of("\\$`", at_), text_.size());
      take_until(stop);
      if (at_end()) break;
      if (here() == '\\') {
        read_escape("$`\\\n");
      } else {
        read_expansion(true);
      }
    }
    return std::move(word_.value);
  }

 private:
  bool at_end() const { return at_ >= text_.size(); }
  char here() const { return text_[at_]; }
  char after(std::size_t by = 1) const { return at_ + by < text_.size() ? text_[at_ + by] : '\0'; }
  void take_until(std::size_t end) {
    word_.value.add(script_, at_, end);
    at_ = std::min(end, text_.size());
  }
  void not_plain() {
    if (is_plain_) word_.plain = word_.value.size();
    is_plain_ = false;
  }

  void step() {
    const char c = here();
    if (is_one_of(c, kBlanks)) {
      ++at_;
    } else if (c == '\\' && after() == '\n') {
      at_ += 2;
    } else if (c == '\\' && after() == '\r' && after(2) == '\n') {
      at_ += 3;
    } else if (c == '#') {
      at_ = std::min(text_.find('\n', at_), text_.size());
    } else if (c == '\n') {
      ++at_;
      finish_command();
      flush();
    } else if (c == '<' || c == '>' || (c == '&' && after() == '>')) {
      read_redirect();
    } else if (c == '(' && after() == '(' && command_.words.empty()) {
      at_ = end_of_nest(at_);
    } else if (is_one_of(c, kOperators)) {
      read_operator();
    } else {
      add_word();
    }
  }

  void read_operator() {
    const char c = here();
    finish_command();
    ++at_;
    const bool is_doubled = !at_end() && here() == c && c != '(' && c != ')';
    command_.is_piped = c == '|' && !is_doubled;
    if (is_doubled || (c == '|' && !at_end() && here() == '&')) ++at_;
  }

  void add_word() {
    read_word();
    // The 2 of `2>file`.
    const bool is_descriptor = !at_end() && (here() == '<' || here() == '>') &&
                               word_.plain == word_.value.size() &&
                               word_.text().find_first_not_of("0123456789") == std::string::npos;
    if (is_descriptor) return;
    if (command_.words.empty() && command_.redirects.empty()) command_.begin = word_.begin;
    command_.end = word_.end;
    command_.words.push_back(std::move(word_));
  }

  void read_redirect() {
    ScriptRedirect redirect;
    const auto begin = at_;
    if (here() == '&') ++at_;
    const char direction = here();
    while (!at_end() && here() == direction && at_ - begin < 3) ++at_;
    if (direction == '<' && at_ - begin == 2 && !at_end() && here() == '-') ++at_;
    if (!at_end() && is_one_of(here(), "&|>") && at_ - begin == 1) ++at_;
    redirect.sign = std::string(text_.substr(begin, at_ - begin));
    while (!at_end() && (here() == ' ' || here() == '\t')) ++at_;
    // `<(command)` is no redirection.
    if (at_end() || is_one_of(here(), kOperators)) return;
    read_word();
    if (command_.words.empty() && command_.redirects.empty()) command_.begin = begin;
    command_.end = word_.end;
    redirect.target = std::move(word_);
    if (redirect.sign == "<<" || redirect.sign == "<<-") ++heredocs_;
    command_.redirects.push_back(std::move(redirect));
  }

  void finish_command() {
    auto& words = command_.words;
    std::size_t reserved = 0;
    for (; reserved < words.size() && is_reserved(words[reserved]); ++reserved) {
      // A `}` that is redirected says where its group goes.
      if (words[reserved].text() == "}" && !command_.redirects.empty()) break;
      command_.opens_group = command_.opens_group || words[reserved].text() == "{";
    }
    words.erase(words.begin(), words.begin() + static_cast<std::ptrdiff_t>(reserved));
    if (!words.empty()) command_.begin = words[0].begin;
    const bool opens_group = command_.opens_group;
    if (!words.empty() || !command_.redirects.empty()) {
      line_.push_back(std::move(command_));
      command_ = {};
    } else {
      command_ = {};
      command_.opens_group = opens_group;
    }
  }

  static bool is_reserved(const ScriptWord& word) {
    return word.plain == word.value.size() && std::find(std::begin(kReserved), std::end(kReserved),
                                                        word.text()) != std::end(kReserved);
  }

  // At a line's end the bodies of its heredocs follow.
  void flush() {
    for (std::size_t i = 0; heredocs_ > 0 && i < line_.size(); ++i) {
      for (auto& redirect : line_[i].redirects) {
        if (redirect.sign == "<<" || redirect.sign == "<<-") read_body(redirect);
      }
    }
    heredocs_ = 0;
    for (auto& command : line_) take_(command);
    line_.clear();
  }

  void read_body(ScriptRedirect& redirect) {
    const bool has_tabs = redirect.sign == "<<-";
    PlacedText raw;
    while (!at_end()) {
      const auto line = line_at(text_, at_);
      at_ = line.next;
      auto begin = line.begin;
      while (has_tabs && begin < line.end && text_[begin] == '\t') ++begin;
      if (text_.substr(begin, line.end - begin) == redirect.target.text()) break;
      raw.add(script_, begin, line.next);
    }
    const bool is_quoted = redirect.target.plain != redirect.target.value.size();
    redirect.body = is_quoted ? std::move(raw) : Cutter(raw, take_).expanded();
  }

  // -------------------------------------------------------------------------------------------

  void read_word() {
    word_ = {};
    word_.begin = at_;
    is_plain_ = true;
    while (!at_end() && !is_one_of(here(), kBlanks) && !is_one_of(here(), kOperators)) read_part();
    not_plain();
    word_.end = at_;
  }

  void read_part() {
    const char c = here();
    if (c == '\'') {
      read_single_quoted();
    } else if (c == '"') {
      read_double_quoted();
    } else if (c == '\\') {
      not_plain();
      read_escape({});
    } else if (c == '$' || c == '`' || (c == '{' && after() == '{')) {
      not_plain();
      read_expansion(false);
    } else {
      const auto end = text_.find_first_of("'\"\\$`{ \t\r\n;|&()<>", at_ + 1);
      take_until(std::min(end, text_.size()));
    }
  }

  // Before `special` only, where that is given.
  void read_escape(std::string_view special) {
    const bool is_escape = special.empty() || is_one_of(after(), special);
    if (is_escape && at_ + 1 < text_.size()) ++at_;
    if (is_escape && here() == '\n') {
      ++at_;
    } else if (is_escape && here() == '\r' && after() == '\n') {
      at_ += 2;
    } else {
      take_until(at_ + 1);
    }
  }

  void read_single_quoted() {
    not_plain();
    // One that nothing closes is text: an apostrophe must not swallow a whole Makefile.
    if (last_single_ == kNone || at_ >= last_single_) return take_until(at_ + 1);
    ++at_;
    take_until(text_.find('\'', at_));
    ++at_;
  }

  void read_double_quoted() {
    not_plain();
    if (no_more_double_) return take_until(at_ + 1);
    ++at_;
    while (!at_end() && here() != '"') {
      const auto stop = std::min(text_.find_first_of("\"\\$`{", at_), text_.size());
      if (stop > at_) {
        take_until(stop);
      } else if (here() == '\\') {
        read_escape("$`\"\\\n");
      } else if (here() == '{' && after() != '{') {
        take_until(at_ + 1);
      } else {
        read_expansion(true);
      }
    }
    if (!at_end()) {
      ++at_;
      return;
    }
    // Nothing closes it: the word again, with such quotes as text. This happens once.
    no_more_double_ = true;
    at_ = word_.begin;
    word_.value = {};
    word_.plain = 0;
    is_plain_ = true;
  }

  void read_expansion(bool is_quoted) {
    const auto next = after();
    const bool has_braces = here() == '{' || (here() == '$' && next == '{' && after(2) == '{');
    std::size_t end = at_ + 1;
    if (has_braces) {
      // A template's `{{ … }}` and GitHub's `${{ … }}`.
      if (last_braces_ == kNone || at_ > last_braces_) return take_until(at_ + 1);
      end = text_.find("}}", at_) + 2;
    } else if (here() == '`') {
      end = end_of_backticks();
    } else if (next == '\'' && !is_quoted) {
      ++at_;
      return read_ansi_quoted();
    } else if (next == '"' && !is_quoted) {
      ++at_;
      return;
    } else if (next == '(') {
      end = end_of_nest(at_ + 1);
    } else if (next == '{') {
      end = end_of_nest(at_ + 1);
      if (take_default(end)) return;
    } else if (next != '\0' && is_name_part(next)) {
      ++end;
      while (!is_digit(next) && end < text_.size() && is_name_part(text_[end])) ++end;
    } else if (next != '\0' && is_one_of(next, "*@#?$!-")) {
      ++end;
    } else {
      return take_until(end);
    }
    word_.value.mark_unknown();
    take_until(end);
  }

  // `${NAME:-default}` with a default that is text.
  bool take_default(std::size_t end) {
    auto at = at_ + 2;
    while (at < end && is_name_part(text_[at])) ++at;
    if (at + 1 < end && text_[at] == ':') ++at;
    if (at + 2 >= end || !is_one_of(text_[at], "-=") || text_[end - 1] != '}') return false;
    auto begin = at + 1;
    auto stop = end - 1;
    if (stop - begin > 2 && text_[begin] == '"' && text_[stop - 1] == '"') ++begin, --stop;
    const auto value = text_.substr(begin, stop - begin);
    if (value.empty() || value.find_first_of("$`'\"\\{}") != kNone) return false;
    word_.value.add(script_, begin, stop);
    at_ = end;
    return true;
  }

  void read_ansi_quoted() {
    ++at_;
    while (!at_end() && here() != '\'') {
      const bool is_escape = here() == '\\' && at_ + 1 < text_.size();
      const auto place = script_.place(at_, at_ + 1);
      if (is_escape) ++at_;
      if (is_escape && (here() == 'n' || here() == 't')) {
        word_.value.add_at(here() == 'n' ? "\n" : "\t", place);
        ++at_;
      } else {
        take_until(at_ + 1);
      }
    }
    if (!at_end()) ++at_;
  }

  std::size_t end_of_backticks() const {
    auto at = at_ + 1;
    while (at < text_.size() && text_[at] != '`') at += text_[at] == '\\' ? 2u : 1u;
    return std::min(at + 1, text_.size());
  }

  // Behind the parenthesis or brace that closes the one at `at`, quotes and nested ones counted.
  std::size_t end_of_nest(std::size_t at) const {
    std::string open;
    for (; at < text_.size(); ++at) {
      const char c = text_[at];
      const char top = open.empty() ? '\0' : open.back();
      const bool opens = at > 0 && text_[at - 1] == '$' && (c == '(' || c == '{');
      if (c == '\\') {
        ++at;
      } else if (c == '"' && top == '"') {
        open.pop_back();
      } else if (c == '"' || opens || open.empty() || (c == '(' && top == '(')) {
        open += c;
      } else if (c == '\'' && top == '(') {
        const auto close = text_.find('\'', at + 1);
        if (close == kNone) return text_.size();
        at = close;
      } else if ((c == ')' && top == '(') || (c == '}' && top == '{')) {
        open.pop_back();
        if (open.empty()) return at + 1;
      }
    }
    return text_.size();
  }

  const PlacedText& script_;
  std::string_view text_;
  const std::function<void(ScriptCommand&)>& take_;
  std::size_t at_ = 0;
  std::size_t last_single_ = kNone;
  std::size_t last_braces_ = kNone;
  bool no_more_double_ = false;
  ScriptWord word_;
  bool is_plain_ = true;
  ScriptCommand command_;
  std::vector<ScriptCommand> line_;
  std::size_t heredocs_ = 0;
};

}  // namespace

void each_command(const PlacedText& script, const std::function<void(ScriptCommand&)>& take) {
  Cutter(script, take).run();
}

}  // namespace prefect_config
