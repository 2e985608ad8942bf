// No report shows a secret, in any form, unless asked: canaries in every credential and every
// source, on good, bad and broken input, through every renderer.
#include "memory_files.hpp"
#include "support/base64.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace prefect_config;
using namespace prefect_config::testing;

namespace {

// Short and odd enough to be found again wherever it ends up.
const std::string kCanary = "TESTcanary7x";

std::string all_reports(const Inspection& given, Disclosure secrets) {
  std::string text;
  for (const bool defaults : {false, true}) {
    const ViewOptions options{defaults, true, secrets};
    text += view_text(given, options) + view_json(given, options) + view_prefect(given, options);
  }
  for (const auto& resolved : given.resolution.settings) {
    text += why_text(given, resolved, secrets) + why_json(given, resolved, secrets);
  }
  const auto plans = plan_auth(given.resolution, given.registry);
  text += explain_text(given, plans, secrets) + explain_json(given, plans, secrets);
  auto findings = given.findings;
  for (auto& finding : check_credentials(given, plans)) findings.push_back(finding);
  for (const auto& finding : findings) text += finding_text(given, finding);
  return text;
}

bool leaks(const std::string& text) {
  // base64 of the canary as it stands behind each possible number of bytes before it.
  const std::string needles[] = {kCanary, base64(kCanary).substr(0, 14),
                                 base64("x" + kCanary).substr(4, 12),
                                 base64("xx" + kCanary).substr(4, 12)};
  for (const auto& needle : needles) {
    if (text.find(needle) != std::string::npos) return true;
  }
  return false;
}

std::vector<EnvironmentVariable> canary_environment() {
  return {
      {"PREFECT_API_URL", "http://user:" + kCanary + "@host/api"},
      {"PREFECT_API_KEY", "pnu_" + kCanary},
      {"prefect_api_key", kCanary},
      {"PREFECT_API_AUTH_STRING", "admin:" + kCanary},
      {"PREFECT_SERVER_API_AUTH_STRING", "admin:" + kCanary},
      {"PREFECT_SERVER_DATABASE_PASSWORD", kCanary},
      {"PREFECT_SERVER_DATABASE_CONNECTION_URL",
       "postgresql+asyncpg://u:" + kCanary + "@h/${PREFECT_SERVER_DATABASE_PASSWORD}"},
      {"PREFECT_CLIENT_CUSTOM_HEADERS",
       R"({"Authorization": ")" + kCanary + R"(", "X-Tok": ")" + kCanary + "\"}"},
      {"PREFECT_API_KY", kCanary},
      {"PREFECT_SERVER_DOCKET_URL", "redis://:" + kCanary + "@host/0"},
  };
}

}  // namespace

TEST_CASE("leaks: every setting and renderer") {
  MemoryFiles files;
  files.files[kProfiles] =
      "active = \"p\"\n[profiles.p]\nPREFECT_API_KEY = \"" + kCanary + "\" # the old one was pnu_" +
      kCanary + "\nPREFECT_API_AUTH_STRING = '''\nadmin:" + kCanary + "'''\nPREFECT_API_KY = \"" +
      kCanary + "\"\nPREFECT_CLIENT_CUSTOM_HEADERS = '{\"X\": \"" + kCanary +
      "\"}'\n[profiles.q]\nPREFECT_NOTHING = [\"" + kCanary + "\"]\n";
  for (const auto version : {Version{3, 0, 0}, Version{3, 1, 15}, Version{3, 4, 19},
                             Version{3, 8, 8}, Version{3, 9, 1}}) {
    for (const bool with_environment : {false, true}) {
      const auto inspection = inspect(launch_of(
          files, with_environment ? canary_environment() : std::vector<EnvironmentVariable>{},
          version));
      CAPTURE(version.text());
      CHECK_FALSE(leaks(all_reports(inspection, Disclosure::masked)));
      CHECK(leaks(all_reports(inspection, Disclosure::shown)));
    }
  }
}

TEST_CASE("leaks: values that are refused") {
  MemoryFiles files;
  for (const auto* name : {"PREFECT_CLIENT_CUSTOM_HEADERS", "PREFECT_API", "PREFECT_CLIENT",
                           "PREFECT_SERVER_DATABASE"}) {
    for (const auto& value : {kCanary, "{\"key\": \"" + kCanary, "{\"key\": [\"" + kCanary + "\"]}",
                              "[\"" + kCanary + "\"]"}) {
      CAPTURE(name);
      CHECK_FALSE(
          leaks(all_reports(inspect(launch_of(files, {{name, value}})), Disclosure::masked)));
    }
  }
  for (const auto* native :
       {"5", "[\"TESTcanary7x\"]", "{a = \"TESTcanary7x\"}", "true", "2024-01-01"}) {
    for (const auto* name : {"PREFECT_API_KEY", "PREFECT_API_URL", "PREFECT_CLIENT_CUSTOM_HEADERS",
                             "PREFECT_API_AUTH_STRING", "PREFECT_API"}) {
      files.files[kProfiles] =
          std::string("active = \"p\"\n[profiles.p]\n") + name + " = " + native + "\n";
      CAPTURE(files.files[kProfiles]);
      if (std::string(name) != "PREFECT_API_URL")
        CHECK_FALSE(leaks(all_reports(inspect(launch_of(files)), Disclosure::masked)));
    }
  }
}

TEST_CASE("leaks: URLs that are none, and passwords that should have been quoted") {
  const MemoryFiles files;
  for (const auto& url :
       {"http://admin:hun\"" + kCanary + "@h/api", "http://admin:'" + kCanary + "@h/api",
        "http://admin:" + kCanary + " x@h/api", "http://admin:12/" + kCanary + "@h/api",
        "admin:" + kCanary + "@h/api", "//admin:" + kCanary + "@h/api",
        "http:/admin:" + kCanary + "@h/api", "http://" + kCanary + "@h",
        "http://a:" + kCanary + "@b@h"}) {
    CAPTURE(url);
    const auto inspection =
        inspect(launch_of(files, {{"PREFECT_API_URL", url}, {"PREFECT_UI_URL", url}}));
    CHECK_FALSE(leaks(all_reports(inspection, Disclosure::masked)));
  }
}

TEST_CASE("leaks: values in the wrong place of a good file, and comments") {
  MemoryFiles files;
  const std::string texts[] = {
      "active = \"p\"\n[profiles]\nPREFECT_API_AUTH_STRING = \"admin:" + kCanary + "\"\n",
      "active = \"nope\" # the password is " + kCanary + "\n[profiles.p]\n",
      "[profiles.p] # " + kCanary + "\nPREFECT_API_KY = 1 # " + kCanary + "\n",
      "profiles = \"" + kCanary + "\"\n",
  };
  for (const auto& text : texts) {
    files.files[kProfiles] = text;
    CAPTURE(text);
    const auto inspection = inspect(launch_of(files));
    CHECK_FALSE(inspection.findings.empty());
    CHECK_FALSE(leaks(all_reports(inspection, Disclosure::masked)));
  }
}

TEST_CASE("leaks: files that are no TOML") {
  const std::string bad[] = {
      "[profiles.p]\nPREFECT_API_KEY = \"" + kCanary + "\n",
      "[profiles.p]\nPREFECT_API_KEY = " + kCanary + "\n",
      "[profiles.p]\nPREFECT_API_KEY \"" + kCanary + "\"\n",
      "[profiles.p]\n" + kCanary + "\n",
      "[profiles.p]\nPREFECT_API_KEY = '''\n" + kCanary + "\n",
      "[profiles.p]\nPREFECT_API_KEY = [\n\"" + kCanary + "\"\n\"x\"\n",
      "PREFECT_API_KEY = \"a\" \"" + kCanary + "\"\n",
      "PREFECT_API_KEY = \"" + kCanary + "\\q\"\n",
      "\"" + kCanary + "\" = 1\n\"" + kCanary + "\" = 2\n",
      "PREFECT_API_KEY = 2" + kCanary + "\n",
      "[" + kCanary + "\n",
      "PREFECT_API_KEY = \"\"\"\n" + base64(kCanary + kCanary) + "==\n",
      kCanary + " = 1 2\n",
      "[profiles.p]\n[" + kCanary + "\n",
  };
  MemoryFiles files;
  for (const auto& text : bad) {
    files.files[kProfiles] = text;
    const auto inspection = inspect(launch_of(files));
    CAPTURE(text);
    CHECK_FALSE(inspection.loads);
    CHECK_FALSE(leaks(all_reports(inspection, Disclosure::masked)));
  }
}
