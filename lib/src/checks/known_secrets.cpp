#include "checks/known_secrets.hpp"

#include "sources/protect.hpp"
#include "support/text.hpp"

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace prefect_config {
namespace {

// A shorter text is found in too much that is none. A database's password is often the word that
// its user, its name and its host are called.
constexpr std::size_t kShortest = 8;
constexpr std::size_t kShortestDatabasePassword = 12;
// A bound on the work: each is looked for in every value.
constexpr std::size_t kMost = 64;

class KnownSecrets {
 public:
  void add(const Candidate& candidate) {
    const auto path = candidate.setting->path;
    const bool database = path == "server.database.password";
    const bool auth = path == "api.auth_string" || path == "server.api.auth_string";
    const bool headers = path == "client.custom_headers";
    if (!database && !auth && !headers && path != "api.key") return;
    candidate.written.with([&](const Value& value) {
      if (const auto* dict = value.get<Dict>()) {
        for (const auto& entry : dict->entries) add(entry.value.str(), kShortest);
      } else if (const auto* text = value.get<std::string>(); text && !headers) {
        if (auth) add(text->substr(text->find(':') + 1), kShortest);
        add(*text, database ? kShortestDatabasePassword : kShortest);
      }
    });
  }

  bool empty() const { return texts_.empty(); }

  std::string masked(std::string text) const {
    for (const auto& secret : texts_) text = replace_all(text, secret, kMask);
    return text;
  }

  Value masked(const Value& value) const {
    if (const auto* text = value.get<std::string>()) return masked(*text);
    if (const auto* path = value.get<Path>()) return Path{masked(path->text)};
    if (const auto* list = value.get<List>()) return masked_items(*list);
    if (const auto* set = value.get<Set>()) return masked_items(*set);
    return value;
  }

 private:
  void add(std::string text, std::size_t shortest) {
    const bool is_known = std::find(texts_.begin(), texts_.end(), text) != texts_.end();
    if (text.size() < shortest || is_known || texts_.size() >= kMost) return;
    texts_.push_back(std::move(text));
    // The longest first: one can be a part of another.
    std::sort(texts_.begin(), texts_.end(),
              [](const auto& a, const auto& b) { return a.size() > b.size(); });
  }

  template <typename Collection>
  Collection masked_items(const Collection& collection) const {
    Collection result;
    for (const auto& item : collection.items) result.items.push_back(masked(item));
    return result;
  }

  std::vector<std::string> texts_;
};

// True where something was hidden.
bool hide(SettingValue& value, const KnownSecrets& known) {
  auto mask = known.masked(value.masked());
  if (mask == value.masked()) return false;
  value = Secret(value.with([](const Value& v) { return v; }), std::move(mask));
  return true;
}

void hide(std::vector<Candidate>& candidates, const KnownSecrets& known, Layers& layers) {
  for (auto& candidate : candidates) {
    if (!hide(candidate.written, known)) continue;
    for (auto& file : layers.files) {
      if (file.where == candidate.origin.where) file.secrets.push_back(candidate.origin.value_span);
    }
  }
}

}  // namespace

void hide_known_secrets(Inspection& inspection) {
  KnownSecrets known;
  for (const auto& layer : inspection.layers.layers)
    for (const auto& candidate : layer.candidates) known.add(candidate);
  if (known.empty()) return;
  for (auto& layer : inspection.layers.layers) hide(layer.candidates, known, inspection.layers);
  hide(inspection.command_line.candidates, known, inspection.layers);
  for (auto* resolution :
       {&inspection.resolution, inspection.earlier ? &*inspection.earlier : nullptr}) {
    if (!resolution) continue;
    for (auto& resolved : resolution->settings) hide(resolved.value, known);
  }
  for (auto& finding : inspection.findings) {
    for (auto& argument : finding.arguments) argument = known.masked(std::move(argument));
    if (finding.place) finding.place->shown_value = known.masked(finding.place->shown_value);
  }
}

}  // namespace prefect_config
