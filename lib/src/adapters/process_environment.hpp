// The environment of this process: the only door to Boost.Program_options' parse_environment.
//
// What it is not: a layer. Names are not looked up and values not read; sources/environment does
// that, for environments from anywhere.
#pragma once

#include <prefect_config/launch.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace prefect_config {

/// Every variable of this process, in the environment's order: a `.env` file can name any of them.
std::vector<EnvironmentVariable> process_environment();

}  // namespace prefect_config
