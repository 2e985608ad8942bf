// Texts given to the readers of YAML files, with the files beside them.
#pragma once

#include "adapters/yaml.hpp"
#include "launch/written.hpp"

#include <doctest/doctest.h>

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace prefect_config {

using Siblings = std::map<std::string, std::string>;

inline WrittenFile written_file(std::string_view text, Siblings siblings = {}) {
  return {"deploy/file.yaml", text,
          [siblings =
               std::move(siblings)](const std::string& path) -> std::shared_ptr<const std::string> {
            const auto found = siblings.find(path);
            if (found == siblings.end()) return nullptr;
            return std::make_shared<const std::string>(found->second);
          }};
}

inline std::vector<YamlDocument> documents_of(std::string_view text) {
  std::vector<YamlDocument> documents;
  for (const auto& [begin, end] : yaml_documents(text))
    documents.push_back(read_yaml(text, begin, end));
  return documents;
}

inline const WrittenLaunch& launch_named(const WrittenLaunches& read, std::string_view name) {
  for (const auto& launch : read.launches) {
    if (launch.name == name) return launch;
  }
  FAIL("no launch ", std::string(name));
  return read.launches.front();
}

/// What the process gets: of several the last one.
inline const WrittenVariable& variable_named(const WrittenLaunch& launch, std::string_view name) {
  for (auto variable = launch.variables.rbegin(); variable != launch.variables.rend(); ++variable) {
    if (variable->name == name) return *variable;
  }
  FAIL("no variable ", std::string(name));
  return launch.variables.front();
}

/// Its value, `(opaque) …` where it is opaque.
inline std::string value_of(const WrittenLaunch& launch, std::string_view name) {
  const auto& variable = variable_named(launch, name);
  return (variable.is_opaque ? "(opaque) " : "") + variable.value;
}

inline bool sets(const WrittenLaunch& launch, std::string_view name) {
  for (const auto& variable : launch.variables) {
    if (variable.name == name) return true;
  }
  return false;
}

}  // namespace prefect_config
