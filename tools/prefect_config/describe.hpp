// `__describe`: the whole command line as JSON, for whoever makes something of it: manual pages in
// other forms, pages of documentation, forms to fill in, tests that walk every option.
//
// What it is not: a list of its own. It walks the data that the command line is made of, so that a
// new option is in it by itself. Commands that are for programs only are left out.
#pragma once

#include "command.hpp"

#include <vector>

namespace prefect_config::tool {

/// Describes these commands.
Command describe_command(const std::vector<Command>& commands);

}  // namespace prefect_config::tool
