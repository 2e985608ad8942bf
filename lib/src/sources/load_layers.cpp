// Every source of one launch, weakest first: the only function that knows the list of sources.
#include <prefect_config/layers.hpp>

#include "sources/dotenv.hpp"
#include "sources/environment.hpp"
#include "sources/locate.hpp"
#include "sources/precedence.hpp"
#include "sources/profile.hpp"
#include "sources/profiles_file.hpp"
#include "sources/project_toml.hpp"
#include "sources/quirks.hpp"

#include <algorithm>
#include <iterator>

namespace prefect_config {
namespace {

Finding bad_shape(const ProfilesFile& file, const std::string& what, Span span) {
  Finding finding{RuleId::profiles_file_shape, {what}};
  finding.place = Place{file.where, span, {}, {}};
  return finding;
}

// The profile in force, or nullptr with the finding that says why Prefect stops.
const ProfileTable* active_table(const ProfilesFile& file, const ProfileSelection& selection,
                                 Layers& layers) {
  if (!file.profiles_is_table) {
    layers.loads = false;
    layers.findings.push_back(bad_shape(file, "`profiles` is not a table", file.profiles_span));
    return nullptr;
  }
  const auto* table = file.find(selection.name);
  if (table && !table->is_table) {
    layers.loads = false;
    layers.findings.push_back(
        bad_shape(file, "profile `" + table->name + "` is not a table", table->span));
    return nullptr;
  }
  return table;
}

// Reads the loader's file into `layers`; false where Prefect, or this program, cannot go on with
// it.
bool read_file(const Launch& launch, const Registry& registry, const std::string& path,
               Layers& layers) {
  auto read = read_profiles_file(launch, path, registry, layers.files);
  auto* problem = std::get_if<ProfilesFileProblem>(&read);
  if (!problem) {
    layers.profiles_file =
        std::make_shared<const ProfilesFile>(std::get<ProfilesFile>(std::move(read)));
    for (auto& finding : findings_of(*layers.profiles_file, launch.prefect_version))
      layers.findings.push_back(std::move(finding));
    return true;
  }
  // The loader only warns of malformed TOML and goes on without a profile. Prefect as a whole stops
  // a moment later if its command line reads the same file (checks/inspect.cpp).
  layers.profiles_file_malformed = problem->malformed;
  layers.loads = layers.loads && problem->malformed;
  layers.complete = layers.complete && !problem->ours;
  layers.findings.push_back(std::move(problem->finding));
  return false;
}

void load_profile(const Launch& launch, const Registry& registry, const ProjectFiles& project,
                  Layers& layers) {
  const auto quirks = quirks_of(launch.prefect_version);
  const auto path = loader_profiles_path(launch, project, layers.findings, layers.loads);
  if (path.stops) layers.loads = false;
  const auto absolute = launch.absolute(path.path);
  if (!path.bundled && launch.files->exists(absolute) &&
      !read_file(launch, registry, absolute, layers)) {
    layers.loader = loader_profile(launch, path, nullptr);
    layers.loader.where = absolute;
    layers.loader.name.clear();  // no profile is in force
    return;
  }
  const ProfilesFile bundled = bundled_profiles_file(launch.prefect_version);
  const ProfilesFile* file = path.bundled ? &bundled : layers.profiles_file.get();
  layers.loader = loader_profile(launch, path, file);

  // Where the profiles are merged, the file's `default` is found under its own name too.
  const bool merged = quirks.environment_finds_profiles && file && file->find(layers.loader.name);
  const bool named = merged || (file && !layers.loader.requested.empty() && layers.loader.found &&
                                !quirks.environment_finds_profiles);
  const bool misshapen = file && !file->profiles_is_table;
  const ProfilesFile& source = named || misshapen ? *file : bundled;
  layers.loader.where = source.where;
  const bool nothing_instead =
      quirks.unknown_profile_is_empty && !named && !quirks.environment_finds_profiles;
  const bool no_profile = is_test_mode(launch) && !quirks.environment_finds_profiles;
  if (nothing_instead || no_profile) return;
  if (const auto* table = active_table(source, layers.loader, layers)) {
    layers.layers.push_back(profile_layer(*table, source, registry, layers.findings, layers.loads));
  }
}

ProjectFiles read_project_files(const Launch& launch, const Registry& registry, Layers& layers) {
  const auto& precedence = precedence_of(registry.version());
  ProjectFiles project;
  if (rank(precedence, SourceKind::dotenv) >= 0)
    project.dotenv = read_dotenv(launch, registry, layers.files);
  if (rank(precedence, SourceKind::prefect_toml) >= 0)
    project.prefect_toml =
        read_project_toml(launch, SourceKind::prefect_toml, registry, layers.files);
  if (rank(precedence, SourceKind::pyproject_toml) >= 0)
    project.pyproject_toml =
        read_project_toml(launch, SourceKind::pyproject_toml, registry, layers.files);
  return project;
}

// Files that later releases read, and this one does not.
void find_unread_files(const Launch& launch, const Registry& registry, Layers& layers) {
  struct Row {
    SourceKind kind;
    const char* name;
    const char* since;
  };
  constexpr Row kRows[] = {
      {SourceKind::dotenv, ".env", "Prefect reads .env since 3.0.5"},
      {SourceKind::prefect_toml, "prefect.toml", "Prefect reads prefect.toml since 3.1.0"},
      {SourceKind::pyproject_toml, "pyproject.toml",
       "Prefect reads [tool.prefect] of pyproject.toml since 3.1.0"}};
  for (const auto& row : kRows) {
    const auto path = launch.absolute(row.name);
    if (rank(precedence_of(registry.version()), row.kind) >= 0 || !launch.files->is_file(path))
      continue;
    Finding finding{RuleId::source_not_read, {path, registry.version().text(), row.since}};
    // Nobody but Prefect reads a prefect.toml: whoever wrote it counts on it.
    if (row.kind == SourceKind::prefect_toml) finding.severity_override = Severity::warning;
    layers.findings.push_back(std::move(finding));
  }
}

// What reading one of them came to.
template <class File>
void take_problems(File& file, Layers& layers) {
  layers.loads = layers.loads && file.loads;
  layers.complete = layers.complete && file.complete;
  std::move(file.findings.begin(), file.findings.end(), std::back_inserter(layers.findings));
}

}  // namespace

Layers load_layers(const Launch& launch, const Registry& registry) {
  Layers layers;
  auto project = read_project_files(launch, registry, layers);
  take_problems(project.dotenv, layers);
  take_problems(project.prefect_toml, layers);
  take_problems(project.pyproject_toml, layers);
  find_unread_files(launch, registry, layers);
  load_profile(launch, registry, project, layers);
  auto& findings = layers.findings;
  layers.layers.push_back(
      project_toml_layer(project.pyproject_toml, registry, findings, layers.loads));
  layers.layers.push_back(
      project_toml_layer(project.prefect_toml, registry, findings, layers.loads));
  layers.layers.push_back(dotenv_layer(project.dotenv, registry, findings, layers.loads));
  layers.layers.push_back(environment_layer(launch, registry, findings, layers.loads));
  for (auto* file : {&project.prefect_toml, &project.pyproject_toml})
    layers.project_files.push_back(std::make_shared<const ProjectToml>(std::move(*file)));
  return layers;
}

}  // namespace prefect_config
