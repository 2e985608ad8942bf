// Shell text: whole scripts, `run:` blocks of workflows, RUN of Dockerfiles, ExecStart of systemd.
//
// What it is not: a shell (launch/shell_commands.hpp). A script is one launch with every variable
// it puts in force anywhere, as if all of its branches ran; a `docker run` in it is a launch of its
// own, and so is an env file that it writes.
//
// To add a command that says something of Prefect: a function in shell_script.cpp (what changes
// the shell's own variables) or in shell_programs.cpp (what a program is told), and its tests.
#pragma once

#include "launch/placed_text.hpp"
#include "launch/written.hpp"

#include <cstddef>
#include <string_view>
#include <vector>

namespace prefect_config {

/// What one shell does.
struct ShellFound {
  WrittenLaunch script;  ///< its variables and the commands that run Prefect
  /// What it writes into $GITHUB_ENV: for the steps that follow.
  std::vector<WrittenVariable> for_later_steps;

  bool is_empty() const { return script.variables.empty() && script.commands.empty(); }
};

/// The role that several commands give together: the server's where one starts it, else a worker's.
WrittenRole role_of_commands(const std::vector<WrittenCommand>& commands);

/// One shell's text; containers, env files and units that it makes go to `out`. `depth`: how many
/// texts this one is nested in; beyond a few nothing is read.
ShellFound read_shell_text(const WrittenFile& file, const PlacedText& text, WrittenLaunches& out,
                           int depth = 0);

/// A launch runs what was found: its role, its commands, and its variables behind the launch's own.
void take_script(ShellFound& found, WrittenLaunch& launch);

/// A text that stands in the file in one piece, as one launch `shell script`; none where it says
/// nothing of Prefect.
void read_shell(const WrittenFile& file, std::string_view text, std::size_t offset_in_file,
                WrittenLaunches& out);

}  // namespace prefect_config
