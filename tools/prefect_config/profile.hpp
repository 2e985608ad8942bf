// `profile`: the profiles in the file, as `prefect profile` has them.
#pragma once

#include "command.hpp"

namespace prefect_config::tool {

Command profile_command();

}  // namespace prefect_config::tool
