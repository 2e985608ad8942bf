// `__man [--of COMMAND]`: a manual page, in the macros of man(7), from the data of the command line
// and the texts of manual.cpp. The build installs what it prints.
//
// What it is not: a second list of options. A new option is in its page by itself.
#pragma once

#include "command.hpp"

#include <vector>

namespace prefect_config::tool {

/// Makes the pages of these commands.
Command man_command(const std::vector<Command>& commands);

}  // namespace prefect_config::tool
