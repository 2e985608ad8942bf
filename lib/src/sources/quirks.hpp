// Oddities of Prefect's releases in how sources are found and read, each a named boolean.
// Releases named as measured were run; the exact first and last ones are from the releases'
// sources.
//
// What it is not: a place for behaviour. The code beside each use does the thing; this says for
// whom.
//
// To add one: a field with the releases it holds for, its row in quirks.cpp, and a test in
// tests/unit/sources/test_quirks.cpp.
#pragma once

#include <prefect_config/version.hpp>

namespace prefect_config {

struct Quirks {
  /// The settings loader looks for profiles.toml in ~/.prefect whatever PREFECT_HOME says.
  /// (up to 3.2.0; measured 3.1.15, 3.2.15)
  bool loader_ignores_prefect_home = false;
  /// The settings loader does not look into .env, prefect.toml and pyproject.toml for the path of
  /// profiles.toml. (up to 3.1.0; measured 3.0.11, 3.1.15 without)
  bool loader_ignores_project_files = false;
  /// A table of prefect.toml or pyproject.toml is never a value, also where the setting is a
  /// mapping. (up to 3.6.20; measured 3.4.19 with, 3.8.8 without)
  bool toml_table_is_no_value = false;
  /// `profiles_path` in which PREFECT_HOME stands, with or without `$`, is the default below home;
  /// later
  /// `$PREFECT_HOME` in it is replaced. (3.0.5 to 3.4.7; measured 3.1.15 with, 3.4.19 without)
  bool home_name_means_default = false;
  /// An active profile that is not in the file, or a file without `active`, gives no values; later
  /// the bundled one takes its place. (3.0.5 to 3.1.4; measured 3.0.11, and 3.0.0 without)
  bool unknown_profile_is_empty = false;
  /// A byte order mark makes a TOML file malformed: tomllib does not skip it. (since 3.6.14, when
  /// tomllib replaced the `toml` package; measured 3.6.29, 3.8.8)
  bool bom_is_malformed = false;
  /// A byte order mark becomes part of the first key, whose value is lost. (the `toml` package, up
  /// to 3.6.13; measured 3.4.19)
  bool bom_joins_first_key = false;
  /// results.local_storage_path, logging.config_path and server.memo_store_path ignore
  /// PREFECT_HOME. (3.4.8 to 3.8.5; measured 3.4.19, 3.6.29 with, 3.3.7, 3.8.8 without)
  bool nested_paths_ignore_home = false;
  /// SSL_CERT_FILE naming no file stops Prefect while it starts. (3.1.5, which
  /// first came with httpx 0.28, to 3.5.0; measured 3.1.6, 3.1.15, 3.2.15, 3.4.19 with, 3.1.2 and
  /// 3.6.28 without)
  bool missing_ssl_file_stops = false;
  /// The database's name is percent-quoted in a PostgreSQL URL. (measured: 3.8.8 does, 3.4.19 does
  /// not; SQLAlchemy does it, whose release came with Prefect's)
  bool database_name_is_quoted = false;
  /// A PostgreSQL URL is only built with a password. (up to 3.6.6; measured 3.4.19)
  bool database_needs_password = false;
  /// A PostgreSQL URL made of its parts is kept as plain text where a secret belongs, and every
  /// `prefect` command stops at it. (3.0.5 to 3.1.12; measured 3.0.5, 3.0.11, 3.1.12 with, 3.0.4
  /// and 3.1.13 without)
  bool database_url_is_no_secret = false;
  /// In a profile, the names inside a group's JSON count in any case, and of several spellings the
  /// first; before that only as they are. (since 3.8.2, which first came with pydantic-settings
  /// 2.15.0; measured 3.8.8 and 3.9.1 with, 3.4.19 and 3.6.28 without)
  bool profile_groups_ignore_case = false;
  /// Inside a group's JSON, environment names count in lower case only. (up to 3.4.6, which still
  /// came with pydantic-settings 2.9; by the sources of pydantic-settings 2.9.1 with, 2.10.0
  /// without)
  bool group_aliases_need_their_case = false;
  /// JSON for a whole group takes the place of the group: what other sources say of its settings,
  /// and the rest of the same source, does not count. (3.0.5 to 3.0.11; measured 3.0.10, 3.0.11,
  /// and 3.1.1 without)
  bool group_json_replaces_group = false;
  /// `logging.extra_loggers` is text that is split at commas, or nothing: a list is taken and then
  /// stops Prefect. (3.0.5 to 3.1.0; measured 3.0.11, 3.1.15 without)
  bool loggers_are_split_text = false;
  /// Where there is no API URL, `server.ui.api_url` is made without `/api`. (3.0.5 to 3.0.10;
  /// measured 3.0.10)
  bool ui_api_url_has_no_path = false;
  /// `server.ui.api_url` is `/api` unless it is set. (3.0.0 to 3.0.4; measured 3.0.0)
  bool ui_api_url_is_a_path = false;
  /// In a length of time, hours that follow days must be two digits: `2 days, 03:04:05`. (3.0.0 to
  /// 3.1.3, which come with pydantic 2.9; measured pydantic 2.9.2 with, 2.10.3 without)
  bool hours_after_days_are_two_digits = false;
  /// A field's name alone in .env is a setting's name, of every group that has it: `URL=…`; a
  /// group's name alone stops Prefect. (3.0.11 to 3.1.1; measured both, and 3.1.2 without)
  bool bare_names_count_in_dotenv = false;
  /// A byte order mark in .env is skipped, and a backslash in quotes escapes another. (since 3.8.4:
  /// python-dotenv 1.2.3, uploaded 2026-08-16, after 3.8.3)
  bool dotenv_skips_bom = false;
  bool dotenv_backslash_escapes_any = false;
  /// A named pipe called .env is read. (since 3.6.28, which first came with pydantic-settings 2.14;
  /// by the sources of 2.13.1 without and 2.14.0 with)
  bool dotenv_may_be_pipe = false;
  /// In .env, `KEY= # text` is empty. (since 3.8.8: python-dotenv 1.2.4, uploaded 2026-10-01, after
  /// 3.8.7)
  bool dotenv_hash_after_blank_is_comment = false;
  /// Of a setting's names in one profile, the `prefect` command takes the one that stands last;
  /// later the canonical one. (up to 3.7.8, by its source; measured 3.4.19 with, 3.8.8 without)
  bool last_profile_name_wins = false;
  /// The WebSocket client writes headers in Latin-1, and refuses line ends in them. (since 3.8.0,
  /// which first came with websockets 16.1.1; earlier ones write what they are given)
  bool websocket_headers_are_latin_1 = false;
  /// A worker hands lists to its flow runs as Python prints them, later joined by commas. (3.0.5 to
  /// 3.1.1; run: 3.0.5, 3.1.1 with, 3.0.0, 3.1.2 without)
  bool flow_run_lists_are_python = false;
  /// The same of mappings, later as JSON. (up to 3.4.14, by its source; recorded 3.4.14 with,
  /// 3.4.19 without)
  bool flow_run_mappings_are_python = false;
  /// A worker says neither which worker it is nor which flow it starts. (up to 3.6.16, by its
  /// source; recorded 3.6.15 with, 3.6.21 without)
  bool flow_run_knows_no_worker = false;
  /// OpenTelemetry's exporter takes an entry of NO_PROXY for any end of a name, also in the middle
  /// of a word. (up to 3.7.0, which still came with requests 2.33; recorded 3.6.28 with, 3.9.1
  /// without)
  bool no_proxy_ends_words = false;
  /// Prefect's own proxies of WebSockets do not look at NO_PROXY. (3.1.7 to 3.1.10, by their
  /// sources; measured 3.1.8 with, 3.1.11 without)
  bool websocket_proxy_ignores_no_proxy = false;
  /// WebSockets do not look at PREFECT_API_TLS_INSECURE_SKIP_VERIFY. (up to 3.1.14, by their
  /// sources: 3.1.14 with, 3.1.15 without)
  bool websocket_ignores_skip_verify = false;
  /// With PREFECT_API_TLS_INSECURE_SKIP_VERIFY, a WebSocket that is not encrypted raises
  /// ValueError. (3.1.15 to 3.2.9, by their sources; measured 3.1.15 with)
  bool skip_verify_breaks_plain_websocket = false;
  /// WebSockets do not look at PREFECT_API_SSL_CERT_FILE. (up to 3.2.9, by their sources: 3.2.9
  /// with, 3.2.10 without)
  bool websocket_ignores_ca_file = false;
  /// Run metrics go to the endpoint of OTEL_EXPORTER_OTLP_METRICS_ENDPOINT or
  /// OTEL_EXPORTER_OTLP_ENDPOINT where one is set, and then without the key. (since 3.6.22, the
  /// first with run metrics; measured 3.9.1)
  bool metrics_follow_otel_endpoint = false;
  /// A worker sorts the items of lists and sets that it hands to its flow runs, as texts. (since
  /// 3.4.25, by its source: 3.4.24 without)
  bool flow_run_items_are_sorted = false;

  // 2.20 is another program than 3.x. What follows was measured on 2.20.0 and 2.20.27.

  /// Values are read by pydantic 1, whose ideas of texts and numbers are those of Python.
  bool pydantic_v1 = false;
  /// The profiles file is looked for once, by the settings of the environment alone; its profiles
  /// are merged into the bundled ones; the settings of the environment must be valid by themselves.
  bool environment_finds_profiles = false;
  /// A variable that is not in upper case counts, but a profile's value beats it.
  bool profile_beats_other_case = false;
  /// The values of a profile asked for by `--profile NAME` beat the environment.
  bool asked_profile_beats_environment = false;
  /// A key of any profile that is no setting stops Prefect.
  bool unknown_keys_stop = false;
  /// There are no groups: PREFECT_API='{…}' is an unknown name. (2.20, and by their sources 3.0.0
  /// to 3.0.6, 3.0.8 and 3.0.9)
  bool has_no_groups = false;
  /// Paths below home, the database URL and the UI's API URL are templates: `$PREFECT_HOME`.
  bool values_are_templates = false;
  /// A template that names something else is an error when the value is used.
  bool template_must_be_complete = false;
  /// Values are worked out as 2.20 does: log levels forced by debug mode only, a testing setting
  /// that is None outside of test mode, another rule for the UI's URL.
  bool callbacks_of_v2 = false;
};

Quirks quirks_of(Version version);

}  // namespace prefect_config
