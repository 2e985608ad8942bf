// The settings of two launches side by side.
#pragma once

#include <prefect_config/diff.hpp>

#include <vector>

namespace prefect_config {

/// By name. A setting counts where something sets it, or where the releases have other defaults.
std::vector<SettingDifference> compare_settings(const DiffSide& a, const DiffSide& b);

}  // namespace prefect_config
