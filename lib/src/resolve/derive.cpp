#include "resolve/derive.hpp"

#include "adapters/json.hpp"
#include "resolve/database_url.hpp"
#include "resolve/ui_url.hpp"
#include "sources/protect.hpp"
#include "sources/quirks.hpp"
#include "support/paths.hpp"
#include "support/python_template.hpp"
#include "support/text.hpp"

#include <algorithm>
#include <cstdlib>

namespace prefect_config {
namespace {

// The resolution while it is being completed, with the look-ups the rules need.
class Settings {
 public:
  Settings(Resolution& resolution, const Registry& registry, const ResolveContext& context)
      : resolution_(resolution), registry_(registry), context_(context),
        quirks_(quirks_of(registry.version())) {}

  Quirks quirks() const { return quirks_; }
  const ResolveContext& context() const { return context_; }

  Resolved* find(std::string_view path) { return resolution_.find(registry_, path); }
  /// The one of two settings that somebody wrote, to point at.
  const Resolved* written(std::string_view first, std::string_view second) {
    const auto* found = find(first);
    return found && found->winner ? found : find(second);
  }
  /// Python's str() of a value; empty where this version has no such setting or it is None.
  std::string text(std::string_view path) {
    const auto* resolved = find(path);
    return resolved ? text_of(resolved->value) : std::string();
  }
  bool is_true(std::string_view path) {
    const auto* resolved = find(path);
    return resolved && resolved->value.truthy();
  }
  void refuse(std::string reason, const Resolved* about) {
    resolution_.loads = false;
    Finding finding{RuleId::settings_refused, {std::move(reason)}};
    if (about && about->winner) {
      const auto& origin = about->winner->origin;
      finding.place = place_of(origin);
    }
    resolution_.findings.push_back(std::move(finding));
  }
  static void set(Resolved& resolved, Value value, std::vector<std::string_view> from,
                  std::string_view how) {
    resolved.value = protect(*resolved.setting, std::move(value));
    resolved.derived_from = std::move(from);
    resolved.derivation = how;
  }

 private:
  Resolution& resolution_;
  const Registry& registry_;
  const ResolveContext& context_;
  Quirks quirks_;
};

std::string home_text(std::string_view user_home) {
  return join_path(normal_path(user_home), ".prefect").text;
}

void below_home(Settings& settings, Resolved& resolved, std::string_view name, bool ignores_home) {
  const auto home = ignores_home ? home_text(settings.context().user_home) : settings.text("home");
  if (ignores_home) {
    Settings::set(resolved, join_path(normal_path(home), name), {},
                  "below ~/.prefect: this version ignores PREFECT_HOME here");
  } else {
    Settings::set(resolved, join_path(normal_path(home), name), {"home"}, "below home");
  }
}

void derive_profiles_path(Settings& settings, Resolved& resolved) {
  below_home(settings, resolved, "profiles.toml", false);
}
void derive_local_storage(Settings& settings, Resolved& resolved) {
  below_home(settings, resolved, "storage", settings.quirks().nested_paths_ignore_home);
}
void derive_logging_config(Settings& settings, Resolved& resolved) {
  below_home(settings, resolved, "logging.yml", settings.quirks().nested_paths_ignore_home);
}
void derive_memo_store(Settings& settings, Resolved& resolved) {
  below_home(settings, resolved, "memo_store.toml", settings.quirks().nested_paths_ignore_home);
}

void derive_cloud_ui_url(Settings& settings, Resolved& resolved) {
  Settings::set(resolved, cloud_ui_url(settings.text("cloud.api_url")), {"cloud.api_url"},
                "from cloud.api_url");
}

void derive_ui_url(Settings& settings, Resolved& resolved) {
  const auto api_url = settings.text("api.url");
  if (api_url.empty()) return;
  Settings::set(resolved,
                ui_url(api_url, settings.text("cloud.api_url"), settings.text("cloud.ui_url")),
                {"api.url", "cloud.api_url", "cloud.ui_url"}, "from api.url");
}

void derive_server_ui_api_url(Settings& settings, Resolved& resolved) {
  if (settings.quirks().ui_api_url_is_a_path) {
    Settings::set(resolved, std::string("/api"), {}, "the same host");
    return;
  }
  if (auto api_url = settings.text("api.url"); !api_url.empty()) {
    Settings::set(resolved, std::move(api_url), {"api.url"}, "api.url");
    return;
  }
  auto url = "http://" + settings.text("server.api.host") + ':' + settings.text("server.api.port");
  if (!settings.quirks().ui_api_url_has_no_path) url += "/api";
  Settings::set(resolved, std::move(url), {"server.api.host", "server.api.port"},
                "from server.api.host and port");
}

void derive_ssl_cert_file(Settings& settings, Resolved& resolved) {
  if (!settings.context().ssl_cert_file_set) return;
  Settings::set(resolved, std::string(settings.context().ssl_cert_file), {"SSL_CERT_FILE"},
                "SSL_CERT_FILE of the environment");
}

void derive_database_url(Settings& settings, Resolved& resolved) {
  if (settings.quirks().callbacks_of_v2) {
    const auto file = join_path(normal_path(settings.text("home")), "prefect.db").text;
    Settings::set(resolved, "sqlite+aiosqlite:///" + file, {"home"}, "below home");
    return;
  }
  DatabaseParts parts;
  const auto part = [&](std::string_view path) -> std::optional<std::string> {
    const auto* found = settings.find(path);
    if (!found || found->value.is_none()) return std::nullopt;
    return settings.text(path);
  };
  parts.driver = part("server.database.driver");
  parts.host = part("server.database.host");
  parts.port = part("server.database.port");
  parts.user = part("server.database.user");
  parts.name = part("server.database.name");
  parts.password = part("server.database.password");
  parts.home = settings.text("home");
  auto url = database_url(parts, settings.quirks().database_needs_password,
                          settings.quirks().database_name_is_quoted);
  if (!url.missing.empty())
    settings.refuse("the database URL cannot be built: " + url.missing + " not set",
                    settings.find("server.database.driver"));
  Settings::set(resolved, std::move(url.text),
                {"home", "server.database.driver", "server.database.host", "server.database.port",
                 "server.database.user", "server.database.name", "server.database.password"},
                parts.driver ? "from server.database.*" : "below home");
}

// One row a computed default. The order is Prefect's: later ones use earlier ones.
struct Rule {
  Computed computed;
  void (*derive)(Settings&, Resolved&);
};
constexpr Rule kRules[] = {
    {Computed::profiles_path, derive_profiles_path},
    {Computed::local_storage_path, derive_local_storage},
    {Computed::logging_config_path, derive_logging_config},
    {Computed::memo_store_path, derive_memo_store},
    {Computed::ssl_cert_file, derive_ssl_cert_file},
    {Computed::cloud_ui_url, derive_cloud_ui_url},
    {Computed::ui_url, derive_ui_url},
    {Computed::server_ui_api_url, derive_server_ui_api_url},
    {Computed::database_connection_url, derive_database_url},
};

void derive_defaults(Settings& settings, Resolution& resolution) {
  for (const auto& rule : kRules) {
    const auto found =
        std::find_if(resolution.settings.begin(), resolution.settings.end(),
                     [&](const Resolved& r) { return r.setting->computed == rule.computed; });
    // What is None because somebody wrote JSON null is worked out like what nobody wrote.
    if (found != resolution.settings.end() && (!found->winner || found->value.is_none()))
      rule.derive(settings, *found);
  }
}

// 2.20 fills the texts of other settings into templates when the value is used.
void fill_in_template(Settings& settings, std::string_view path,
                      std::vector<std::string_view> sources) {
  auto* resolved = settings.find(path);
  if (!resolved || resolved->value.is_none() || !resolved->winner) return;
  const auto written = settings.text(path);
  const auto filled = substitute(written, [&](std::string_view name) -> std::optional<std::string> {
    for (const auto source : sources) {
      const auto* other = settings.find(source);
      if (other && other->setting->name == name)
        return other->value.is_none() ? "None" : settings.text(source);
    }
    return std::nullopt;
  });
  if (!filled.complete && settings.quirks().template_must_be_complete &&
      !settings.context().settings_alone)
    settings.refuse("a `$` in it names no setting that it may use", resolved);
  if (filled.text == written) return;
  const bool has_secret = std::any_of(sources.begin(), sources.end(), [&](std::string_view source) {
    const auto* other = settings.find(source);
    return other && other->value.is_secret();
  });
  Settings::set(*resolved, filled.text, std::move(sources), "a template that is filled in");
  if (has_secret && !resolved->value.is_secret()) resolved->value = Secret(Value(filled.text));
}

// What 2.20 works out when a value is used.
void apply_callbacks_of_v2(Settings& settings) {
  fill_in_template(settings, "server.database.connection_url",
                   {"home", "server.database.password"});
  fill_in_template(settings, "server.ui.api_url",
                   {"server.api.host", "server.api.port", "api.url"});
  auto* test_setting = settings.find("testing.test_setting");
  if (test_setting && !settings.is_true("testing.test_mode")) {
    test_setting->value = Value();
    test_setting->derived_from = {"testing.test_mode"};
    test_setting->derivation = "None outside of test mode";
  }
}

// 2.20: the older PREFECT_CLOUD_URL counts more. Before anything is made of cloud.api_url.
void prefer_deprecated_cloud_url(Settings& settings) {
  const auto* old = settings.find("cloud_url");
  auto* url = settings.find("cloud.api_url");
  if (!old || !url || settings.text("cloud_url").empty()) return;
  Settings::set(*url, settings.text("cloud_url"), {"cloud_url"}, "cloud_url");
}

// 2.20 looks for the password's name in the URL, and fails where there is no URL.
void check_password_has_url(Settings& settings) {
  const auto* url = settings.find("server.database.connection_url");
  const auto password = settings.text("server.database.password");
  if (!url || url->winner || password.empty() || starts_with(password, "********")) return;
  settings.refuse("PREFECT_API_DATABASE_PASSWORD is set and PREFECT_API_DATABASE_CONNECTION_URL is "
                  "not",
                  settings.find("server.database.password"));
}

// Debug and test mode set both log levels, whatever was written. (every 3.x; settings.md 4)
void force_debug_levels(Settings& settings) {
  const char* by = settings.is_true("debug_mode") ? "debug_mode"
                   : settings.is_true("testing.test_mode") && !settings.quirks().callbacks_of_v2
                       ? "testing.test_mode"
                       : nullptr;
  if (!by) return;
  for (const auto* path : {"logging.level", "internal.logging_level"}) {
    auto* resolved = settings.find(path);
    if (!resolved) continue;
    if (resolved->winner) resolved->shadowed.insert(resolved->shadowed.begin(), resolved->winner);
    resolved->winner = nullptr;
    Settings::set(*resolved, "DEBUG", {by}, "forced by debug or test mode");
  }
}

// Prefect parses the URL only to warn of mistakes in it, and Python's parser raises for a bad host.
void check_api_url(Settings& settings) {
  const auto* url = settings.find("api.url");
  if (!url || url->value.is_none() || settings.is_true("silence_api_url_misconfiguration")) return;
  if (!has_valid_brackets(settings.text("api.url")))
    settings.refuse("the host of PREFECT_API_URL is no valid IPv6 address", url);
}

void check_ssl_file(Settings& settings) {
  if (!settings.quirks().missing_ssl_file_stops || !settings.context().ssl_cert_file_missing)
    return;
  settings.refuse("SSL_CERT_FILE names a file that does not exist", nullptr);
}

// Of any size, as Python's.
std::optional<Integer> whole_number(Settings& settings, std::string_view path) {
  if (!settings.find(path)) return std::nullopt;
  return Integer{settings.text(path)};
}

void check_log_size(Settings& settings) {
  const auto batch = whole_number(settings, "logging.to_api.batch_size");
  const auto log = whole_number(settings, "logging.to_api.max_log_size");
  if (batch && log && integer_less(*batch, *log)) {
    settings.refuse("`PREFECT_LOGGING_TO_API_MAX_LOG_SIZE` cannot be larger than "
                    "`PREFECT_LOGGING_TO_API_BATCH_SIZE`",
                    settings.written("logging.to_api.max_log_size", "logging.to_api.batch_size"));
  }
}

constexpr std::string_view kCapped = "capped at cloud.max_log_size";

// What was capped counts as set for `prefect -p NAME`, also where NAME talks to no Cloud.
// (measured 3.8.8)
void keep_log_size(Settings& settings) {
  const auto& size = settings.context().earlier_log_size;
  auto* resolved = settings.find("logging.to_api.max_log_size");
  if (!size || !resolved || resolved->source() == SourceKind::command_line) return;
  if (resolved->winner) resolved->shadowed.insert(resolved->shadowed.begin(), resolved->winner);
  resolved->winner = nullptr;
  Settings::set(*resolved, *size, {"cloud.max_log_size"}, kCapped);
}

// Prefect Cloud takes shorter logs. (since cloud.max_log_size exists)
void cap_log_size(Settings& settings) {
  const auto cap = whole_number(settings, "cloud.max_log_size");
  const auto api_url = settings.text("api.url");
  const auto cloud_url = settings.text("cloud.api_url");
  if (!cap || api_url.empty() || cloud_url.empty() ||
      api_url.compare(0, cloud_url.size(), cloud_url) != 0)
    return;
  auto* resolved = settings.find("logging.to_api.max_log_size");
  if (!resolved || !integer_less(*cap, *whole_number(settings, "logging.to_api.max_log_size")))
    return;
  if (resolved->winner) resolved->shadowed.insert(resolved->shadowed.begin(), resolved->winner);
  resolved->winner = nullptr;
  Settings::set(*resolved, *cap, {"cloud.max_log_size", "api.url"}, kCapped);
}

// A password in the place of its template. (every 3.x; settings.md 4)
void fill_in_password(Settings& settings) {
  auto* url = settings.find("server.database.connection_url");
  if (!url || url->value.is_none()) return;
  const auto* password = settings.find("server.database.password");
  const auto filled = fill_in_database_password(settings.text("server.database.connection_url"),
                                                password && !password->value.is_none(),
                                                settings.text("server.database.password"));
  if (filled.password_missing)
    settings.refuse("database password is None - please set PREFECT_SERVER_DATABASE_PASSWORD", url);
  if (!filled.changed) return;
  url->value = protect(*url->setting, filled.text);
  url->derived_from = {"server.database.password"};
  url->derivation = "the password stands in the place of its template";
}

}  // namespace

Value default_of(const Setting& setting) {
  const auto& given = setting.default_value;
  using Kind = DefaultValue::Kind;
  switch (given.kind) {
  case Kind::none:
    return {};
  case Kind::boolean:
    return given.integer != 0;
  case Kind::integer:
    return given.integer;
  case Kind::floating:
    return given.floating;
  case Kind::text:
    return std::string(given.text);
  case Kind::path:
    return normal_path(given.text);
  case Kind::duration:
    return Duration{given.integer};
  case Kind::list:
  case Kind::set:
  case Kind::dict:
    break;
  }
  // Collections are empty in every release so far; their JSON is in the table all the same.
  auto parsed = parse_json(given.text, JsonDialect::python);
  auto* value = std::get_if<Value>(&parsed);
  if (!value) return {};
  if (given.kind == Kind::set && value->is<List>()) return Set{value->get<List>()->items};
  return std::move(*value);
}

void derive_home(Resolved& home, std::string_view user_home) {
  if (!home.winner) Settings::set(home, Path{home_text(user_home)}, {}, "~/.prefect");
}

std::optional<std::int64_t> capped_log_size(const Resolution& resolution,
                                            const Registry& registry) {
  const auto* resolved = resolution.find(registry, "logging.to_api.max_log_size");
  if (!resolved || resolved->derivation != kCapped) return std::nullopt;
  return std::strtoll(text_of(resolved->value).c_str(), nullptr, 10);
}

void derive(Resolution& resolution, const Registry& registry, const ResolveContext& context) {
  Settings settings(resolution, registry, context);
  keep_log_size(settings);
  check_log_size(settings);
  const bool is_v2 = settings.quirks().callbacks_of_v2;
  if (is_v2) {
    check_password_has_url(settings);
    prefer_deprecated_cloud_url(settings);
  }
  derive_defaults(settings, resolution);
  force_debug_levels(settings);
  if (is_v2) {
    apply_callbacks_of_v2(settings);
  } else {
    fill_in_password(settings);
  }
  check_api_url(settings);
  check_ssl_file(settings);
  cap_log_size(settings);
}

}  // namespace prefect_config
