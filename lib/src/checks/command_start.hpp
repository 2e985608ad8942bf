// Whether the `prefect` command goes on from settings that load.
//
// What it is not: a check of the settings. Those load; what follows is what Prefect does with them
// before it looks at its subcommand: it sets up logging.
//
// To add a reason: a function in command_start.cpp that returns its finding.
#pragma once

#include <prefect_config/inspect.hpp>

namespace prefect_config {

/// Adds a finding, and clears `command_starts`, where every `prefect` command ends with a
/// traceback although the settings load. Where a profile is asked for on its command line, the
/// launch is such a command, and `loads` is cleared too.
void check_command_starts(Inspection& inspection);

}  // namespace prefect_config
