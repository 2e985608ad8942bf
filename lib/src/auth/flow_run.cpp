// What a worker puts into the environment of a flow run: every setting that something sets, under
// its canonical name, as text; and a few variables of its own.
//
// What it is not: all that a flow run gets. A process worker passes its own environment on besides,
// and other types have job templates.
#include <prefect_config/auth.hpp>

#include "sources/protect.hpp"
#include "sources/quirks.hpp"
#include "support/python_text.hpp"

#include <algorithm>
#include <string>
#include <utility>

namespace prefect_config {
namespace {

std::string joined(const std::vector<Value>& items, const Quirks& quirks) {
  if (quirks.flow_run_lists_are_python) return Value(List{items}).str();
  std::vector<std::string> texts;
  texts.reserve(items.size());
  for (const auto& item : items) texts.push_back(item.str());
  if (quirks.flow_run_items_are_sorted) std::sort(texts.begin(), texts.end());
  std::string text;
  for (const auto& item : texts) (text += text.empty() ? "" : ",") += item;
  return text;
}

// Python's json.dumps writes ASCII alone; in JSON what is not stands inside strings only.
std::string in_ascii(std::string_view json) {
  std::string text;
  const auto add_escape = [&text](char32_t unit) {
    constexpr char kHex[] = "0123456789abcdef";
    text += "\\u";
    for (int shift = 12; shift >= 0; shift -= 4) text += kHex[(unit >> shift) & 15];
  };
  for (std::size_t at = 0; at < json.size();) {
    const auto point = code_point_at(json, at);
    at += point.bytes;
    if (point.value < 0x80) {
      text += static_cast<char>(point.value);
    } else if (point.value < 0x10000) {
      add_escape(point.value);
    } else {
      add_escape(0xD800 + ((point.value - 0x10000) >> 10));
      add_escape(0xDC00 + ((point.value - 0x10000) & 0x3FF));
    }
  }
  return text;
}

// JSON as Python writes it, or Python's own text.
std::string mapping_text(const Dict& dict, const Quirks& quirks) {
  if (quirks.flow_run_mappings_are_python) return Value(dict).str();
  std::string text = "{";
  for (const auto& entry : dict.entries)
    text += (text.size() > 1 ? ", " : "") + json_string(entry.key) + ": " + entry.value.json();
  return in_ascii(text + '}');
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
  add("PREFECT__DEPLOYMENT_ID", "(its id, in the run of a deployment)");
  add("PREFECT__DEPLOYMENT_NAME", "(its name, in the run of a deployment)");
  return variables;
}

}  // namespace prefect_config
