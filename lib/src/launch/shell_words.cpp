#include "launch/shell_words.hpp"

#include "support/text.hpp"

#include <algorithm>
#include <optional>
#include <utility>

namespace prefect_config {
namespace {

constexpr std::string_view kBlanks = " \t";
constexpr std::string_view kOperators = ";|&<>()\n";

bool is_one_of(char c, std::string_view set) { return set.find(c) != std::string_view::npos; }

bool begins_name(char c) { return is_letter(c) || c == '_'; }

class Splitter {
 public:
  Splitter(std::string_view line, std::string_view home) : line_(line), home_(home) {}

  std::variant<ShellWords, std::string> run() {
    while (problem_.empty() && read_word()) {
    }
    if (!problem_.empty()) return std::move(problem_);
    return std::move(result_);
  }

 private:
  bool at_end() const { return at_ >= line_.size(); }
  char here() const { return line_[at_]; }
  char after() const { return at_ + 1 < line_.size() ? line_[at_ + 1] : '\0'; }
  void take() { word_.text += line_[at_++]; }

  // False at the end of the command.
  bool read_word() {
    skip_blanks();
    if (at_end()) return false;
    if (is_redirection()) return skip_redirection();
    if (is_one_of(here(), kOperators)) {
      read_operator();
      return false;
    }
    word_ = {};
    plain_ = true;
    read_tilde();
    while (problem_.empty() && !at_end() && !is_one_of(here(), kBlanks) &&
           !is_one_of(here(), kOperators))
      read_part();
    if (!is_descriptor()) result_.words.push_back(std::move(word_));
    return true;
  }

  bool is_redirection() const {
    return here() == '<' || here() == '>' || (here() == '&' && after() == '>');
  }

  // `>file`, `2>&1`, `<<<text`: the operator and the word behind it, wherever they stand. What it
  // opens says nothing of the settings.
  bool skip_redirection() {
    if (here() == '&') ++at_;
    const char direction = here();
    while (!at_end() && (here() == direction || here() == '>')) ++at_;
    if (!at_end() && is_one_of(here(), "&|-")) ++at_;
    const auto words = result_.words.size();
    const bool is_read = read_word();
    if (result_.words.size() > words) result_.words.pop_back();
    return is_read;
  }

  // And comments, which begin only where a word could.
  void skip_blanks() {
    while (!at_end()) {
      if (here() == '#') at_ = std::min(line_.size(), line_.find('\n', at_));
      if (at_end()) return;
      const bool joined = here() == '\\' && after() == '\n';
      const bool leading = here() == '\n' && result_.words.empty();
      if (!joined && !leading && !is_one_of(here(), kBlanks)) return;
      at_ += joined ? 2 : 1;
    }
  }

  // The 2 of `2>&1`.
  bool is_descriptor() const {
    return plain_ && !at_end() && (here() == '<' || here() == '>') &&
           std::all_of(word_.text.begin(), word_.text.end(), is_digit);
  }

  void read_operator() {
    const char first = here();
    if (first == '(' || first == ')') {
      problem_ = "parentheses need a shell";
      return;
    }
    std::string name(1, first);
    if (after() == first) name += first;
    const auto rest = line_.substr(at_ + name.size());
    const bool last = rest.find_first_not_of(" \t\n") == std::string_view::npos;
    if (!last) result_.ended_by = first == '\n' ? "the line's end" : name;
  }

  void read_part() {
    switch (here()) {
    case '\'':
      return read_single_quoted();
    case '"':
      return read_double_quoted();
    case '\\':
      return read_escaped();
    case '$':
    case '`':
      return read_expansion("*@#?$!-'\"");
    case '=':
      if (plain_ && is_variable_name(word_.text)) {
        word_.assigns = true;
        take();
        return read_tilde();
      }
      return take();
    default:
      return take();
    }
  }

  // At the beginning of a word, or of an assignment's value.
  void read_tilde() {
    if (at_end() || here() != '~') return;
    const auto next = after();
    if (next != '/' && next != '\0' && !is_one_of(next, kBlanks) && !is_one_of(next, kOperators)) {
      word_.expands = true;  // ~somebody
      return;
    }
    plain_ = false;
    ++at_;
    word_.text += home_;
  }

  void read_single_quoted() {
    plain_ = false;
    const auto end = line_.find('\'', at_ + 1);
    if (end == std::string_view::npos) {
      problem_ = "a single quote is not closed";
      return;
    }
    word_.text += line_.substr(at_ + 1, end - at_ - 1);
    at_ = end + 1;
  }

  void read_double_quoted() {
    plain_ = false;
    ++at_;
    while (problem_.empty() && !at_end() && here() != '"') {
      if (here() == '\\' && is_one_of(after(), "$`\"\\\n")) {
        read_escaped();
      } else if (here() == '$' || here() == '`') {
        read_expansion("*@#?$!-");
      } else {
        take();
      }
    }
    if (!problem_.empty()) return;
    if (at_end()) problem_ = "a double quote is not closed";
    ++at_;
  }

  void read_escaped() {
    plain_ = false;
    // The last character of all stands for itself, as in bash and dash.
    if (at_ + 1 < line_.size()) ++at_;
    if (here() == '\n') {
      ++at_;
    } else {
      take();
    }
  }

  // Kept as it is written, up to its end where it could hold blanks. `special` may follow the `$`.
  void read_expansion(std::string_view special) {
    plain_ = false;
    if (here() == '`') return read_through('`', '`');
    if (after() == '(' || after() == '{') {
      take();
      return here() == '(' ? read_through('(', ')') : read_through('{', '}');
    }
    word_.expands = word_.expands || begins_name(after()) || is_digit(after()) ||
                    (after() != '\0' && is_one_of(after(), special));
    take();
  }

  void read_through(char open, char close) {
    word_.expands = true;
    std::size_t depth = 0;
    do {
      if (here() == open && (open != close || depth == 0)) {
        ++depth;
      } else if (here() == close) {
        --depth;
      }
      take();
    } while (!at_end() && depth > 0);
    if (depth > 0) problem_ = std::string("`") + open + "` is not closed";
  }

  std::string_view line_;
  std::string_view home_;
  std::size_t at_ = 0;
  ShellWord word_;
  bool plain_ = true;  // nothing of the word was quoted so far
  ShellWords result_;
  std::string problem_;
};

}  // namespace

bool is_variable_name(std::string_view text) {
  return !text.empty() && begins_name(text.front()) &&
         std::all_of(text.begin(), text.end(),
                     [](char c) { return begins_name(c) || is_digit(c); });
}

std::variant<ShellWords, std::string> split_shell_words(std::string_view line,
                                                        std::string_view home) {
  return Splitter(line, home).run();
}

}  // namespace prefect_config
