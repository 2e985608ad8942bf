// `--from FILE#NAME`: a launch that a file holds, for every command.
//
// What it is not: a reader (lib/src/launch). Of a value that is set and cannot be read here a note
// says so; a key or an auth string still takes part, as something that is set.
#pragma once

#include <prefect_config/launch.hpp>

#include <string>
#include <variant>

namespace prefect_config {

/// The launch of this name in the file; without `#NAME` the only one. The reason where there is
/// none, with the names that there are.
std::variant<Launch, LaunchProblem> launch_from(const std::string& text,
                                                const LaunchOptions& options);

}  // namespace prefect_config
