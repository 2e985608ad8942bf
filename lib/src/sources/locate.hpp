// Where Prefect finds profiles.toml and which profile in it is active.
//
// What it is not: one answer. The settings loader and the command line ask separately, in two
// functions here, because Prefect has two (facts: settings.md 2).
#pragma once

#include <prefect_config/layers.hpp>

#include "sources/dotenv.hpp"
#include "sources/profiles_file.hpp"
#include "sources/project_toml.hpp"

#include <string>

namespace prefect_config {

/// A profiles file, and the rule that chose it.
struct ProfilesPath {
  std::string path;  ///< as Prefect has it: may be relative
  std::string reason;
  bool bundled = false;
  bool stops = false;  ///< Prefect cannot make a path of it
};

/// Which of Prefect's four test-mode variables is set and not empty: "0" and "false" count too.
std::optional<std::string> test_mode_variable(const Launch& launch);
bool is_test_mode(const Launch& launch);

/// The files of the working directory, which may say where profiles.toml is. Those that this
/// release does not read are empty.
struct ProjectFiles {
  DotenvSource dotenv;
  ProjectToml prefect_toml;
  ProjectToml pyproject_toml;
};

/// The file the settings loader reads. Its search can stop Prefect: `findings` then says at what,
/// and `loads` is set to false.
ProfilesPath loader_profiles_path(const Launch& launch, const ProjectFiles& project,
                                  std::vector<Finding>& findings, bool& loads);

/// The profile the settings loader takes from `file`: argv, then a non-empty PREFECT_PROFILE, then
/// `active`; the bundled default where that is not in the file.
ProfileSelection loader_profile(const Launch& launch, const ProfilesPath& path,
                                const ProfilesFile* file);

/// The profile Prefect's command line takes from its own file merged with the bundled ones: an
/// empty PREFECT_PROFILE counts. `file` is nullptr where there is none.
ProfileSelection command_line_profile(const Launch& launch, const std::string& path,
                                      const ProfilesFile* file);

}  // namespace prefect_config
