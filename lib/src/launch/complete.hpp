// What every launch of this machine needs besides its environment and directory.
#pragma once

#include <prefect_config/launch.hpp>

namespace prefect_config {

/// Fills in home, profile and release, as the options and the launch's environment say.
void complete_launch(Launch& launch, const LaunchOptions& options);

}  // namespace prefect_config
