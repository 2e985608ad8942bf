// Defaults that are not constants, values that Prefect changes after it has read them, and
// conditions that join several settings.
//
// What it is not: a source. Nothing is read here; everything comes from settings already decided.
//
// To add a computed default: an enumerator of `Computed`, the rule in tools/registry/merge.py that
// gives it to a setting, and a row in `kRules` of derive.cpp.
#pragma once

#include <prefect_config/resolve.hpp>

#include <cstdint>
#include <optional>
#include <string_view>

namespace prefect_config {

/// The constant default of a setting; None where it is computed.
Value default_of(const Setting& setting);

/// `home` where nothing sets it: ~/.prefect.
void derive_home(Resolved& home, std::string_view user_home);

/// The log size that `derive` capped for Prefect Cloud; nothing where it did not.
std::optional<std::int64_t> capped_log_size(const Resolution& resolution, const Registry& registry);

/// Fills in every other computed default, forces and caps what Prefect forces and caps, and refuses
/// what Prefect refuses. Changes `resolution` in place.
void derive(Resolution& resolution, const Registry& registry, const ResolveContext& context);

}  // namespace prefect_config
