// What a command line makes of a launch: `PREFECT_API_URL=… uv run prefect -p NAME worker start`.
//
// What it is not: an execution, or a judge of Prefect's commands. Read are the environment, the
// directory and which profile is asked for; what the command would do is not.
//
// To add a program that people write in front of `prefect`: a row of `kWrappers`. A Prefect release
// that reads its options in another way: a row of `kDialects`.
#pragma once

#include <prefect_config/launch.hpp>

#include <string>
#include <vector>

namespace prefect_config {

/// How Prefect is called: what it finds in `sys.argv`.
struct PrefectCall {
  bool is_script = false;  ///< `sys.argv[0]` ends in `/prefect`; `python -m prefect` does not
  std::vector<std::string> arguments;
};

/// Sets the profile a call asks for, in the meaning that the release of `launch` gives its
/// spelling. The reason where that release refuses the call; else empty.
std::string read_profile_options(const PrefectCall& call, Launch& launch);

}  // namespace prefect_config
