#include "sources/known_secrets.hpp"

#include "adapters/json.hpp"
#include "support/base64.hpp"
#include "support/percent.hpp"
#include "support/text.hpp"

#include <algorithm>
#include <utility>

namespace prefect_config {
namespace {

// A shorter text is found in too much that is none. A database's password is often the word that
// its user, its name and its host are called.
constexpr std::size_t kShortest = 8;
constexpr std::size_t kShortestDatabasePassword = 12;
// A bound on the work: each is looked for in every value, as it is, percent-encoded and in base64.
constexpr std::size_t kMost = 192;

}  // namespace

void KnownSecrets::add(std::string text) { add(std::move(text), kShortest); }

void KnownSecrets::add(const Candidate& candidate) {
  const auto path = candidate.setting->path;
  const bool database = path == "server.database.password";
  const bool auth = path == "api.auth_string" || path == "server.api.auth_string";
  const bool headers = path == "client.custom_headers";
  if (!database && !auth && !headers && path != "api.key") return;
  candidate.written.with([&](const Value& value) {
    const auto add_values = [this](const Dict& dict) {
      for (const auto& entry : dict.entries) add(entry.value.str());
    };
    if (const auto* dict = value.get<Dict>()) {
      add_values(*dict);
    } else if (const auto* json = value.get<std::string>(); json && headers) {
      const auto parsed = parse_json(*json, JsonDialect::python);
      const auto* object = std::get_if<Value>(&parsed);
      if (object && object->get<Dict>()) add_values(*object->get<Dict>());
    } else if (const auto* text = value.get<std::string>(); text && !headers) {
      if (auth) add(text->substr(text->find(':') + 1));
      add(*text, database ? kShortestDatabasePassword : kShortest);
    }
  });
}

void KnownSecrets::add(std::string text, std::size_t shortest) {
  const bool is_known = std::find(texts_.begin(), texts_.end(), text) != texts_.end();
  if (text.size() < shortest || is_known || texts_.size() >= kMost) return;
  for (auto form : {percent_quoted(text, "_.-~"), base64(text)}) {
    if (form != text) texts_.push_back(std::move(form));
  }
  texts_.push_back(std::move(text));
  std::sort(texts_.begin(), texts_.end(),
            [](const auto& a, const auto& b) { return a.size() > b.size(); });
}

std::string KnownSecrets::masked(std::string text) const {
  for (const auto& secret : texts_) text = replace_all(text, secret, kMask);
  return text;
}

Value KnownSecrets::masked(const Value& value) const {
  if (const auto* text = value.get<std::string>()) return masked(*text);
  if (const auto* path = value.get<Path>()) return Path{masked(path->text)};
  const auto masked_items = [this](auto collection) {
    for (auto& item : collection.items) item = masked(item);
    return collection;
  };
  if (const auto* list = value.get<List>()) return masked_items(*list);
  if (const auto* set = value.get<Set>()) return masked_items(*set);
  if (const auto* dict = value.get<Dict>()) {
    auto result = *dict;
    for (auto& entry : result.entries) entry = {masked(entry.key), masked(entry.value)};
    return result;
  }
  return value;
}

bool KnownSecrets::hide_in(SettingValue& value) const {
  auto mask = masked(value.masked());
  if (mask == value.masked()) return false;
  value = Secret(value.with([](const Value& v) { return v; }), std::move(mask));
  return true;
}

}  // namespace prefect_config
