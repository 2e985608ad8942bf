// Variables that name settings, whatever holds them: the process's environment or a `.env` file.
//
// What it is not: a reader of either (environment.hpp, dotenv.hpp), or a judge of values
// (resolve/coerce).
//
// To add a holder of variables: a function that makes a list of `Variable` and calls
// `variables_layer`.
#pragma once

#include <prefect_config/layers.hpp>

#include <string>
#include <vector>

namespace prefect_config {

struct Variable {
  std::string name;  ///< exactly as spelled
  std::string value;
  Span name_span = {};
  Span value_span = {};
  std::string where = {};  ///< where it is written, if that is not the place of all
};

/// Where a list of variables stands.
struct VariablesPlace {
  SourceKind kind;
  std::string where;  ///< as in Origin
};

/// Candidates for every variable that names a setting, in any case, and for every member of a
/// group's JSON (`PREFECT_API='{"url": …}'`). Of one exact name there is one variable at most; of
/// several spellings the last one counts. Names that begin with PREFECT_ and are no setting become
/// findings. `parses` is set to false where Prefect would refuse to parse a group's JSON.
Layer variables_layer(const VariablesPlace& place, const std::vector<Variable>& variables,
                      const Registry& registry, std::vector<Finding>& findings, bool& parses);

/// Candidates for variables that are named as a field alone, before those of the layer: where a
/// setting has one name only, its own variable counts more. (Quirks::bare_names_count_in_dotenv)
void add_bare_names(const VariablesPlace& place, const std::vector<Variable>& variables,
                    const Registry& registry, Layer& layer, std::vector<Finding>& findings,
                    bool& parses);

}  // namespace prefect_config
