// A value that is on no command line: from standard input, or asked for without echo.
#pragma once

#include <optional>
#include <string>

namespace prefect_config::tool {

/// All of standard input, without one line end behind it; nothing where it cannot be read, or is
/// larger than 1 MiB.
std::optional<std::string> read_from_stdin();

/// One line typed at the terminal after `NAME: `, which is not shown; nothing where there is no
/// terminal.
std::optional<std::string> read_from_terminal(const std::string& name);

}  // namespace prefect_config::tool
