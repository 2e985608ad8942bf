#include <prefect_config/auth.hpp>

#include "lint/run.hpp"
#include "report/lint.hpp"
#include "support/base64.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

using namespace prefect_config;

namespace {

constexpr std::string_view kPhrase = "TEST-phrase";
const std::string kKey = "pnu_"
                         "TESTaB3dE5gH7jK9mN1pQ3sT5vW7xY9zA2c4";  // no file holds a whole one

LintReport listed_in(const std::string& path, const std::string& text) {
  LintOptions options;
  options.fingerprint_key = kPhrase;
  return lint_text_as(options, path, text).report;
}

bool sends_on(const LintCredential& credential, std::string_view surface) {
  return std::find(credential.used_on.begin(), credential.used_on.end(), surface) !=
         credential.used_on.end();
}

std::string worker(const std::string& variables) {
  return "services:\n  worker:\n    image: prefecthq/prefect:3.8.8-python3.12\n"
         "    command: prefect worker start --pool p\n    environment:\n" +
         variables;
}

}  // namespace

TEST_CASE("lint --credentials: one secret has one fingerprint, however it is written") {
  const auto print = fingerprint_of(kKey, kPhrase);
  const std::vector<std::pair<std::string, std::string>> texts = {
      {"notes.md", "the key was " + kKey + "\n"},
      {"b64.txt", base64(kKey) + "\n"},
      {"b64.txt", base64(kKey).substr(0, 54) + "\n"},
      {"fold.yaml", "a: \"" + kKey.substr(0, 20) + "\\\n  " + kKey.substr(20) + "\"\n"},
      {".env", "PREFECT_API_KEY='" + kKey + "'\n"},
      {"compose.yaml", worker("      PREFECT_API_KEY: " + kKey + "\n")},
  };
  for (const auto& entry : texts) {
    CAPTURE(entry.first);
    const auto report = listed_in(entry.first, entry.second);
    REQUIRE(report.credentials.size() == 1);
    CHECK(report.credentials[0].id == "api_key");
    CHECK(report.credentials[0].fingerprint == print);
    CHECK(lint_json(report).find(kKey.substr(4)) == std::string::npos);
  }
}

TEST_CASE("lint --credentials: a launch's has its connections, and is told once") {
  const auto report = listed_in(
      "compose.yaml",
      worker("      PREFECT_API_URL: https://u:TEST-pw@prefect.example.com/api\n"
             "      PREFECT_API_AUTH_STRING: admin:TEST-password-1\n"
             "      PREFECT_API_DATABASE_CONNECTION_URL: postgresql://u:TEST-db-77@db/prefect\n"));
  REQUIRE(report.credentials.size() == 3);
  const auto& user_info = report.credentials[0];
  CHECK(user_info.id == "url_userinfo");
  CHECK(user_info.launch == "compose service worker");
  CHECK(sends_on(user_info, "http"));
  const auto& auth = report.credentials[1];
  CHECK(auth.id == "auth_string");
  CHECK(auth.place.span.line == 7);
  CHECK(auth.fingerprint == fingerprint_of("admin:TEST-password-1", kPhrase));
  CHECK(sends_on(auth, "events-in"));
  const auto& database = report.credentials[2];
  CHECK(database.id == "database_password");
  CHECK(database.launch.empty());
  CHECK(database.fingerprint == fingerprint_of("TEST-db-77", kPhrase));
}

TEST_CASE("lint --credentials: what is no secret, and what is everybody's, is not listed") {
  for (const auto* variable : {"PREFECT_API_KEY: ${KEY}", "PREFECT_API_KEY: <your-key>",
                               "PREFECT_API_AUTH_STRING: admin:admin",
                               "PREFECT_API_URL: https://prefect.example.com/api"}) {
    CAPTURE(variable);
    const auto report = listed_in("compose.yaml", worker("      " + std::string(variable) + "\n"));
    CHECK(report.lists_credentials);
    CHECK(report.credentials.empty());
  }
}

TEST_CASE("lint --credentials: reports of parts become one, each place once") {
  const auto one = listed_in("notes.md", kKey + "\n");
  const auto read = read_lint_json(lint_json(one));
  REQUIRE(read);
  const auto merged = merged_reports({one, *read, listed_in("other.md", kKey + "\n")});
  CHECK(merged.lists_credentials);
  REQUIRE(merged.credentials.size() == 2);
  CHECK(merged.credentials[0].fingerprint == merged.credentials[1].fingerprint);
  CHECK(lint_json(merged).find("\"credentials\"") != std::string::npos);
  CHECK(lint_json(LintReport{}).find("\"credentials\"") == std::string::npos);
}
