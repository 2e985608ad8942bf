#include "report/settings.hpp"

#include <prefect_config/resolve.hpp>

#include "report/disclosure.hpp"
#include "report/json_parts.hpp"
#include "report/names.hpp"
#include "resolve/suggest.hpp"
#include "support/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <optional>
#include <span>
#include <string_view>

namespace prefect_config {
namespace {

constexpr VersionRange kEvery{};

// The enumerator's own name: what docs/settings.md and JSON call the type.
std::string_view type_word(ValueType type) {
  switch (type) {
  case ValueType::boolean:
    return "boolean";
  case ValueType::integer:
    return "integer";
  case ValueType::floating:
    return "floating";
  case ValueType::text:
    return "text";
  case ValueType::secret_text:
    return "secret_text";
  case ValueType::path:
    return "path";
  case ValueType::home_path:
    return "home_path";
  case ValueType::profiles_path:
    return "profiles_path";
  case ValueType::duration:
    return "duration";
  case ValueType::duration_seconds:
    return "duration_seconds";
  case ValueType::literal:
    return "literal";
  case ValueType::log_level:
    return "log_level";
  case ValueType::text_set:
    return "text_set";
  case ValueType::text_list:
    return "text_list";
  case ValueType::status_codes:
    return "status_codes";
  case ValueType::text_dict:
    return "text_dict";
  case ValueType::text_dict_or_string:
    return "text_dict_or_string";
  case ValueType::duration_dict:
    return "duration_dict";
  case ValueType::retry_delays:
    return "retry_delays";
  case ValueType::retry_delay_text:
    return "retry_delay_text";
  case ValueType::flag_set:
    return "flag_set";
  case ValueType::anything:
    return "anything";
  }
  return {};
}

std::string type_text(const Setting& setting) {
  auto text = replace_all(type_word(setting.type), "_", " ");
  return setting.optional ? text + ", or none" : text;
}

// A setting while nothing is set: its default as the engine itself makes it.
struct Unset {
  SettingValue value;
  std::string how = {};  ///< empty where the default is a constant
  std::vector<std::string_view> from = {};
};

// What is computed only where something else is set leaves no record while it is not.
std::string_view computed_when_set(Computed computed) {
  if (computed == Computed::ui_url) return "from api.url where that is set";
  if (computed == Computed::ssl_cert_file) return "SSL_CERT_FILE of the environment if it is set";
  return {};
}

// The defaults of one release.
class Defaults {
 public:
  explicit Defaults(const Registry& registry)
      : registry_(registry), resolution_(resolve(nothing_, registry, context())) {}

  Unset of(const Setting& setting) const {
    const auto& resolved = resolution_.settings[registry_.index_of(setting)];
    const auto how =
        resolved.derivation.empty() ? computed_when_set(setting.computed) : resolved.derivation;
    return {resolved.value, std::string(how), resolved.derived_from};
  }

 private:
  static ResolveContext context() {
    ResolveContext context;
    context.user_home = "~";
    return context;
  }

  const Registry& registry_;
  Layers nothing_;
  Resolution resolution_;
};

std::string default_text(const Unset& unset) {
  const auto value = quoted_value(unset.value, Disclosure::shown);
  return unset.how.empty() ? value : value + ", computed: " + unset.how;
}

// The release that answers for a row.
Version release_of(const VersionRange& releases) { return nearest_known(releases.first); }

bool is_next(Version earlier, Version later) {
  const auto known = known_versions();
  const auto at = std::find(known.begin(), known.end(), earlier);
  return at != known.end() && at + 1 != known.end() && *(at + 1) == later;
}

// The releases around that of `setting` in which there is such a setting without a gap.
VersionRange releases_around(const Setting& setting) {
  const auto history = setting_history(setting.path);
  const auto here = std::find(history.begin(), history.end(), &setting);
  VersionRange releases = setting.versions;
  for (auto row = here; row != history.begin();) {
    const auto& before = (*--row)->versions;
    if (!is_next(before.last, releases.first)) break;
    releases.first = before.first;
  }
  for (auto row = std::next(here); row != history.end(); ++row) {
    const auto& after = (*row)->versions;
    if (!is_next(releases.last, after.first)) break;
    releases.last = after.last;
  }
  return releases;
}

std::string names_text(const Setting& setting) {
  std::string text;
  for (const auto name : setting.names) (text += text.empty() ? "" : ", ") += name;
  return text;
}

// What the releases have differently: for each row of the history what no other row shares with
// all of them.
std::vector<std::string> differences(const std::vector<const Setting*>& history) {
  std::vector<std::vector<std::string>> aspects;
  for (const auto* row : history) {
    const Registry registry(release_of(row->versions));
    aspects.push_back({type_text(*row), accepted_values(*row),
                       "default " + default_text(Defaults(registry).of(*row)),
                       row->secret ? "secret" : "no secret", "read as " + names_text(*row)});
  }
  std::vector<std::string> texts(history.size());
  for (std::size_t i = 0; !aspects.empty() && i < aspects.front().size(); ++i) {
    const bool is_shared = std::all_of(aspects.begin(), aspects.end(), [&](const auto& row) {
      return row[i] == aspects.front()[i];
    });
    for (std::size_t row = 0; !is_shared && row < texts.size(); ++row)
      texts[row] += (texts[row].empty() ? "" : "; ") + aspects[row][i];
  }
  return texts;
}

std::string history_text(const Setting& setting, std::size_t width) {
  const auto history = setting_history(setting.path);
  if (history.size() < 2) return {};
  std::size_t longest = 0;
  for (const auto* row : history) longest = std::max(longest, row->versions.text().size());
  const auto texts = differences(history);
  std::string text = "\nWhat the releases have differently\n";
  for (std::size_t i = 0; i < history.size(); ++i) {
    const auto head = "  " + padded(history[i]->versions.text(), longest) + "  ";
    text += head + wrapped(texts[i], head.size(), head.size(), width) + '\n';
  }
  return text;
}

void write_number(JsonWriter& json, const char* key, const std::optional<double>& number) {
  json.key(key);
  number ? json.typed(Value(*number)) : json.null();
}

void write_names(JsonWriter& json, const char* key, std::span<const std::string_view> names) {
  json.key(key).begin_array();
  for (const auto name : names) json.value(name);
  json.end_array();
}

void write_row(JsonWriter& json, const Setting& setting, const Unset& unset,
               const VersionRange& releases) {
  json.begin_object();
  json.key("path").value(setting.path);
  json.key("name").value(setting.name);
  write_names(json, "names", setting.names);
  json.key("type").value(type_word(setting.type));
  json.key("optional").value(setting.optional);
  json.key("secret").value(setting.secret);
  json.key("takes").value(accepted_values(setting));
  write_names(json, "allowed", setting.allowed);
  json.key("bounds").begin_object();
  write_number(json, "ge", setting.bounds.ge);
  write_number(json, "gt", setting.bounds.gt);
  write_number(json, "le", setting.bounds.le);
  write_number(json, "lt", setting.bounds.lt);
  json.end_object();
  json.key("default");
  write_typed(json, unset.value, Disclosure::shown);
  json.key("computed");
  if (unset.how.empty()) {
    json.null();
  } else {
    json.begin_object().key("how").value(unset.how);
    write_names(json, "from", unset.from);
    json.end_object();
  }
  json.key("since").value(release_of(releases).text());
  json.key("until");
  releases.last == kEvery.last ? json.null() : json.value(releases.last.text());
  json.end_object();
}

void write_head(JsonWriter& json, const Registry& registry, const char* schema) {
  json.key("schema").value("prefect-config/" + std::string(schema) + "/v1");
  json.key("prefect_version").value(registry.version().text());
}

}  // namespace

std::string settings_text(const Registry& registry, const std::vector<const Setting*>& settings,
                          std::size_t width) {
  const Defaults defaults(registry);
  std::size_t path = 0;
  std::size_t name = 0;
  std::size_t type = 0;
  for (const auto* setting : settings) {
    path = std::max(path, setting->path.size());
    name = std::max(name, setting->name.size());
    type = std::max(type, type_text(*setting).size());
  }
  constexpr std::size_t kIndent = 4;
  std::string text;
  for (const auto* setting : settings) {
    const auto kind = type_text(*setting);
    const auto value = default_text(defaults.of(*setting));
    if (width == 0) {
      text += fmt::format("{:{}}  {:{}}  {:{}}  {}\n", setting->path, path, setting->name, name,
                          kind, type, value);
      continue;
    }
    const bool is_one_line = setting->path.size() + 2 + setting->name.size() <= width;
    const auto rest = fmt::format("{}; default {}", kind, value);
    text += fmt::format("{}{}{}\n    {}\n", setting->path, is_one_line ? "  " : "\n    ",
                        setting->name, wrapped(rest, kIndent, kIndent, width));
  }
  return text;
}

std::string settings_json(const Registry& registry, const std::vector<const Setting*>& settings) {
  const Defaults defaults(registry);
  JsonWriter json(Disclosure::shown);
  json.begin_object();
  write_head(json, registry, "settings");
  json.key("settings").begin_array();
  for (const auto* setting : settings)
    write_row(json, *setting, defaults.of(*setting), releases_around(*setting));
  json.end_array();
  json.end_object();
  return json.take();
}

std::string setting_text(const Registry& registry, const Setting& setting,
                         const std::string& release, std::size_t width) {
  constexpr std::size_t kColumn = 12;
  const std::string head(setting.path);
  const auto used = head.size() + display_width(release);
  auto text = head + (used + 2 <= width ? std::string(width - used, ' ') : "\n") + release + "\n\n";
  const auto add = [&](const char* label, const std::string& what) {
    text +=
        padded(std::string("  ") + label, kColumn) + wrapped(what, kColumn, kColumn, width) + '\n';
  };
  const auto unset = Defaults(registry).of(setting);
  for (const auto name : setting.names)
    add(name == setting.names.front() ? "read as" : "", std::string(name));
  add("type", type_text(setting));
  add("takes", accepted_values(setting));
  add("default", quoted_value(unset.value, Disclosure::shown));
  // Prefect prints lengths of time as it does not read them.
  if (const auto* duration = shown(unset.value, Disclosure::shown).get<Duration>())
    add("", "to be written " + iso_duration(*duration));
  if (!unset.how.empty()) add("computed", unset.how);
  if (setting.secret) add("secret", "masked unless --show-secrets is given");
  add("releases", releases_around(setting).text());
  return text + history_text(setting, width);
}

std::string setting_json(const Registry& registry, const Setting& setting) {
  JsonWriter json(Disclosure::shown);
  json.begin_object();
  write_head(json, registry, "setting");
  json.key("setting");
  write_row(json, setting, Defaults(registry).of(setting), releases_around(setting));
  json.key("history").begin_array();
  for (const auto* row : setting_history(setting.path)) {
    const Registry of_row(release_of(row->versions));
    write_row(json, *row, Defaults(of_row).of(*row), row->versions);
  }
  json.end_array();
  json.end_object();
  return json.take();
}

}  // namespace prefect_config
