#include <prefect_config/resolve.hpp>

#include "adapters/json.hpp"
#include "resolve/coerce.hpp"
#include "resolve/derive.hpp"
#include "resolve/suggest.hpp"
#include "sources/mask.hpp"
#include "sources/precedence.hpp"
#include "sources/protect.hpp"
#include "sources/quirks.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <tuple>
#include <unordered_map>

namespace prefect_config {
namespace {

// How strongly a candidate speaks for its setting. Compared in this order; the greatest wins.
struct Strength {
  int group;   ///< a group's JSON beats flat names, the group higher up beats the one inside it
  int first;   ///< source or name, as the precedence row says
  int second;  ///< the other one
  int within;  ///< the name again: in one profile both can stand
  std::uint32_t position;

  auto operator<=>(const Strength&) const = default;
};

int name_strength(const Candidate& candidate, Names names) {
  const int rank = -static_cast<int>(candidate.name_rank);
  const auto kind = candidate.origin.kind;
  const bool in_file = kind != SourceKind::environment && kind != SourceKind::dotenv;
  if (candidate.setting->names.size() < 2) return 0;
  if (names == Names::after_source) return rank;
  if (names == Names::before_source)
    return in_file ? 1 - static_cast<int>(candidate.setting->names.size()) : rank;
  return in_file || candidate.bare_name ? 1 : rank;
}

Strength strength_of(const Candidate& candidate, const Precedence& precedence) {
  constexpr int kDeepest = 256;
  // `prefect -p NAME` has settings already when it lays NAME over them, groups included.
  const bool laid_over = candidate.origin.kind == SourceKind::command_line;
  const bool flat = candidate.group_depth == 0 || candidate.group_alias;
  const int group = laid_over ? kDeepest : flat ? 0 : kDeepest - candidate.group_depth;
  // An environment name inside a group stands between the variables and the files, whatever holds
  // the group.
  const bool between = candidate.group_alias && precedence.names == Names::after_source;
  const int source = between ? 2 * rank(precedence, SourceKind::dotenv) - 1
                             : 2 * rank(precedence, candidate.origin.kind);
  const int name = name_strength(candidate, precedence.names);
  const int within = -static_cast<int>(candidate.name_rank);
  if (precedence.names != Names::after_source)
    return {group, name, source, within, candidate.position};
  return {group, source, name, within, candidate.position};
}

// A group's members and what `prefect -p NAME` lays over the settings are taken as they are: no
// source decodes them, only the setting's own type.
bool is_undecoded(const Candidate& candidate) {
  const bool left_over = candidate.bare_name && candidate.setting->names.size() < 2;
  return candidate.group_depth != 0 || left_over ||
         candidate.origin.kind == SourceKind::command_line;
}

// The object that a candidate is when its source has decoded it: only such values are merged. A
// JSON text inside JSON is read later, and stands alone; a table in a profile is no value at all.
std::optional<Dict> object_of(const Candidate& candidate) {
  return candidate.written.with([&](const Value& value) -> std::optional<Dict> {
    const auto* text = value.get<std::string>();
    if (!text || is_undecoded(candidate)) {
      const auto* dict = value.get<Dict>();
      const bool stops = candidate.origin.kind == SourceKind::profile && !is_undecoded(candidate);
      return dict && !stops ? std::optional(*dict) : std::nullopt;
    }
    auto parsed = parse_json(*text, JsonDialect::python);
    auto* content = std::get_if<Value>(&parsed);
    const auto* dict = content ? content->get<Dict>() : nullptr;
    return dict ? std::optional(*dict) : std::nullopt;
  });
}

// One source's object among those that are merged.
struct Part {
  const Candidate* candidate = nullptr;
  Dict object;
};

// An entry of merged objects, and the part that gave it.
struct MergedEntry {
  DictEntry entry;
  std::size_t part = 0;
  std::size_t position = 0;  ///< in that part's object
};

// Where the key itself stands, else the name it was written under. A table's keys have their places
// in the order of its object.
Span place_of_key(const Candidate& candidate, const MergedEntry& merged) {
  const auto& places = candidate.key_places;
  return merged.position < places.size() ? places[merged.position].span : candidate.origin.key_span;
}

// pydantic-settings' deep_update, strongest first in `parts`: a key keeps the place of its first,
// weakest source and has the value of its strongest.
std::vector<MergedEntry> merge(const std::vector<Part>& parts) {
  std::vector<MergedEntry> merged;
  std::unordered_map<std::string_view, std::size_t> places;
  for (std::size_t part = parts.size(); part-- > 0;) {
    const auto& entries = parts[part].object.entries;
    for (std::size_t position = 0; position < entries.size(); ++position) {
      const auto [place, is_new] = places.try_emplace(entries[position].key, merged.size());
      MergedEntry entry{entries[position], part, position};
      if (is_new) {
        merged.push_back(std::move(entry));
      } else {
        merged[place->second] = std::move(entry);
      }
    }
  }
  return merged;
}

Finding invalid_value(const Candidate& candidate, const std::string& reason) {
  const auto& setting = *candidate.setting;
  // The reason says already what a literal can be.
  const bool reason_lists =
      setting.type == ValueType::literal || setting.type == ValueType::log_level;
  const auto nearest =
      candidate.written.with([&](const Value& value) { return nearest_valid(setting, value); });
  const auto& origin = candidate.origin;
  const auto name =
      candidate.group_depth == 0 ? origin.key : std::string(setting.path) + "` of `" + origin.key;
  Finding finding{RuleId::invalid_value, {name, reason}};
  finding.arguments.push_back(is_profile(origin.kind) ? "profile " + origin.table : origin.where);
  finding.arguments.push_back(
      (nearest ? "did you mean `" + *nearest + "`? " : std::string()) +
      (reason_lists ? std::string() : "it takes " + accepted_values(setting) + "; "));
  finding.place = Place{origin.where,
                        origin.value_span.exists() ? origin.value_span : origin.key_span,
                        origin.value_span,
                        {}};
  if (origin.kind == SourceKind::environment && !candidate.written.secret()) {
    finding.place->variable = origin.key;
    finding.place->shown_value = candidate.written.masked().str();
  }
  return finding;
}

class Resolver {
 public:
  Resolver(const Layers& layers, const Registry& registry, const ResolveContext& context)
      : registry_(registry), context_(context), precedence_(precedence_of(registry.version())),
        quirks_(quirks_of(registry.version())) {
    offers_.resize(registry.size());
    for (const auto& layer : layers.layers) {
      if (rank(precedence_, layer.kind) < 0) continue;
      for (const auto& candidate : layer.candidates)
        offers_[registry.index_of(*candidate.setting)].push_back(&candidate);
    }
    if (quirks_.group_json_replaces_group) drop_replaced(layers);
    for (auto& offers : offers_) {
      const bool profile_first = profile_beats_environment(offers);
      std::sort(offers.begin(), offers.end(), [&](const Candidate* a, const Candidate* b) {
        const auto is = [](const Candidate* c, SourceKind kind) { return c->origin.kind == kind; };
        if (profile_first && is(a, SourceKind::profile) && is(b, SourceKind::environment))
          return true;
        if (profile_first && is(a, SourceKind::environment) && is(b, SourceKind::profile))
          return false;
        return strength_of(*a, precedence_) > strength_of(*b, precedence_);
      });
    }
  }

  Resolution run() {
    result_.settings.resize(registry_.size());
    for (std::size_t i = 0; i < registry_.size(); ++i)
      result_.settings[i].setting = registry_.settings()[i];
    // Other paths are made from the home, so it comes first.
    if (const auto* home = registry_.find_path("home")) {
      decide(registry_.index_of(*home));
      derive_home(result_.settings[registry_.index_of(*home)], context_.user_home);
      home_ = result_.settings[registry_.index_of(*home)].value.with(
          [](const Value& value) { return value.str(); });
    }
    for (std::size_t i = 0; i < registry_.size(); ++i) {
      if (result_.settings[i].setting->computed != Computed::user_home) decide(i);
    }
    derive(result_, registry_, context_);
    return std::move(result_);
  }

 private:
  // Of a group that some JSON object gives nothing else counts but the objects: those of the group
  // highest up.
  void drop_replaced(const Layers& layers) {
    std::map<std::string_view, std::uint8_t> given;
    for (const auto& layer : layers.layers) {
      for (const auto& group : layer.groups) {
        const auto [place, is_new] = given.try_emplace(group.path, group.depth);
        if (!is_new) place->second = std::min(place->second, group.depth);
      }
    }
    for (std::size_t i = 0; i < offers_.size(); ++i) {
      const auto path = registry_.settings()[i]->path;
      const auto group = given.find(path.substr(0, std::min(path.rfind('.'), path.size())));
      if (group == given.end()) continue;
      std::erase_if(offers_[i], [&](const Candidate* candidate) {
        return candidate->group_depth != group->second &&
               candidate->origin.kind != SourceKind::command_line;
      });
    }
  }

  // 2.20 drops a profile's value where a variable has exactly its name, unless the profile was
  // asked for; what is left counts more than the environment.
  bool profile_beats_environment(const std::vector<const Candidate*>& offers) const {
    if (context_.profile_asked_for && quirks_.asked_profile_beats_environment) return true;
    return quirks_.profile_beats_other_case &&
           std::none_of(offers.begin(), offers.end(), [](const Candidate* candidate) {
             return candidate->origin.kind == SourceKind::environment && candidate->name_exact;
           });
  }

  CoerceContext coerce_context(const Candidate& candidate) const {
    CoerceContext context;
    context.user_home = context_.user_home;
    context.home_of_user = &context_.home_of_user;
    context.hours_after_days_are_two_digits = quirks_.hours_after_days_are_two_digits;
    context.loggers_are_split_text = quirks_.loggers_are_split_text;
    context.home_name_means_default = quirks_.home_name_means_default;
    context.pydantic_v1 = quirks_.pydantic_v1;
    context.template_must_be_complete = quirks_.template_must_be_complete;
    const auto kind = candidate.origin.kind;
    context.prefect_home = context_.earlier_home && kind != SourceKind::command_line
                               ? std::string_view(*context_.earlier_home)
                               : std::string_view(home_);
    context.from_group = is_undecoded(candidate);
    const bool is_text = kind == SourceKind::environment || kind == SourceKind::dotenv;
    context.from_text = is_text && !context.from_group;
    context.from_profile = kind == SourceKind::profile;
    return context;
  }

  Coerced coerced(const Candidate& candidate) const {
    return candidate.written.with([&](const Value& value) {
      return coerce(*candidate.setting, value, coerce_context(candidate));
    });
  }

  void refuse(Resolved& resolved, const Candidate& candidate, const Refusal& refusal) {
    if (refusal.fails_in_use && context_.settings_alone) return;
    result_.loads = false;
    result_.findings.push_back(invalid_value(candidate, refusal.message));
    resolved.rejected.push_back({&candidate, refusal.message});
  }

  void decide(std::size_t index) {
    auto& resolved = result_.settings[index];
    const auto& setting = *resolved.setting;
    std::vector<Part> parts;
    const Candidate* last = nullptr;
    for (const Candidate* candidate : offers_[index]) {
      // Within one source only the strongest name is looked at, whatever comes of it.
      const bool same_source = last && last->origin.kind == candidate->origin.kind &&
                               last->group_depth == candidate->group_depth;
      const bool looked_at = !same_source || precedence_.names != Names::after_source;
      last = candidate;
      const bool decided = resolved.winner || !parts.empty();
      if ((decided || !resolved.rejected.empty()) && !looked_at) {
        resolved.shadowed.push_back(candidate);
        continue;
      }
      if (auto object =
              is_dict(setting.type) && !resolved.winner ? object_of(*candidate) : std::nullopt) {
        parts.push_back({candidate, std::move(*object)});
        continue;
      }
      take(resolved, *candidate, decided);
    }
    if (!parts.empty()) take_mapping(resolved, std::move(parts), offers_[index]);
    if (!resolved.winner) resolved.value = protect(setting, default_of(setting));
  }

  // A candidate by itself: what wins, what loses, what is refused.
  void take(Resolved& resolved, const Candidate& candidate, bool decided) {
    auto result = coerced(candidate);
    if (decided && !(result.refusal && result.refusal->fails_in_source)) {
      resolved.shadowed.push_back(&candidate);
    } else if (result.nothing) {
      resolved.rejected.push_back({&candidate, "JSON null counts as not set"});
    } else if (result.refusal) {
      // A source decodes JSON before anything is decided, so a bad one stops Prefect even where it
      // would lose.
      refuse(resolved, candidate, *result.refusal);
    } else {
      resolved.winner = &candidate;
      resolved.value = protect(*resolved.setting, std::move(*result.value));
    }
  }

  // Objects are merged first and validated as one: a bad value that a stronger source replaces does
  // no harm.
  void take_mapping(Resolved& resolved, std::vector<Part> parts,
                    const std::vector<const Candidate*>& offers) {
    for (bool is_clean = false; !is_clean && !parts.empty();) {
      is_clean = refuse_bad_entries(resolved, parts);
    }
    if (parts.empty()) return;
    resolved.winner = parts.front().candidate;
    Dict value;
    std::vector<bool> gives(parts.size(), false);
    for (auto& merged : merge(parts)) {
      const auto& candidate = *parts[merged.part].candidate;
      resolved.keys.push_back({merged.entry.key, &candidate, place_of_key(candidate, merged)});
      gives[merged.part] = true;
      auto result = coerced_entry(candidate, merged.entry);
      if (auto* dict = result.value ? result.value->get<Dict>() : nullptr; dict)
        value.entries.push_back(dict->entries.front());
    }
    for (std::size_t part = 1; part < parts.size(); ++part)
      (gives[part] ? resolved.merged : resolved.shadowed).push_back(parts[part].candidate);
    std::unordered_map<const Candidate*, std::size_t> places;
    for (std::size_t i = 0; i < offers.size(); ++i) places.emplace(offers[i], i);
    std::sort(resolved.shadowed.begin(), resolved.shadowed.end(),
              [&](const auto* a, const auto* b) { return places.at(a) < places.at(b); });
    resolved.value = protect(*resolved.setting, std::move(value));
  }

  // Refuses every part that gives an entry which is refused, and drops it; true where none does.
  bool refuse_bad_entries(Resolved& resolved, std::vector<Part>& parts) {
    std::vector<bool> bad(parts.size(), false);
    for (const auto& merged : merge(parts)) {
      const auto part = merged.part;
      if (bad[part]) continue;
      auto result = coerced_entry(*parts[part].candidate, merged.entry);
      if (!result.refusal) continue;
      bad[part] = true;
      result.refusal->message =
          "`" + mask_header_name(merged.entry.key) + "`: " + result.refusal->message;
      refuse(resolved, *parts[part].candidate, *result.refusal);
      if (!parts[part].candidate->key_places.empty())
        result_.findings.back().place->span = place_of_key(*parts[part].candidate, merged);
    }
    std::vector<Part> good;
    for (std::size_t part = 0; part < parts.size(); ++part)
      if (!bad[part]) good.push_back(std::move(parts[part]));
    const bool is_clean = good.size() == parts.size();
    parts = std::move(good);
    return is_clean;
  }

  Coerced coerced_entry(const Candidate& candidate, const DictEntry& entry) const {
    auto context = coerce_context(candidate);
    context.from_text = context.from_profile = false;
    context.from_group = true;
    Dict one;
    one.entries.push_back(entry);
    return coerce(*candidate.setting, one, context);
  }

  const Registry& registry_;
  const ResolveContext& context_;
  const Precedence& precedence_;
  Quirks quirks_;
  std::vector<std::vector<const Candidate*>> offers_;
  std::string home_;
  Resolution result_;
};

}  // namespace

const Resolved* Resolution::find(const Registry& registry, std::string_view path) const {
  const auto* setting = registry.find_path(path);
  return setting ? &settings[registry.index_of(*setting)] : nullptr;
}

Resolved* Resolution::find(const Registry& registry, std::string_view path) {
  const auto* setting = registry.find_path(path);
  return setting ? &settings[registry.index_of(*setting)] : nullptr;
}

Resolution resolve(const Layers& layers, const Registry& registry, const ResolveContext& context) {
  return Resolver(layers, registry, context).run();
}

}  // namespace prefect_config
