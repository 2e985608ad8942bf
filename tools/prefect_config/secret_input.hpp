// A value that is on no command line: from standard input, or asked for without echo.
#pragma once

#include "command.hpp"

#include <string>
#include <string_view>
#include <variant>

namespace prefect_config::tool {

/// All of standard input, without one line end behind it, or why there is none: it cannot be read,
/// or is larger than 1 MiB.
/// `instead`: what to do where it is a terminal, which would show what is typed.
std::variant<std::string, Outcome>
read_from_stdin(const std::string& instead = "--prompt does not");

/// One line typed at the terminal after `NAME: `, which is not shown, or why there is none. A
/// signal ends or stops the program as ever, and the terminal shows again what is typed.
std::variant<std::string, Outcome> read_from_terminal(const std::string& name);

/// Why a text can be no setting's value in a profile, as ` is not UTF-8`; empty where it can.
std::string not_a_value(std::string_view value);

}  // namespace prefect_config::tool
