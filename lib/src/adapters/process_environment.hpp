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

/// Every variable of this process that can take part in a Prefect launch, in the environment's
/// order: names that begin with PREFECT_ in any case, and those in `kOtherVariables`.
std::vector<EnvironmentVariable> process_environment();

/// Variables that are not Prefect's and still decide something.
inline constexpr std::string_view kOtherVariables[] = {"HOME", "PATH", "SSL_CERT_FILE",
                                                       "VIRTUAL_ENV"};

}  // namespace prefect_config
