// What a refused value was probably meant to be: the nearest value that the setting takes.
//
// What it is not: a coercion. It only proposes what `coerce` accepts, and is asked after a refusal.
//
// To add a type: a case in `nearest_valid` and an example in tests/unit/resolve/test_suggest.cpp.
#pragma once

#include <prefect_config/registry.hpp>
#include <prefect_config/value.hpp>

#include <optional>
#include <string>

namespace prefect_config {

/// The text to write instead, or nothing where none is near. Never for a secret setting, and never
/// with a part of a value that may hold one: what it returns is a word of the setting's own, a
/// number or a length of time.
std::optional<std::string> nearest_valid(const Setting& setting, const Value& written);

/// What the setting takes, with examples: `true or false`, `ISO 8601, such as PT1H`.
std::string accepted_values(const Setting& setting);

}  // namespace prefect_config
