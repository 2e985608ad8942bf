#include "sources/profile.hpp"

#include "sources/finding_limit.hpp"
#include "sources/group_json.hpp"
#include "sources/protect.hpp"
#include "sources/quirks.hpp"
#include "support/text.hpp"

#include <algorithm>

namespace prefect_config {
namespace {

Origin origin_of(const ProfileTable& profile, const ProfileEntry& entry, const ProfilesFile& file) {
  Origin origin;
  origin.kind = SourceKind::profile;
  origin.where = file.where;
  origin.table = profile.name;
  origin.key = entry.key;
  origin.key_span = entry.key_span;
  origin.value_span = entry.value_span;
  return origin;
}

Candidate candidate_of(const Setting& setting, const ProfileTable& profile,
                       const ProfileEntry& entry, const ProfilesFile& file, std::size_t position) {
  Candidate candidate;
  candidate.setting = &setting;
  candidate.written = protect(setting, entry.value);
  candidate.origin = origin_of(profile, entry, file);
  const auto rank =
      std::find(setting.names.begin(), setting.names.end(), entry.key) - setting.names.begin();
  candidate.name_rank = static_cast<std::uint8_t>(rank);
  candidate.position = static_cast<std::uint32_t>(position);
  return candidate;
}

// The names Prefect's Profile object accepts: environment names as they are, and dotted paths.
const Setting* command_line_setting(const Registry& registry, const std::string& key) {
  if (const auto* setting = registry.find_path(key)) return setting;
  const auto* setting = registry.find_name(key);
  return setting;
}

bool is_canonical(const Candidate& candidate) {
  return candidate.origin.key == candidate.setting->name ||
         candidate.origin.key == candidate.setting->path;
}

// Prefect's `_cast_settings`: canonical keys win over aliases whatever their order, in releases
// without the quirk.
std::vector<Candidate> cast_settings(const ProfileTable& profile, const ProfilesFile& file,
                                     const Registry& registry) {
  const bool last_wins = quirks_of(registry.version()).last_profile_name_wins;
  std::vector<Candidate> result;
  const auto add = [&](const Candidate& candidate) {
    const auto same = std::find_if(result.begin(), result.end(), [&](const Candidate& c) {
      return c.setting == candidate.setting;
    });
    if (same == result.end()) {
      result.push_back(candidate);
    } else if (last_wins || is_canonical(candidate) || !is_canonical(*same)) {
      *same = candidate;
    }
  };
  for (const auto& entry : profile.entries) {
    if (const auto* setting = command_line_setting(registry, entry.key))
      add(candidate_of(*setting, profile, entry, file, result.size()));
  }
  return result;
}

}  // namespace

Layer profile_layer(const ProfileTable& profile, const ProfilesFile& file, const Registry& registry,
                    std::vector<Finding>& findings, bool& parses) {
  Layer layer{SourceKind::profile, {}};
  for (const auto& entry : profile.entries) {
    if (const auto* setting = registry.find_name(entry.key)) {
      layer.candidates.push_back(
          candidate_of(*setting, profile, entry, file, layer.candidates.size()));
      continue;
    }
    const auto group = group_path(registry, entry.key);
    if (group.empty()) continue;
    // Only text is decoded; a table kills the loader with a TypeError.
    const auto problem =
        entry.value.is<std::string>()
            ? add_group(registry, group, entry.value, origin_of(profile, entry, file), layer)
            : GroupProblem{"a table where Prefect wants JSON text"};
    if (problem.reason.empty()) continue;
    parses = false;
    Finding finding{RuleId::invalid_value, {entry.key, problem.reason, "profile " + profile.name}};
    finding.place = Place{file.where, entry.key_span, entry.value_span, {}};
    findings.push_back(std::move(finding));
  }
  return layer;
}

std::vector<Candidate> merged_profile(const std::string& name, const ProfilesFile& bundled,
                                      const ProfilesFile* user, const Registry& registry) {
  std::vector<Candidate> result;
  if (const auto* table = bundled.find(name)) result = cast_settings(*table, bundled, registry);
  const auto* table = user ? user->find(name) : nullptr;
  if (!table) return result;
  for (auto& candidate : cast_settings(*table, *user, registry)) {
    const auto same = std::find_if(result.begin(), result.end(), [&](const Candidate& c) {
      return c.setting == candidate.setting;
    });
    if (same == result.end()) {
      result.push_back(std::move(candidate));
    } else {
      *same = std::move(candidate);
    }
  }
  return result;
}

void find_unknown_keys(const ProfilesFile& file, const Registry& registry,
                       std::vector<Finding>& findings) {
  // Finding the nearest name takes long beside everything else: after so many, names are only
  // listed.
  std::size_t unknown = 0;
  FindingLimit limit(findings, "keys that are no setting", file.where);
  for (const auto& profile : file.profiles) {
    for (const auto& entry : profile.entries) {
      if (registry.find_name(entry.key) || !group_path(registry, entry.key).empty() ||
          !limit.take())
        continue;
      Finding finding{RuleId::setting_unknown,
                      {entry.key, registry.version().text(), "profile " + profile.name}};
      const auto* meant = registry.find(entry.key);
      const auto nearest = meant                          ? std::vector{meant->name}
                           : ++unknown > kMostSuggestions ? std::vector<std::string_view>()
                                                          : registry.nearest(entry.key, 1);
      const auto releases = meant ? std::nullopt : releases_with_name(entry.key);
      finding.arguments.emplace_back(releases ? "other releases know it: " + releases->text()
                                     : nearest.empty()
                                         ? "Prefect ignores it"
                                         : "did you mean " + std::string(nearest.front()) + "?");
      if (!releases && !nearest.empty())
        finding.instead = Replacement{Replacement::Of::key, std::string(nearest.front()), false};
      finding.place = Place{file.where, entry.key_span, entry.value_span, {}};
      findings.push_back(std::move(finding));
    }
  }
}

}  // namespace prefect_config
