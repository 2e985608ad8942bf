// From a command line to a launch: what stands in front of Prefect, and the spellings of its
// profile option as 3.4.19 (typer) and 3.8.8 (cyclopts) were seen to read them.
#include "launch/command_line.hpp"
#include "memory_files.hpp"

#include <doctest/doctest.h>

#include <unistd.h>

#include <string>
#include <variant>
#include <vector>

using namespace prefect_config;
using namespace prefect_config::testing;

namespace {

constexpr Version kTyper = {3, 4, 19};
constexpr Version kCyclopts = {3, 8, 8};

const MemoryFiles& files() {
  static MemoryFiles all;
  all.errors["/work/project"] = FileError::is_directory;
  all.files["/work/file"] = "";
  return all;
}

std::variant<Launch, CommandLineProblem> read(std::string_view command,
                                              Version version = kCyclopts) {
  return launch_of_command(
      launch_of(files(), {{"PREFECT_API_URL", "http://here/api"}, {"PREFECT_API_KEY", "TEST-key"}},
                version),
      command);
}

Launch launch(std::string_view command, Version version = kCyclopts) {
  auto result = read(command, version);
  CAPTURE(command);
  if (const auto* problem = std::get_if<CommandLineProblem>(&result)) FAIL(problem->reason);
  return std::get<Launch>(std::move(result));
}

std::string problem(std::string_view command, Version version = kCyclopts) {
  const auto result = read(command, version);
  const auto* found = std::get_if<CommandLineProblem>(&result);
  return found ? found->reason : "";
}

std::string variable(const Launch& launch, std::string_view name) {
  const auto* value = launch.variable(name);
  return value ? *value : "(not set)";
}

// `two words`, `-p`, or both: how the profile is asked for.
std::string asked(std::string_view command, Version version) {
  auto result = read(command, version);
  if (std::holds_alternative<CommandLineProblem>(result)) return "refused";
  const auto& read = std::get<Launch>(result);
  return (read.profile ? "first:" + *read.profile : "") +
         (read.override_profile ? "over:" + *read.override_profile : "");
}

}  // namespace

TEST_CASE("command line: assignments and env change the environment") {
  CHECK(variable(launch("PREFECT_API_URL=http://x/api prefect config view"), "PREFECT_API_URL") ==
        "http://x/api");
  CHECK(variable(launch("A=1 A=2 prefect"), "A") == "2");
  CHECK(variable(launch("env PREFECT_API_URL= prefect"), "PREFECT_API_URL") == "");
  CHECK(variable(launch("env -u PREFECT_API_KEY prefect"), "PREFECT_API_KEY") == "(not set)");
  CHECK(variable(launch("env -uPREFECT_API_KEY prefect"), "PREFECT_API_KEY") == "(not set)");
  CHECK(variable(launch("env --unset=PREFECT_API_KEY prefect"), "PREFECT_API_KEY") == "(not set)");
  CHECK(launch("A=1 env -i B=2 prefect").environment.size() == 1);
  CHECK(launch("/usr/bin/env - prefect").environment.empty());
  CHECK(launch("env -i prefect").user_home == "/home/user");
  CHECK(launch("HOME=/other/ prefect").user_home == "/other");
  CHECK(launch("env -C project prefect").working_directory == "/work/project");
  CHECK(launch("PREFECT_HOME=~/x prefect").environment.back().value == "/home/user/x");
}

TEST_CASE("command line: without HOME the account's home counts") {
  MemoryFiles with_accounts;
  const auto user = std::to_string(::getuid());
  with_accounts.files["/etc/passwd"] = "other:x:4294967294:0::/home/other:/bin/sh\nme:x:" + user +
                                       ":" + user + "::/home/account/:/bin/sh\n";
  const auto home = [&](std::string_view command, std::vector<EnvironmentVariable> environment) {
    const auto result =
        launch_of_command(launch_of(with_accounts, std::move(environment)), command);
    const auto* launch = std::get_if<Launch>(&result);
    return launch ? launch->user_home : "refused";
  };
  for (const auto* front : {"env -u HOME", "env -uHOME", "env --unset=HOME", "env -i", "env -",
                            "HOME=/other env -i", "env HOME=/other nohup env -u HOME"}) {
    CAPTURE(front);
    CHECK(home(front + std::string(" prefect"), {{"HOME", "/home/user"}}) == "/home/account");
  }
  CHECK(home("env -i HOME=/other prefect", {{"HOME", "/home/user"}}) == "/other");
  CHECK(home("env -u OTHER prefect", {{"HOME", "/home/user"}}) == "/home/user");
  // As after --clean-env: there is no HOME that they could take away.
  CHECK(home("env -i -u HOME prefect", {}) == "/home/user");
}

TEST_CASE("command line: programs that start others are skipped with their options") {
  for (const auto* front :
       {"exec", "exec -a name", "nohup", "nice -n 5", "nice -5", "timeout -k 5 10m", "uv run",
        "uv run --with httpx --no-sync", "uv --directory project run --", "uvx --from prefect",
        "poetry run", "poetry -C project run", "pipenv run", "conda run -n x", "tini --",
        "/usr/bin/nohup env A=1 uv run", "uv run python -u -m", "time python3.11 -X dev -m"}) {
    const auto command = std::string(front) + " prefect -p x worker start";
    CAPTURE(command);
    CHECK(launch(command).override_profile == "x");
  }
  CHECK(launch("uv run --directory=project prefect").working_directory == "/work/project");
  CHECK(launch("pipenv run prefect").notes.size() == 1);
}

TEST_CASE("command line: a second -p is refused by the releases that take it for the command") {
  CHECK(problem("prefect -p a -p b worker start").find("`-p` is given twice") != std::string::npos);
  CHECK(launch("prefect -p a worker start -p b").override_profile == "a");
  CHECK(launch("prefect -p a -p b worker start", {3, 4, 19}).override_profile == "b");
}

TEST_CASE("command line: what cannot be followed is said") {
  CHECK(problem("") == "there is no command in it");
  CHECK(problem("A=1") == "there is no command in it");
  CHECK(problem("cd project && prefect").find("`cd` is not") == 0);
  constexpr const char* kNotKnown =
      " of it is not `prefect`, `python` or a program known here that starts them";
  for (const auto* line :
       {"PREFECT_API_KEY= TEST-secret9 prefect worker start", "A=1 TEST-secret9 prefect",
        "env A=1 TEST-secret9 prefect", "PREFECT_API_AUTH_STRING=admin:TEST pass prefect x",
        "secret-name=TEST-secret prefect", "'TEST secret' prefect", "admin:TEST prefect",
        "pnu_TEST0000 prefect", "nohup TEST-secret9 prefect"}) {
    CAPTURE(line);
    const auto text = problem(line);
    CHECK(text.find("word ") == 0);
    CHECK(text.find(kNotKnown) == 6);
    CHECK(text.find("TEST") == std::string::npos);
  }
  CHECK(problem("A=1 TEST-secret9 prefect").find("word 2 ") == 0);
  CHECK(problem("/usr/bin/make-it prefect").find("`make-it` is not") == 0);
  CHECK(problem("env '--a TEST secret' prefect") == "`env` with an option is not followed");
  CHECK(problem("prefect '--a TEST secret'", kTyper).find("TEST secret") == std::string::npos);
  CHECK(problem("prefect --key=TEST-secret x", kTyper) ==
        "Prefect 3.4.19 refuses it: `--key` is no option of `prefect` before its command");
  CHECK(problem("uv sync") == "`uv` starts Prefect only as `uv run`");
  CHECK(problem("uv run -m prefect") == "`uv` with `-m` is not followed");
  CHECK(problem("uv run --directory") == "`--directory` needs a value");
  CHECK(problem("env -S 'a b' prefect") == "`env` with `-S` is not followed");
  CHECK(problem("env -C nowhere prefect") == "the directory it starts in does not exist");
  CHECK(problem("env -C file prefect") == "the directory it starts in does not exist");
  CHECK(problem("prefect 'x") == "a single quote is not closed");
}

TEST_CASE("command line: notes say what a shell would have done, and no value") {
  const auto notes =
      launch("PREFECT_API_KEY=TEST-$X prefect worker start --pool $POOL | tee log").notes;
  REQUIRE(notes.size() == 3);
  CHECK(notes[0] == "`PREFECT_API_KEY` is taken as it is written: no shell expands it here");
  CHECK(notes[1] == "word 6 is taken as it is written: no shell expands it here");
  CHECK(notes[2] == "only the command before `|` is looked at");
  CHECK(launch("env A_1=$X prefect").notes.front().find("`A_1` is taken") == 0);
  for (const auto* line :
       {"prefect cloud login --key \"TESTabcdef$x=\"", "prefect cloud login --key TESTabcdef=$x",
        "env \"TEST-abc=$x\" prefect config login now"}) {
    CAPTURE(line);
    const auto all = launch(line).notes;
    REQUIRE(all.size() == 1);
    CHECK(all[0].find("word ") == 0);
    CHECK(all[0].find("TEST") == std::string::npos);
  }
}

TEST_CASE("command line: two words first select the profile, every other spelling lays it over") {
  struct Row {
    const char* command;
    const char* typer;
    const char* cyclopts;
  };
  constexpr Row kRows[] = {
      {"prefect config view", "", ""},
      {"prefect --profile a config view", "first:a", "first:a"},
      {"/x/bin/prefect --profile a config view", "first:a", "first:a"},
      {"python /x/bin/prefect --profile a config view", "first:a", "first:a"},
      {"python prefect --profile a config view", "over:a", "over:a"},
      {"python -m prefect --profile a config view", "over:a", "over:a"},
      {"python -mprefect -p a", "over:a", "over:a"},
      {"prefect --profile=a config view", "over:a", "over:a"},
      {"prefect -p a config view", "over:a", "over:a"},
      {"prefect -pa config view", "over:a", "refused"},
      {"prefect -p=a config view", "over:=a", "refused"},
      {"prefect -vp a config view", "over:a", "refused"},
      {"prefect --no-prompt --profile a config view", "over:a", "over:a"},
      {"prefect --prompt -p a config view", "over:a", "over:a"},
      {"prefect config view --profile a", "", "over:a"},
      {"prefect config view --profile=a", "", "over:a"},
      {"prefect config view -p a", "", ""},
      {"prefect worker start -p pool --profile a", "", "over:a"},
      {"prefect -p a worker start -p pool", "over:a", "over:a"},
      {"prefect config view -- --profile a", "", ""},
      {"prefect --profile a --profile b config view", "first:aover:b", "refused"},
      {"prefect -p a -p b config view", "over:b", "refused"},
      {"prefect --profile=a --profile=b config view", "over:b", "refused"},
      {"prefect --profile a -p b config view", "first:aover:b", "refused"},
      {"prefect -p '' config view", "", ""},
      {"prefect --profile= config view", "", ""},
      {"prefect --profile '' config view", "first:", "first:"},
      {"prefect -p", "refused", "refused"},
      {"prefect --profile", "refused", "refused"},
      {"prefect -p -x config view", "over:-x", "refused"},
      {"prefect --profile --no-prompt config view", "first:--no-prompt", "refused"},
      {"prefect --prof a config view", "refused", "refused"},
      {"python flow.py --profile a", "", ""},
      {"python -c 'import prefect' -p a", "", ""},
      {"python -m flow -p a", "", ""},
  };
  for (const auto& row : kRows) {
    CAPTURE(row.command);
    CHECK(asked(row.command, kTyper) == row.typer);
    CHECK(asked(row.command, kCyclopts) == row.cyclopts);
  }
}

namespace {

constexpr const char* kTwo = "active = \"base\"\n"
                             "[profiles.base]\n"
                             "PREFECT_API_KEY = \"TEST-base\"\n"
                             "PREFECT_LOGGING_LEVEL = \"WARNING\"\n"
                             "PREFECT_API_URL = \"https://api.prefect.cloud/api/accounts/a\"\n"
                             "[profiles.other]\n"
                             "PREFECT_API_URL = \"http://other/api\"\n"
                             "PREFECT_CLIENT_CUSTOM_HEADERS = '{\"b\": \"2\"}'\n";

Inspection with_override(const std::string& text, const std::string& name,
                         std::vector<EnvironmentVariable> environment = {},
                         Version version = kCyclopts) {
  static MemoryFiles profiles;
  profiles = MemoryFiles();
  profiles.files[kProfiles] = text;
  auto launch = launch_of(profiles, std::move(environment), version);
  launch.override_profile = name;
  return inspect(std::move(launch));
}

}  // namespace

TEST_CASE("-p: the profile's values beat everything, the others stay below") {
  const auto inspection = with_override(kTwo, "other",
                                        {{"PREFECT_API_URL", "http://env/api"},
                                         {"PREFECT_API", R"({"url": "http://group/api"})"},
                                         {"PREFECT_LOGGING_LEVEL", "ERROR"}});
  CHECK(inspection.loads);
  CHECK(inspection.command_line.selection.name == "other");
  CHECK(effective(inspection, "api.url") == "\"http://other/api\"");
  CHECK(inspection.at("api.url").source() == SourceKind::command_line);
  CHECK(inspection.at("api.url").winner->origin.table == "other");
  CHECK(inspection.at("api.url").shadowed.size() == 3);
  CHECK(effective(inspection, "logging.level") == "\"ERROR\"");
  CHECK(inspection.at("api.key").source() == SourceKind::profile);
  CHECK(effective(inspection, "ui_url") == "\"http://other\"");
}

TEST_CASE("-p: a profile that is active already is nothing more") {
  const auto inspection = with_override(kTwo, "base", {{"PREFECT_API_URL", "http://env/api"}});
  CHECK(effective(inspection, "api.url") == "\"http://env/api\"");
}

TEST_CASE("-p: an unknown name ends the command, a bundled one is known") {
  const auto unknown = with_override(kTwo, "zz");
  CHECK_FALSE(unknown.loads);
  CHECK(unknown.command_line.selection.name == "base");
  const auto bundled = with_override(kTwo, "local");
  CHECK(bundled.loads);
  CHECK(effective(bundled, "api.url") == "\"http://127.0.0.1:4200/api\"");
}

TEST_CASE("-p: no source decodes the values, so JSON text is read as the type reads it") {
  const auto newer =
      with_override(kTwo, "other", {{"PREFECT_CLIENT_CUSTOM_HEADERS", R"({"a": "1"})"}});
  CHECK(newer.loads);
  CHECK(newer.at("client.custom_headers").merged.empty());
  CHECK_FALSE(with_override(kTwo, "other", {}, kTyper).loads);

  const std::string table = "active = \"base\"\n[profiles.base]\n[profiles.other]\n"
                            "PREFECT_CLIENT_CUSTOM_HEADERS = {b = \"2\"}\n";
  for (const auto version : {kTyper, kCyclopts}) {
    const auto merged = with_override(
        table, "other", {{"PREFECT_CLIENT_CUSTOM_HEADERS", R"({"a": "1", "b": "0"})"}}, version);
    CHECK(merged.loads);
    CHECK(merged.at("client.custom_headers").merged.size() == 1);
  }
}

TEST_CASE("-p: of a setting's two names the last one counts up to 3.7.8, then the canonical one") {
  const std::string text = "active = \"base\"\n[profiles.base]\n[profiles.other]\n"
                           "PREFECT_CLIENT_METRICS_ENABLED = \"false\"\n"
                           "PREFECT_CLIENT_ENABLE_METRICS = \"true\"\n";
  CHECK(effective(with_override(text, "other", {}, kTyper), "client.metrics.enabled") == "true");
  CHECK(effective(with_override(text, "other"), "client.metrics.enabled") == "false");
}

TEST_CASE("-p: what stopped Prefect before still does") {
  const std::string text = "active = \"base\"\n[profiles.base]\nPREFECT_DEBUG_MODE = \"maybe\"\n"
                           "[profiles.other]\nPREFECT_DEBUG_MODE = \"true\"\n";
  const auto inspection = with_override(text, "other");
  CHECK_FALSE(inspection.loads);
  CHECK(inspection.findings.size() == 1);
  CHECK(effective(inspection, "debug_mode") == "true");
}

TEST_CASE("-p: a log size capped for Prefect Cloud stays capped") {
  CHECK(effective(with_override(kTwo, "other"), "logging.to_api.max_log_size") == "25000");
}

TEST_CASE("-p: `$PREFECT_HOME` stood for the home before it") {
  const std::string text = "active = \"base\"\n[profiles.base]\n"
                           "PREFECT_PROFILES_PATH = \"$PREFECT_HOME/profiles.toml\"\n"
                           "[profiles.other]\nPREFECT_HOME = \"/other\"\n";
  const auto inspection = with_override(text, "other");
  CHECK(effective(inspection, "home") == "\"/other\"");
  CHECK(effective(inspection, "profiles_path") == "\"/home/user/.prefect/profiles.toml\"");
}

TEST_CASE("command line: redirections are passed over, wherever they stand") {
  for (const auto* line : {"prefect 2>/dev/null --profile x config view",
                           "2>log prefect --profile x", ">log prefect --profile x",
                           "prefect --profile x >>log 2>&1", "prefect </dev/null --profile x",
                           "prefect &>log --profile x", "prefect 2>|log --profile x config view"}) {
    CAPTURE(line);
    const auto read = launch(line);
    CHECK(read.profile == "x");
    CHECK(read.notes.empty());
  }
  CHECK(launch("prefect --profile x > log; rm log").notes.size() == 1);
}
