#include "sources/variables.hpp"

#include "sources/finding_limit.hpp"
#include "sources/group_json.hpp"
#include "sources/protect.hpp"
#include "support/edit_distance.hpp"
#include "support/text.hpp"

#include <algorithm>
#include <iterator>
#include <map>
#include <string_view>

namespace prefect_config {
namespace {

constexpr std::string_view kProfileVariable = "PREFECT_PROFILE";

// Names that are Prefect's and no settings: PREFECT_PROFILE chooses the profile; two underscores
// are Prefect's own messages to flow runs; integrations have settings of their own.
bool is_other_name(std::string_view upper_name) {
  constexpr std::string_view kPrefixes[] = {"PREFECT__", "PREFECT_CONFIG_",
                                            "PREFECT_INTEGRATIONS_"};
  return upper_name == kProfileVariable ||
         std::any_of(std::begin(kPrefixes), std::end(kPrefixes),
                     [&](auto prefix) { return starts_with(upper_name, prefix); });
}

// Any key of logging.yml has a variable.
bool may_be_logger(std::string_view upper_name) {
  return starts_with(upper_name, "PREFECT_LOGGING_");
}

// Where each name, whatever its case, stands last: of a group's spellings only that one counts.
std::map<std::string, std::size_t> last_places(const std::vector<Variable>& variables) {
  std::map<std::string, std::size_t> last;
  for (std::size_t index = 0; index < variables.size(); ++index)
    last[upper(variables[index].name)] = index;
  return last;
}

// A name is called misspelt only when it is very near a real one: people have PREFECT_ variables of
// their own.
constexpr std::size_t kMisspelt = 2;

// The name that was meant; empty where none is so near.
std::string_view meant_by(const Registry& registry, std::string_view upper_name) {
  const auto nearest = registry.nearest(upper_name, 1, kMisspelt);
  const bool is_near =
      !nearest.empty() && edit_distance(upper_name, nearest.front(), kMisspelt) <= kMisspelt;
  return is_near ? nearest.front() : std::string_view();
}

const std::string& where_of(const VariablesPlace& place, const Variable& variable) {
  return variable.where.empty() ? place.where : variable.where;
}

Place place_of(const VariablesPlace& place, const Variable& variable) {
  return Place{where_of(place, variable), variable.name_span, variable.value_span, {}};
}

bool is_for_credentials(std::string_view name) {
  return starts_with(name, "PREFECT_API_") || name == "PREFECT_CLIENT_CUSTOM_HEADERS";
}

Finding unknown_name(const VariablesPlace& place, const Registry& registry,
                     const Variable& variable, bool suggest) {
  const auto name = upper(variable.name);
  Finding finding{RuleId::setting_unknown,
                  {variable.name, registry.version().text(), where_of(place, variable)}};
  finding.place = place_of(place, variable);
  if (const auto releases = releases_with_name(name)) {
    finding.arguments.push_back("other releases know it: " + releases->text());
    // Without a credential the answer is 401.
    if (!is_for_credentials(name)) finding.severity_override = Severity::info;
    return finding;
  }
  const auto meant = suggest ? meant_by(registry, name) : std::string_view();
  if (!meant.empty()) {
    finding.arguments.emplace_back("did you mean " + std::string(meant) + "?");
    finding.instead = Replacement{Replacement::Of::key, std::string(meant), false};
  } else {
    finding.arguments.emplace_back("Prefect ignores it without a word");
    finding.severity_override = Severity::info;
  }
  return finding;
}

// PREFECT_PROFILE in a `.env` file looks right and does nothing.
Finding profile_in_file(const VariablesPlace& place, const Registry& registry,
                        const Variable& variable) {
  Finding finding{RuleId::setting_unknown,
                  {variable.name, registry.version().text(), place.where,
                   "Prefect looks for it in the environment of the process only"}};
  finding.place = place_of(place, variable);
  return finding;
}

std::uint8_t name_rank(const Setting& setting, std::string_view name) {
  const auto found = std::find(setting.names.begin(), setting.names.end(), name);
  return static_cast<std::uint8_t>(found - setting.names.begin());
}

Origin origin_of(const VariablesPlace& place, const Variable& variable) {
  Origin origin;
  origin.kind = place.kind;
  origin.where = where_of(place, variable);
  origin.key = variable.name;
  origin.key_span = variable.name_span;
  origin.value_span = variable.value_span;
  return origin;
}

// `logging`, `database`: whether some group's path ends in this name.
bool is_last_part_of_group(const Registry& registry, std::string_view name) {
  return std::any_of(registry.settings().begin(), registry.settings().end(), [&](const Setting* s) {
    for (auto path = s->path; path.find('.') != std::string_view::npos;) {
      path = path.substr(0, path.rfind('.'));
      if (path.substr(path.rfind('.') + 1) == name) return true;
    }
    return false;
  });
}

}  // namespace

Layer variables_layer(const VariablesPlace& place, const std::vector<Variable>& variables,
                      const Registry& registry, std::vector<Finding>& findings, bool& parses) {
  Layer layer{place.kind, {}};
  const auto last = last_places(variables);
  std::size_t unknown = 0;
  std::size_t loggers = 0;
  const auto is_misspelt_logger = [&](std::string_view name) {
    return ++loggers <= kMostSuggestions && !meant_by(registry, name).empty();
  };
  FindingLimit limit(findings, "names that are no setting", place.where);
  for (std::size_t index = 0; index < variables.size(); ++index) {
    const auto& variable = variables[index];
    const auto name = upper(variable.name);
    if (const auto* setting = registry.find_name(name)) {
      Candidate candidate;
      candidate.setting = setting;
      candidate.written = protect(*setting, variable.value);
      candidate.origin = origin_of(place, variable);
      candidate.name_rank = name_rank(*setting, name);
      candidate.position = static_cast<std::uint32_t>(layer.candidates.size());
      candidate.name_exact = name == variable.name;
      layer.candidates.push_back(std::move(candidate));
    } else if (const auto group = group_path(registry, name); !group.empty()) {
      if (last.at(name) != index) continue;
      const auto problem =
          add_group(registry, group, variable.value, origin_of(place, variable), layer);
      if (problem.reason.empty()) continue;
      parses = false;
      Finding finding{RuleId::invalid_value,
                      {variable.name, problem.reason, where_of(place, variable)}};
      finding.place = place_of(place, variable);
      findings.push_back(std::move(finding));
    } else if (place.kind != SourceKind::environment && name == kProfileVariable) {
      findings.push_back(profile_in_file(place, registry, variable));
    } else if (!is_other_name(name) && (!may_be_logger(name) || is_misspelt_logger(name)) &&
               limit.take()) {
      findings.push_back(unknown_name(place, registry, variable, ++unknown <= kMostSuggestions));
    }
  }
  return layer;
}

void add_bare_names(const VariablesPlace& place, const std::vector<Variable>& variables,
                    const Registry& registry, Layer& layer, std::vector<Finding>& findings,
                    bool& parses) {
  std::vector<Candidate> candidates;
  const auto last_part = [](std::string_view path) { return path.substr(path.rfind('.') + 1); };
  for (const auto& variable : variables) {
    const auto name = lower(variable.name);
    for (const Setting* setting : registry.settings()) {
      // Without an older name it is what is left over, and that only if it is not empty.
      if (last_part(setting->path) != name || (variable.value.empty() && setting->names.size() < 2))
        continue;
      Candidate candidate;
      candidate.setting = setting;
      candidate.written = protect(*setting, variable.value);
      candidate.origin = origin_of(place, variable);
      candidate.bare_name = true;
      candidate.name_exact = false;
      candidates.push_back(std::move(candidate));
    }
    if (variable.value.empty() || !is_last_part_of_group(registry, name)) continue;
    parses = false;
    Finding finding{RuleId::invalid_value,
                    {variable.name, "it names a group of settings", place.where}};
    finding.place = place_of(place, variable);
    findings.push_back(std::move(finding));
  }
  layer.candidates.insert(layer.candidates.begin(), std::make_move_iterator(candidates.begin()),
                          std::make_move_iterator(candidates.end()));
  std::uint32_t position = 0;
  for (auto& candidate : layer.candidates) candidate.position = position++;
}

}  // namespace prefect_config
