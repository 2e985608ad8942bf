// One variable or profile key that sets a whole group of settings: `PREFECT_API='{"url": …}'`.
//
// What it is not: documented by Prefect. It follows from pydantic-settings, and it beats the flat
// `PREFECT_API_URL` of every source (facts: settings.md 1.6, measured on 3.4.19 and 3.8.8).
#pragma once

#include <prefect_config/layers.hpp>

#include <string>
#include <string_view>

namespace prefect_config {

/// The dotted path of the group that a name (in upper case) stands for: `server.database` for
/// PREFECT_SERVER_DATABASE. Empty where it is no group's name.
std::string group_path(const Registry& registry, std::string_view upper_name);

/// Whether a dotted path is a group's: settings lie below it.
bool is_group(const Registry& registry, std::string_view path);

/// What was wrong with a group's value; empty where nothing was.
struct GroupProblem {
  std::string reason;
};

/// Adds a candidate for every setting that the group's value sets, and the groups it gives. `value`
/// is JSON text, or in a profile also TOML's own.
GroupProblem add_group(const Registry& registry, std::string_view path, const Value& value,
                       const Origin& origin, Layer& layer);

}  // namespace prefect_config
