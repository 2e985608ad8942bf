// What is said where a word was to name a setting and does not: `why NAME`, `settings NAME`.
//
// What it is not: a finding. Those are about names that stand in a launch.
#pragma once

#include "command.hpp"

#include <string>

namespace prefect_config::tool {

/// Exit status 2, and on stderr what could have been meant: paths that end so, releases that have
/// it, names that are near.
Outcome unknown_setting(const std::string& name, const Registry& registry);

}  // namespace prefect_config::tool
