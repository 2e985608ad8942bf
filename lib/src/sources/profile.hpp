// A profile's values as a layer, and as Prefect's command line sees the same profile.
//
// What it is not: the choice of the profile (locate.hpp).
#pragma once

#include <prefect_config/layers.hpp>

#include "sources/profiles_file.hpp"

namespace prefect_config {

/// Candidates of one profile for the settings loader: keys are environment names in upper case, as
/// written. `parses` is set to false where Prefect stops at a group's value.
Layer profile_layer(const ProfileTable& profile, const ProfilesFile& file, const Registry& registry,
                    std::vector<Finding>& findings, bool& parses);

/// One candidate a setting for `config view`: bundled profile and the user's merged key by key, a
/// canonical name beating an alias, dotted paths accepted as names.
std::vector<Candidate> merged_profile(const std::string& name, const ProfilesFile& bundled,
                                      const ProfilesFile* user, const Registry& registry);

/// Findings for the keys of all profiles that no setting has.
void find_unknown_keys(const ProfilesFile& file, const Registry& registry,
                       std::vector<Finding>& findings);

}  // namespace prefect_config
