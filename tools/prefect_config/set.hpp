// `set` and `unset`: settings of the profile in force.
#pragma once

#include "command.hpp"

namespace prefect_config::tool {

Command set_command();
Command unset_command();

}  // namespace prefect_config::tool
