// `prompt`: the launch of this shell in a few characters, for a prompt: `prod (cloud)`, and `!`
// where something is wrong, which `doctor` then tells.
//
// What it is not: a place for messages. It says nothing on stderr, and it always ends well.
#pragma once

#include "command.hpp"

namespace prefect_config::tool {

Command prompt_command();

}  // namespace prefect_config::tool
