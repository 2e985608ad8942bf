// What programs are told on their command lines: Prefect, containers, Helm, kubectl.
//
// What it is not: the shell around them (shell_script.hpp), which is gone here: a command is words.
//
// To add a program: a function here, its line in ShellReader::run_program (shell_script.cpp).
#pragma once

#include "launch/shell_commands.hpp"
#include "launch/written.hpp"

#include <cstddef>
#include <functional>
#include <string_view>
#include <vector>

namespace prefect_config {

/// The words of one command, of a script.
struct ProgramCall {
  const WrittenFile& file;
  const PlacedText& script;
  const std::vector<ScriptWord>& words;

  /// `NAME=value`, which begins at byte `begin` of a word's text; its sign is at `sign`.
  WrittenVariable variable(const ScriptWord& word, std::size_t begin, std::size_t sign,
                           WrittenForm form) const;
  /// A word that is a value as a whole.
  WrittenVariable value_of(std::string_view name, ByteSpan name_at, const ScriptWord& word,
                           std::size_t begin) const;
};

constexpr std::size_t kNoWord = static_cast<std::size_t>(-1);

/// Where the `=` of a word `NAME=value` is, the name and the sign unquoted; else kNoWord.
std::size_t assignment_sign(const ScriptWord& word);

/// The word that is run behind `sudo`, `env`, `exec` and their like, from `at` on; assignments on
/// the way (`env NAME=value`) are given to `assign`.
std::size_t behind_starters(const std::vector<ScriptWord>& words, std::size_t at,
                            const std::function<void(std::size_t word)>& assign);

/// Which word is `prefect`, from `first` on: the program itself, or one that `uv run`, `poetry
/// run`, `python -m` or `docker exec` starts.
std::size_t prefect_word(const std::vector<ScriptWord>& words, std::size_t first);

/// Variables of `prefect config set` and `prefect cloud login`; `at` is the word `prefect`.
void read_prefect_call(const ProgramCall& call, std::size_t at,
                       std::vector<WrittenVariable>& variables);

/// `docker run`, `docker compose run`: a launch. False where it is none.
bool read_container_run(const ProgramCall& call, std::size_t first, WrittenLaunches& out);

/// `helm … --set path=value` of a command that names Prefect somewhere.
void read_helm_call(const ProgramCall& call, std::size_t first, WrittenLaunches& out);

/// `kubectl create secret … --from-literal=NAME=value`.
void read_kubectl_call(const ProgramCall& call, std::size_t first, WrittenLaunches& out);

}  // namespace prefect_config
