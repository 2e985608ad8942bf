// The `.env` file of the working directory as a layer.
//
// What it is not: the grammar (adapters/dotenv). No parent folder is searched, and nothing of it
// reaches the environment of the process.
#pragma once

#include <prefect_config/layers.hpp>

#include "sources/variables.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace prefect_config {

struct DotenvSource {
  std::string where;  ///< absolute path
  /// Names with a value, in the order in which Python's dict holds them: where a name stands first,
  /// with its last value.
  std::vector<Variable> variables;
  bool loads = true;     ///< false where Prefect stops at this file
  bool complete = true;  ///< false where a limit of ours keeps it unread
  std::vector<Finding> findings;

  /// The value of a name spelled exactly so; nullptr where there is none.
  const std::string* find(std::string_view name) const;
};

/// Reads the file. Its text is added to `files`, for snippets.
DotenvSource read_dotenv(const Launch& launch, const Registry& registry,
                         std::vector<SourceFile>& files);

/// `parses` is set to false where Prefect would refuse to parse a group's JSON.
Layer dotenv_layer(const DotenvSource& source, const Registry& registry,
                   std::vector<Finding>& findings, bool& parses);

}  // namespace prefect_config
