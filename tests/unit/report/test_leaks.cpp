// No report shows a secret, in any form, unless asked: canaries in every credential and every
// source, on good, bad and broken input, through every renderer.
#include "memory_files.hpp"
#include "support/base64.hpp"
#include "support/text.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace prefect_config;
using namespace prefect_config::testing;

namespace {

// Short and odd enough to be found again wherever it ends up.
const std::string kCanary = "TESTcanary7x";

std::string both_diffs(const DiffSide& a, const DiffSide& b, Disclosure secrets) {
  const auto diff = compare_sides(a, b);
  return diff_text(diff, secrets) + diff_json(diff, secrets);
}

// Against nothing, so that all there is differs; as a launch, and as it is saved with its secrets.
std::string diff_reports(const Inspection& given, const AuthPlans& plans, Disclosure secrets) {
  const MemoryFiles files;
  const auto nothing = inspect(launch_of(files));
  const auto other = side_of_launch(nothing, plan_auth(nothing), "nothing");
  const auto side = side_of_launch(given, plans, given.command_line.selection.name);
  auto text = both_diffs(side, other, secrets) + both_diffs(other, side, secrets);
  const auto read = side_of_document(explain_json(given, plans, Disclosure::shown), "saved.json");
  if (const auto* saved = std::get_if<DiffSide>(&read))
    text += both_diffs(*saved, other, secrets) + both_diffs(side, *saved, secrets);
  return text;
}

std::string own_reports(const Inspection& given, Disclosure secrets) {
  std::string text;
  for (const bool defaults : {false, true}) {
    const ViewOptions options{defaults, true, secrets};
    text += view_text(given, options) + view_json(given, options) + view_prefect(given, options);
    text += view_html(given, options) + view_html(given, {defaults, false, secrets});
  }
  for (const auto& resolved : given.resolution.settings) {
    text += why_text(given, resolved, secrets) + why_json(given, resolved, secrets);
  }
  const auto plans = plan_auth(given);
  text += explain_text(given, plans, secrets) + explain_json(given, plans, secrets) +
          explain_html(given, plans, secrets);
  for (const auto surface : surfaces()) text += surface_text(given, plans, surface, secrets);
  text += flow_run_text(given, secrets);
  for (const auto& findings : {given.findings, check_credentials(given, plans)}) {
    for (const auto& finding : findings)
      text += finding_text(given, finding) + finding_text(given, finding, Lines::wrapped);
  }
  return text + doctor_text(given, nullptr, Lines::whole) + doctor_json(given, nullptr) +
         doctor_html(given, nullptr);
}

std::string all_reports(const Inspection& given, Disclosure secrets) {
  const auto plans = plan_auth(given);
  return own_reports(given, secrets) + diff_reports(given, plans, secrets);
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

namespace {

// A secret as people leave it in places that are not meant for one.
const std::string kForms[] = {
    "pnu_" + kCanary,
    "/somewhere/pnb_" + kCanary + "/x",
    "https://user:" + kCanary + "@h/api",
    "https://user:x," + kCanary + ",y@h/api",
    "https://user:x://" + kCanary + "@h/api",
    "https://u%3A" + kCanary + "%40h/api",
    "https://h/api?a=1&access_token=" + kCanary + "&b=2",
    "https://h/api?key=" + kCanary + "@x",
    "one;PASSWORD=" + kCanary,
    "Authorization: Bearer " + kCanary,
    "basic " + kCanary + "==",
    "[\"a\", \"https://user:" + kCanary + "@h/api\"]",
    "[\"https://user:x\", \"" + kCanary + "@h/api\"]",
    "{\"Authorization: Bearer " + kCanary + "\": \"\"}",
    "{\"pnu_" + kCanary + "\": [\"pnu_" + kCanary + "\", {\"token\": \"" + kCanary + "\"}]}",
};

std::string toml_text(const std::string& text) { return "'''" + text + "'''"; }

std::vector<EnvironmentVariable> every_setting(Version version, const std::string& value) {
  std::vector<EnvironmentVariable> variables;
  const Registry registry(version);
  for (const auto* setting : registry.settings())
    variables.push_back({std::string(setting->name), value});
  return variables;
}

std::string every_setting_in_profile(Version version, const std::string& value) {
  std::string text = "active = \"p\"\n[profiles.p]\n";
  const Registry registry(version);
  for (const auto* setting : registry.settings())
    text += std::string(setting->name) + " = " + value + '\n';
  return text;
}

}  // namespace

TEST_CASE("leaks: every setting of every type, from the environment and from a profile") {
  for (const auto version : {Version{3, 1, 15}, Version{3, 8, 8}}) {
    for (const auto& form : kForms) {
      CAPTURE(version.text());
      CAPTURE(form);
      MemoryFiles files;
      CHECK_FALSE(leaks(all_reports(
          inspect(launch_of(files, every_setting(version, form), version)), Disclosure::masked)));
      files.files[kProfiles] = every_setting_in_profile(version, toml_text(form));
      CHECK_FALSE(leaks(all_reports(inspect(launch_of(files, {}, version)), Disclosure::masked)));
      files.files[kProfiles] =
          every_setting_in_profile(version, "[" + toml_text(form) + ", {a = " + toml_text(form) +
                                                ", " + "\"" + "pnu_" + kCanary + "\" = 1}]");
      CHECK_FALSE(leaks(all_reports(inspect(launch_of(files, {}, version)), Disclosure::masked)));
    }
  }
}

TEST_CASE("leaks: names of headers that are none") {
  for (const auto version : {Version{3, 4, 19}, Version{3, 8, 8}}) {
    for (const auto& name : {"X " + kCanary, "X: " + kCanary, "pnu_" + kCanary, "X\\n" + kCanary,
                             "X=" + kCanary, "\\u00e4" + kCanary}) {
      CAPTURE(name);
      const MemoryFiles files;
      const auto inspection =
          inspect(launch_of(files,
                            {{"PREFECT_API_URL", "http://h/api"},
                             {"PREFECT_CLIENT_CUSTOM_HEADERS", "{\"" + name + "\": \"1\"}"}},
                            version));
      CHECK_FALSE(leaks(all_reports(inspection, Disclosure::masked)));
      CHECK(leaks(all_reports(inspection, Disclosure::shown)));
    }
  }
}

TEST_CASE("leaks: names of profiles, keys, headers, files and folders") {
  for (const auto& secret : {"pnu_" + kCanary, "https://user:" + kCanary + "@h/api",
                             "https://h/?token=" + kCanary, "Bearer " + kCanary}) {
    CAPTURE(secret);
    MemoryFiles files;
    const auto key = '"' + secret + '"';
    files.files[kProfiles] = "active = " + key + "\n[profiles." + key + "]\n" + key +
                             " = 1\nPREFECT_API_URL = \"\"\nPREFECT_API_KEY = \"\"\n[profiles]\n" +
                             "\"x " + secret + "\" = 2\n";
    CHECK_FALSE(leaks(all_reports(inspect(launch_of(files)), Disclosure::masked)));
    files.files[kProfiles] = "active = \"p\"\n[profiles.p]\nPREFECT_API_URL = \"\"\n[profiles." +
                             key + "]\n" + key + " = 1\n";
    CHECK_FALSE(leaks(all_reports(inspect(launch_of(files)), Disclosure::masked)));
    for (const auto* name : {"PREFECT_PROFILE", "PREFECT_HOME", "PREFECT_PROFILES_PATH"}) {
      CAPTURE(name);
      CHECK_FALSE(
          leaks(all_reports(inspect(launch_of(files, {{name, secret}})), Disclosure::masked)));
    }
    CHECK_FALSE(
        leaks(all_reports(inspect(launch_of(files, {{"PREFECT_" + secret, "x"},
                                                    {"PREFECT_API", "{\"" + secret + "\": 1}"}})),
                          Disclosure::masked)));
    const auto path = "/work/" + secret + "/profiles.toml";
    for (const auto* text : {"active = \"nope\"\n[profiles.p]\nPREFECT_API_KY = 1\n", "x = [\n",
                             "profiles = 1\n", "\xff"}) {
      files.files[path] = text;
      const auto inspection = inspect(launch_of(files, {{"PREFECT_PROFILES_PATH", path}}));
      CHECK_FALSE(leaks(all_reports(inspection, Disclosure::masked)));
    }
  }
}

TEST_CASE("leaks: command lines that are not followed, and notes on those that are") {
  const MemoryFiles files;
  const auto key = "pnu_" + kCanary;
  for (const auto& line :
       {"PREFECT_API_KEY= " + kCanary + " prefect", "env A=1 " + kCanary + " prefect",
        "PREFECT_API_AUTH_STRING=admin:x " + kCanary + " prefect", key + " prefect",
        "nohup " + kCanary, "prefect cloud login --key \"" + kCanary + "$x=\"",
        "prefect cloud login --key " + kCanary + "=$x", "env \"a " + kCanary + "$x=\" prefect",
        "env --x=" + kCanary + " prefect", "env '--x " + kCanary + "' prefect",
        "env -S" + kCanary + " prefect", "uv " + kCanary, "uv run -C" + kCanary + " -m prefect",
        "prefect --x=" + kCanary, "prefect '--x " + kCanary + "'", "prefect -x" + kCanary,
        "prefect '" + kCanary, "env -C " + kCanary + " prefect"}) {
    for (const auto version : {Version{3, 4, 19}, Version{3, 8, 8}}) {
      CAPTURE(line);
      const auto result = launch_of_command(launch_of(files, {}, version), line);
      const auto* problem = std::get_if<CommandLineProblem>(&result);
      std::string said = problem ? problem->reason : "";
      if (!problem) {
        for (const auto& note : std::get<Launch>(result).notes) said += note;
      }
      CHECK_FALSE(leaks(said));
    }
  }
}

TEST_CASE("leaks: asked for, everything is shown as it is") {
  const MemoryFiles files;
  const std::string path = "/somewhere/pnu_" + kCanary + "/https:/u:" + kCanary + "@h?token=x";
  const auto inspection = inspect(launch_of(files, {{"PREFECT_LOCAL_STORAGE_PATH", path}}));
  const auto& resolved = inspection.at("results.local_storage_path");
  CHECK(resolved.value.is_secret());
  CHECK(
      why_json(inspection, resolved, Disclosure::shown).find("\"typed_value\": \"" + path + '"') !=
      std::string::npos);
  CHECK(
      why_json(inspection, resolved, Disclosure::masked)
          .find("\"typed_value\": \"/somewhere/pnu_********/https:/********@h?token=********\"") !=
      std::string::npos);
}

TEST_CASE("leaks: a secret of the launch inside other values") {
  MemoryFiles files;
  files.files["/work/.env"] = "PREFECT_API_KEY=" + kCanary +
                              "\nPREFECT_LOGGING_LEVEL=${PREFECT_API_KEY}\n"
                              "PREFECT_HOME=/x/${PREFECT_API_KEY}\n"
                              "PREFECT_SERVER_API_HOST=${PREFECT_API_KEY}\n"
                              "PREFECT_API_URL=http://h/${PREFECT_API_KEY}/api\n"
                              "PREFECT_LOGGING_EXTRA_LOGGERS=a,${PREFECT_API_KEY}\n";
  for (const auto version : {Version{3, 1, 15}, Version{3, 8, 8}}) {
    const auto inspection = inspect(launch_of(files, {}, version));
    CHECK_FALSE(leaks(own_reports(inspection, Disclosure::masked)));
    CHECK(leaks(own_reports(inspection, Disclosure::shown)));
  }
  // Also in what Prefect's own view makes of the tables of a file, known by every name.
  for (const auto* text :
       {"[api]\nurl = \"http://h/%/api\"\n", "PREFECT_API_URL = \"http://h/%/api\"\n",
        "[logging]\nextra_loggers = [\"%\", \"a\"]\n"}) {
    MemoryFiles project;
    project.files["/work/prefect.toml"] = replace_all(text, "%", kCanary);
    const auto inspection = inspect(launch_of(project, {{"PREFECT_API_KEY", kCanary}}));
    CAPTURE(text);
    CHECK_FALSE(leaks(own_reports(inspection, Disclosure::masked)));
    CHECK(leaks(own_reports(inspection, Disclosure::shown)));
  }
  // The same word in three settings is not a secret in each.
  const auto inspection =
      inspect(launch_of(MemoryFiles(), {{"PREFECT_SERVER_DATABASE_PASSWORD", "postgres"},
                                        {"PREFECT_SERVER_DATABASE_USER", "postgres"}}));
  CHECK(effective(inspection, "server.database.user") == "\"postgres\"");
}
