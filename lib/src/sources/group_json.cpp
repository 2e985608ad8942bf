#include "sources/group_json.hpp"

#include "adapters/json.hpp"
#include "sources/protect.hpp"
#include "sources/quirks.hpp"
#include "support/text.hpp"

#include <algorithm>

namespace prefect_config {
namespace {

constexpr std::string_view kPrefix = "PREFECT_";

// Whether `path` without its last parts, written as an environment name, is `name`.
std::string_view matching_prefix(std::string_view path, std::string_view name) {
  for (auto dot = path.find('.'); dot != std::string_view::npos; dot = path.find('.', dot + 1)) {
    if (dot != name.size()) continue;
    const bool same = std::equal(name.begin(), name.end(), path.begin(), [](char a, char b) {
      return a == (b == '.' ? '_' : ascii_upper(b));
    });
    if (same) return path.substr(0, dot);
  }
  return {};
}

// The setting a member's name stands for: its field name, or one of its environment names in lower
// case.
const Setting* member_setting(const Registry& registry, std::string_view group,
                              const std::string& key) {
  const std::string path = std::string(group) + '.' + key;
  if (const auto* setting = registry.find_path(path)) return setting;
  const auto* setting = registry.find_name(upper(key));
  // An alias counts only for a setting directly in this group, and only where there is one.
  if (!setting || setting->names.size() < 2) return nullptr;
  return setting->path.substr(0, setting->path.rfind('.')) == group ? setting : nullptr;
}

std::uint8_t depth_of(std::string_view path) {
  return static_cast<std::uint8_t>(1 + std::count(path.begin(), path.end(), '.'));
}

GroupProblem add_members(const Registry& registry, std::string_view path, const Dict& dict,
                         const Origin& origin, std::uint8_t depth, Layer& layer) {
  layer.groups.push_back({std::string(path), depth});
  for (const auto& [spelling, value] : dict.entries) {
    // pydantic-settings ignores the case of names inside too.
    const auto key = lower(spelling);
    const std::string member = std::string(path) + '.' + key;
    if (is_group(registry, member)) {
      const auto* inner = value.get<Dict>();
      if (!inner) return {"`" + key + "` in it is not an object"};
      if (auto problem = add_members(registry, member, *inner, origin, depth, layer);
          !problem.reason.empty())
        return problem;
      continue;
    }
    const auto* setting = member_setting(registry, path, key);
    if (!setting) continue;
    Candidate candidate;
    candidate.setting = setting;
    candidate.written = protect(*setting, value);
    candidate.origin = origin;
    candidate.group_depth = depth;
    candidate.group_alias = member != setting->path;
    if (candidate.group_alias && upper(key) != setting->name) candidate.name_rank = 1;
    candidate.position = static_cast<std::uint32_t>(layer.candidates.size());
    layer.candidates.push_back(std::move(candidate));
  }
  return {};
}

}  // namespace

std::string group_path(const Registry& registry, std::string_view upper_name) {
  if (!starts_with(upper_name, kPrefix) || quirks_of(registry.version()).has_no_groups) return {};
  const auto name = upper_name.substr(kPrefix.size());
  for (const Setting* setting : registry.settings()) {
    if (const auto prefix = matching_prefix(setting->path, name); !prefix.empty())
      return std::string(prefix);
  }
  return {};
}

bool is_group(const Registry& registry, std::string_view path) { return registry.has_group(path); }

GroupProblem add_group(const Registry& registry, std::string_view path, const Value& value,
                       const Origin& origin, Layer& layer) {
  Value content = value;
  if (const auto* text = value.get<std::string>()) {
    auto parsed = parse_json(*text, JsonDialect::python);
    if (std::holds_alternative<JsonError>(parsed)) return {"not JSON"};
    content = std::get<Value>(std::move(parsed));
  }
  // Only an environment's null means "not set".
  if (content.is_none() && origin.kind != SourceKind::profile) return {};
  const auto* dict = content.get<Dict>();
  if (!dict) return {"not a JSON object"};
  return add_members(registry, path, *dict, origin, depth_of(path), layer);
}

}  // namespace prefect_config
