#include "sources/environment.hpp"

#include "sources/variables.hpp"
#include "support/text.hpp"

#include <set>
#include <string_view>

namespace prefect_config {

Layer environment_layer(const Launch& launch, const Registry& registry,
                        std::vector<Finding>& findings, bool& parses) {
  std::vector<Variable> variables;
  std::set<std::string_view> seen;
  for (const auto& variable : launch.environment) {
    if (!starts_with_ignoring_case(variable.name, "PREFECT_")) continue;
    // Where one name occurs twice, Python's os.environ has the first.
    if (!seen.insert(variable.name).second) continue;
    variables.push_back(
        {variable.name, variable.value, variable.name_span, variable.value_span, variable.where});
  }
  return variables_layer({SourceKind::environment, launch.environment_name}, variables, registry,
                         findings, parses);
}

}  // namespace prefect_config
