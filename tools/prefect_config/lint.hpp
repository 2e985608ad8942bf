// `lint [PATH...]`: findings for every launch and every secret in files; without a path, for this
// launch.
#pragma once

#include "command.hpp"

namespace prefect_config::tool {

Command lint_command();

}  // namespace prefect_config::tool
