// What a script writes into files: env files, systemd units, the environment of later CI steps.
//
// What it is not: a file system. A text is judged by itself: lines `NAME=value` are an env file,
// whatever its name; what is neither that nor a unit is not looked at.
//
// To add a kind of text: a line in ShellWrites::write.
#pragma once

#include "launch/placed_text.hpp"
#include "launch/shell_commands.hpp"
#include "launch/written.hpp"

#include <cstddef>
#include <map>
#include <string>
#include <vector>

namespace prefect_config {

class ShellWrites {
 public:
  ShellWrites(const WrittenFile& file, WrittenLaunches& out) : file_(file), out_(out) {}

  /// `echo` and `printf` (the word at `at`): their text, until it is known where it goes.
  void echo(const PlacedText& script, const ScriptCommand& command, std::size_t at);
  void forget_echo() { echoed_ = {}; }
  /// `{ echo …; echo …; } > file`: what is echoed from here on.
  void begin_group() { group_ = {}; }

  void write_echo(const ScriptWord& target, int depth) { write(echoed_, target, depth); }
  void write_group(const ScriptWord& target, int depth) { write(group_, target, depth); }
  void write(const PlacedText& text, const ScriptWord& target, int depth);

  /// Hands the env files on, and returns what was written into $GITHUB_ENV.
  std::vector<WrittenVariable> finish();

 private:
  WrittenLaunch& env_file(const ScriptWord& target);

  const WrittenFile& file_;
  WrittenLaunches& out_;
  PlacedText echoed_;
  PlacedText group_;
  std::vector<WrittenVariable> for_later_steps_;
  std::vector<WrittenLaunch> env_files_;
  std::map<std::string, std::size_t> env_file_of_;
};

}  // namespace prefect_config
