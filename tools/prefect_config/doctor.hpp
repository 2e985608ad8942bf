// `doctor`: what is wrong with this launch, and what to type next.
#pragma once

#include "command.hpp"

namespace prefect_config::tool {

Command doctor_command();

}  // namespace prefect_config::tool
