#include "sources/locate.hpp"

#include "sources/quirks.hpp"
#include "support/paths.hpp"

#include <algorithm>

namespace prefect_config {
namespace {

constexpr std::string_view kFileName = "profiles.toml";

// Python's `Path(home) / "profiles.toml"`.
std::string inside(std::string_view home, std::string_view name) {
  return join_path(normal_path(home), name).text;
}

std::string default_home(const Launch& launch) {
  return inside(launch.user_home.empty() ? "/" : launch.user_home, ".prefect");
}

// What asks for a profile, strongest first: the command line, the environment, the file. False
// where the file asks with something that is no text and so no profile's name.
bool request(ProfileSelection& selection, const Launch& launch, const std::string* variable,
             const ProfilesFile* file) {
  if (launch.profile) {
    selection.requested = *launch.profile;
    selection.requested_by = "--profile";
  } else if (variable) {
    selection.requested = *variable;
    selection.requested_by = "PREFECT_PROFILE";
  } else if (file && file->active && file->active->truthy()) {
    const auto* name = file->active->get<std::string>();
    selection.requested = name ? *name : file->active->str();
    selection.requested_by = "active";
    return name != nullptr;
  }
  return true;
}

}  // namespace

bool is_test_mode(const Launch& launch) {
  constexpr std::string_view kVariables[] = {"PREFECT_TEST_MODE", "PREFECT_UNIT_TEST_MODE",
                                             "PREFECT_TESTING_UNIT_TEST_MODE",
                                             "PREFECT_TESTING_TEST_MODE"};
  return std::any_of(std::begin(kVariables), std::end(kVariables),
                     [&](auto name) { return launch.non_empty(name) != nullptr; });
}

ProfilesPath loader_profiles_path(const Launch& launch) {
  if (is_test_mode(launch)) return {{}, "test mode", true};
  if (const auto* path = launch.non_empty("PREFECT_PROFILES_PATH"))
    return {normal_path(*path).text, "PREFECT_PROFILES_PATH", false};
  // Here .env, prefect.toml and pyproject.toml have their say, once they are read (the next
  // sources).
  const bool ignores_home = quirks_of(launch.prefect_version).loader_ignores_prefect_home;
  if (const auto* home = launch.non_empty("PREFECT_HOME"); home && !ignores_home)
    return {inside(*home, kFileName), "PREFECT_HOME", false};
  auto path = inside(default_home(launch), kFileName);
  if (!launch.files->exists(launch.absolute(path))) return {{}, "no " + path, true};
  return {std::move(path), "the default", false};
}

ProfileSelection loader_profile(const Launch& launch, const ProfilesPath& path,
                                const ProfilesFile* file) {
  ProfileSelection selection;
  selection.path = path.path;
  selection.path_reason = path.reason;
  selection.bundled_file = path.bundled;
  selection.file_exists = path.bundled || file != nullptr;
  const bool is_name = request(selection, launch, launch.non_empty("PREFECT_PROFILE"), file);
  selection.name = selection.requested;
  const bool there =
      file && is_name && !selection.requested.empty() && file->find(selection.requested) != nullptr;
  if (!there) selection.name = std::string(bundled_profiles(launch.prefect_version).active);
  selection.found = there || selection.requested.empty();
  return selection;
}

ProfileSelection command_line_profile(const Launch& launch, const std::string& path,
                                      const ProfilesFile* file) {
  const auto& bundled = bundled_profiles(launch.prefect_version);
  ProfileSelection selection;
  selection.path = path;
  selection.path_reason = "profiles_path";
  selection.file_exists = file != nullptr;
  const bool is_name = request(selection, launch, launch.variable("PREFECT_PROFILE"), file);
  if (selection.requested_by.empty()) selection.requested = std::string(bundled.active);
  selection.name = selection.requested;
  const bool is_bundled =
      std::any_of(bundled.profiles.begin(), bundled.profiles.end(),
                  [&](const BundledProfile& p) { return p.name == selection.requested; });
  selection.found = is_name && (is_bundled || (file && file->find(selection.requested)));
  // Prefect says "the default profile" and means this one, whatever the bundled `active` is.
  if (!selection.found) selection.name = "ephemeral";
  return selection;
}

}  // namespace prefect_config
