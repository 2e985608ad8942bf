// The text of one settings file as Python reads it, and its TOML as the launch's Prefect release
// does.
//
// What it is not: a judge of what is in it (profiles_file.hpp, project_toml.hpp, dotenv.hpp).
#pragma once

#include <prefect_config/layers.hpp>

#include "adapters/toml.hpp"

#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace prefect_config {

/// Why a file says nothing.
struct FileProblem {
  enum class Kind : unsigned char { unreadable, malformed };
  Kind kind = Kind::unreadable;
  std::string reason;  ///< `is a directory`; of malformed text what is wrong with it
  Span span = {};
  std::string help = {};  ///< what to do, of an unreadable file
  bool ours = false;      ///< a limit of this program: what Prefect would do is not known
};

/// The file at `path` (absolute), which must be UTF-8, with universal newlines: a lone carriage
/// return ends a line too.
std::variant<std::string, FileProblem> read_settings_text(const Launch& launch,
                                                          const std::string& path);

struct SettingsToml {
  TomlNode root;
  /// The first key, which a byte order mark before it takes away (Quirks::bom_joins_first_key).
  std::optional<TomlEntry> lost;
};

/// The same file as TOML. Its text is added to `files`, for snippets; the caller says there which
/// values are secret.
std::variant<SettingsToml, FileProblem>
read_settings_toml(const Launch& launch, const std::string& path, std::vector<SourceFile>& files);

}  // namespace prefect_config
