// `shell-init SHELL`: a script that gives a shell completion and a prompt segment. The scripts are
// files of shell/, which CMake makes text of the program.
//
// What it is not: what is completed (complete.hpp), or what the segment says (prompt.hpp). A script
// asks the program, so that it stays right when a release or a profile comes.
#pragma once

#include "command.hpp"

#include <string_view>

namespace prefect_config::tool {

extern const std::string_view kBashScript;
extern const std::string_view kZshScript;
extern const std::string_view kFishScript;

Command shell_init_command();

}  // namespace prefect_config::tool
