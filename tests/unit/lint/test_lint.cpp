#include "lint/run.hpp"
#include "lint_examples.hpp"

#include <doctest/doctest.h>

#include <algorithm>

using namespace prefect_config;

namespace {

std::vector<LintFinding> findings_in(const std::string& path, const std::string& text,
                                     const LintOptions& options = {}) {
  return lint_text_as(options, path, text).report.findings;
}

std::size_t count(const std::vector<LintFinding>& findings, RuleId rule) {
  return static_cast<std::size_t>(
      std::count_if(findings.begin(), findings.end(),
                    [rule](const LintFinding& finding) { return finding.rule == rule; }));
}

bool says(const std::vector<LintFinding>& findings, std::string_view words) {
  return std::any_of(findings.begin(), findings.end(), [&](const LintFinding& finding) {
    return finding.message.find(words) != std::string::npos ||
           finding.help.find(words) != std::string::npos ||
           finding.place.source.line.find(words) != std::string::npos;
  });
}

}  // namespace

TEST_CASE(
    "lint: every rule of files fires in the bad example, on its line, and not in the good one") {
  LintOptions options;
  options.policy.allowed_hosts = {kAllowedHosts};
  for (const auto& entry : lint_examples()) {
    const auto rule = entry.first;
    const auto& example = entry.second;
    const auto code = prefect_config::rule(rule).code;
    CAPTURE(code);
    const auto bad = findings_in(example.path, example.bad, options);
    REQUIRE(count(bad, rule) == 1);
    const auto found =
        std::find_if(bad.begin(), bad.end(), [rule](const auto& f) { return f.rule == rule; });
    CHECK(found->place.span.line == example.line);
    CHECK(found->message.find('{') == std::string::npos);
    CHECK(!found->fingerprint.empty());
    CHECK(count(findings_in(example.path, example.good, options), rule) == 0);
  }
}

TEST_CASE("lint: no value of a secret stands in a finding") {
  for (const auto& entry : lint_examples()) {
    const auto rule = entry.first;
    const auto& example = entry.second;
    const auto code = prefect_config::rule(rule).code;
    CAPTURE(code);
    const auto findings = findings_in(example.path, example.bad);
    for (const auto* secret : {"TESTq7", "TEST-9f2c", "9f$2c", "TEST-one1", "TEST-two2"})
      CHECK(!says(findings, secret));
  }
}

TEST_CASE("lint: a fingerprint stays when lines move, and tells equal findings apart") {
  const auto line = "key = '" + test_key() + "'\n";
  const auto once = findings_in("a.py", line);
  const auto moved = findings_in("a.py", "\n\n" + line);
  REQUIRE(once.size() == 1);
  REQUIRE(moved.size() == 1);
  CHECK(once[0].fingerprint == moved[0].fingerprint);
  const auto twice = findings_in("a.py", line + line);
  REQUIRE(twice.size() == 2);
  CHECK(twice[0].fingerprint == once[0].fingerprint);
  CHECK(twice[1].fingerprint != once[0].fingerprint);
  LintOptions options;
  options.baseline = {once[0].fingerprint};
  CHECK(findings_in("a.py", line + line, options).size() == 1);
}

TEST_CASE("lint: rules are chosen by their codes or their beginnings") {
  const auto text = "key = '" + test_key() + "'\n";
  LintOptions options;
  options.select = {"PC2"};
  CHECK(findings_in("a.py", text, options).empty());
  options.select = {"pc3"};
  CHECK(findings_in("a.py", text, options).size() == 1);
  options.ignore = {"PC301"};
  CHECK(findings_in("a.py", text, options).empty());
}

TEST_CASE("lint: what the engine says of a launch is said of one in a file") {
  const auto compose = [](const std::string& environment) {
    return "services:\n  worker:\n    image: prefecthq/prefect:3.8.8-python3.12\n"
           "    command: prefect worker start --pool p\n    environment:\n" +
           environment;
  };
  const auto findings = findings_in(
      "c.yaml",
      compose("      - PREFECT_API_URL=https://app.prefect.cloud/account/a/workspace/b\n"));
  CHECK(count(findings, RuleId::url_of_web_application) == 1);
  const auto quoted =
      findings_in("c.yaml", compose("      - PREFECT_API_AUTH_STRING=\"u:TEST-q1w2\"\n"));
  CHECK(count(quoted, RuleId::value_quoted) == 1);
  const auto loopback =
      findings_in("c.yaml", compose("      PREFECT_API_URL: http://localhost:4200/api\n"));
  CHECK(count(loopback, RuleId::loopback_in_container) == 1);
  const auto typo = findings_in("c.yaml", compose("      PREFECT_API_KYE: ${KEY}\n"));
  CHECK(count(typo, RuleId::setting_unknown) == 1);
}

TEST_CASE("lint: nothing is said of what people rightly write") {
  for (const auto* environment : {
           "      PREFECT_API_URL: ${PREFECT_API_URL:-http://server:4200/api}\n",
           "      PREFECT_API_KEY: ${PREFECT_API_KEY}\n      PREFECT_API_AUTH_STRING: ${AUTH}\n",
           "      PREFECT_WORK_POOL: p\n      PREFECT_DOMAIN: x\n      PREFECT_DB_USER: u\n",
           "      PREFECT_LOGGING_MY_LOGGER: DEBUG\n",
           "      PREFECT_API_DATABASE_CONNECTION_URL: ${DB}\n",
           "      PREFECT_UI_API_URL: http://localhost:4200/api\n",
           "      PREFECT_API_URL: http://server:4200/api\n      PREFECT_API_AUTH_STRING: ${A}\n",
       }) {
    CAPTURE(environment);
    const auto findings = findings_in(
        "c.yaml",
        "services:\n  server: {image: x}\n  worker:\n    image: prefecthq/prefect:3-latest\n"
        "    command: prefect worker start --pool p\n    environment:\n" +
            std::string(environment));
    CHECK(findings.empty());
  }
}

TEST_CASE("lint: of one bad document the others are still read") {
  const auto text = "a: [\n---\napiVersion: v1\nkind: Secret\nmetadata: {name: p}\ndata:\n  "
                    "PREFECT_API_KEY: not base64!\n";
  CHECK(count(findings_in("k.yaml", text), RuleId::base64_wrong) == 1);
}

TEST_CASE("lint: UTF-16 is read") {
  std::string text = "\xFF\xFE";
  for (const char c : "key = " + test_key("pnb_")) (text += c) += '\0';
  CHECK(count(findings_in("a.txt", text), RuleId::key_in_clear) == 1);
}

TEST_CASE("lint: an ignore comment in any spelling, and above a statement of several lines") {
  const auto key = "KEY=" + test_key() + "\n";
  for (const std::string comment :
       {"# prefect-config: ignore[PC301] fake\n", "# Prefect-config:ignore [pc301]\n",
        "# prefect-config: IGNORE[ PC301 , PC302 ]\n"}) {
    CAPTURE(comment);
    CHECK(count(findings_in("x.env", comment + key), RuleId::key_in_clear) == 0);
  }
  CHECK(count(findings_in("x.env", "# prefect-config: ignored[PC301]\n" + key),
              RuleId::key_in_clear) == 1);
  const std::string from = "FROM prefecthq/prefect:3-latest\n";
  const std::string comment = "# prefect-config: ignore[PC305]\n";
  const auto env =
      "ENV PREFECT_LOGGING_LEVEL=INFO \\\n    A=1 \\\n    PREFECT_API_KEY=" + test_key() + "\n";
  CHECK(count(findings_in("Dockerfile", from + env), RuleId::secret_in_image) == 1);
  CHECK(count(findings_in("Dockerfile", from + comment + env), RuleId::secret_in_image) == 0);
  CHECK(count(findings_in("Dockerfile", comment + from + env), RuleId::secret_in_image) == 1);
}

TEST_CASE("lint: a chart's empty PREFECT_CLOUD_API_URL makes every server Prefect Cloud") {
  const std::string text =
      "worker:\n  apiConfig: customerManagedCloud\n  customerManagedCloudApiConfig:\n"
      "    apiUrl: https://prefect.example.com/api\n    accountId: a1\n    workspaceId: w1\n";
  const auto without = findings_in("values.yaml", "# prefect\n" + text);
  CHECK(count(without, RuleId::workspace_elsewhere) == 0);
  CHECK(count(without, RuleId::chart_cloud_url_missing) == 1);
  const auto with = findings_in(
      "values.yaml", "# prefect\n" + text + "    cloudApiUrl: https://prefect.example.com/api\n");
  CHECK(with.empty());
}

TEST_CASE("lint: loopback in a container that shares another one's network is right") {
  const std::string service =
      "services:\n  w:\n    image: prefecthq/prefect:3-latest\n    command: prefect worker start "
      "-p "
      "p\n    environment: {PREFECT_API_URL: 'http://localhost:4200/api'}\n";
  CHECK(count(findings_in("compose.yaml", service), RuleId::loopback_in_container) == 1);
  for (const std::string mode : {"host", "'service:server'", "container:x"}) {
    CAPTURE(mode);
    CHECK(count(findings_in("compose.yaml", service + "    network_mode: " + mode + "\n"),
                RuleId::loopback_in_container) == 0);
  }
  const auto pod = [](const std::string& more) {
    return "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec:\n  containers:\n  - name: w\n"
           "    image: prefecthq/prefect:3-latest\n    command: [prefect, worker, start, -p, p]\n"
           "    env: [{name: PREFECT_API_URL, value: 'http://127.0.0.1:4200/api'}]\n" +
           more;
  };
  CHECK(count(findings_in("p.yaml", pod("")), RuleId::loopback_in_container) == 1);
  CHECK(count(findings_in("p.yaml", pod("  hostNetwork: true\n")), RuleId::loopback_in_container) ==
        0);
  CHECK(count(findings_in("p.yaml", pod("  - name: s\n    image: x\n")),
              RuleId::loopback_in_container) == 0);
}

TEST_CASE("lint: an auth string is compared with that of the server that is asked") {
  const auto files = [](const std::string& url) {
    return "services:\n  server:\n    command: prefect server start\n    environment:\n"
           "      PREFECT_SERVER_API_AUTH_STRING: u:TEST-one1\n  worker:\n"
           "    command: prefect worker start -p p\n    environment:\n"
           "      PREFECT_API_AUTH_STRING: u:TEST-two2\n      PREFECT_API_URL: " +
           url + "\n";
  };
  const auto rule = RuleId::auth_strings_disagree;
  CHECK(count(findings_in("compose.yaml", files("http://server:4200/api")), rule) == 1);
  CHECK(count(findings_in("compose.yaml", files("http://localhost:4200/api")), rule) == 1);
  CHECK(count(findings_in("compose.yaml", files("https://prefect.other.example.com/api")), rule) ==
        0);
  auto ignored = files("http://server:4200/api");
  ignored.insert(ignored.find("u:TEST-two2") + 11, " # prefect-config: ignore[PC212]");
  CHECK(count(findings_in("compose.yaml", ignored), rule) == 0);
}

TEST_CASE("lint: a Secret by itself, an env file with an odd line, a profile that is not active") {
  const std::string secret = "apiVersion: v1\nkind: Secret\nmetadata: {name: p}\nstringData:\n";
  CHECK(count(findings_in("s.yaml", secret + "  PREFECT_API_URL: \"https://s.internal/api \"\n"),
              RuleId::value_has_blanks) == 1);
  CHECK(count(findings_in("s.yaml", secret + "  PREFECT_API_AUTH_STRING: \"'u:TEST-one1'\"\n"),
              RuleId::value_quoted) == 1);
  const std::string url = "PREFECT_API_URL=https://app.prefect.cloud/account/a1/workspace/w1\n";
  CHECK(count(findings_in("x.env", "some garbage line\nA = 1\n" + url),
              RuleId::url_of_web_application) == 1);
  CHECK(count(findings_in("profiles.toml",
                          "active = 'a'\n[profiles.a]\nPREFECT_API_URL = 'http://s.internal/api'\n"
                          "[profiles.b]\nPREFECT_API_URL = "
                          "'https://app.prefect.cloud/account/a1/workspace/w1'\n"),
              RuleId::url_of_web_application) == 1);
}

TEST_CASE("lint: the release that is asked for counts where no image says another one") {
  LintOptions options;
  options.release = Version{3, 0, 0};
  const std::string key = "[server.api]\nauth_string = \"${AUTH}\"\n";
  CHECK(count(findings_in("prefect.toml", key), RuleId::toml_key_unknown) == 0);
  options.release = Version{3, 1, 0};
  CHECK(count(findings_in("prefect.toml", key, options), RuleId::toml_key_unknown) == 1);
}

TEST_CASE("lint: data of a Secret that stands on lines of its own is not judged by the first one") {
  const std::string secret = "apiVersion: v1\nkind: Secret\nmetadata: {name: p}\ndata:\n";
  for (const std::string value : {">-\n    SU5GTw==", "|\n    SU5GTw==", "\"SU5G\n    Tw==\""}) {
    CAPTURE(value);
    CHECK(count(findings_in("s.yaml", secret + "  PREFECT_LOGGING_LEVEL: " + value + "\n"),
                RuleId::base64_wrong) == 0);
  }
}
