// A shell script as its simple commands, one after the other: words without their quotes, where
// their bytes stand, what is redirected, and the bodies of heredocs.
//
// What it is not: a shell. Nothing runs and nothing is expanded, but for `${X:-default}`, of which
// the default is read; any other expansion stays as it is written and is marked as unknown.
// Functions, loops and conditions are looked through: each command in them counts. Not
// launch/shell_words.hpp either: that one reads one line that a person typed, and refuses.
//
// To add a piece of syntax: a case in the Cutter (shell_commands.cpp); each byte may be looked at a
// bounded number of times only.
#pragma once

#include "launch/placed_text.hpp"

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

namespace prefect_config {

struct ScriptWord {
  PlacedText value;       ///< without quotes; expansions as they are written
  std::size_t begin = 0;  ///< bytes of the script, with quotes
  std::size_t end = 0;
  std::size_t plain = 0;  ///< so many bytes from its beginning are neither quoted nor expanded

  const std::string& text() const { return value.text(); }
};

struct ScriptRedirect {
  std::string sign;  ///< `>`, `>>`, `<`, `<<`, `<<-`, `<<<`, …
  ScriptWord target;
  PlacedText body = {};  ///< of a heredoc
};

struct ScriptCommand {
  std::vector<ScriptWord> words;
  std::vector<ScriptRedirect> redirects;
  std::size_t begin = 0;  ///< bytes of the script
  std::size_t end = 0;
  bool is_piped = false;     ///< it reads what the command before writes
  bool opens_group = false;  ///< a `{` stands before it
};

/// Every simple command of a script, in its order.
void each_command(const PlacedText& script, const std::function<void(ScriptCommand&)>& take);

}  // namespace prefect_config
