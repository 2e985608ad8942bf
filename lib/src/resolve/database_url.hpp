// The database URL a Prefect server uses, from its parts or from a template.
//
// What it is not: a URL library. Quoting is SQLAlchemy's, which differs from others in what it
// keeps.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace prefect_config {

struct DatabaseParts {
  std::optional<std::string> driver, host, port, user, name, password;
  std::string home;
};

struct DatabaseUrl {
  std::string text;
  std::string missing;  ///< names of the parts that Prefect demands and that are not set
};

DatabaseUrl database_url(const DatabaseParts& parts, bool needs_password, bool quotes_name = false);

struct FilledIn {
  std::string text;
  bool changed = false;
  bool password_missing = false;
};

/// Replaces `${PREFECT_SERVER_DATABASE_PASSWORD}` and its older name; the bare name anywhere in the
/// URL already makes Prefect demand a password.
FilledIn fill_in_database_password(std::string url, bool has_password, const std::string& password);

}  // namespace prefect_config
