#include "sources/profiles_file.hpp"

#include "adapters/toml.hpp"
#include "sources/protect.hpp"
#include "sources/settings_file.hpp"

#include <algorithm>
#include <utility>

namespace prefect_config {
namespace {

ProfilesFileProblem problem_of(const std::string& path, FileProblem problem) {
  const bool malformed = problem.kind == FileProblem::Kind::malformed;
  ProfilesFileProblem result;
  result.malformed = malformed;
  result.ours = problem.ours;
  result.finding =
      malformed ? Finding{RuleId::profiles_file_malformed,
                          {path, problem.reason, "until then Prefect stops at every command"}}
                : Finding{RuleId::profiles_file_unreadable, {path, problem.reason, problem.help}};
  result.finding.place = Place{path, problem.span, {}, {}};
  return result;
}

ProfileTable table_of(const TomlEntry& entry) {
  ProfileTable table;
  table.name = entry.key;
  table.span = entry.key_span;
  table.is_table = entry.node.kind == TomlNode::Kind::table;
  if (!table.is_table) table.value_span = entry.node.span;
  table.entries.reserve(entry.node.entries.size());
  for (const auto& child : entry.node.entries) {
    table.entries.push_back({child.key, child.node.value(), child.key_span, child.node.span});
  }
  return table;
}

ProfilesFile file_of(const TomlNode& root, std::string where) {
  ProfilesFile file;
  file.where = std::move(where);
  if (const auto* active = root.find("active")) {
    file.active = active->node.value();
    file.active_span = active->node.span;
    file.active_stops = active->node.kind != TomlNode::Kind::scalar && file.active->truthy();
  }
  if (const auto* profiles = root.find("profiles")) {
    file.profiles_span = profiles->key_span;
    file.profiles_is_table = profiles->node.kind == TomlNode::Kind::table;
    file.profiles.reserve(profiles->node.entries.size());
    for (const auto& entry : profiles->node.entries) file.profiles.push_back(table_of(entry));
  }
  return file;
}

// Values that a snippet must not show: those of secret settings, of names nobody knows (a misspelt
// PREFECT_API_KY), and everything in which a secret is recognised.
std::vector<Span> secret_spans(const ProfilesFile& file, const Registry& registry) {
  std::vector<Span> spans;
  for (const auto& profile : file.profiles) {
    // A setting that lost its table: `[profiles]` and then PREFECT_API_KEY.
    if (!profile.is_table) spans.push_back(profile.value_span);
    for (const auto& entry : profile.entries) {
      const auto* setting = registry.find(entry.key);
      if (!setting || may_be_secret(*setting) || protect(*setting, entry.value).is_secret())
        spans.push_back(entry.value_span);
    }
  }
  return spans;
}

}  // namespace

const ProfileTable* ProfilesFile::find(std::string_view name) const {
  const auto found = std::find_if(profiles.begin(), profiles.end(),
                                  [name](const ProfileTable& p) { return p.name == name; });
  return found == profiles.end() ? nullptr : &*found;
}

ProfilesFileResult read_profiles_file(const Launch& launch, const std::string& path,
                                      const Registry& registry, std::vector<SourceFile>& files) {
  auto read = read_settings_toml(launch, path, files);
  if (auto* problem = std::get_if<FileProblem>(&read)) return problem_of(path, std::move(*problem));
  auto& toml = std::get<SettingsToml>(read);
  auto file = file_of(toml.root, path);
  files.back().secrets = secret_spans(file, registry);
  if (toml.lost) {
    file.lost_key = toml.lost->key;
    file.lost_key_span = toml.lost->key_span;
    files.back().secrets.push_back(toml.lost->node.span);
  }
  return file;
}

std::vector<Finding> findings_of(const ProfilesFile& file, Version version) {
  if (!file.lost_key_span.exists()) return {};
  Finding finding{RuleId::first_key_lost, {file.where, version.text(), file.lost_key}};
  finding.place = Place{file.where, file.lost_key_span, {}, {}};
  return {std::move(finding)};
}

ProfilesFile bundled_profiles_file(Version version) {
  const auto& bundled = bundled_profiles(version);
  ProfilesFile file;
  file.where = "profiles bundled with Prefect " + version.text();
  file.bundled = true;
  file.active = std::string(bundled.active);
  for (const auto& profile : bundled.profiles) {
    ProfileTable table;
    table.name = std::string(profile.name);
    for (const auto& entry : profile.entries)
      table.entries.push_back({std::string(entry.key), std::string(entry.value), {}, {}});
    file.profiles.push_back(std::move(table));
  }
  return file;
}

}  // namespace prefect_config
