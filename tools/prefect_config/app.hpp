// The command line: global options, the list of commands, usage errors.
//
// What it is not: work. Commands describe themselves (command.hpp).
#pragma once

#include "command.hpp"

namespace prefect_config::tool {

/// Reads the command line and runs its command.
Outcome run_program(int argc, char* const* argv, bool out_is_terminal, bool err_is_terminal);

}  // namespace prefect_config::tool
