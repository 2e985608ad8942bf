// Variables of a Kubernetes container: `env`, `envFrom`, and the ConfigMaps and Secrets of the same
// file that they name.
//
// What it is not: a cluster. An object that the file does not hold is not guessed: what refers to
// it is opaque.
//
// To add a kind of reference: its case in `referred` (kubernetes_env.cpp), rows in
// test_kubernetes.cpp.
#pragma once

#include "adapters/yaml.hpp"
#include "launch/written.hpp"
#include "launch/yaml_values.hpp"

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

namespace prefect_config {

/// A ConfigMap or a Secret as a file writes it. Values of `data` of a Secret are decoded; one that
/// is no base64 is opaque.
struct KubernetesStore {
  std::string kind;
  std::string name;
  std::string space;  ///< its namespace; empty where the file says none
  std::vector<WrittenVariable> values;
  std::map<std::string, std::size_t, std::less<>> places;  ///< of the keys in `values`
};

class KubernetesStores {
 public:
  void add(const WrittenFile& file, const YamlDocument& document, const YamlNode& object,
           WrittenBudget& budget);
  /// The one that is applied last; nullptr where the file has none. Where only one side says a
  /// namespace, the other's is taken to be the same.
  const KubernetesStore* find(std::string_view kind, std::string_view space,
                              std::string_view name) const;
  const std::vector<KubernetesStore>& all() const { return stores_; }

 private:
  using Name = std::tuple<std::string, std::string, std::string>;
  std::vector<KubernetesStore> stores_;
  std::map<Name, std::size_t> places_;
  std::map<std::pair<std::string, std::string>, std::size_t> last_;
};

/// Where references of a container lead.
struct KubernetesScope {
  const WrittenFile& file;
  const YamlDocument& document;
  const KubernetesStores& stores;
  std::string_view space;
  WrittenBudget& budget;
};

/// The items of `env`, behind what the launch has already: `$(NAME)` in a value stands for an
/// earlier variable.
void read_kubernetes_env(const KubernetesScope& scope, const YamlNode& env, WrittenLaunch& launch);

/// The items of `envFrom`. One whose object is not in the file makes the launch open.
void read_kubernetes_env_from(const KubernetesScope& scope, const YamlNode& env_from,
                              WrittenLaunch& launch);

}  // namespace prefect_config
