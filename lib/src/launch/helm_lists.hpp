// Lists of variables, `{name: PREFECT_…, value: …}`, wherever they stand in a values file, and keys
// of Prefect Cloud in it.
//
// What it is not: knowledge of a chart (helm_values.hpp): whose variables they are is not said.
//
// To add another shape of such a list: `has_prefect_variable`, rows in test_helm_values.cpp.
#pragma once

#include "adapters/yaml.hpp"
#include "launch/kubernetes_env.hpp"
#include "launch/written.hpp"

#include <cstddef>
#include <set>
#include <string>

namespace prefect_config {

/// A longer path of keys is nobody's.
inline constexpr std::size_t kLongestPath = 500;

/// A key and its value; kNoYaml where they are not there.
struct YamlEntry {
  YamlId key = kNoYaml;
  YamlId value = kNoYaml;
};

/// Whether a list is one of variables with Prefect's among them.
bool has_prefect_variable(const YamlDocument& document, const YamlNode& list);
/// Whether such a list is anywhere in a document.
bool has_prefect_list(const YamlDocument& document);

/// A launch that a chart makes. It is open: defaults and other values files are not seen.
WrittenLaunch helm_launch(const WrittenFile& file, std::string name, ByteSpan at, WrittenRole role);

/// Adds a launch for each list that no launch has yet (`used`), and a setting for each key. Aliases
/// are not followed: what they stand for is met in its own place.
class VariableLists {
 public:
  VariableLists(KubernetesScope scope, const std::set<const YamlNode*>& used, WrittenLaunches& out)
      : scope_(scope), used_(used), out_(out) {}

  void run();

 private:
  void walk(const YamlNode& node, const std::string& path, YamlEntry entry, int depth);
  void walk_list(const YamlNode& node, const std::string& path, YamlEntry entry, int depth);

  KubernetesScope scope_;
  const std::set<const YamlNode*>& used_;
  WrittenLaunches& out_;
};

}  // namespace prefect_config
