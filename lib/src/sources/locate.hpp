// Where Prefect finds profiles.toml and which profile in it is active.
//
// What it is not: one answer. The settings loader and the command line ask separately, in two
// functions here, because Prefect has two (facts: settings.md 2).
#pragma once

#include <prefect_config/layers.hpp>

#include "sources/profiles_file.hpp"

#include <string>

namespace prefect_config {

/// A profiles file, and the rule that chose it.
struct ProfilesPath {
  std::string path;  ///< as Prefect has it: may be relative
  std::string reason;
  bool bundled = false;
};

/// Any of Prefect's four test-mode variables, non-empty: "0" and "false" too.
bool is_test_mode(const Launch& launch);

/// The file the settings loader reads.
ProfilesPath loader_profiles_path(const Launch& launch);

/// The profile the settings loader takes from `file`: argv, then a non-empty PREFECT_PROFILE, then
/// `active`; the bundled default where that is not in the file.
ProfileSelection loader_profile(const Launch& launch, const ProfilesPath& path,
                                const ProfilesFile* file);

/// The profile Prefect's command line takes from its own file merged with the bundled ones: an
/// empty PREFECT_PROFILE counts. `file` is nullptr where there is none.
ProfileSelection command_line_profile(const Launch& launch, const std::string& path,
                                      const ProfilesFile* file);

}  // namespace prefect_config
