// What a worker puts into the environment of a flow run: every setting that something sets, under
// its canonical name, as text; and a few variables of its own.
//
// What it is not: all that a flow run gets. A process worker passes its own environment on besides,
// and other types have job templates.
#include <prefect_config/auth.hpp>

#include "sources/protect.hpp"
#include "support/text.hpp"

#include <cstdlib>
#include <string>
#include <utility>

namespace prefect_config {
namespace {

// How releases write collections. (tests/conformance/auth, `flow_run_environment`; the ends of the
// first row were run: 3.0.5, 3.1.1 with, 3.0.0, 3.1.2 without)
bool lists_are_python(Version version) {
  return Version{3, 0, 5} <= version && version <= Version{3, 1, 1};
}
bool mappings_are_python(Version version) { return version <= Version{3, 4, 14}; }

std::string joined(const std::vector<Value>& items, Version version) {
  if (lists_are_python(version)) return Value(List{items}).str();
  std::string text;
  for (const auto& item : items) (text += text.empty() ? "" : ",") += item.str();
  return text;
}

// JSON as Python writes it, or Python's own text.
std::string mapping_text(const Dict& dict, Version version) {
  if (mappings_are_python(version)) return Value(dict).str();
  std::string text = "{";
  for (const auto& entry : dict.entries)
    text += (text.size() > 1 ? ", " : "") + json_string(entry.key) + ": " + entry.value.json();
  return text + '}';
}

// pydantic's ISO 8601: P1DT2H, PT1M30.5S.
std::string duration_text(const Duration& duration) {
  constexpr std::int64_t kSecond = 1'000'000;
  std::int64_t left = std::llabs(duration.microseconds);
  const auto take = [&left](std::int64_t unit) { return std::exchange(left, left % unit) / unit; };
  const auto days = take(86'400 * kSecond);
  const auto hours = take(3'600 * kSecond);
  const auto minutes = take(60 * kSecond);
  const auto seconds = take(kSecond);
  std::string time;
  if (hours != 0) time += std::to_string(hours) + 'H';
  if (minutes != 0) time += std::to_string(minutes) + 'M';
  if (seconds != 0 || left != 0) {
    auto fraction = left == 0 ? std::string() : std::to_string(kSecond + left).substr(1);
    while (!fraction.empty() && fraction.back() == '0') fraction.pop_back();
    time += std::to_string(seconds) + (fraction.empty() ? "" : "." + fraction) + 'S';
  }
  std::string text = duration.microseconds < 0 ? "-P" : "P";
  if (days != 0) text += std::to_string(days) + 'D';
  if (!time.empty() || days == 0) text += 'T' + (time.empty() ? "0S" : time);
  return text;
}

std::string environment_text(const Value& value, Version version) {
  if (const auto* set = value.get<Set>()) return joined(set->items, version);
  if (const auto* list = value.get<List>()) return joined(list->items, version);
  if (const auto* dict = value.get<Dict>()) return mapping_text(*dict, version);
  if (const auto* duration = value.get<Duration>()) return duration_text(*duration);
  return value.str();
}

// The same of what may be shown: a mask is written as a value of its kind.
SettingValue environment_value(const SettingValue& value, Version version) {
  const auto* secret = value.secret();
  if (!secret) return Value(environment_text(*value.open(), version));
  auto text = value.with([&](const Value& v) { return environment_text(v, version); });
  return Secret(Value(std::move(text)), Value(environment_text(secret->mask(), version)));
}

}  // namespace

std::vector<InjectedVariable> flow_run_environment(const Resolution& resolution,
                                                   const Registry& registry) {
  const auto version = registry.version();
  std::vector<InjectedVariable> variables;
  for (const auto& resolved : resolution.settings) {
    if (!resolved.winner || resolved.value.is_none()) continue;
    const bool secret = resolved.value.is_secret() && resolved.value.truthy();
    variables.push_back({std::string(resolved.setting->name),
                         environment_value(resolved.value, version), &resolved, secret});
  }
  const auto add = [&](const char* name, const char* what) {
    variables.push_back({name, Value(what), nullptr, false});
  };
  add("PREFECT__FLOW_RUN_ID", "(its id)");
  if (version < Version{3, 6, 17}) return variables;
  add("PREFECT__WORKER_ID", "(its id)");
  add("PREFECT__WORKER_NAME", "(the worker's name)");
  add("PREFECT__FLOW_ID", "(its id)");
  add("PREFECT__FLOW_NAME", "(the flow's name)");
  return variables;
}

}  // namespace prefect_config
