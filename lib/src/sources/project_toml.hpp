// prefect.toml and pyproject.toml (`[tool.prefect]`) of the working directory.
//
// What it is not: a search in parent folders (Prefect looks at the working directory only), and no
// judge of values (resolve/coerce).
//
// To add a file of this kind: a `SourceKind`, its name and the path of its table in
// `read_project_toml`, its place in precedence.cpp.
#pragma once

#include <prefect_config/layers.hpp>

#include "adapters/toml.hpp"

#include <optional>
#include <string>
#include <vector>

namespace prefect_config {

struct ProjectToml {
  SourceKind kind = SourceKind::prefect_toml;
  std::string where;  ///< absolute path
  /// The table that holds the settings; nothing where there is none to read.
  std::optional<TomlNode> settings;
  /// Something that is no file stands there: the settings loader passes over it, and only Prefect's
  /// search for profiles.toml stops at it.
  bool stops_search = false;
  bool loads = true;     ///< false where Prefect stops at this file
  bool complete = true;  ///< false where a limit of ours keeps it unread
  std::vector<Finding> findings;
};

/// Reads the file of this kind. Its text is added to `files`, for snippets.
ProjectToml read_project_toml(const Launch& launch, SourceKind kind, const Registry& registry,
                              std::vector<SourceFile>& files);

/// Candidates for every key that names a setting by its place (`[api] url`). Keys that name none
/// become findings; `loads` is set to false where Prefect stops at a value's shape.
Layer project_toml_layer(const ProjectToml& file, const Registry& registry,
                         std::vector<Finding>& findings, bool& loads);

}  // namespace prefect_config
