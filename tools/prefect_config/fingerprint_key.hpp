// The key of fingerprints: made once for each user, or given.
//
// What it is not: a password. Whoever has it can check a guess of a secret against its fingerprint;
// two people who want to compare theirs share one.
#pragma once

#include <optional>
#include <string>

namespace prefect_config::tool {

/// PREFECT_CONFIG_FINGERPRINT_KEY, else what stands in ~/.config/prefect-config/fingerprint.key
/// (below XDG_CONFIG_HOME where that is set), which is made, for nobody else to read, where it is
/// not there. Nothing where neither can be had: then there are no fingerprints.
std::optional<std::string> fingerprint_key();

}  // namespace prefect_config::tool
