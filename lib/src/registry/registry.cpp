#include <prefect_config/registry.hpp>

#include "support/edit_distance.hpp"
#include "support/text.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <string>

namespace prefect_config {

namespace {

using Kind = DefaultValue::Kind;

/// An accepted name and the row of `kSettings` that accepts it.
struct NameEntry {
  std::string_view name;
  std::uint16_t row;
};

#include "registry/registry_table.inc"

// What the binary searches below rest on.
static_assert(std::is_sorted(std::begin(kVersions), std::end(kVersions)));
static_assert(std::is_sorted(std::begin(kNames), std::end(kNames),
                             [](const NameEntry& left, const NameEntry& right) {
                               return left.name < right.name;
                             }));
static_assert(std::is_sorted(std::begin(kPaths), std::end(kPaths),
                             [](std::uint16_t left, std::uint16_t right) {
                               return kSettings[left].path < kSettings[right].path;
                             }));

constexpr std::string_view kPrefix = "PREFECT_";

/// The rows that hold in `version`, one a setting, in the order of the table.
std::vector<const Setting*> rows_of(Version version) {
  std::vector<const Setting*> rows;
  rows.reserve(std::size(kSettings));
  for (const Setting& setting : kSettings) {
    if (setting.versions.contains(version)) {
      rows.push_back(&setting);
    }
  }
  return rows;
}

struct Near {
  std::string_view spelling;
  std::size_t distance;
};

/// Replaces `best` by `spelling` if `folded`, the way of writing it that is compared, is nearer to
/// `wanted`.
void take_nearer(Near& best, std::string_view wanted, std::string_view folded,
                 std::string_view spelling, std::size_t farthest) {
  const std::size_t third = std::max<std::size_t>(std::max(wanted.size(), folded.size()) / 3, 1);
  const std::size_t limit = std::min(third, farthest);
  const std::size_t distance = edit_distance(wanted, folded, limit);
  if (distance <= limit && distance < best.distance) {
    best = {spelling, distance};
  }
}

/// The spelling of one setting that is nearest to `wanted`, which is in lower case.
Near nearest_spelling(const Setting& setting, std::string_view wanted, std::size_t farthest) {
  Near best{{}, SIZE_MAX};
  take_nearer(best, wanted, setting.path, setting.path, farthest);
  for (const std::string_view name : setting.names) {
    const std::string folded = lower(name);
    take_nearer(best, wanted, folded, name, farthest);
    if (name.starts_with(kPrefix)) {
      take_nearer(best, wanted, std::string_view(folded).substr(kPrefix.size()), name, farthest);
    }
  }
  return best;
}

}  // namespace

Registry::Registry(Version version)
    : version_(version), settings_(rows_of(nearest_known(version))) {}

const Setting* Registry::find_name(std::string_view name) const {
  const Version version = nearest_known(version_);
  auto entry = std::lower_bound(
      std::begin(kNames), std::end(kNames), name,
      [](const NameEntry& left, std::string_view right) { return left.name < right; });
  for (; entry != std::end(kNames) && entry->name == name; ++entry) {
    if (kSettings[entry->row].versions.contains(version)) {
      return &kSettings[entry->row];
    }
  }
  return nullptr;
}

std::optional<VersionRange> releases_with_name(std::string_view name) {
  auto entry = std::lower_bound(
      std::begin(kNames), std::end(kNames), name,
      [](const NameEntry& left, std::string_view right) { return left.name < right; });
  std::optional<VersionRange> releases;
  for (; entry != std::end(kNames) && entry->name == name; ++entry) {
    const auto& versions = kSettings[entry->row].versions;
    if (!releases) releases = versions;
    releases->first = std::min(releases->first, versions.first);
    releases->last = std::max(releases->last, versions.last);
  }
  return releases;
}

std::vector<const Setting*> setting_history(std::string_view path) {
  auto row = std::lower_bound(
      std::begin(kPaths), std::end(kPaths), path,
      [](std::uint16_t left, std::string_view right) { return kSettings[left].path < right; });
  std::vector<const Setting*> rows;
  for (; row != std::end(kPaths) && kSettings[*row].path == path; ++row)
    rows.push_back(&kSettings[*row]);
  return rows;
}

bool Registry::has_group(std::string_view path) const {
  const std::string inside = std::string(path) + '.';
  auto row = std::lower_bound(
      std::begin(kPaths), std::end(kPaths), std::string_view(inside),
      [](std::uint16_t left, std::string_view right) { return kSettings[left].path < right; });
  for (; row != std::end(kPaths) && kSettings[*row].path.substr(0, inside.size()) == inside;
       ++row) {
    if (kSettings[*row].versions.contains(nearest_known(version_))) return true;
  }
  return false;
}

const Setting* Registry::find_path(std::string_view path) const {
  const Version version = nearest_known(version_);
  auto row = std::lower_bound(
      std::begin(kPaths), std::end(kPaths), path,
      [](std::uint16_t left, std::string_view right) { return kSettings[left].path < right; });
  for (; row != std::end(kPaths) && kSettings[*row].path == path; ++row) {
    if (kSettings[*row].versions.contains(version)) {
      return &kSettings[*row];
    }
  }
  return nullptr;
}

const Setting* Registry::find(std::string_view spelling) const {
  if (const Setting* setting = find_path(lower(spelling))) {
    return setting;
  }
  const std::string name = upper(spelling);
  if (const Setting* setting = find_name(name)) {
    return setting;
  }
  return find_name(std::string(kPrefix) + name);
}

std::size_t Registry::index_of(const Setting& setting) const {
  // The rows lie in one array in the order of their names, so that their addresses are sorted too.
  const auto place = std::lower_bound(settings_.begin(), settings_.end(), &setting);
  return static_cast<std::size_t>(place - settings_.begin());
}

std::vector<std::string_view> Registry::nearest(std::string_view spelling, std::size_t most,
                                                std::size_t farthest) const {
  const std::string wanted = lower(spelling);
  std::vector<Near> found;
  for (const Setting* setting : settings_) {
    const Near near = nearest_spelling(*setting, wanted, farthest);
    if (!near.spelling.empty()) {
      found.push_back(near);
    }
  }
  std::stable_sort(found.begin(), found.end(), [](const Near& left, const Near& right) {
    return left.distance < right.distance;
  });
  std::vector<std::string_view> result;
  for (std::size_t i = 0; i < std::min(found.size(), most); ++i) {
    result.push_back(found[i].spelling);
  }
  return result;
}

std::span<const Version> known_versions() { return kVersions; }

Version newest_version() { return *std::prev(std::end(kVersions)); }

bool is_known(Version version) {
  return std::binary_search(std::begin(kVersions), std::end(kVersions), version);
}

Version nearest_known(Version version) {
  const auto after = std::upper_bound(std::begin(kVersions), std::end(kVersions), version);
  return after == std::begin(kVersions) ? kVersions[0] : *std::prev(after);
}

const BundledProfiles& bundled_profiles(Version version) {
  const auto found =
      std::find_if(std::begin(kBundled), std::end(kBundled),
                   [effective = nearest_known(version)](const BundledProfiles& bundled) {
                     return bundled.versions.contains(effective);
                   });
  return *found;
}

}  // namespace prefect_config
