#include "lint/policy.hpp"
#include "lint/run.hpp"
#include "lint_examples.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <variant>

using namespace prefect_config;

namespace {

LintPolicy policy_of(const std::string& text) {
  auto read = read_policy(text);
  REQUIRE(std::holds_alternative<LintPolicy>(read));
  auto policy = std::get<LintPolicy>(read);
  policy.folder = "/repo";
  policy.name = ".prefect-config.yaml";
  return policy;
}

std::string problem_of(const std::string& text) {
  const auto read = read_policy(text);
  const auto* problem = std::get_if<PolicyProblem>(&read);
  return problem ? std::to_string(problem->place.line) + ':' +
                       std::to_string(problem->place.column) + ' ' + problem->reason
                 : "none";
}

}  // namespace

TEST_CASE("policy: severities, by code and beginning, for all and for some files") {
  const auto policy = policy_of(
      "severity:\n  PC3: info\n  PC301: error\n  pc115: off\npaths:\n- path: examples/\n  "
      "severity: {PC301: off}\n- path: ['*.md', docs]\n  severity: {PC3: warning}\n- path: vendor\n"
      "  skip: true\n");
  const auto severity = [&](std::string_view code, std::string_view file) {
    const auto found = policy.severity(code, Severity::warning, file);
    return found ? std::string(severity_word(*found)) : "off";
  };
  CHECK(severity("PC302", "/repo/a.py") == "info");
  CHECK(severity("PC301", "/repo/a.py") == "error");
  CHECK(severity("PC115", "/repo/a.py") == "off");
  CHECK(severity("PC110", "/repo/a.py") == "warning");
  CHECK(severity("PC301", "/repo/examples/a.py") == "off");
  CHECK(severity("PC301", "/repo/examples") == "error");
  CHECK(severity("PC301", "/repo/a/b.md") == "warning");
  CHECK(severity("PC301", "/repo/docs/a/b.py") == "warning");
  CHECK(severity("PC302", "/elsewhere/docs/b.py") == "info");
  CHECK(severity("PC302", "/repository/docs/b.py") == "info");
  CHECK(policy.skips("/repo/vendor/a/b"));
  CHECK(!policy.skips("/repo/vendored/a"));
  CHECK(!policy.skips("/vendor/a"));
}

TEST_CASE("policy: what is none is told with its place") {
  CHECK(problem_of("") == "none");
  CHECK(problem_of("# nothing\n") == "none");
  CHECK(problem_of("severity: {PC999: error}\n") == "1:12 there is no rule `PC999`");
  CHECK(problem_of("severity:\n  PC302: fatal\n") ==
        "2:10 a severity is error, warning, info or off");
  CHECK(problem_of("severities: {}\n") ==
        "1:1 `severities` is no key here: there are `fail-on`, `severity`, `allowed-hosts` and "
        "`paths`");
  CHECK(problem_of("fail-on: never\nfail-on: error\n") == "2:1 `fail-on` stands there twice");
  CHECK(problem_of("paths: [{skip: true}]\n").find("needs a `path`") != std::string::npos);
  CHECK(problem_of("paths: [{path: x, skip: yes}]\n").find("true or false") != std::string::npos);
  CHECK(problem_of("allowed-hosts: ['https://api.prefect.cloud']\n").find("no scheme") !=
        std::string::npos);
  CHECK(problem_of("allowed-hosts: []\n").find("names no host") != std::string::npos);
  CHECK(problem_of("paths: [{path: ''}]\n").find("needs a `path`") != std::string::npos);
  CHECK(problem_of("- PC302\n").find("is no mapping") != std::string::npos);
  CHECK(problem_of("a: b: c\n").find("is no YAML") != std::string::npos);
  CHECK(problem_of("{}\n---\n{}\n").find("more than one document") != std::string::npos);
}

TEST_CASE("policy: hosts that are not allowed") {
  LintOptions options;
  options.policy = policy_of("allowed-hosts: [api.prefect.cloud, '*.example.com']\n");
  const auto hosts_in = [&](const std::string& path, const std::string& text) {
    const auto report = lint_text_as(options, path, text).report;
    return std::count_if(report.findings.begin(), report.findings.end(), [](const auto& finding) {
      return finding.rule == RuleId::host_not_allowed;
    });
  };
  const std::string service =
      "services:\n  server: {image: x}\n  w:\n    image: prefecthq/prefect:3-latest\n"
      "    command: prefect worker start\n    environment:\n      PREFECT_API_URL: ";
  CHECK(hosts_in("compose.yaml", service + "http://prefect.evil.org/api\n") == 1);
  CHECK(hosts_in("compose.yaml", service + "http://a.Example.com/api\n") == 0);
  CHECK(hosts_in("compose.yaml", service + "http://server:4200/api\n") == 0);
  CHECK(hosts_in("compose.yaml", service + "http://localhost:4200/api\n") == 0);
  CHECK(hosts_in("compose.yaml", service + "${URL}\n") == 0);
  CHECK(hosts_in("prefect.toml", "api.url = 'http://prefect.evil.org/api'\n") == 1);
  CHECK(hosts_in("profiles.toml",
                 "active = 'a'\n[profiles.a]\nPREFECT_API_URL = 'http://a.example.com/api'\n"
                 "[profiles.b]\nPREFECT_API_URL = 'http://prefect.evil.org/api'\n") == 1);
  options.policy.allowed_hosts.clear();
  CHECK(hosts_in("compose.yaml", service + "http://prefect.evil.org/api\n") == 0);
}

TEST_CASE("policy: severities and skipped rules in a report") {
  LintOptions options;
  options.policy = policy_of("severity: {PC301: warning}\n");
  options.policy.folder = "/";
  const auto text = "key = '" + test_key() + "'\n";
  const auto report = lint_text_as(options, "a.py", text).report;
  REQUIRE(report.findings.size() == 1);
  CHECK(report.findings[0].severity == Severity::warning);
  CHECK(report.summary.errors == 0);
  CHECK(report.summary.warnings == 1);
  options.policy.weights = {{"PC3", std::nullopt}};
  CHECK(lint_text_as(options, "a.py", text).report.findings.empty());
}
