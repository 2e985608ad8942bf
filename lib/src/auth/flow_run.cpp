// What a worker puts into the environment of a flow run: every setting that something sets, under
// its canonical name, as text; and a few variables of its own.
//
// What it is not: all that a flow run gets. A process worker passes its own environment on besides,
// and other types have job templates.
#include <prefect_config/auth.hpp>

#include "sources/protect.hpp"
#include "sources/quirks.hpp"

#include <string>
#include <utility>

namespace prefect_config {
namespace {

std::string joined(const std::vector<Value>& items, const Quirks& quirks) {
  if (quirks.flow_run_lists_are_python) return Value(List{items}).str();
  std::string text;
  for (const auto& item : items) (text += text.empty() ? "" : ",") += item.str();
  return text;
}

// JSON as Python writes it, or Python's own text.
std::string mapping_text(const Dict& dict, const Quirks& quirks) {
  if (quirks.flow_run_mappings_are_python) return Value(dict).str();
  std::string text = "{";
  for (const auto& entry : dict.entries)
    text += (text.size() > 1 ? ", " : "") + json_string(entry.key) + ": " + entry.value.json();
  return text + '}';
}

std::string environment_text(const Value& value, const Quirks& quirks) {
  if (const auto* set = value.get<Set>()) return joined(set->items, quirks);
  if (const auto* list = value.get<List>()) return joined(list->items, quirks);
  if (const auto* dict = value.get<Dict>()) return mapping_text(*dict, quirks);
  if (const auto* duration = value.get<Duration>()) return iso_duration(*duration);
  return value.str();
}

// The same of what may be shown: a mask is written as a value of its kind.
SettingValue environment_value(const SettingValue& value, const Quirks& quirks) {
  const auto* secret = value.secret();
  if (!secret) return Value(environment_text(*value.open(), quirks));
  auto text = value.with([&](const Value& v) { return environment_text(v, quirks); });
  return Secret(Value(std::move(text)), Value(environment_text(secret->mask(), quirks)));
}

}  // namespace

std::vector<InjectedVariable> flow_run_environment(const Resolution& resolution,
                                                   const Registry& registry) {
  const auto quirks = quirks_of(registry.version());
  std::vector<InjectedVariable> variables;
  for (const auto& resolved : resolution.settings) {
    if (!resolved.winner || resolved.value.is_none()) continue;
    const bool secret = resolved.value.is_secret() && resolved.value.truthy();
    variables.push_back({std::string(resolved.setting->name),
                         environment_value(resolved.value, quirks), &resolved, secret});
  }
  const auto add = [&](const char* name, const char* what) {
    variables.push_back({name, Value(what), nullptr, false});
  };
  add("PREFECT__FLOW_RUN_ID", "(its id)");
  if (quirks.flow_run_knows_no_worker) return variables;
  add("PREFECT__WORKER_ID", "(its id)");
  add("PREFECT__WORKER_NAME", "(the worker's name)");
  add("PREFECT__FLOW_ID", "(its id)");
  add("PREFECT__FLOW_NAME", "(the flow's name)");
  return variables;
}

}  // namespace prefect_config
