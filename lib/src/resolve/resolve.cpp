#include <prefect_config/resolve.hpp>

#include "adapters/json.hpp"
#include "resolve/coerce.hpp"
#include "resolve/derive.hpp"
#include "sources/precedence.hpp"
#include "sources/protect.hpp"

#include <algorithm>
#include <tuple>

namespace prefect_config {
namespace {

// How strongly a candidate speaks for its setting. Compared in this order; the greatest wins.
struct Strength {
  int group;   ///< a group's JSON beats flat names, the group higher up beats the one inside it
  int first;   ///< source or name, as the precedence row says
  int second;  ///< the other one
  std::uint32_t position;

  auto operator<=>(const Strength&) const = default;
};

Strength strength_of(const Candidate& candidate, const Precedence& precedence) {
  constexpr int kDeepest = 256;
  const int group = candidate.group_depth == 0 ? 0 : kDeepest - candidate.group_depth;
  const int source = rank(precedence, candidate.origin.kind);
  const int name = -static_cast<int>(candidate.name_rank);
  if (precedence.name_beats_source) return {group, name, source, candidate.position};
  return {group, source, name, candidate.position};
}

// Only values that are objects when their source has decoded them are merged: a JSON text inside
// JSON is read later, and stands alone.
bool is_object(const Candidate& candidate) {
  return candidate.written.with([&](const Value& value) {
    const auto* text = value.get<std::string>();
    if (!text || candidate.group_depth != 0) return value.is<Dict>();
    const auto parsed = parse_json(*text, JsonDialect::python);
    const auto* content = std::get_if<Value>(&parsed);
    return content && content->is<Dict>();
  });
}

Finding invalid_value(const Candidate& candidate, const std::string& reason) {
  Finding finding{RuleId::invalid_value, {candidate.origin.key, reason}};
  const auto& origin = candidate.origin;
  finding.arguments.push_back(origin.kind == SourceKind::profile ? "profile " + origin.table
                                                                 : origin.where);
  finding.place = Place{origin.where,
                        origin.value_span.exists() ? origin.value_span : origin.key_span,
                        origin.value_span,
                        {}};
  return finding;
}

class Resolver {
 public:
  Resolver(const Layers& layers, const Registry& registry, const ResolveContext& context)
      : registry_(registry), context_(context), precedence_(precedence_of(registry.version())) {
    offers_.resize(registry.size());
    for (const auto& layer : layers.layers) {
      if (rank(precedence_, layer.kind) < 0) continue;
      for (const auto& candidate : layer.candidates)
        offers_[registry.index_of(*candidate.setting)].push_back(&candidate);
    }
    for (auto& offers : offers_) {
      std::sort(offers.begin(), offers.end(), [this](const Candidate* a, const Candidate* b) {
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
  Coerced coerced(const Candidate& candidate) const {
    CoerceContext context;
    context.user_home = context_.user_home;
    context.prefect_home = home_;
    context.from_group = candidate.group_depth != 0;
    const auto kind = candidate.origin.kind;
    const bool is_text = kind == SourceKind::environment || kind == SourceKind::dotenv;
    context.from_text = is_text && !context.from_group;
    context.from_profile = kind == SourceKind::profile;
    return candidate.written.with(
        [&](const Value& value) { return coerce(*candidate.setting, value, context); });
  }

  void refuse(Resolved& resolved, const Candidate& candidate, const Refusal& refusal) {
    result_.loads = false;
    result_.findings.push_back(invalid_value(candidate, refusal.message));
    resolved.rejected.push_back({&candidate, refusal.message});
  }

  void decide(std::size_t index) {
    auto& resolved = result_.settings[index];
    const auto& setting = *resolved.setting;
    std::vector<Value> dicts;
    const Candidate* last = nullptr;
    for (const Candidate* candidate : offers_[index]) {
      // Within one source only the strongest name is looked at, whatever comes of it.
      const bool same_source = last && last->origin.kind == candidate->origin.kind &&
                               last->group_depth == candidate->group_depth;
      const bool merges = resolved.winner && is_dict(setting.type) && is_object(*resolved.winner) &&
                          is_object(*candidate);
      const bool looked_at = !same_source || precedence_.name_beats_source;
      last = candidate;
      if ((resolved.winner || !resolved.rejected.empty()) && !looked_at) {
        resolved.shadowed.push_back(candidate);
        continue;
      }
      auto result = coerced(*candidate);
      if (resolved.winner && !merges && !(result.refusal && result.refusal->fails_in_source)) {
        resolved.shadowed.push_back(candidate);
      } else if (result.nothing) {
        resolved.rejected.push_back({candidate, "JSON null counts as not set"});
      } else if (result.refusal) {
        // A source decodes JSON before anything is decided, so a bad one stops Prefect even where
        // it would lose; and what is merged is validated as one.
        refuse(resolved, *candidate, *result.refusal);
      } else if (!resolved.winner) {
        resolved.winner = candidate;
        if (is_dict(setting.type)) dicts.push_back(*result.value);
        resolved.value = protect(setting, std::move(*result.value));
      } else {
        resolved.merged.push_back(candidate);
        dicts.push_back(std::move(*result.value));
      }
    }
    if (!resolved.merged.empty()) resolved.value = protect(setting, merge(dicts));
    if (!resolved.winner) resolved.value = protect(setting, default_of(setting));
  }

  // pydantic-settings' deep_update, weakest last in `dicts`: a key keeps the place of its first,
  // weakest source and the value of its strongest.
  static Value merge(const std::vector<Value>& dicts) {
    Dict merged;
    for (auto dict = dicts.rbegin(); dict != dicts.rend(); ++dict) {
      for (const auto& entry : dict->get<Dict>()->entries) {
        const auto same = std::find_if(merged.entries.begin(), merged.entries.end(),
                                       [&](const DictEntry& e) { return e.key == entry.key; });
        if (same == merged.entries.end()) {
          merged.entries.push_back(entry);
        } else {
          same->value = entry.value;
        }
      }
    }
    return merged;
  }

  const Registry& registry_;
  const ResolveContext& context_;
  const Precedence& precedence_;
  std::vector<std::vector<const Candidate*>> offers_;
  std::string home_;
  Resolution result_;
};

}  // namespace

Resolution resolve(const Layers& layers, const Registry& registry, const ResolveContext& context) {
  return Resolver(layers, registry, context).run();
}

}  // namespace prefect_config
