// The settings of a release, and all that is known of one, as text and as JSON: `settings` and
// `settings NAME`.
//
// What it is not: a launch. Defaults are those of one in which nothing is set, and `~` stands for
// the user's home; nothing here is anybody's value, so nothing is masked.
//
// To add a member: settings.cpp, docs/schema/settings.v1.schema.json and setting.v1.schema.json.
#pragma once

#include <prefect_config/registry.hpp>

#include <cstddef>
#include <string>
#include <vector>

namespace prefect_config {

/// Each setting's path, name, type and default: in two lines broken at `width` columns where that
/// is not 0, and else in one, for `grep`. `settings` are the registry's.
std::string settings_text(const Registry& registry, const std::vector<const Setting*>& settings,
                          std::size_t width);
std::string settings_json(const Registry& registry, const std::vector<const Setting*>& settings);

/// One setting of the registry's release, with what other releases have differently. `release` is
/// how that release is called: `Prefect 3.8.8 (newest known)`.
std::string setting_text(const Registry& registry, const Setting& setting,
                         const std::string& release, std::size_t width);
std::string setting_json(const Registry& registry, const Setting& setting);

}  // namespace prefect_config
