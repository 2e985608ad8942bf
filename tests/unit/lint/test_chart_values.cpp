// Values of Prefect's charts: the facts are those of PrefectHQ/prefect-helm, by its releases.
#include "launch/helm_values.hpp"
#include "launch/read_text.hpp"
#include "lint/chart_values.hpp"

#include <algorithm>

using namespace prefect_config;

namespace {

std::vector<LintFinding> findings_in(const std::string& text, Siblings siblings = {}) {
  WrittenLaunches written;
  const auto documents = documents_of(text);
  REQUIRE(documents.size() == 1);
  REQUIRE(is_helm_values(documents[0]));
  read_helm_values(written_file(text, std::move(siblings)), documents[0], written);
  return check_chart_values(written, LintTexts("deploy/file.yaml", text, 1));
}

// `warning PC321 3 worker.serverApiConfig`: severity, code, line and the name in backticks.
std::vector<std::string> said(const std::vector<LintFinding>& findings) {
  std::vector<std::string> lines;
  for (const auto& finding : findings) {
    const auto open = finding.message.find('`');
    const auto close = finding.message.find('`', open + 1);
    lines.push_back(std::string(severity_word(finding.severity)) + ' ' +
                    std::string(finding.code()) + ' ' + std::to_string(finding.place.span.line) +
                    (open == std::string::npos
                         ? std::string()
                         : ' ' + finding.message.substr(open + 1, close - open - 1)));
  }
  std::sort(lines.begin(), lines.end());
  return lines;
}

using Lines = std::vector<std::string>;

Siblings chart_yaml(const std::string& version, const std::string& rest = {}) {
  return {{"Chart.yaml", "name: all\nversion: 1.0.0\ndependencies:\n- name: prefect-worker\n" +
                             rest + "  version: " + version + '\n'}};
}

}  // namespace

TEST_CASE("chart values: each older name, and nothing of the newest ones") {
  const std::string worker = "worker:\n  config: {workPool: p}\n  ";
  for (const auto& [text, name] : std::vector<std::pair<std::string, std::string>>{
           {"apiConfig: server", "worker.apiConfig: server"},
           {"apiConfig: selfHosted", "worker.apiConfig: selfHosted"},
           {"apiConfig: selfManaged", "worker.apiConfig: selfManaged"},
           {"apiConfig: selfManagedCloud", "worker.apiConfig: selfManagedCloud"},
           {"serverApiConfig: {}", "worker.serverApiConfig"},
           {"basicAuth: {enabled: false}", "worker.basicAuth"},
           {"selfHostedApiConfig: {}", "worker.selfHostedApiConfig"},
           {"selfHostedCloudApiConfig: {}", "worker.selfHostedCloudApiConfig"},
           {"selfManagedCloudApiConfig: {}", "worker.selfManagedCloudApiConfig"},
       }) {
    const auto whole = worker + text + '\n';
    CAPTURE(whole);
    CHECK(said(findings_in(whole)) == Lines{"info PC321 3 " + name});
  }
  const std::string server = "server:\n  apiBasePath: /api\n  ";
  for (const auto& [text, name] : std::vector<std::pair<std::string, std::string>>{
           {"prefectApiUrl: x", "server.prefectApiUrl"},
           {"prefectApiHost: x", "server.prefectApiHost"},
           {"uiConfig: {prefectUiUrl: x}", "server.uiConfig.prefectUiUrl"},
           {"uiConfig: {enabled: false}", "server.uiConfig.enabled: false"},
           {"image: {prefectTag: 3.8.8}", "server.image.prefectTag"},
       }) {
    const auto whole = server + text + '\n';
    CAPTURE(whole);
    // `apiBasePath` is of 2025.3.7033449.
    CHECK(said(findings_in(whole)) == Lines{"warning PC321 3 " + name});
  }
  CHECK(said(findings_in("global:\n  prefect: {prefectApiUrl: x}\npostgresql:\n"
                         "  useSubChart: false\n  externalHostname: db\n")) ==
        Lines{"info PC321 2 global.prefect.prefectApiUrl",
              "info PC321 4 postgresql.useSubChart: false",
              "info PC321 5 postgresql.externalHostname"});
  // The section itself is of such a chart.
  CHECK(said(findings_in("worker:\n  selfHostedServerApiConfig: {uiUrl: x}\n")) ==
        Lines{"warning PC321 2 worker.selfHostedServerApiConfig.uiUrl"});
  CHECK(said(findings_in("worker:\n  customerManagedCloudApiConfig: {uiUrl: x}\n")) ==
        Lines{"warning PC321 2 worker.customerManagedCloudApiConfig.uiUrl"});
  for (const auto* text : {
           "worker: {apiConfig: cloud, config: {workPool: p}}\n",
           "server: {apiBasePath: /api, uiConfig: {enabled: true, prefectUiUrl: ''}}\n",
           "server: {apiBasePath: /api, image: {repository: me/prefect}}\n",
           "global: {prefect: {prefectApiUrl: '', prefectApiHost: }}\n",
           "postgresql: {useSubChart: true, externalHostname: ''}\nprefectApiUrl: x\n",
           "worker: {apiConfig: '{{ server }}', config: {workPool: p}}\n",
       }) {
    CAPTURE(text);
    CHECK(said(findings_in(text)).empty());
  }
}

TEST_CASE("chart values: the release decides, where one is known") {
  const std::string text = "prefect-worker:\n  worker:\n    apiConfig: server\n";
  const auto name = [](const std::string& severity) {
    return Lines{severity + " PC321 3 prefect-worker.worker.apiConfig: server"};
  };
  CHECK(said(findings_in(text)) == name("info"));
  CHECK(said(findings_in(text, chart_yaml("2025.3.7033449"))) == name("warning"));
  CHECK(said(findings_in(text, chart_yaml("2026.8.18172642"))) == name("warning"));
  CHECK(said(findings_in(text, chart_yaml("2025.2.21193831"))).empty());
  CHECK(said(findings_in(text, chart_yaml("2024.12.25072305"))).empty());
  // A range, a tag and nonsense say nothing, and another chart's release is not this one's.
  for (const auto* version : {"^2025.3.7033449", "2025.x", "'>=2024.1.1'", "v2025.3.7",
                              "2025.3.5-alpha", "2025.3", "99999999999999.1.1", "''"}) {
    CAPTURE(version);
    CHECK(said(findings_in(text, chart_yaml(version))) == name("info"));
  }
  CHECK(said(findings_in(text, chart_yaml("2024.1.4", "  alias: other\n"))) == name("info"));
  const std::string aliased = "jobs:\n  worker:\n    apiConfig: server\n";
  CHECK(said(findings_in(aliased, chart_yaml("2024.1.4", "  alias: jobs\n"))).empty());
  CHECK(said(findings_in(aliased, {{"Chart.yaml", "[a: {"}})) ==
        Lines{"info PC321 3 jobs.worker.apiConfig: server"});
  // A copy of the chart itself.
  const Siblings own = {{"Chart.yaml", "name: prefect-worker\nversion: 2025.1.7142820\n"}};
  CHECK(said(findings_in("worker:\n  apiConfig: server\n", own)).empty());
}

TEST_CASE("chart values: default auth strings, of any of the charts") {
  CHECK(
      said(findings_in("server:\n  basicAuth:\n    enabled: true\n    authString: admin:pass\n")) ==
      Lines{"warning PC320 4"});
  CHECK(said(findings_in("worker:\n  selfHostedServerApiConfig:\n    basicAuth:\n"
                         "      enabled: true\n      authString: admin:pass\n")) ==
        Lines{"warning PC320 5"});
  CHECK(
      said(findings_in("prefectApiUrl: x\nbasicAuth: {enabled: true, authString: admin:pass}\n")) ==
      Lines{"warning PC320 2"});
  // Another file can give one.
  CHECK(said(findings_in("server:\n  apiBasePath: /api\n  basicAuth: {enabled: true}\n")) ==
        Lines{"info PC320 3"});
  for (const auto* text : {
           "server: {basicAuth: {enabled: false, authString: admin:pass}}\n",
           "server: {basicAuth: {enabled: true, authString: admin:pass, existingSecret: s}}\n",
           "server: {basicAuth: {enabled: true, authString: '{{ x }}'}}\n",
           "server: {basicAuth: {enabled: true, authString: u:TEST-9f2c}}\n",
           "server: {apiBasePath: /api, basicAuth: {enabled: true, secretName: s}}\n",
           "server: {basicAuth: {enabled: '{{ x }}', authString: admin:pass}}\n",
       }) {
    CAPTURE(text);
    CHECK(said(findings_in(text)).empty());
  }
}

TEST_CASE("chart values: sections that are not chosen, and URLs that the chart completes") {
  const std::string server = "  selfHostedServerApiConfig: {apiUrl: http://s:4200/api}\n";
  CHECK(said(findings_in("worker:\n  apiConfig: cloud\n" + server)) ==
        Lines{"warning PC323 2 apiConfig"});
  CHECK(said(findings_in("worker:\n" + server)) == Lines{"info PC323 2 apiConfig"});
  CHECK(said(findings_in("worker:\n  apiConfig: selfHostedServer\n" + server)).empty());
  CHECK(said(findings_in("worker:\n  apiConfig: '{{ x }}'\n" + server)).empty());
  CHECK(said(findings_in("worker:\n  apiConfig: other\n" + server)).empty());
  // Nothing is filled, or all of it: other files, or a copy of the chart's values.
  CHECK(said(findings_in("worker:\n  apiConfig: selfHostedServer\n")).empty());
  CHECK(said(findings_in("worker:\n  cloudApiConfig: {accountId: a}\n" + server)).empty());
  CHECK(said(findings_in("worker:\n  cloudApiConfig: {accountId: ''}\n" + server)).empty());
  CHECK(said(findings_in("worker:\n  apiConfig: customerManagedCloud\n"
                         "  cloudApiConfig: {accountId: a, workspaceId: b}\n")) ==
        Lines{"warning PC323 2 apiConfig"});

  CHECK(
      said(findings_in("worker:\n  cloudApiConfig:\n"
                       "    cloudUrl: https://api.prefect.cloud/api/accounts/a/workspaces/b\n")) ==
      Lines{"warning PC322 3 worker.cloudApiConfig.cloudUrl"});
  const std::string own =
      "worker:\n  apiConfig: customerManagedCloud\n  customerManagedCloudApiConfig:\n"
      "    accountId: a\n    workspaceId: b\n    apiUrl: https://p.example.com/api\n";
  CHECK(said(findings_in(own)) == Lines{"info PC324 6 worker.customerManagedCloudApiConfig"});
  CHECK(said(findings_in(own + "    cloudApiUrl: https://p.example.com/api\n")).empty());
  CHECK(said(findings_in(own + "  extraEnvVars:\n  - name: PREFECT_CLOUD_API_URL\n"
                               "    value: https://p.example.com/api\n"))
            .empty());
}

TEST_CASE("chart values: many aliases end") {
  std::string text = "a: &a {x: 1}\n";
  for (char name = 'b'; name < 'p'; ++name) {
    const auto before = std::string(1, static_cast<char>(name - 1));
    text += std::string(1, name) + ": &" + name + " {l: *" + before + ", r: *" + before + "}\n";
  }
  CHECK(
      said(findings_in(text + "worker: {apiConfig: server, basicAuth: *o, image: *o}\n")).size() ==
      2);
}
