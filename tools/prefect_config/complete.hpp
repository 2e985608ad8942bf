// `complete`: what could stand at the end of a command line, for the scripts of shell/.
//
// The words of the line come on standard input, each ended by a NUL, the last one unfinished; they
// are in no argument list, because one of them can be a secret. The first line of the answer is a
// kind, and says what the shell does:
//
//   words        the lines that follow are the candidates, `WORD<tab>what it is`
//   assignments  the same, and no blank comes after one
//   folders      the shell's own completion of folders
//   files        the candidates, and the shell's own completion of files
//   command-line the shell's own completion of the command line that begins behind `--`
//
// What it is not: a list of the commands. It walks the data that the command line is made of.
#pragma once

#include "command.hpp"

#include <string>
#include <vector>

namespace prefect_config::tool {

/// Completes command lines of these commands, which outlive it.
Command complete_command(const std::vector<Command>& commands);

}  // namespace prefect_config::tool
