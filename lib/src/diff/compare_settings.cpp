#include "diff/compare_settings.hpp"

#include "diff/same.hpp"

#include <algorithm>
#include <map>
#include <utility>

namespace prefect_config {
namespace {

struct Pair {
  const DiffSetting* a = nullptr;
  const DiffSetting* b = nullptr;

  std::string_view name() const { return (b ? b : a)->setting->name; }
};

bool accepts(const DiffSetting& setting, std::string_view name) {
  const auto& names = setting.setting->names;
  return std::find(names.begin(), names.end(), name) != names.end();
}

// One setting under two paths: each release goes on to accept the older name.
bool is_renamed(const DiffSetting& a, const DiffSetting& b) {
  return accepts(b, a.setting->name) || accepts(a, b.setting->name);
}

std::vector<Pair> pairs_of(const DiffSide& a, const DiffSide& b) {
  std::map<std::string_view, const DiffSetting*> rest;
  for (const auto& setting : b.settings) rest[setting.setting->path] = &setting;
  std::vector<Pair> pairs;
  for (const auto& setting : a.settings) {
    const auto same = rest.find(setting.setting->path);
    pairs.push_back({&setting, same == rest.end() ? nullptr : same->second});
    if (same != rest.end()) rest.erase(same);
  }
  for (auto& pair : pairs) {
    if (pair.b) continue;
    const auto renamed = std::find_if(rest.begin(), rest.end(), [&](const auto& entry) {
      return is_renamed(*pair.a, *entry.second);
    });
    if (renamed == rest.end()) continue;
    pair.b = renamed->second;
    rest.erase(renamed);
  }
  for (const auto& entry : rest) pairs.push_back({nullptr, entry.second});
  std::sort(pairs.begin(), pairs.end(),
            [](const Pair& one, const Pair& other) { return one.name() < other.name(); });
  return pairs;
}

SourceKind kind_of(const DiffSetting& setting) {
  return setting.origin ? setting.origin->kind : SourceKind::defaults;
}

class Comparison {
 public:
  Comparison(const DiffSide& a, const DiffSide& b) : pairs_(pairs_of(a, b)) {
    for (const auto& pair : pairs_) {
      if (pair.a) by_a_[pair.a->setting->path] = &pair;
      if (pair.b) by_b_[pair.b->setting->path] = &pair;
    }
  }

  std::vector<SettingDifference> run() const {
    std::vector<SettingDifference> differences;
    for (const auto& pair : pairs_) {
      const auto value = value_of(pair);
      if (counts(pair, value)) differences.push_back({pair.a, pair.b, value});
    }
    return differences;
  }

 private:
  static Same value_of(const Pair& pair) {
    return pair.a && pair.b ? same_value({pair.a->value}, {pair.b->value}) : Same::no;
  }

  bool counts(const Pair& pair, Same value) const {
    if (!pair.a || !pair.b) return (pair.a ? pair.a : pair.b)->is_set();
    if (pair.a->is_set() || pair.b->is_set())
      return value != Same::yes || kind_of(*pair.a) != kind_of(*pair.b);
    return value != Same::yes && !follows(pair);
  }

  // A computed default says nothing that the settings it is computed from do not say.
  bool follows(const Pair& pair) const {
    return any_differs(by_a_, pair.a->derived_from) || any_differs(by_b_, pair.b->derived_from);
  }

  using ByPath = std::map<std::string_view, const Pair*>;

  static bool any_differs(const ByPath& pairs, const std::vector<std::string_view>& paths) {
    return std::any_of(paths.begin(), paths.end(), [&pairs](std::string_view path) {
      const auto input = pairs.find(path);
      return input != pairs.end() && value_of(*input->second) != Same::yes;
    });
  }

  std::vector<Pair> pairs_;
  ByPath by_a_;
  ByPath by_b_;
};

}  // namespace

std::vector<SettingDifference> compare_settings(const DiffSide& a, const DiffSide& b) {
  return Comparison(a, b).run();
}

}  // namespace prefect_config
