// Every source of one launch, weakest first: the only function that knows the list of sources.
#include <prefect_config/layers.hpp>

#include "adapters/toml.hpp"
#include "sources/environment.hpp"
#include "sources/locate.hpp"
#include "sources/precedence.hpp"
#include "sources/profile.hpp"
#include "sources/profiles_file.hpp"
#include "sources/quirks.hpp"

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
    layers.findings.push_back(bad_shape(file, "`profiles` is not a table", file.active_span));
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

void load_profile(const Launch& launch, const Registry& registry, Layers& layers) {
  const auto path = loader_profiles_path(launch);
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

  const bool named = file && !layers.loader.requested.empty() && layers.loader.found;
  const bool misshapen = file && !file->profiles_is_table;
  const ProfilesFile& source = named || misshapen ? *file : bundled;
  layers.loader.where = source.where;
  const bool nothing_instead =
      quirks_of(launch.prefect_version).unknown_profile_is_empty && !layers.loader.found;
  if (nothing_instead || is_test_mode(launch)) return;
  if (const auto* table = active_table(source, layers.loader, layers)) {
    layers.layers.push_back(profile_layer(*table, source, registry, layers.findings, layers.loads));
  }
}

// Most pyproject.toml files have nothing to say to Prefect.
bool mentions_prefect(const Launch& launch, const std::string& path) {
  const auto read = launch.files->read(path);
  const auto* text = std::get_if<std::string>(&read);
  if (!text) return true;
  const auto parsed = parse_toml(*text);
  const auto* root = std::get_if<TomlNode>(&parsed);
  const auto* tool = root ? root->find("tool") : nullptr;
  return !root || (tool && tool->node.find("prefect"));
}

// Files that Prefect reads and this program does not yet: said, so that no answer passes for whole.
void find_unread_sources(const Launch& launch, const Registry& registry, Layers& layers) {
  struct Unread {
    SourceKind kind;
    const char* name;
  };
  constexpr Unread kUnread[] = {{SourceKind::dotenv, ".env"},
                                {SourceKind::prefect_toml, "prefect.toml"},
                                {SourceKind::pyproject_toml, "pyproject.toml"}};
  const auto& precedence = precedence_of(registry.version());
  for (const auto& [kind, name] : kUnread) {
    const auto path = launch.absolute(name);
    if (rank(precedence, kind) < 0 || !launch.files->is_file(path)) continue;
    if (kind == SourceKind::pyproject_toml && !mentions_prefect(launch, path)) continue;
    Finding finding{RuleId::source_not_read, {name}};
    finding.place = Place{path, {}, {}, {}};
    layers.findings.push_back(std::move(finding));
  }
}

}  // namespace

Layers load_layers(const Launch& launch, const Registry& registry) {
  Layers layers;
  load_profile(launch, registry, layers);
  find_unread_sources(launch, registry, layers);
  layers.layers.push_back(environment_layer(launch, registry, layers.findings, layers.loads));
  return layers;
}

}  // namespace prefect_config
