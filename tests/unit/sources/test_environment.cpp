// Names and groups in the environment, and names that are no settings.
#include "memory_files.hpp"

#include <doctest/doctest.h>

using namespace prefect_config;
using namespace prefect_config::testing;

TEST_CASE("environment: names in any case") {
  const MemoryFiles files;
  const auto inspection = inspect(
      launch_of(files, {{"prefect_api_url", "http://a/api"}, {"Prefect_Api_Url", "http://b/api"}}));
  CHECK(effective(inspection, "api.url") == "\"http://b/api\"");
  CHECK(inspection.at("api.url").winner->origin.key == "Prefect_Api_Url");
  CHECK(inspection.at("api.url").shadowed.size() == 1);
}

TEST_CASE("environment: an empty text is a value") {
  MemoryFiles files;
  files.files[kProfiles] = "active = \"p\"\n[profiles.p]\nPREFECT_API_URL = \"http://p/api\"\n";
  const auto inspection = inspect(launch_of(files, {{"PREFECT_API_URL", ""}}));
  CHECK(effective(inspection, "api.url") == "\"\"");
  CHECK(effective(inspection, "ui_url") == "null");
  CHECK(effective(inspection, "server.ui.api_url") == "\"http://127.0.0.1:4200/api\"");
}

TEST_CASE("environment: JSON for a whole group") {
  const MemoryFiles files;
  SUBCASE("beats the flat name") {
    const auto inspection = inspect(launch_of(files, {{"PREFECT_API", R"({"url": "http://g/api"})"},
                                                      {"PREFECT_API_URL", "http://f/api"}}));
    CHECK(effective(inspection, "api.url") == "\"http://g/api\"");
  }
  SUBCASE("nested, by field or by alias") {
    const auto inspection = inspect(
        launch_of(files, {{"PREFECT_CLIENT", R"({"metrics": {"enabled": true, "port": 9}})"}}));
    CHECK(effective(inspection, "client.metrics.enabled") == "true");
    CHECK(effective(inspection, "client.metrics.port") == "9");
  }
  SUBCASE("null inside is a value, names in any case") {
    MemoryFiles profile;
    profile.files[kProfiles] = "active = \"p\"\n[profiles.p]\nPREFECT_API_URL = \"http://p/api\"\n";
    CHECK(effective(inspect(launch_of(profile, {{"PREFECT_API", R"({"url": null})"}})),
                    "api.url") == "null");
    CHECK(effective(inspect(launch_of(files, {{"PREFECT_API", R"({"URL": "http://g/api"})"}})),
                    "api.url") == "\"http://g/api\"");
    CHECK_FALSE(inspect(launch_of(files, {{"PREFECT_API", R"({"request_timeout": null})"}})).loads);
  }
  SUBCASE("a field that has names of its own counts as it is spelled only") {
    const auto database = [&](const char* json, Version version = {3, 8, 8}) {
      return effective(inspect(launch_of(files, {{"PREFECT_SERVER_DATABASE", json}}, version)),
                       "server.database.timeout");
    };
    CHECK(database(R"({"timeout": 5})") == "5.0");
    CHECK(database(R"({"Timeout": 5})") == "10.0");
    CHECK(database(R"({"Prefect_Api_Database_Timeout": 5})") == "5.0");
    CHECK(database(R"({"Prefect_Api_Database_Timeout": 5})", {3, 2, 15}) == "10.0");
    CHECK(database(R"({"prefect_api_database_timeout": 5})", {3, 2, 15}) == "5.0");
  }
  SUBCASE("of several spellings the last counts, in a profile the first, or only the exact one") {
    CHECK(effective(inspect(launch_of(files, {{"PREFECT_API", R"({"url": "a", "URL": "b"})"}})),
                    "api.url") == "\"b\"");
    MemoryFiles profile;
    profile.files[kProfiles] =
        "active = \"p\"\n[profiles.p]\nPREFECT_API = '{\"Url\": \"a\", \"url\": \"b\"}'\n";
    CHECK(effective(inspect(launch_of(profile)), "api.url") == "\"a\"");
    CHECK(effective(inspect(launch_of(profile, {}, {3, 6, 28})), "api.url") == "\"b\"");
  }
  SUBCASE("null as a whole is not set in the environment, and refused in a profile") {
    CHECK(inspect(launch_of(files, {{"PREFECT_API", "null"}})).loads);
    MemoryFiles profile;
    profile.files[kProfiles] = "active = \"p\"\n[profiles.p]\nPREFECT_API = \"null\"\n";
    CHECK_FALSE(inspect(launch_of(profile)).loads);
  }
  SUBCASE("of several spellings of a group only the last counts") {
    CHECK(inspect(launch_of(files, {{"PREFECT_API", "bad"},
                                    {"prefect_api", R"({"url": "http://l/api"})"}}))
              .loads);
  }
  for (const auto* bad : {"", "not json", "[1]", "5", R"({"metrics": 5})"}) {
    CAPTURE(bad);
    CHECK_FALSE(inspect(launch_of(files, {{"PREFECT_CLIENT", bad}})).loads);
  }
}

TEST_CASE("environment: names that are no settings") {
  const MemoryFiles files;
  const auto severity = [&](const char* name) -> std::string {
    const auto inspection = inspect(launch_of(files, {{name, "x"}}));
    return inspection.findings.empty()
               ? "none"
               : std::string(severity_word(inspection.findings.front().severity()));
  };
  CHECK(severity("PREFECT_API_KY") == "warning");
  CHECK(severity("PREFECT_DEPLOY_BUCKET_OF_OURS") == "info");
  CHECK(severity("PREFECT_PROFILE_OLD") == "info");
  CHECK(severity("PREFECT__FLOW_RUN_ID") == "none");
  CHECK(severity("PREFECT_INTEGRATIONS_AWS_X") == "none");
  CHECK(severity("PREFECT_LOGGING_LOGGERS_PREFECT_LEVEL") == "none");
  CHECK(severity("PREFECT_LOGGING_LEVL") == "warning");
  CHECK(severity("OTHER") == "none");
}

TEST_CASE("environment: an environment name inside a group loses to variables, not to files") {
  MemoryFiles files;
  const auto timeout = [&](std::vector<EnvironmentVariable> environment) {
    return effective(inspect(launch_of(files, std::move(environment))), "server.database.timeout");
  };
  for (const auto* member : {"prefect_api_database_timeout", "prefect_server_database_timeout"}) {
    const EnvironmentVariable group{"PREFECT_SERVER_DATABASE",
                                    std::string("{\"") + member + "\": 3}"};
    CHECK(timeout({group}) == "3.0");
    CHECK(timeout({group, {"PREFECT_SERVER_DATABASE_TIMEOUT", "5"}}) == "5.0");
    CHECK(timeout({group, {"PREFECT_API_DATABASE_TIMEOUT", "5"}}) == "5.0");
    files.files["/work/prefect.toml"] = "server.database.timeout = 7\n";
    CHECK(timeout({group}) == "3.0");
    files.files.clear();
  }
}

TEST_CASE("environment: up to 3.0.11 JSON for a group takes the place of the whole group") {
  const MemoryFiles files;
  const auto value = [&](Version version, std::string_view path,
                         std::vector<EnvironmentVariable> environment) {
    return effective(inspect(launch_of(files, std::move(environment), version)), path);
  };
  const EnvironmentVariable url{"PREFECT_API_URL", "http://x/api"};
  const EnvironmentVariable group{"PREFECT_API", R"({"request_timeout": 3})"};
  CHECK(value({3, 0, 11}, "api.url", {group, url}) == "null");
  CHECK(value({3, 1, 1}, "api.url", {group, url}) == "\"http://x/api\"");
  // A group inside counts only where it is named.
  const EnvironmentVariable port{"PREFECT_CLIENT_METRICS_PORT", "77"};
  CHECK(value({3, 0, 11}, "client.metrics.port",
              {{"PREFECT_CLIENT", R"({"max_retries": 1})"}, port}) == "77");
  CHECK(value({3, 0, 11}, "client.metrics.port",
              {{"PREFECT_CLIENT", R"({"metrics": {"enabled": true}})"}, port}) == "4201");
}
