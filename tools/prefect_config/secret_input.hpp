// A value that is on no command line: from standard input, or asked for without echo.
#pragma once

#include "command.hpp"

#include <string>
#include <variant>

namespace prefect_config::tool {

/// All of standard input, without one line end behind it, or why there is none: it cannot be read,
/// or is larger than 1 MiB.
std::variant<std::string, Outcome> read_from_stdin();

/// One line typed at the terminal after `NAME: `, which is not shown, or why there is none. A
/// signal ends or stops the program as ever, and the terminal shows again what is typed.
std::variant<std::string, Outcome> read_from_terminal(const std::string& name);

}  // namespace prefect_config::tool
