// The tables of rules and settings, as text and as JSON.
#include "report/rules.hpp"
#include "report/settings.hpp"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <sstream>
#include <string>
#include <vector>

using namespace prefect_config;
using Json = nlohmann::json;

namespace {

std::vector<const Rule*> all_rules() {
  std::vector<const Rule*> all;
  for (const auto& rule : rules()) all.push_back(&rule);
  return all;
}

std::vector<const Setting*> all_of(const Registry& registry) {
  return {registry.settings().begin(), registry.settings().end()};
}

std::size_t longest_line(const std::string& text) {
  std::size_t longest = 0;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) longest = std::max(longest, line.size());
  return longest;
}

std::size_t count_of_lines(const std::string& text) {
  return static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
}

std::string about(const char* path, Version version, std::size_t width = 80) {
  const Registry registry(version);
  return setting_text(registry, *registry.find(path), "Prefect " + version.text(), width);
}

}  // namespace

TEST_CASE("rules: a line a rule, and no line wider than asked for") {
  const auto rules = all_rules();
  CHECK(count_of_lines(rules_text(rules, std::string::npos)) == rules.size());
  CHECK(longest_line(rules_text(rules, 80)) <= 80);
  CHECK(longest_line(rules_text(rules, 40)) <= 40);
  CHECK(rules_text({find_rule("pc202"), find_rule("PC101")}, 80) ==
        "PC202  warning  API key and auth string are both set\n"
        "PC101  info     no API URL: a temporary server is started\n");
  CHECK(rules_text({find_rule("PC101")}, 40) == "PC101  info  no API URL: a temporary\n"
                                                "             server is started\n");
}

TEST_CASE("rules: the JSON has the page as it was written, examples of keys too") {
  const std::string page = "# PC202: x\n\n`pnu_TEST0` at http://u:p@h/\n";
  const auto rule = Json::parse(rule_json(*find_rule("PC202"), page)).at("rule");
  CHECK(rule.at("page") == page);
  CHECK(rule.at("severity") == "warning");
  CHECK(rule.at("docs") == "docs/rules/PC202.md");
  CHECK(rule.at("message").get<std::string>().find("{0}") != std::string::npos);
  const auto listed = Json::parse(rules_json(all_rules())).at("rules");
  CHECK(listed.size() == rules().size());
}

TEST_CASE("settings: for a pipe a line each, for a terminal no line that is too wide") {
  const Registry registry(Version{3, 8, 8});
  const auto all = all_of(registry);
  CHECK(count_of_lines(settings_text(registry, all, 0)) == all.size());
  const std::vector<const Setting*> two = {registry.find("api.url"), registry.find("home")};
  CHECK(settings_text(registry, two, 0) ==
        "api.url  PREFECT_API_URL  text, or none  None\n"
        "home     PREFECT_HOME     home path      '~/.prefect', computed: ~/.prefect\n");
  CHECK(settings_text(registry, two, 80) ==
        "api.url  PREFECT_API_URL\n"
        "    text, or none; default None\n"
        "home  PREFECT_HOME\n"
        "    home path; default '~/.prefect', computed: ~/.prefect\n");
  // A name is never broken, and one of them is 77 columns long.
  CHECK(longest_line(settings_text(registry, all, 80)) <= 4 + 77);
}

TEST_CASE("settings: what the releases have differently is listed, and nothing else of them") {
  CHECK(about("client.max_retries", {3, 8, 8}) ==
        "client.max_retries                                                 Prefect 3.8.8\n\n"
        "  read as   PREFECT_CLIENT_MAX_RETRIES\n"
        "  type      integer\n"
        "  takes     a whole number, at least 0\n"
        "  default   '5'\n"
        "  releases  every version\n\n"
        "What the releases have differently\n"
        "  up to 3.0.4  a whole number\n"
        "  since 3.0.5  a whole number, at least 0\n");
  CHECK(about("api.url", {3, 8, 8}).find("differently") == std::string::npos);
}

TEST_CASE("settings: defaults are what the engine makes of a launch in which nothing is set") {
  const auto has = [](const std::string& text, const char* part) {
    return text.find(part) != std::string::npos;
  };
  CHECK(has(about("profiles_path", {3, 8, 8}),
            "  default   '~/.prefect/profiles.toml'\n  computed  below home\n"));
  CHECK(has(about("server.database.connection_url", {3, 8, 8}),
            "  default   'sqlite+aiosqlite:///~/.prefect/prefect.db'\n"));
  CHECK(has(about("ui_url", {3, 8, 8}), "  default   None\n  computed  from api.url where that"));
  CHECK(has(about("server.services.db_vacuum.retention_period", {3, 8, 8}),
            "  default   '90 days, 0:00:00'\n            to be written P90D\n"));
}

TEST_CASE("settings: the releases of a setting are those around the one that is asked for") {
  CHECK(about("api.auth_string", {3, 8, 8}).find("  releases  since 3.1.8\n") != std::string::npos);
  // Two rows without a gap between them are one stretch.
  CHECK(about("server.services.db_vacuum.enabled", {3, 6, 19}).find("  releases  since 3.6.19\n") !=
        std::string::npos);
}

TEST_CASE("settings: every setting of every kind of release has its row") {
  for (const auto version :
       {Version{2, 20, 27}, Version{3, 0, 0}, Version{3, 4, 7}, newest_version()}) {
    const Registry registry(version);
    const auto rows = Json::parse(settings_json(registry, all_of(registry))).at("settings");
    REQUIRE(rows.size() == registry.size());
    for (const auto* setting : registry.settings()) {
      const auto one = Json::parse(setting_json(registry, *setting));
      CAPTURE(setting->path);
      CHECK(one.at("setting") == rows[registry.index_of(*setting)]);
      CHECK_FALSE(one.at("history").empty());
      CHECK_FALSE(one.at("setting").at("type").get<std::string>().empty());
      // A name is never broken; one of 77 columns stands behind a range of releases.
      CHECK(longest_line(setting_text(registry, *setting, "Prefect", 80)) <= 20 + 77);
    }
  }
}
