// `explain`: which credentials are sent on each connection, and why.
#pragma once

#include "command.hpp"

namespace prefect_config::tool {

Command explain_command();

}  // namespace prefect_config::tool
