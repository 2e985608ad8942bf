// `env`, `exec` and `validate`: a profile's settings for another program, and whether they are
// valid.
#pragma once

#include "command.hpp"

namespace prefect_config::tool {

Command env_command();
Command exec_command();
Command validate_command();

}  // namespace prefect_config::tool
