// The environment of a launch as a layer.
//
// What it is not: the reading of this process's environment (adapters/process_environment).
#pragma once

#include <prefect_config/layers.hpp>

namespace prefect_config {

/// `parses` is set to false where Prefect would refuse to parse a group's JSON.
Layer environment_layer(const Launch& launch, const Registry& registry,
                        std::vector<Finding>& findings, bool& parses);

}  // namespace prefect_config
