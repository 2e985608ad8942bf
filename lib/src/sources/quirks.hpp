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
  /// An active profile that is not in the file gives no values; later the bundled one takes its
  /// place. (up to 3.1.4; measured 3.0.11)
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
  /// SSL_CERT_FILE naming no file stops Prefect while it starts. (measured 3.4.19;
  /// 3.8.8 prints a traceback and goes on; the releases between were not tried)
  bool missing_ssl_file_stops = false;
  /// The database's name is percent-quoted in a PostgreSQL URL. (measured: 3.8.8 does, 3.4.19 does
  /// not; SQLAlchemy does it, whose release came with Prefect's)
  bool database_name_is_quoted = false;
  /// A PostgreSQL URL is only built with a password. (up to 3.6.6; measured 3.4.19)
  bool database_needs_password = false;
};

Quirks quirks_of(Version version);

}  // namespace prefect_config
