// profiles.toml as Prefect's TOML readers see it: which profiles, which keys, where.
//
// What it is not: a choice of profile (locate.hpp) or of settings (profile.hpp).
#pragma once

#include <prefect_config/layers.hpp>

#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace prefect_config {

struct ProfileEntry {
  std::string key;
  Value value;
  Span key_span;
  Span value_span;
};

struct ProfileTable {
  std::string name;
  bool is_table = true;  ///< false for `[profiles] prod = 5`
  Span span;             ///< of its name
  Span value_span;       ///< of what stands in its place, where it is no table
  std::vector<ProfileEntry> entries;
};

struct ProfilesFile {
  std::string where;  ///< absolute path, or a note for the bundled profiles
  bool bundled = false;
  std::optional<Value> active;
  Span active_span;
  bool active_stops = false;  ///< a list or table: Prefect dies of it
  bool profiles_is_table = true;
  Span profiles_span;  ///< of the key `profiles`
  /// The first key, where a byte order mark before it makes Prefect lose it.
  std::string lost_key;
  Span lost_key_span;
  std::vector<ProfileTable> profiles;

  const ProfileTable* find(std::string_view name) const;
};

/// Why a file could not be read as profiles. `raises` tells a Prefect that stops from our own
/// limits.
struct ProfilesFileProblem {
  Finding finding;
  bool malformed =
      false;          ///< not TOML: the settings loader warns and goes on, the command line stops
  bool ours = false;  ///< a limit of this program: what Prefect would do is not known
};

using ProfilesFileResult = std::variant<ProfilesFile, ProfilesFileProblem>;

/// Reads the file at `path` (absolute). Its text is added to `files`, for snippets.
ProfilesFileResult read_profiles_file(const Launch& launch, const std::string& path,
                                      const Registry& registry, std::vector<SourceFile>& files);

/// What the user should know of a file that could be read.
std::vector<Finding> findings_of(const ProfilesFile& file, Version version);

/// Prefect's own profiles of the launch's version.
ProfilesFile bundled_profiles_file(Version version);

}  // namespace prefect_config
