#include "sources/environment.hpp"

#include "sources/group_json.hpp"
#include "sources/protect.hpp"
#include "support/edit_distance.hpp"
#include "support/text.hpp"

#include <algorithm>
#include <set>
#include <string_view>

namespace prefect_config {
namespace {

// Names that are Prefect's and no settings: PREFECT_PROFILE chooses the profile; two underscores
// are Prefect's own messages to flow runs; integrations have settings of their own; any key of
// logging.yml has a variable.
bool is_other_name(std::string_view upper_name) {
  constexpr std::string_view kPrefixes[] = {"PREFECT__", "PREFECT_INTEGRATIONS_",
                                            "PREFECT_LOGGING_"};
  return upper_name == "PREFECT_PROFILE" ||
         std::any_of(std::begin(kPrefixes), std::end(kPrefixes),
                     [&](auto prefix) { return starts_with(upper_name, prefix); });
}

// Of a group's names in several cases only the last variable counts.
bool is_overwritten(const Launch& launch, std::size_t index) {
  const auto& variables = launch.environment;
  return std::any_of(variables.begin() + static_cast<std::ptrdiff_t>(index) + 1, variables.end(),
                     [&](const EnvironmentVariable& other) {
                       return equal_ignoring_case(other.name, variables[index].name);
                     });
}

// Finding the nearest name takes long beside everything else: after so many, names are only listed.
constexpr std::size_t kMostSuggestions = 20;

// A name is called misspelt only when it is very near a real one: people have PREFECT_ variables of
// their own.
constexpr std::size_t kMisspelt = 2;

Finding unknown_name(const Launch& launch, const Registry& registry,
                     const EnvironmentVariable& variable, bool suggest) {
  const auto name = upper(variable.name);
  const auto nearest = suggest ? registry.nearest(name, 1) : std::vector<std::string_view>();
  const bool misspelt =
      !nearest.empty() && edit_distance(name, nearest.front(), kMisspelt) <= kMisspelt;
  Finding finding{RuleId::setting_unknown,
                  {variable.name, launch.prefect_version.text(), launch.environment_name}};
  finding.place = Place{launch.environment_name, {}, {}, {}};
  if (misspelt) {
    finding.arguments.emplace_back("did you mean " + std::string(nearest.front()) + "?");
  } else {
    finding.arguments.emplace_back("Prefect ignores it without a word");
    finding.severity_override = Severity::info;
  }
  return finding;
}

std::uint8_t name_rank(const Setting& setting, std::string_view name) {
  const auto found = std::find(setting.names.begin(), setting.names.end(), name);
  return static_cast<std::uint8_t>(found - setting.names.begin());
}

}  // namespace

Layer environment_layer(const Launch& launch, const Registry& registry,
                        std::vector<Finding>& findings, bool& parses) {
  Layer layer{SourceKind::environment, {}};
  std::set<std::string_view> seen;
  std::size_t unknown = 0;
  for (std::size_t index = 0; index < launch.environment.size(); ++index) {
    const auto& variable = launch.environment[index];
    if (!starts_with_ignoring_case(variable.name, "PREFECT_")) continue;
    // Where one name occurs twice, Python's os.environ has the first.
    if (!seen.insert(variable.name).second) continue;
    const auto name = upper(variable.name);
    Origin origin;
    origin.kind = SourceKind::environment;
    origin.where = launch.environment_name;
    origin.key = variable.name;
    if (const auto* setting = registry.find_name(name)) {
      Candidate candidate;
      candidate.setting = setting;
      candidate.written = protect(*setting, variable.value);
      candidate.origin = std::move(origin);
      candidate.name_rank = name_rank(*setting, name);
      candidate.position = static_cast<std::uint32_t>(layer.candidates.size());
      candidate.name_exact = name == variable.name;
      layer.candidates.push_back(std::move(candidate));
    } else if (const auto group = group_path(registry, name); !group.empty()) {
      if (is_overwritten(launch, index)) continue;
      const auto problem = add_group(registry, group, variable.value, origin, layer.candidates);
      if (problem.reason.empty()) continue;
      parses = false;
      Finding finding{RuleId::invalid_value,
                      {variable.name, problem.reason, launch.environment_name}};
      finding.place = Place{launch.environment_name, {}, {}, {}};
      findings.push_back(std::move(finding));
    } else if (!is_other_name(name)) {
      findings.push_back(unknown_name(launch, registry, variable, ++unknown <= kMostSuggestions));
    }
  }
  return layer;
}

}  // namespace prefect_config
