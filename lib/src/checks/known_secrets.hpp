// Secrets of this launch that stand in other values too:
// `PREFECT_API_URL=http://h/${PREFECT_API_KEY}` in .env, or the same password written twice.
//
// What it is not: the decision what is secret (sources/protect.hpp), or a search for what looks
// like a secret (sources/mask.hpp). It knows the secrets by what they are.
#pragma once

#include <prefect_config/inspect.hpp>

namespace prefect_config {

/// Masks them wherever a value, a finding or a line that a finding shows holds one.
void hide_known_secrets(Inspection& inspection);

}  // namespace prefect_config
