// `diff`: what differs between two profiles, two releases or two saved explanations.
#pragma once

#include "command.hpp"

namespace prefect_config::tool {

Command diff_command();

}  // namespace prefect_config::tool
