// `view`: every setting, its value, its source.
#pragma once

#include "command.hpp"

namespace prefect_config::tool {

Command view_command();

}  // namespace prefect_config::tool
