// `why NAME`: one setting from its winner down to its default.
#pragma once

#include "command.hpp"

namespace prefect_config::tool {

Command why_command();

}  // namespace prefect_config::tool
