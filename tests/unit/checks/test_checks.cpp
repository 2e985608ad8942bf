// What the checks of one launch find in URLs and credentials, and what they let pass.
#include "memory_files.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <vector>

using namespace prefect_config;
using namespace prefect_config::testing;

namespace {

struct Row {
  const char* value;
  const char* codes;  // those of URL and credentials, joined by blanks
  const char* next = "";
};

std::vector<Finding> findings_of(const std::vector<EnvironmentVariable>& environment,
                                 Version version = {3, 9, 1}) {
  const MemoryFiles files;
  const auto inspection = inspect(launch_of(files, environment, version));
  return check_credentials(inspection, plan_auth(inspection));
}

std::string codes_of(const std::vector<Finding>& findings) {
  std::vector<std::string> codes;
  for (const auto& finding : findings) codes.emplace_back(finding.code());
  std::sort(codes.begin(), codes.end());
  std::string text;
  for (const auto& code : codes) (text += text.empty() ? "" : " ") += code;
  return text;
}

constexpr const char* kCloud = "https://api.prefect.cloud/api/accounts/a/workspaces/b";

}  // namespace

TEST_CASE("checks: URLs with a key") {
  constexpr Row kRows[] = {
      {kCloud, ""},
      {"https://api.prefect.cloud/api/accounts/a/workspaces/b/", ""},
      {"https://app.prefect.cloud/account/a/workspace/b/dashboard", "PC110",
       "export PREFECT_API_URL='https://api.prefect.cloud/api/accounts/a/workspaces/b'"},
      {"https://app.prefect.cloud", "PC110"},
      {"https://api.prefect.cloud/api", "PC111"},
      {"https://api.prefect.cloud/api/account/a/workspace/b", "PC111",
       "export PREFECT_API_URL='https://api.prefect.cloud/api/accounts/a/workspaces/b'"},
      {"https://api.prefect.cloud/api/accounts/a/workspaces/b/flows", "PC111",
       "export PREFECT_API_URL='https://api.prefect.cloud/api/accounts/a/workspaces/b'"},
      {"https://api.prefect.cloud/accounts/a/workspaces/b", "PC112",
       "export PREFECT_API_URL='https://api.prefect.cloud/api/accounts/a/workspaces/b'"},
      {"http://api.prefect.cloud/api/accounts/a/workspaces/b", "PC112 PC228",
       "export PREFECT_API_URL='https://api.prefect.cloud/api/accounts/a/workspaces/b'"},
      {"https://API.prefect.cloud/api/accounts/a/workspaces/b", "PC112",
       "export PREFECT_API_URL='https://api.prefect.cloud/api/accounts/a/workspaces/b'"},
      {"api.prefect.cloud/api/accounts/a/workspaces/b", "PC114",
       "export PREFECT_API_URL='https://api.prefect.cloud/api/accounts/a/workspaces/b'"},
      {"HTTPS://api.prefect.cloud/api/accounts/a/workspaces/b", "PC114",
       "export PREFECT_API_URL='https://api.prefect.cloud/api/accounts/a/workspaces/b'"},
      {"https://cloud.example.com/api/accounts/a/workspaces/b", "PC116",
       "export PREFECT_CLOUD_API_URL='https://cloud.example.com/api'"},
      {"https://", "PC114"},
      {"ftp://h/api", "PC114"},
      {"https://h:port/api", "PC114"},
      {"${PREFECT_URL}", "PC227"},
      {"\"https://h/api\"", "PC220", "export PREFECT_API_URL='https://h/api'"},
      {"https://h/api\n", "PC221", "export PREFECT_API_URL='https://h/api'"},
  };
  for (const auto& row : kRows) {
    CAPTURE(row.value);
    const auto findings =
        findings_of({{"PREFECT_API_URL", row.value}, {"PREFECT_API_KEY", "pnu_TEST"}});
    CHECK(codes_of(findings) == row.codes);
    if (!findings.empty()) CHECK(findings.front().next == row.next);
  }
}

TEST_CASE("checks: URLs of servers") {
  constexpr Row kRows[] = {
      {"https://h.example.com/api", ""},
      {"https://h.example.com/api/", ""},
      {"https://h.example.com/prefect/api", ""},
      {"https://[2001:db8::1]:4200/api", ""},
      {"http://prefect-server:4200/api", "PC228"},
      {"http://10.1.2.3:4200/api", "PC228"},
      {"https://h.example.com", "PC113", "export PREFECT_API_URL='https://h.example.com/api'"},
      {"https://h.example.com/", "PC113", "export PREFECT_API_URL='https://h.example.com/api'"},
      {"https://h.example.com/runs", "PC113"},
      {"http://0.0.0.0:4200/api", "PC117"},
      {"http://127.0.0.1:4200/api", ""},
      {"http://h.example.com/api", "PC228"},
      {"wss://h.example.com/api", ""},
      {"https://h.example.com/api?y=1", "PC114"},
      {"https://a@h.example.com/api", "PC206 PC226"},
      {"https://@h.example.com/api", "PC206"},
      {"https://u:TEST@h.example.com/api", "PC226"},
  };
  for (const auto& row : kRows) {
    CAPTURE(row.value);
    const auto findings =
        findings_of({{"PREFECT_API_URL", row.value}, {"PREFECT_API_AUTH_STRING", "a:TEST"}});
    CHECK(codes_of(findings) == row.codes);
    if (!findings.empty()) CHECK(findings.front().next == row.next);
  }
}

TEST_CASE("checks: a Prefect Cloud of one's own") {
  const EnvironmentVariable key = {"PREFECT_API_KEY", "pnu_TEST"};
  const EnvironmentVariable cloud = {"PREFECT_CLOUD_API_URL", "https://cloud.example.com/api"};
  const auto codes = [&](const char* url) {
    return codes_of(findings_of({key, cloud, {"PREFECT_API_URL", url}}));
  };
  CHECK(codes("https://cloud.example.com/api/accounts/a/workspaces/b").empty());
  CHECK(codes("https://cloud.example.com/api") == "PC111");
  CHECK(codes("http://cloud.example.com/api/accounts/a/workspaces/b") == "PC112 PC228");
}

TEST_CASE("checks: no advice to take away what may be right for another URL") {
  MemoryFiles files;
  files.files[kProfiles] = std::string("active = \"p\"\n[profiles.p]\nPREFECT_API_URL = \"") +
                           kCloud + "\"\nPREFECT_API_KEY = \"pnu_TEST\"\n";
  const auto nexts = [&files](std::vector<EnvironmentVariable> environment) {
    const auto inspection = inspect(launch_of(files, std::move(environment)));
    std::string text;
    for (const auto& finding : check_credentials(inspection, plan_auth(inspection)))
      text += finding.next;
    return text;
  };
  const EnvironmentVariable other = {"PREFECT_API_URL", "https://h.example.com/api"};
  CHECK(nexts({other}).find(" unset ") == std::string::npos);
  CHECK(nexts({other, {"PREFECT_API_AUTH_STRING", "a:TEST"}}).find(" unset ") == std::string::npos);
  const EnvironmentVariable web = {"PREFECT_API_URL",
                                   "https://app.prefect.cloud/account/a/workspace/b"};
  CHECK(nexts({web, {"PREFECT_API_AUTH_STRING", "a:TEST"}}).find("unset") == std::string::npos);
}

TEST_CASE("checks: one cause does not hide another") {
  const auto codes = codes_of(findings_of({{"PREFECT_API_URL", "https://h.example.com/api"},
                                           {"PREFECT_API_AUTH_STRING", "'a:TEST'"},
                                           {"PREFECT_API_SSL_CERT_FILE", "/nowhere.pem"}}));
  CHECK(codes == "PC206 PC220");
}

TEST_CASE("checks: a release without the setting for temporary servers has one") {
  CHECK(codes_of(findings_of({}, {2, 20, 27})) == "PC101");
  CHECK(codes_of(findings_of({{"PREFECT_SERVER_EPHEMERAL_ENABLED", "false"}})) == "PC102");
}

TEST_CASE("checks: keys for Prefect Cloud") {
  constexpr Row kRows[] = {
      {"pnu_TEST", ""},
      {"pnb_TEST", ""},
      {"", "PC223"},
      {"TEST", "PC224"},
      {"Bearer pnu_TEST", "PC224"},
      {"pnu_TEST\n", "PC221"},
      {"pnu_TEST ", "PC221"},
      {" pnu_TEST", "PC221"},
      {"pnu_TEST\r", "PC221"},
      {"pnu TEST", "PC221"},
      {"'pnu_TEST'", "PC220"},
      {"$PREFECT_KEY", "PC227"},
      {"${{ secrets.X }}", "PC227"},
      {"{{ key }}", "PC227"},
      {"<your-key>", "PC227"},
      {"pnu_TESTé", "PC206 PC206"},
  };
  for (const auto& row : kRows) {
    CAPTURE(row.value);
    CHECK(codes_of(findings_of({{"PREFECT_API_URL", kCloud}, {"PREFECT_API_KEY", row.value}})) ==
          row.codes);
  }
}

TEST_CASE("checks: auth strings") {
  constexpr Row kRows[] = {
      {"a:TEST", ""},        {"a:TEST word", ""},  {"TEST", "PC225"},       {"\"a:TEST\"", "PC220"},
      {"a:TEST\n", "PC221"}, {"a:TEST ", "PC221"}, {"Basic YTpU", "PC224"}, {"${AUTH}", "PC227"},
      {"", "PC223"},         {"a:TEST$x", ""},     {"a:pa<ss>", ""},
  };
  for (const auto& row : kRows) {
    CAPTURE(row.value);
    CHECK(codes_of(findings_of({{"PREFECT_API_URL", "https://h.example.com/api"},
                                {"PREFECT_API_AUTH_STRING", row.value}})) == row.codes);
  }
}

TEST_CASE("checks: releases whose faults stand in the way") {
  const auto found = [](Version version, std::vector<EnvironmentVariable> more = {}) {
    more.push_back({"PREFECT_API_URL", "https://h.example.com/api"});
    more.push_back({"PREFECT_API_AUTH_STRING", "a:TEST"});
    std::string text;
    for (const auto& finding : findings_of(more, version)) {
      if (finding.rule == RuleId::release_at_fault)
        text += finding.message() + "; " + finding.help();
    }
    return text;
  };
  CHECK(found({3, 8, 3}).empty());
  CHECK(found({3, 8, 2}).find("events-in after the handshake only") != std::string::npos);
  CHECK(found({3, 8, 2}).find("since Prefect 3.8.3") != std::string::npos);
  CHECK(found({3, 6, 13})
            .find("auth string on events-in: a later server that asks for it refuses them; since "
                  "Prefect 3.6.14") != std::string::npos);
  CHECK(found({3, 1, 15}).find("events-in, events-out, subscriptions") != std::string::npos);
  const EnvironmentVariable header = {"PREFECT_CLIENT_CUSTOM_HEADERS", R"({"X-T": "TEST"})"};
  CHECK(found({3, 6, 23}, {header}).find("custom headers when it asks") != std::string::npos);
  CHECK(found({3, 6, 23}, {header}).find("since Prefect 3.6.24") != std::string::npos);
  CHECK(found({3, 6, 28}, {header}).find("custom headers") == std::string::npos);
}

TEST_CASE("checks: a key in a profile hidden by another one in the environment") {
  MemoryFiles files;
  files.files[kProfiles] = "active = \"p\"\n[profiles.p]\nPREFECT_API_KEY = \"pnu_TESTa\"\n";
  const auto findings_with = [&files](const char* key) {
    const auto inspection =
        inspect(launch_of(files, {{"PREFECT_API_URL", kCloud}, {"PREFECT_API_KEY", key}}));
    return check_credentials(inspection, plan_auth(inspection));
  };
  CHECK(codes_of(findings_with("pnu_TESTa")).empty());
  const auto findings = findings_with("pnu_TESTb");
  REQUIRE(codes_of(findings) == "PC120");
  CHECK(findings[0].severity() == Severity::warning);
  REQUIRE(findings[0].related.size() == 1);
  CHECK(findings[0].related[0].span.line == 3);
}

TEST_CASE("checks: an empty value that hides what is of no use") {
  MemoryFiles files;
  files.files[kProfiles] = "active = \"p\"\n[profiles.p]\nPREFECT_API_AUTH_STRING = \"a:TEST\"\n"
                           "PREFECT_API_KEY = \"pnu_TEST\"\n";
  const auto inspection =
      inspect(launch_of(files, {{"PREFECT_API_URL", kCloud}, {"PREFECT_API_AUTH_STRING", ""}}));
  const auto findings = check_credentials(inspection, plan_auth(inspection));
  REQUIRE(codes_of(findings) == "PC223");
  CHECK(findings[0].severity() == Severity::info);
  CHECK(findings[0].next.empty());
}

TEST_CASE("checks: who can read a file with secrets") {
  MemoryFiles files;
  files.files[kProfiles] = "active = \"p\"\n[profiles.p]\nPREFECT_API_KEY = \"pnu_TEST\"\n";
  files.files["/work/prefect.toml"] = "[api]\nurl = \"https://h.example.com/api\"\n";
  const auto found = [&files] {
    const auto inspection = inspect(launch_of(files));
    std::string where;
    for (const auto& finding : check_credentials(inspection, plan_auth(inspection))) {
      if (finding.rule == RuleId::secrets_file_readable) where += finding.place->where;
    }
    return where;
  };
  files.modes[kProfiles] = 0600;
  files.modes["/work/prefect.toml"] = 0644;  // holds no secret
  CHECK(found().empty());
  files.modes[kProfiles] = 0640;
  CHECK(found() == kProfiles);
  files.modes[kProfiles] = 0604;
  CHECK(found() == kProfiles);
}
