// Computed defaults, forced values and conditions that join settings; facts: settings.md 4.
#include "memory_files.hpp"
#include "resolve/database_url.hpp"
#include "resolve/ui_url.hpp"

#include <doctest/doctest.h>

using namespace prefect_config;
using namespace prefect_config::testing;

TEST_CASE("derive: UI addresses") {
  CHECK(cloud_ui_url("https://api.prefect.cloud/api") == "https://app.prefect.cloud");
  CHECK(cloud_ui_url("https://api.stg.prefect.dev/api") == "https://app.stg.prefect.dev");
  CHECK(cloud_ui_url("http://api.prefect.cloud/api") == "http://api.prefect.cloud");
  CHECK(cloud_ui_url("https://api.prefect.cloud") == "https://api.prefect.cloud");
  constexpr std::string_view kCloud = "https://api.prefect.cloud/api";
  constexpr std::string_view kApp = "https://app.prefect.cloud";
  CHECK(ui_url("https://api.prefect.cloud/api/accounts/a/workspaces/b", kCloud, kApp) ==
        "https://app.prefect.cloud/account/a/workspace/b");
  CHECK(ui_url("https://api.prefect.cloud/apifoo", kCloud, kApp) == "https://app.prefect.cloudfoo");
  CHECK(ui_url("http://host/api", kCloud, kApp) == "http://host");
  CHECK(ui_url("http://host/api/", kCloud, kApp) == "http://host/");
}

TEST_CASE("derive: brackets in a host") {
  CHECK(has_valid_brackets("http://[::1]:4200/api"));
  CHECK(has_valid_brackets("http://host/[x"));
  CHECK(has_valid_brackets("ht tp//[x"));
  CHECK(has_valid_brackets("http://[v1.x]/"));
  CHECK_FALSE(has_valid_brackets("http://[vz.x]/"));
  CHECK_FALSE(has_valid_brackets("http://[::1%]/"));
  CHECK_FALSE(has_valid_brackets("http://[host/api"));
  CHECK_FALSE(has_valid_brackets("http://[host]/api"));
}

TEST_CASE("derive: database URLs") {
  DatabaseParts parts;
  parts.home = "/h";
  CHECK(database_url(parts, false).text == "sqlite+aiosqlite:////h/prefect.db");
  parts.driver = "sqlite+aiosqlite";
  parts.name = "/x.db";
  CHECK(database_url(parts, false).text == "sqlite+aiosqlite:////x.db");
  parts.driver = "postgresql+asyncpg";
  CHECK(database_url(parts, true).missing == "host, user, password");
  parts.password = "";
  parts.host = "h";
  parts.user = "u";
  parts.name = "a?b/c";
  CHECK(database_url(parts, true).text == "postgresql+asyncpg://u@h:5432/a?b/c");
  CHECK(database_url(parts, true, /*quotes_name=*/true).text ==
        "postgresql+asyncpg://u@h:5432/a%3Fb/c");
  parts.name = "/x.db";
  parts.host = "::1";
  parts.user = "me@x";
  parts.password = "TEST:/ +";
  CHECK(database_url(parts, true).text ==
        "postgresql+asyncpg://me%40x:TEST%3A%2F +@[::1]:5432//x.db");
  CHECK(fill_in_database_password("x${PREFECT_API_DATABASE_PASSWORD}y", true, "p").text == "xpy");
  CHECK(fill_in_database_password("$PREFECT_API_DATABASE_PASSWORD", false, "").password_missing);
  CHECK_FALSE(fill_in_database_password("x", false, "").changed);
}

TEST_CASE("derive: paths below the home") {
  const MemoryFiles files;
  const auto now = inspect(launch_of(files, {{"PREFECT_HOME", "/p"}}));
  CHECK(effective(now, "logging.config_path") == "\"/p/logging.yml\"");
  CHECK(effective(now, "profiles_path") == "\"/p/profiles.toml\"");
  // Quirk nested_paths_ignore_home, 3.4.19.
  const auto then = inspect(launch_of(files, {{"PREFECT_HOME", "/p"}}, {3, 4, 19}));
  CHECK(effective(then, "logging.config_path") == "\"/home/user/.prefect/logging.yml\"");
  CHECK(effective(then, "profiles_path") == "\"/p/profiles.toml\"");
}

TEST_CASE("derive: forced and capped values keep what was written") {
  const MemoryFiles files;
  const auto debug =
      inspect(launch_of(files, {{"PREFECT_DEBUG_MODE", "1"}, {"PREFECT_LOGGING_LEVEL", "ERROR"}}));
  CHECK(effective(debug, "logging.level") == "\"DEBUG\"");
  CHECK(debug.at("logging.level").winner == nullptr);
  CHECK(debug.at("logging.level").shadowed.size() == 1);
  CHECK(debug.at("logging.level").derived_from == std::vector<std::string_view>{"debug_mode"});

  const auto cloud = inspect(launch_of(
      files, {{"PREFECT_API_URL", "https://api.prefect.cloud/api/accounts/a/workspaces/b"}}));
  CHECK(effective(cloud, "logging.to_api.max_log_size") == "25000");
  CHECK_FALSE(
      inspect(launch_of(files, {{"PREFECT_LOGGING_TO_API_MAX_LOG_SIZE", "5000000"}})).loads);
}

TEST_CASE("derive: a refused database") {
  const MemoryFiles files;
  const std::vector<EnvironmentVariable> parts = {
      {"PREFECT_SERVER_DATABASE_DRIVER", "postgresql+asyncpg"},
      {"PREFECT_SERVER_DATABASE_HOST", "h"},
      {"PREFECT_SERVER_DATABASE_USER", "u"},
      {"PREFECT_SERVER_DATABASE_NAME", "n"}};
  CHECK(inspect(launch_of(files, parts)).loads);
  CHECK_FALSE(inspect(launch_of(files, parts, {3, 4, 19})).loads);  // quirk database_needs_password
}

TEST_CASE("derive: dicts of several sources are merged, key by key") {
  MemoryFiles files;
  files.files[kProfiles] = "active = \"p\"\n[profiles.p]\nPREFECT_CLIENT_CUSTOM_HEADERS = "
                           "'{\"X-A\": \"1\", \"X-B\": \"1\"}'\n";
  const auto inspection =
      inspect(launch_of(files, {{"PREFECT_CLIENT_CUSTOM_HEADERS", R"({"X-B": "2", "X-C": "2"})"}}));
  const auto& resolved = inspection.at("client.custom_headers");
  CHECK(resolved.merged.size() == 1);
  CHECK(resolved.value.with([](const Value& value) { return value.json(); }) ==
        R"({"X-A":"1","X-B":"2","X-C":"2"})");
}
