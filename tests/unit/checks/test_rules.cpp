// The rule table: codes are unique, each rule has its page, and each can be seen to fire.
#include "../lint/lint_examples.hpp"
#include "diagnose/probe_examples.hpp"
#include "memory_files.hpp"

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <functional>
#include <map>
#include <set>

using namespace prefect_config;
using namespace prefect_config::testing;

namespace {

Inspection with_profile(const std::string& text,
                        std::vector<EnvironmentVariable> environment = {}) {
  static MemoryFiles files;
  files = MemoryFiles();
  files.files[kProfiles] = text;
  return inspect(launch_of(files, std::move(environment)));
}

constexpr const char* kBoth =
    "active = \"p\"\n[profiles.p]\nPREFECT_API_URL = \"http://h/api\"\nPREFECT_API_KEY = "
    "\"pnu_TEST\"\nPREFECT_API_AUTH_STRING = \"a:TEST\"\n";

constexpr const char* kUrl = "https://prefect.example.com/api";

Inspection with_url(const std::string& url, std::vector<EnvironmentVariable> environment = {}) {
  environment.push_back({"PREFECT_API_URL", url});
  return with_profile("", std::move(environment));
}

// A launch in which the rule fires. Every rule of the table must have one.
const std::map<RuleId, std::function<Inspection()>>& examples() {
  static MemoryFiles unreadable;
  unreadable.errors[kProfiles] = FileError::is_directory;
  static MemoryFiles marked;
  marked.files[kProfiles] = "\xEF\xBB\xBF"
                            "active = \"p\"\n[profiles.p]\n";
  static MemoryFiles project;
  project.files["/work/prefect.toml"] = "[api]\nurll = \"http://h/api\"\n";
  static MemoryFiles dotenv;
  dotenv.files["/work/.env"] = "PREFECT_API_URL: x\n";
  static MemoryFiles broken;
  broken.files["/work/prefect.toml"] = "a b";
  static MemoryFiles misshapen;
  misshapen.files["/work/pyproject.toml"] = "[tool]\nprefect = 5\n";
  static MemoryFiles latin;
  latin.files["/work/.env"] = "A=\xE9\n";
  static MemoryFiles folder;
  folder.errors["/work/folder"] = FileError::is_directory;
  static MemoryFiles two;
  two.files[kProfiles] = "";
  two.files["/home/user/x/profiles.toml"] = "";
  static const std::map<RuleId, std::function<Inspection()>> table = {
      {RuleId::temporary_server, [] { return with_profile(""); }},
      {RuleId::invalid_value,
       [] {
         return with_profile("", {{"PREFECT_CLIENT_MAX_RETRIES", "many"}});
       }},
      {RuleId::settings_refused,
       [] {
         return with_profile("", {{"PREFECT_LOGGING_TO_API_BATCH_SIZE", "1"}});
       }},
      {RuleId::profile_unknown, [] { return with_profile("active = \"nope\"\n"); }},
      {RuleId::profile_bundled_only, [] { return with_profile("active = \"local\"\n"); }},
      {RuleId::profiles_file_malformed, [] { return with_profile("a b"); }},
      {RuleId::first_key_lost,
       [] {
         return inspect(launch_of(marked, {}, Version{3, 4, 19}));
       }},
      {RuleId::profiles_file_unreadable, [] { return inspect(launch_of(unreadable)); }},
      {RuleId::profiles_file_shape, [] { return with_profile("profiles = 1"); }},
      {RuleId::profiles_files_differ,
       [] {
         return inspect(launch_of(two, {{"PREFECT_HOME", "~/x"}}));
       }},
      {RuleId::settings_file_unreadable, [] { return inspect(launch_of(latin)); }},
      {RuleId::toml_key_unknown, [] { return inspect(launch_of(project)); }},
      {RuleId::settings_file_malformed, [] { return inspect(launch_of(broken)); }},
      {RuleId::settings_file_shape, [] { return inspect(launch_of(misshapen)); }},
      {RuleId::findings_left_out,
       [] {
         std::string many;
         for (int i = 0; i < 1001; ++i) many += "bad line\n";
         static MemoryFiles files;
         files.files["/work/.env"] = many;
         return inspect(launch_of(files));
       }},
      {RuleId::venv_without_prefect,
       [] {
         static const MemoryFiles none;
         auto launch = launch_of(none);
         launch.empty_venv = "/work/.venv";
         return inspect(std::move(launch));
       }},
      {RuleId::test_mode,
       [] {
         return with_profile("active = \"p\"\n[profiles.p]\n", {{"PREFECT_TEST_MODE", "0"}});
       }},
      {RuleId::source_not_read,
       [] {
         return inspect(launch_of(project, {}, Version{3, 0, 11}));
       }},
      {RuleId::command_stops,
       [] {
         return inspect(launch_of(folder, {{"PREFECT_LOGGING_CONFIG_PATH", "/work/folder"}}));
       }},
      {RuleId::dotenv_statement_skipped, [] { return inspect(launch_of(dotenv)); }},
      {RuleId::setting_unknown,
       [] { return with_profile("[profiles.p]\nPREFECT_API_KY = \"x\"\n"); }},
      {RuleId::release_unknown,
       [] {
         static const MemoryFiles none;
         return inspect(launch_of(none, {}, {3, 4, 99}));
       }},
      {RuleId::both_credentials_set, [] { return with_profile(kBoth); }},
      {RuleId::key_to_other_host,
       [] {
         return with_profile(
             "", {{"PREFECT_API_URL", "http://h/api"}, {"PREFECT_API_KEY", "pnu_TEST"}});
       }},
      {RuleId::credential_empty,
       [] {
         return with_profile(kBoth, {{"PREFECT_API_KEY", ""}});
       }},
      {RuleId::no_api_url,
       [] {
         return with_profile("", {{"PREFECT_SERVER_EPHEMERAL_ENABLED", "false"}});
       }},
      {RuleId::url_of_web_application,
       [] { return with_url("https://app.prefect.cloud/account/a/workspace/b"); }},
      {RuleId::cloud_url_incomplete, [] { return with_url("https://api.prefect.cloud/api"); }},
      {RuleId::cloud_url_not_recognized,
       [] { return with_url("http://api.prefect.cloud/api/accounts/a/workspaces/b"); }},
      {RuleId::url_without_api, [] { return with_url("https://prefect.example.com"); }},
      {RuleId::url_malformed, [] { return with_url("prefect.example.com/api"); }},
      {RuleId::loopback_in_container,
       [] {
         return with_url("http://localhost:4200/api", {{"KUBERNETES_SERVICE_HOST", "10.0.0.1"}});
       }},
      {RuleId::workspace_elsewhere,
       [] { return with_url("https://cloud.example.com/api/accounts/a/workspaces/b"); }},
      {RuleId::url_of_every_address, [] { return with_url("http://0.0.0.0:4200/api"); }},
      {RuleId::value_shadowed,
       [] {
         return with_profile(kBoth, {{"PREFECT_API_KEY", "pnu_TESTother"}});
       }},
      {RuleId::project_file_in_parent,
       [] {
         static MemoryFiles files;
         files.files["/prefect.toml"] = "";
         return inspect(launch_of(files));
       }},
      {RuleId::server_name_on_client,
       [] {
         return with_url(kUrl, {{"PREFECT_SERVER_API_AUTH_STRING", "a:TEST"}});
       }},
      {RuleId::cloud_without_key,
       [] { return with_url("https://api.prefect.cloud/api/accounts/a/workspaces/b"); }},
      {RuleId::client_refuses,
       [] {
         return with_url(kUrl, {{"NO_PROXY", "[::1]"}});
       }},
      {RuleId::release_at_fault,
       [] {
         static const MemoryFiles none;
         return inspect(launch_of(
             none, {{"PREFECT_API_URL", kUrl}, {"PREFECT_API_AUTH_STRING", "a:TEST"}}, {3, 8, 2}));
       }},
      {RuleId::value_quoted,
       [] {
         return with_url(kUrl, {{"PREFECT_API_AUTH_STRING", "\"a:TEST\""}});
       }},
      {RuleId::value_has_blanks,
       [] {
         return with_url(kUrl, {{"PREFECT_API_AUTH_STRING", "a:TEST\n"}});
       }},
      {RuleId::credential_form,
       [] {
         return with_url(kUrl, {{"PREFECT_API_KEY", "Bearer pnu_TEST"}});
       }},
      {RuleId::auth_without_colon,
       [] {
         return with_url(kUrl, {{"PREFECT_API_AUTH_STRING", "TEST"}});
       }},
      {RuleId::url_with_credentials, [] { return with_url("https://a:TEST@h.example.com/api"); }},
      {RuleId::value_is_template,
       [] {
         return with_url(kUrl, {{"PREFECT_API_KEY", "${{ secrets.KEY }}"}});
       }},
      {RuleId::credential_in_clear,
       [] {
         return with_url("http://h.example.com/api", {{"PREFECT_API_AUTH_STRING", "a:TEST"}});
       }},
      {RuleId::custom_authorization,
       [] {
         return with_url(kUrl, {{"PREFECT_CLIENT_CUSTOM_HEADERS", R"({"authorization": "TEST"})"}});
       }},
      {RuleId::tls_not_verified,
       [] {
         return with_url(kUrl, {{"PREFECT_API_TLS_INSECURE_SKIP_VERIFY", "true"}});
       }},
      {RuleId::secrets_file_readable,
       [] {
         static MemoryFiles files;
         files.files[kProfiles] = kBoth;
         files.modes[kProfiles] = 0644;
         return inspect(launch_of(files));
       }},
  };
  return table;
}

std::vector<Finding> findings_of(const Inspection& inspection) {
  auto findings = inspection.findings;
  for (auto& finding : check_credentials(inspection, plan_auth(inspection)))
    findings.push_back(finding);
  return findings;
}

}  // namespace

TEST_CASE("rules: codes are unique and found in any case") {
  std::set<std::string_view> codes;
  for (const auto& row : rules()) {
    CHECK(codes.insert(row.code).second);
    CHECK(find_rule("pc" + std::string(row.code.substr(2))) == &row);
    CHECK(&rule(row.id) == &row);
  }
  CHECK(find_rule("PC000") == nullptr);
}

TEST_CASE("rules: every rule fires, and says so without holes") {
  for (const auto& row : rules()) {
    CAPTURE(row.code);
    // Those are walked by lint/test_lint.cpp.
    if (lint_examples().count(row.id) == 1) continue;
    const auto live = probe_examples().find(row.id);
    const bool is_live = live != probe_examples().end();
    REQUIRE((is_live || examples().count(row.id) == 1));
    auto seen = is_live ? probed(live->second) : Probed{examples().at(row.id)(), {}};
    const auto& inspection = seen.inspection;
    bool fired = false;
    for (const auto& finding : is_live ? seen.diagnosis.findings : findings_of(inspection)) {
      if (finding.rule != row.id) continue;
      fired = true;
      const auto text = finding_text(inspection, finding);
      CHECK(text.find(row.code) != std::string::npos);
      CHECK(text.find("``") == std::string::npos);
      const auto words = finding.message() + finding.label() + finding.help();
      CHECK(words.find('{') == std::string::npos);
    }
    CHECK(fired);
  }
}

TEST_CASE("rules: every rule has its page, and no page is without a rule") {
  const std::filesystem::path pages = PREFECT_CONFIG_TEST_DATA "/../../docs/rules";
  std::set<std::string> found;
  for (const auto& entry : std::filesystem::directory_iterator(pages)) {
    if (entry.path().filename() != "README.md") found.insert(entry.path().stem().string());
  }
  std::set<std::string> wanted;
  for (const auto& row : rules()) wanted.insert(std::string(row.code));
  CHECK(found == wanted);
}

TEST_CASE("rules: a key lost to a byte order mark is pointed at") {
  MemoryFiles marked;
  marked.files[kProfiles] = "\xEF\xBB\xBF"
                            "active = \"p\"\n[profiles.p]\n";
  const auto inspection = inspect(launch_of(marked, {}, Version{3, 4, 19}));
  REQUIRE(inspection.findings.size() == 1);
  const auto text = finding_text(inspection, inspection.findings[0]);
  CHECK(text.find("does not see `active`") != std::string::npos);
  CHECK(text.find(" 1 | active\n   | ^^^^^^ lost\n") != std::string::npos);
}

TEST_CASE("rules: an empty PREFECT_PROFILE does not take the settings' profile away") {
  const auto inspection =
      with_profile("active = \"p\"\n[profiles.p]\nPREFECT_API_URL = \"http://h/api\"\n",
                   {{"PREFECT_PROFILE", ""}});
  REQUIRE(inspection.findings.size() == 1);
  CHECK(inspection.findings[0].help() ==
        "the `prefect` command shows and edits the bundled profile `ephemeral` instead, and the "
        "settings still come from profile `p`: unset PREFECT_PROFILE");
}

TEST_CASE("rules: `profiles` that is no table is pointed at, not `active`") {
  const auto inspection = with_profile("active = \"ephemeral\"\nprofiles = \"x\"\n");
  REQUIRE_FALSE(inspection.findings.empty());
  CHECK(inspection.findings[0].rule == RuleId::profiles_file_shape);
  CHECK(inspection.findings[0].place->span.line == 2);
}
