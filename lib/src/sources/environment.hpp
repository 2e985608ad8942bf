// The environment of a launch as a layer.
//
// What it is not: the reading of this process's environment (adapters/process_environment) or a
// judge of values (resolve/coerce).
#pragma once

#include <prefect_config/layers.hpp>

namespace prefect_config {

/// Candidates for every variable that names a setting, in any case, and for every member of a
/// group's JSON
/// (`PREFECT_API='{"url": …}'`). Names that begin with PREFECT_ and are no setting become findings.
/// `parses` is set to false where Prefect would refuse to parse a group's JSON.
Layer environment_layer(const Launch& launch, const Registry& registry,
                        std::vector<Finding>& findings, bool& parses);

}  // namespace prefect_config
