#include "sources/group_json.hpp"

#include "adapters/json.hpp"
#include "sources/protect.hpp"
#include "sources/quirks.hpp"
#include "support/text.hpp"

#include <algorithm>
#include <unordered_map>
#include <utility>
#include <vector>

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

std::uint8_t depth_of(std::string_view path) {
  return static_cast<std::uint8_t>(1 + std::count(path.begin(), path.end(), '.'));
}

// How a source matches the names inside a group's JSON.
enum class Spelling : std::uint8_t {
  exact,      ///< as they are
  any_first,  ///< in any case; of several spellings the first one counts
  any_last,   ///< in any case; of several spellings the last one counts
};

struct Member {
  std::string key;  ///< canonical
  const Value* value = nullptr;
};

// Walks one source's object beside the registry's paths.
class GroupReader {
 public:
  GroupReader(const Registry& registry, const Origin& origin, std::uint8_t depth, Layer& layer)
      : registry_(registry), quirks_(quirks_of(registry.version())), origin_(origin), depth_(depth),
        layer_(layer), spelling_(spelling()) {}

  GroupProblem add(std::string_view group, const Dict& dict) {
    layer_.groups.push_back({std::string(group), depth_});
    for (const auto& [key, value] : members_of(group, dict)) {
      const std::string member = std::string(group) + '.' + key;
      if (is_group(registry_, member)) {
        const auto* inner = value->get<Dict>();
        if (!inner) return {"`" + key + "` in it is not an object"};
        if (auto problem = add(member, *inner); !problem.reason.empty()) return problem;
      } else if (const auto* setting = setting_of(group, key)) {
        add_candidate(*setting, member, key, *value);
      }
    }
    return {};
  }

 private:
  Spelling spelling() const {
    if (!is_profile(origin_.kind)) return Spelling::any_last;
    return quirks_.profile_groups_ignore_case ? Spelling::any_first : Spelling::exact;
  }

  // The setting that a canonical key stands for: its field's name, or one of its environment names
  // in lower case. Those count only for a setting directly in this group that has two of them.
  const Setting* setting_of(std::string_view group, const std::string& key) const {
    const std::string path = std::string(group) + '.' + key;
    if (const auto* setting = registry_.find_path(path)) return setting;
    if (key != lower(key)) return nullptr;
    const auto* setting = registry_.find_name(upper(key));
    if (!setting || setting->names.size() < 2) return nullptr;
    return setting->path.substr(0, setting->path.rfind('.')) == group ? setting : nullptr;
  }

  // A field that has environment names of its own (two of them) is known by exactly its name;
  // groups and all other fields are known in any case.
  std::string canonical_key(std::string_view group, const std::string& spelling) const {
    auto key = lower(spelling);
    if (spelling_ == Spelling::exact || key == spelling) return spelling;
    const std::string member = std::string(group) + '.' + key;
    if (is_group(registry_, member)) return key;
    if (const auto* field = registry_.find_path(member))
      return field->names.size() < 2 ? key : spelling;
    const bool any_case =
        spelling_ == Spelling::any_first || !quirks_.group_aliases_need_their_case;
    return any_case && setting_of(group, key) ? key : spelling;
  }

  std::vector<Member> members_of(std::string_view group, const Dict& dict) const {
    std::vector<Member> members;
    std::unordered_map<std::string, std::size_t> places;
    for (const auto& entry : dict.entries) {
      auto key = canonical_key(group, entry.key);
      const auto [place, is_new] = places.try_emplace(key, members.size());
      if (is_new) {
        members.push_back({std::move(key), &entry.value});
      } else if (spelling_ == Spelling::any_last) {
        members[place->second].value = &entry.value;
      }
    }
    return members;
  }

  void add_candidate(const Setting& setting, const std::string& member, const std::string& key,
                     const Value& value) {
    Candidate candidate;
    candidate.setting = &setting;
    candidate.written = protect(setting, value);
    candidate.origin = origin_;
    candidate.group_depth = depth_;
    candidate.group_alias = member != setting.path;
    if (candidate.group_alias && upper(key) != setting.name) candidate.name_rank = 1;
    candidate.position = static_cast<std::uint32_t>(layer_.candidates.size());
    layer_.candidates.push_back(std::move(candidate));
  }

  const Registry& registry_;
  Quirks quirks_;
  const Origin& origin_;
  std::uint8_t depth_;
  Layer& layer_;
  Spelling spelling_;
};

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
  return GroupReader(registry, origin, depth_of(path), layer).add(path, *dict);
}

}  // namespace prefect_config
