// `settings`: what settings a release has; `settings NAME`: all that is known of one, offline.
#pragma once

#include "command.hpp"

namespace prefect_config::tool {

Command settings_command();

}  // namespace prefect_config::tool
