// Hides the secrets of a launch wherever its inspection shows one (sources/known_secrets.hpp).
//
// What it is not: the last word on values that a report makes of a file anew: such a report asks
// `Inspection::known_secrets` itself.
#pragma once

#include <prefect_config/inspect.hpp>

namespace prefect_config {

/// Masks them wherever a value, a finding or a line that a finding shows holds one, and keeps them
/// with the inspection.
void hide_known_secrets(Inspection& inspection);

}  // namespace prefect_config
