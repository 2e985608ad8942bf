// `__describe credentials`: the table of rules for credentials as JSON, for docs/credentials.md.
//
// What it is not: a plan of a launch; `explain` has that.
#pragma once

#include <string>

namespace prefect_config::tool {

/// Every row of auth_rules(), in the order of the table.
std::string describe_credentials();

}  // namespace prefect_config::tool
