#include "resolve/database_url.hpp"

#include "support/percent.hpp"
#include "support/text.hpp"

namespace prefect_config {
namespace {

constexpr std::string_view kPostgres = "postgresql+asyncpg";
constexpr std::string_view kSqlite = "sqlite+aiosqlite";

// As SQLAlchemy quotes user and password, and more is kept of other parts.
std::string quoted(std::string_view text, std::string_view also_kept = {}) {
  return percent_quoted(text, "_.-~ +" + std::string(also_kept));
}

std::string missing_parts(const DatabaseParts& parts, bool needs_password) {
  std::string missing;
  const auto demand = [&](const std::optional<std::string>& part, std::string_view name) {
    if (part) return;
    if (!missing.empty()) missing += ", ";
    missing += name;
  };
  demand(parts.host, "host");
  demand(parts.user, "user");
  demand(parts.name, "name");
  if (needs_password) demand(parts.password, "password");
  return missing;
}

std::string postgres_url(const DatabaseParts& parts, bool quotes_name) {
  std::string url(kPostgres);
  url += "://";
  if (parts.user) {
    url += quoted(*parts.user);
    // Prefect passes an empty password on as none.
    if (parts.password && !parts.password->empty()) url += ':' + quoted(*parts.password);
    url += '@';
  }
  if (parts.host)
    url += parts.host->find(':') == std::string::npos ? *parts.host : '[' + *parts.host + ']';
  // Python's `port or 5432`.
  url += ':' + (parts.port && *parts.port != "0" ? *parts.port : "5432");
  if (parts.name) url += '/' + (quotes_name ? quoted(*parts.name, "/") : *parts.name);
  return url;
}

}  // namespace

DatabaseUrl database_url(const DatabaseParts& parts, bool needs_password, bool quotes_name) {
  if (parts.driver == kPostgres)
    return {postgres_url(parts, quotes_name), missing_parts(parts, needs_password)};
  if (parts.driver == kSqlite && parts.name && !parts.name->empty())
    return {std::string(kSqlite) + ":///" + *parts.name, {}};
  return {std::string(kSqlite) + ":///" + parts.home + "/prefect.db", {}};
}

FilledIn fill_in_database_password(std::string url, bool has_password,
                                   const std::string& password) {
  const auto mentions = [&](std::string_view name) { return url.find(name) != std::string::npos; };
  if (!mentions("PREFECT_API_DATABASE_PASSWORD") && !mentions("PREFECT_SERVER_DATABASE_PASSWORD"))
    return {std::move(url), false, false};
  if (!has_password) return {std::move(url), false, true};
  auto filled = replace_all(url, "${PREFECT_API_DATABASE_PASSWORD}", password);
  filled = replace_all(filled, "${PREFECT_SERVER_DATABASE_PASSWORD}", password);
  return {std::move(filled), true, false};
}

}  // namespace prefect_config
