// The rule table: no gap, no overlap, every row reached, every recording of a real Prefect
// predicted.
#include "memory_files.hpp"
#include "support/base64.hpp"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include <fstream>
#include <set>
#include <string>

using namespace prefect_config;
using namespace prefect_config::testing;

namespace {

const std::string kKey = "pnu_TESTkey";
const std::string kAuth = "admin:TEST-password";
const std::string kCustom = "Custom TEST";

std::string reveal_for_test(const SettingValue& value) {
  return value.with([](const Value& v) { return v.str(); });
}

std::string filled(std::string text) {
  const std::pair<const char*, std::string> slots[] = {
      {"{KEY}", kKey},       {"{AUTH}", kAuth},  {"{BASE64}", base64(kAuth)},
      {"{CUSTOM}", kCustom}, {"{ACCOUNT}", "a"}, {"{WORKSPACE}", "b"}};
  for (const auto& [slot, value] : slots) {
    for (auto at = text.find(slot); at != std::string::npos; at = text.find(slot))
      text.replace(at, std::string(slot).size(), value);
  }
  return text;
}

Inspection launch_with(const MemoryFiles& files, const std::string& version,
                       const std::string& target, const std::string& credentials) {
  std::vector<EnvironmentVariable> environment = {
      {"PREFECT_API_URL",
       target == "cloud" ? "http://h/api/accounts/a/workspaces/b" : "http://h/api"},
      {"PREFECT_CLOUD_API_URL",
       target == "cloud" ? "http://h/api" : "https://api.prefect.cloud/api"}};
  const auto has = [&](const char* word) { return credentials.find(word) != std::string::npos; };
  if (has("key") || has("both")) environment.push_back({"PREFECT_API_KEY", kKey});
  if (has("auth") || has("both")) environment.push_back({"PREFECT_API_AUTH_STRING", kAuth});
  if (has("custom"))
    environment.push_back(
        {"PREFECT_CLIENT_CUSTOM_HEADERS", R"({"Authorization": ")" + kCustom + "\"}"});
  return inspect(launch_of(files, environment, *Version::parse(version)));
}

}  // namespace

TEST_CASE("auth rules: one row for every release, surface and target") {
  for (const auto version : known_versions()) {
    for (const auto surface : surfaces()) {
      for (const auto target : {Target::cloud, Target::self_hosted}) {
        int rows = 0;
        for (const auto& rule : auth_rules())
          rows +=
              rule.surface == surface && rule.target == target && rule.versions.contains(version);
        CAPTURE(version.text());
        CHECK(rows == 1);
      }
    }
  }
}

TEST_CASE("auth rules: every row is reached by a known release and has its own id") {
  std::set<std::string_view> ids;
  for (const auto& rule : auth_rules()) {
    CAPTURE(rule.id);
    CHECK(ids.insert(rule.id).second);
    CHECK_FALSE(rule.evidence.empty());
    bool reached = false;
    for (const auto version : known_versions())
      reached = reached || find_auth_rule(rule.surface, rule.target, version) == &rule;
    CHECK(reached);
  }
}

TEST_CASE("auth rules: recordings of real Prefect clients") {
  std::ifstream file(PREFECT_CONFIG_TEST_DATA "/credentials.json");
  const auto rows = nlohmann::json::parse(file);
  REQUIRE(rows.size() > 150);
  const MemoryFiles files;
  for (const auto& row : rows) {
    const auto version = row["version"].get<std::string>();
    const auto surface = *find_surface(row["surface"].get<std::string>());
    const auto inspection = launch_with(files, version, row["target"], row["credentials"]);
    REQUIRE(inspection.loads);
    const auto plans = plan_auth(inspection);
    CHECK(target_name(plans.target) == row["target"].get<std::string>());
    const auto& plan = plans.surfaces[static_cast<std::size_t>(surface)];
    CAPTURE(row.dump());
    if (row["sent"].is_null()) {
      CHECK(plan.outcome == AuthPlan::Outcome::refuses);
      continue;
    }
    const auto& sent = row["sent"];
    REQUIRE(plan.outcome == AuthPlan::Outcome::connects);
    std::string authorization;
    for (const auto& header : plan.headers) {
      if (header.name == "Authorization") authorization += reveal_for_test(header.value);
    }
    CHECK(authorization == (sent["authorization"].is_null() ? "" : filled(sent["authorization"])));
    if (!sent["path"].is_null()) {
      const auto pool = plan.url.is_none() ? std::string() : reveal_for_test(plan.url);
      auto expected = "ws://h" + filled(sent["path"]);
      if (const auto at = expected.find("/work_pools/x/"); at != std::string::npos)
        expected.replace(at, 14, "/work_pools/<pool>/");
      CHECK(pool == expected);
    }
    CHECK(plan.subprotocols.size() == sent["subprotocols"].size());
    CHECK(plan.has_first_message == !sent["first_message"].is_null());
    if (plan.has_first_message) {
      const auto message = nlohmann::json::parse(filled(sent["first_message"]));
      CHECK(plan.token.is_none() == message["token"].is_null());
      if (!plan.token.is_none())
        CHECK(reveal_for_test(plan.token) == message["token"].get<std::string>());
    }
  }
}

TEST_CASE("auth: every credential that is set is used or has a reason, on every surface") {
  const MemoryFiles files;
  for (const auto* version :
       {"2.20.27", "3.0.0", "3.1.15", "3.4.5", "3.4.19", "3.6.14", "3.7.8", "3.8.8", "3.9.1"}) {
    for (const auto* credentials : {"key", "auth", "both", "custom+both"}) {
      for (const auto* target : {"cloud", "self-hosted"}) {
        const auto inspection = launch_with(files, version, target, credentials);
        const auto plans = plan_auth(inspection);
        for (const auto& credential : plans.credentials) {
          CAPTURE(version);
          CAPTURE(credential.name);
          CHECK(credential.used_on.size() + credential.not_used_on.size() == plans.surfaces.size());
          for (const auto& passed_over : credential.not_used_on)
            CHECK_FALSE(passed_over.reason.empty());
        }
      }
    }
  }
}

TEST_CASE("auth: URLs and odd keys") {
  const MemoryFiles files;
  const auto plan_of = [&](std::vector<EnvironmentVariable> environment, Surface surface) {
    const auto inspection = inspect(launch_of(files, std::move(environment), {3, 9, 1}));
    auto plans = plan_auth(inspection);
    return plans.surfaces[static_cast<std::size_t>(surface)];
  };
  SUBCASE("user and password in the URL win over HTTP, and join a header on a WebSocket") {
    const std::vector<EnvironmentVariable> environment = {
        {"PREFECT_API_URL", "http://u%40x:TEST@h/api"}, {"PREFECT_API_AUTH_STRING", kAuth}};
    const auto http = plan_of(environment, Surface::http);
    REQUIRE(http.headers.size() == 1);
    CHECK(reveal_for_test(http.headers[0].value) == "Basic " + base64("u@x:TEST"));
    const auto events = plan_of(environment, Surface::events_in);
    REQUIRE(events.headers.size() == 2);
    CHECK(reveal_for_test(events.headers[0].value) == "Basic " + base64("u%40x:TEST"));
    CHECK(reveal_for_test(events.headers[1].value) == "Basic " + base64(kAuth));
  }
  SUBCASE("a scheme in upper case") {
    const std::vector<EnvironmentVariable> environment = {{"PREFECT_API_URL", "HTTP://h/api"}};
    CHECK(plan_of(environment, Surface::http).outcome == AuthPlan::Outcome::connects);
    CHECK(plan_of(environment, Surface::events_in).outcome == AuthPlan::Outcome::refuses);
  }
  SUBCASE("a key with a line end") {
    const std::vector<EnvironmentVariable> environment = {{"PREFECT_API_URL", "http://h/api"},
                                                          {"PREFECT_API_KEY", kKey + "\n"}};
    CHECK(plan_of(environment, Surface::http).outcome == AuthPlan::Outcome::refuses);
    CHECK(plan_of(environment, Surface::events_in).outcome == AuthPlan::Outcome::connects);
  }
  SUBCASE("an empty auth string is an empty token on events-in and none on the worker channel") {
    const std::vector<EnvironmentVariable> environment = {{"PREFECT_API_URL", "http://h/api"},
                                                          {"PREFECT_API_AUTH_STRING", ""}};
    CHECK(plan_of(environment, Surface::events_in).token.is_empty_text());
    CHECK(plan_of(environment, Surface::worker_channel).token.is_none());
  }
  SUBCASE("another case of the custom header's name: one header over HTTP, two on a WebSocket") {
    const std::vector<EnvironmentVariable> environment = {
        {"PREFECT_API_URL", "http://h/api"},
        {"PREFECT_API_AUTH_STRING", kAuth},
        {"PREFECT_CLIENT_CUSTOM_HEADERS", R"({"authorization": "x"})"}};
    CHECK(plan_of(environment, Surface::http).headers.size() == 1);
    CHECK(plan_of(environment, Surface::events_in).headers.size() == 2);
  }
  SUBCASE("a user without a password") {
    const std::vector<EnvironmentVariable> environment = {{"PREFECT_API_URL", "http://u@h/api"}};
    CHECK(reveal_for_test(plan_of(environment, Surface::http).headers.at(0).value) ==
          "Basic " + base64("u:"));
    CHECK(plan_of(environment, Surface::events_in).outcome == AuthPlan::Outcome::refuses);
  }
  SUBCASE("headers that the HTTP client refuses") {
    for (const auto* headers :
         {R"({"X-A": "\u00e9"})", R"({"X-A": "a\nb"})", R"({"X-A": "a "})", R"({"X A": "a"})"}) {
      const std::vector<EnvironmentVariable> environment = {
          {"PREFECT_API_URL", "http://h/api"}, {"PREFECT_CLIENT_CUSTOM_HEADERS", headers}};
      CAPTURE(headers);
      CHECK(plan_of(environment, Surface::http).outcome == AuthPlan::Outcome::refuses);
    }
  }
  SUBCASE("headers that differ in case only: over HTTP the last") {
    const std::vector<EnvironmentVariable> environment = {
        {"PREFECT_API_URL", "http://h/api"},
        {"PREFECT_CLIENT_CUSTOM_HEADERS", R"({"X-A": "1", "x-a": "2"})"}};
    REQUIRE(plan_of(environment, Surface::http).headers.size() == 1);
    CHECK(plan_of(environment, Surface::http).headers[0].name == "x-a");
    CHECK(plan_of(environment, Surface::events_in).headers.size() == 2);
  }
  SUBCASE("a blank before the URL: HTTP refuses, a WebSocket sends the token") {
    const std::vector<EnvironmentVariable> environment = {{"PREFECT_API_URL", " http://h/api"},
                                                          {"PREFECT_API_AUTH_STRING", kAuth}};
    CHECK(plan_of(environment, Surface::http).outcome == AuthPlan::Outcome::refuses);
    CHECK(plan_of(environment, Surface::events_in).outcome == AuthPlan::Outcome::connects);
  }
  SUBCASE("nothing to talk to") {
    CHECK(plan_of({}, Surface::http).outcome == AuthPlan::Outcome::absent);
    CHECK(plan_of({{"PREFECT_SERVER_EPHEMERAL_ENABLED", "false"}}, Surface::http).outcome ==
          AuthPlan::Outcome::refuses);
  }
}
