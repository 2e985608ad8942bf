#include "sources/locate.hpp"

#include "sources/quirks.hpp"
#include "support/paths.hpp"
#include "support/python_template.hpp"
#include "support/text.hpp"

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

Finding search_stopped(const ProjectToml& file, std::string what, Span span) {
  const bool is_file = span.exists();
  Finding finding{RuleId::settings_file_shape,
                  {std::move(what), is_file ? "write it as a text in quotes"
                                            : "put a file in its place, or remove it"}};
  finding.place = Place{file.where, span, {}, {}};
  return finding;
}

// `profiles_path` at the top of a project file, where it is true to Python. What is no text there,
// or no file where the file should be, stops Prefect.
std::optional<ProfilesPath> path_in(const ProjectToml& file, std::vector<Finding>& findings,
                                    bool& loads) {
  if (file.stops_search) {
    loads = false;
    findings.push_back(search_stopped(file, file.where + " is no file", {}));
    return std::nullopt;
  }
  const auto* entry = file.settings ? file.settings->find("profiles_path") : nullptr;
  if (!entry) return std::nullopt;
  const auto value = entry->node.value();
  if (!value.truthy()) return std::nullopt;
  const auto reason = "profiles_path in " + std::string(prefect_word(file.kind));
  if (const auto* text = value.get<std::string>())
    return ProfilesPath{normal_path(*text).text, reason};
  loads = false;
  findings.push_back(search_stopped(file, "`profiles_path` is not a text", entry->key_span));
  return std::nullopt;
}

// The variable that a settings model whose names ignore case reads: the last of its spellings.
const std::string* in_any_case(const Launch& launch, std::string_view name) {
  const std::string* found = nullptr;
  for (const auto& variable : launch.environment)
    if (equal_ignoring_case(variable.name, name)) found = &variable.value;
  return found;
}

// 2.20: the setting of the environment, its template filled in with the home of the environment.
ProfilesPath profiles_path_of_environment(const Launch& launch, const Quirks& quirks) {
  const auto* home = in_any_case(launch, "PREFECT_HOME");
  const auto home_path = expand_user(normal_path(home ? *home : "~/.prefect"), launch.user_home, {})
                             .value_or(Path{})
                             .text;
  const auto* written = in_any_case(launch, "PREFECT_PROFILES_PATH");
  const auto filled =
      substitute(written ? normal_path(*written).text : "$PREFECT_HOME/profiles.toml",
                 [&](std::string_view name) {
                   return name == "PREFECT_HOME" ? std::optional(home_path) : std::nullopt;
                 });
  ProfilesPath path{normal_path(filled.text).text, {}, false};
  path.reason = written ? "PREFECT_PROFILES_PATH" : home ? "PREFECT_HOME" : "the default";
  path.stops = !filled.complete && quirks.template_must_be_complete;
  if (!launch.files->exists(launch.absolute(path.path))) {
    path.reason = "no " + path.path;
    path.bundled = true;
  }
  return path;
}

// 2.20: the profiles of the file are merged into the bundled one, which has no values.
ProfileSelection merged_loader_profile(const Launch& launch, const ProfilesPath& path,
                                       const ProfilesFile* file) {
  const std::string fallback(bundled_profiles(launch.prefect_version).active);
  ProfileSelection selection;
  selection.path = path.path;
  selection.path_reason = path.reason;
  selection.bundled_file = path.bundled;
  selection.file_exists = path.bundled || file != nullptr;
  const bool is_name = request(selection, launch, launch.variable("PREFECT_PROFILE"), file);
  if (selection.requested_by.empty()) selection.requested = fallback;
  selection.found = is_name && (selection.requested == fallback ||
                                (file && file->find(selection.requested) != nullptr));
  selection.name = selection.found ? selection.requested : fallback;
  return selection;
}

}  // namespace

std::optional<std::string> test_mode_variable(const Launch& launch) {
  constexpr std::string_view kVariables[] = {"PREFECT_TEST_MODE", "PREFECT_UNIT_TEST_MODE",
                                             "PREFECT_TESTING_UNIT_TEST_MODE",
                                             "PREFECT_TESTING_TEST_MODE"};
  const auto* found = std::find_if(std::begin(kVariables), std::end(kVariables),
                                   [&](auto name) { return launch.non_empty(name) != nullptr; });
  return found == std::end(kVariables) ? std::nullopt : std::optional(std::string(*found));
}

bool is_test_mode(const Launch& launch) { return test_mode_variable(launch).has_value(); }

ProfilesPath loader_profiles_path(const Launch& launch, const ProjectFiles& project,
                                  std::vector<Finding>& findings, bool& loads) {
  const auto quirks = quirks_of(launch.prefect_version);
  if (quirks.environment_finds_profiles) return profiles_path_of_environment(launch, quirks);
  if (is_test_mode(launch)) return {{}, "test mode", true};
  if (const auto* path = launch.non_empty("PREFECT_PROFILES_PATH"))
    return {normal_path(*path).text, "PREFECT_PROFILES_PATH", false};
  if (!quirks.loader_ignores_project_files) {
    if (const auto* path = project.dotenv.find("PREFECT_PROFILES_PATH"); path && !path->empty())
      return {normal_path(*path).text, "PREFECT_PROFILES_PATH in .env", false};
    for (const auto* file : {&project.prefect_toml, &project.pyproject_toml}) {
      if (auto path = path_in(*file, findings, loads)) return *std::move(path);
    }
  }
  if (const auto* home = launch.non_empty("PREFECT_HOME");
      home && !quirks.loader_ignores_prefect_home)
    return {inside(*home, kFileName), "PREFECT_HOME", false};
  auto path = inside(default_home(launch), kFileName);
  if (!launch.files->exists(launch.absolute(path))) return {{}, "no " + path, true};
  return {std::move(path), "the default", false};
}

ProfileSelection loader_profile(const Launch& launch, const ProfilesPath& path,
                                const ProfilesFile* file) {
  if (quirks_of(launch.prefect_version).environment_finds_profiles)
    return merged_loader_profile(launch, path, file);
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
