// `rules`: what findings there can be; `rules CODE`: one of them explained, offline.
#pragma once

#include "command.hpp"

namespace prefect_config::tool {

Command rules_command();

}  // namespace prefect_config::tool
