/// \file
/// Prefect's settings as data: one row a setting and range of releases, generated from real
/// Prefect.
///
/// What it is not: values. It says which settings a release has, how they may be spelled, what they
/// accept and what they are when nothing sets them; resolve.hpp says what they are in one launch.
///
/// To add a Prefect release: `tools/registry/add VERSION` (see CONTRIBUTING.md); no code changes
/// unless the release brings a type that `ValueType` lacks, which the generator refuses with its
/// name.
#pragma once

#include <prefect_config/version.hpp>

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace prefect_config {

/// How a setting's text is read. The name says the type; validators that change what is accepted
/// make a type of their own (`log_level` is a literal that ignores case).
enum class ValueType : std::uint8_t {
  boolean,
  integer,
  floating,
  text,
  secret_text,
  path,
  home_path,         ///< `home`: expands a leading `~`
  profiles_path,     ///< `profiles_path`: replaces `$PREFECT_HOME`
  duration,          ///< timedelta: ISO 8601 or clock text, never a bare number
  duration_seconds,  ///< SecondsTimeDelta: also anything Python's float() takes
  literal,           ///< one of `allowed`, exact case
  log_level,         ///< one of `allowed`, any case
  text_set,          ///< set[str], comma-separated text or JSON list
  text_list,         ///< list[str], likewise (`logging.extra_loggers`)
  status_codes,      ///< set[int] of HTTP status codes (`client.retry_extra_codes`)
  text_dict,         ///< dict[str, str] from a JSON object (`client.custom_headers`, up to 3.4.20)
  text_dict_or_string,  ///< the same, also a JSON string of JSON (3.4.21 on)
  duration_dict,        ///< dict[str, timedelta] (`…db_vacuum.event_retention_overrides`)
  retry_delays,         ///< int | float | list[float] (`flows.default_retry_delay_seconds`)
  retry_delay_text,     ///< the same from comma-separated text, or None
                        ///< (`tasks.default_retry_delay_seconds`)
  flag_set,             ///< set[str] | bool (`…db_vacuum.enabled`)
  anything,             ///< typing.Any (`testing.test_setting`)
};

/// A mapping: sources are merged key by key, and `config view` loses it among the defaults.
constexpr bool is_dict(ValueType type) {
  return type == ValueType::text_dict || type == ValueType::text_dict_or_string ||
         type == ValueType::duration_dict;
}

/// Where a default comes from when it is not a constant. Each has one row in resolve/derive.cpp.
enum class Computed : std::uint8_t {
  no,
  user_home,                ///< `home`: ~/.prefect
  profiles_path,            ///< home / profiles.toml
  local_storage_path,       ///< home / storage
  logging_config_path,      ///< home / logging.yml
  memo_store_path,          ///< home / memo_store.toml
  cloud_ui_url,             ///< from cloud.api_url
  ui_url,                   ///< from api.url
  server_ui_api_url,        ///< from api.url, else server.api.host and port
  database_connection_url,  ///< from server.database.*, else home / prefect.db
  ssl_cert_file,            ///< SSL_CERT_FILE of the process
};

/// A constant default. `text` is used by text, path, literal and the JSON of collections.
struct DefaultValue {
  enum class Kind : std::uint8_t {
    none,
    boolean,
    integer,
    floating,
    text,
    path,
    duration,
    list,
    set,
    dict
  };
  Kind kind = Kind::none;
  std::string_view text = {};  ///< text or path; for list, set and dict their JSON
  std::int64_t integer = 0;    ///< integer, boolean (0 or 1), duration (microseconds)
  double floating = 0;
};

/// Numeric bounds; a duration's are in seconds.
struct Bounds {
  std::optional<double> ge = {}, gt = {}, le = {}, lt = {};
};

/// One setting as one range of releases has it.
struct Setting {
  std::string_view path;                    ///< dotted, `api.url`
  std::string_view name;                    ///< canonical environment name, `PREFECT_API_URL`
  std::span<const std::string_view> names;  ///< every accepted name, highest priority first
  ValueType type;
  bool optional;                              ///< None is a value of its type
  bool secret;                                ///< Prefect masks it
  std::span<const std::string_view> allowed;  ///< of a literal or log level
  Bounds bounds;
  Computed computed;
  DefaultValue default_value;  ///< where `computed` is `no`
  VersionRange versions;
};

/// Every setting of one release. Views into the compiled table: cheap to make, valid for ever.
class Registry {
 public:
  explicit Registry(Version version);

  Version version() const { return version_; }
  /// In the order of the canonical names.
  std::span<const Setting* const> settings() const& { return settings_; }
  /// A temporary would take its settings with it.
  std::span<const Setting* const> settings() const&& = delete;
  std::size_t size() const { return settings_.size(); }

  /// The setting that `name` is accepted for, spelled in upper case; nullptr where there is none.
  const Setting* find_name(std::string_view name) const;
  /// The setting with this dotted path; nullptr where there is none.
  const Setting* find_path(std::string_view path) const;
  /// Whether settings lie below this dotted path: `server.database`.
  bool has_group(std::string_view path) const;
  /// The setting by any spelling a person may use: dotted path, or an accepted name in any case.
  const Setting* find(std::string_view spelling) const;
  /// The position of a setting of this registry in `settings()`.
  std::size_t index_of(const Setting& setting) const;
  /// Dotted paths and names near a misspelling, nearest first, at most `most`; no farther away than
  /// a third of the length, nor than `farthest` edits.
  std::vector<std::string_view> nearest(std::string_view spelling, std::size_t most = 3,
                                        std::size_t farthest = SIZE_MAX) const;

 private:
  Version version_;
  std::vector<const Setting*> settings_;
};

/// The releases, from the first to the last, of which some accept a name in upper case; nothing
/// where none does.
std::optional<VersionRange> releases_with_name(std::string_view name);

/// Every row of the setting with this dotted path, whatever the release, oldest first; empty where
/// no release has it. Between two of them there can be releases without it.
std::vector<const Setting*> setting_history(std::string_view path);

/// Every release the registry knows, oldest first.
std::span<const Version> known_versions();
Version newest_version();
/// Whether the registry has this very release.
bool is_known(Version version);
/// The release whose rows stand for `version`: itself where it is known, else the newest known one
/// before it, else the oldest.
Version nearest_known(Version version);

/// One of Prefect's own profiles, shipped inside the package.
struct BundledProfile {
  struct Entry {
    std::string_view key;
    std::string_view value;
  };
  std::string_view name;
  std::span<const Entry> entries;
};

/// Prefect's bundled profiles.toml of one release.
struct BundledProfiles {
  std::string_view active;
  std::span<const BundledProfile> profiles;
  VersionRange versions;
};

const BundledProfiles& bundled_profiles(Version version);

}  // namespace prefect_config
