// One command line as the words a POSIX shell makes of it: quotes, backslashes, a leading `~`.
//
// What it is not: a shell. No variable, command or pattern is expanded (`expands` says where a
// shell would), and only the first simple command is read. Not Boost's `split_unix` either, which
// is no shell's splitting (docs/decisions.md).
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace prefect_config {

struct ShellWord {
  std::string text;
  /// `NAME=value`, the name and the sign unquoted: an assignment where it leads the command.
  bool assigns = false;
  /// A shell would put something else in the place of a part of it, such as `$X`.
  bool expands = false;
};

struct ShellWords {
  std::vector<ShellWord> words;
  /// What ended the command before the text did: `|`, `&&`, `;`. Empty at the text's end, and where
  /// only a redirection or a last `&` was left.
  std::string ended_by;
};

/// The words, or what is wrong with the text; the reason never quotes it.
std::variant<ShellWords, std::string> split_shell_words(std::string_view line,
                                                        std::string_view home);

/// Whether a shell can have a variable of this name.
bool is_variable_name(std::string_view text);

/// The name in a word `NAME=value`.
inline std::string assigned_name(std::string_view word) {
  return std::string(word.substr(0, word.find('=')));
}

}  // namespace prefect_config
