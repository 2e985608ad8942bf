// Values files: Prefect's charts (prefect-helm, its templates are what is expected), charts around
// them, and other charts with PREFECT_… variables.
#include "launch/helm_values.hpp"
#include "launch/read_text.hpp"

using namespace prefect_config;

namespace {

WrittenLaunches read(std::string_view text) {
  WrittenLaunches out;
  const auto documents = documents_of(text);
  REQUIRE(documents.size() == 1);
  REQUIRE(is_helm_values(documents[0]));
  read_helm_values(written_file(text), documents[0], out);
  return out;
}

bool looks_like_values(std::string_view text) { return is_helm_values(documents_of(text).at(0)); }

std::string setting_at(const WrittenLaunches& read, std::string_view path) {
  for (const auto& setting : read.settings) {
    if (setting.path == path) return setting.variable.value;
  }
  return "(none)";
}

}  // namespace

TEST_CASE("helm values: by content") {
  CHECK(looks_like_values("worker: {apiConfig: cloud}\n"));
  CHECK(looks_like_values("server: {basicAuth: {enabled: true, authString: x}}\n"));
  CHECK(looks_like_values("prefect-server: {server: {uiConfig: {prefectUiApiUrl: x}}}\n"));
  CHECK(looks_like_values("app: {env: [{name: PREFECT_API_URL, value: x}]}\n"));
  CHECK(looks_like_values("server: {image: {prefectTag: 3.8.8}}\n"));
  CHECK(!looks_like_values("server: {image: {tag: 3.8.8}}\n"));
  CHECK(!looks_like_values("worker: {replicas: 2}\nserver: {port: 80}\n"));
  CHECK(!looks_like_values("services: {a: {image: x}}\nx: [{name: PREFECT_A, value: b}]\n"));
  CHECK(!looks_like_values("apiVersion: v1\nkind: Pod\nx: [{name: PREFECT_A, value: b}]\n"));
  CHECK(!looks_like_values("on: push\njobs: {a: {env: [{name: PREFECT_A, value: b}]}}\n"));
  CHECK(!looks_like_values("deployments: [{env: [{name: PREFECT_A, value: b}]}]\n"));
  CHECK(!looks_like_values("app: {env: [{name: OTHER, value: x}]}\n"));
  CHECK(!looks_like_values("a scalar"));
}

TEST_CASE("helm values: a worker of Prefect Cloud") {
  const std::string text = R"(worker:
  image: {prefectTag: 3.8.6-python3.12}
  apiConfig: cloud
  cloudApiConfig:
    accountId: a1
    workspaceId: w1
    apiKeySecret: {name: prefect-api-key, key: key}
  config:
    workPool: p
    http2: false
  extraEnvVars:
    - name: PREFECT_LOGGING_LEVEL
      value: "DEBUG"
    - name: TOKEN
      valueFrom: {secretKeyRef: {name: t, key: k}}
)";
  const auto out = read(text);
  CHECK(out.kind == "helm values");
  REQUIRE(out.launches.size() == 1);
  const auto& worker = launch_named(out, "worker");
  CHECK(worker.kind == "helm values");
  CHECK(worker.role == WrittenRole::worker);
  CHECK(worker.is_open);
  CHECK(worker.is_container);
  CHECK(worker.at.of(text) == "worker");
  CHECK(worker.image == "prefecthq/prefect:3.8.6-python3.12");
  CHECK(value_of(worker, "PREFECT_API_URL") ==
        "https://api.prefect.cloud/api/accounts/a1/workspaces/w1");
  CHECK(variable_named(worker, "PREFECT_API_KEY").is_opaque);
  CHECK(value_of(worker, "PREFECT_API_ENABLE_HTTP2") == "false");
  CHECK(value_of(worker, "PREFECT_LOGGING_LEVEL") == "DEBUG");
  CHECK(variable_named(worker, "PREFECT_LOGGING_LEVEL").value_at.of(text) == "\"DEBUG\"");
  CHECK(value_of(worker, "TOKEN") == "(opaque) secretKeyRef t/k");
}

TEST_CASE("helm values: workers of a server, in new and old words") {
  const std::string text = R"(worker:
  apiConfig: selfHostedServer
  selfHostedServerApiConfig:
    apiUrl: http://prefect-server.prefect.svc.cluster.local:4200/api
    basicAuth:
      enabled: true
      authString: "admin:TEST-password"
)";
  const auto out = read(text);
  const auto& worker = launch_named(out, "worker");
  CHECK(value_of(worker, "PREFECT_API_URL") ==
        "http://prefect-server.prefect.svc.cluster.local:4200/api");
  CHECK(variable_named(worker, "PREFECT_API_URL").name_at.of(text) == "apiUrl");
  CHECK(value_of(worker, "PREFECT_API_AUTH_STRING") == "admin:TEST-password");
  CHECK(!sets(worker, "PREFECT_API_KEY"));
  CHECK(setting_at(out, "worker.selfHostedServerApiConfig.basicAuth.authString") ==
        "admin:TEST-password");

  const auto old = read("worker:\n  apiConfig: server\n  serverApiConfig: {apiUrl: u}\n"
                        "  cloudApiConfig: {accountId: a}\n");
  CHECK(value_of(launch_named(old, "worker"), "PREFECT_API_URL") == "u");

  const auto managed = read("worker:\n  apiConfig: customerManagedCloud\n"
                            "  customerManagedCloudApiConfig:\n    apiUrl: https://p/api\n"
                            "    accountId: a\n    workspaceId: '{{ .Values.w }}'\n"
                            "    cloudApiUrl: https://p/api\n");
  CHECK(variable_named(launch_named(managed, "worker"), "PREFECT_API_URL").is_opaque);
  CHECK(value_of(launch_named(managed, "worker"), "PREFECT_CLOUD_API_URL") == "https://p/api");

  const auto secret = read("worker:\n  selfHostedServerApiConfig:\n    apiUrl: u\n"
                           "    basicAuth: {enabled: true, existingSecret: s}\n");
  CHECK(variable_named(launch_named(secret, "worker"), "PREFECT_API_AUTH_STRING").is_opaque);
  const auto off = read("worker:\n  selfHostedServerApiConfig:\n    apiUrl: u\n"
                        "    basicAuth: {enabled: false, authString: x}\n");
  CHECK(!sets(launch_named(off, "worker"), "PREFECT_API_AUTH_STRING"));
}

TEST_CASE("helm values: a server, and what is around it") {
  const std::string text = R"(fullnameOverride: orion
global:
  prefect:
    image: {repository: r/prefect, prefectTag: 3-latest}
    env:
      - {name: PREFECT_LOGGING_LEVEL, value: INFO}
server:
  basicAuth:
    enabled: true
    authString: admin:TEST-password
  uiConfig:
    prefectUiApiUrl: https://prefect.example.com/api
  env:
    - name: PREFECT_API_KEEPALIVE_ENABLED
      value: true
backgroundServices:
  runAsSeparateDeployment: true
  env: [{name: PREFECT_DEBUG_MODE, value: "1"}]
externalDatabase:
  connectionString: postgresql+asyncpg://u:TEST-password@db/prefect
)";
  const auto out = read(text);
  CHECK(out.launches.size() == 2);
  const auto& server = launch_named(out, "server");
  CHECK(server.role == WrittenRole::server);
  CHECK(server.image == "r/prefect:3-latest");
  CHECK(server.hosts == std::vector<std::string>{"orion"});
  CHECK(value_of(server, "PREFECT_SERVER_API_AUTH_STRING") == "admin:TEST-password");
  CHECK(value_of(server, "PREFECT_UI_API_URL") == "https://prefect.example.com/api");
  CHECK(value_of(server, "PREFECT_LOGGING_LEVEL") == "INFO");
  CHECK(value_of(server, "PREFECT_API_KEEPALIVE_ENABLED") == "true");
  CHECK(value_of(server, "PREFECT_SERVER_DATABASE_CONNECTION_URL") ==
        "postgresql+asyncpg://u:TEST-password@db/prefect");
  CHECK(value_of(launch_named(out, "backgroundServices"), "PREFECT_DEBUG_MODE") == "1");
  CHECK(value_of(launch_named(out, "backgroundServices"), "PREFECT_LOGGING_LEVEL") == "INFO");
  CHECK(setting_at(out, "server.basicAuth.authString") == "admin:TEST-password");
  CHECK(setting_at(out, "externalDatabase.connectionString") ==
        "postgresql+asyncpg://u:TEST-password@db/prefect");
}

TEST_CASE("helm values: umbrella charts and other charts") {
  const auto out = read(R"(global: {prefect: {env: [{name: PREFECT_LOGGING_LEVEL, value: INFO}]}}
prefect-worker:
  worker:
    selfHostedServerApiConfig: {apiUrl: "http://prefect-server:4200/api"}
prefect-server:
  server: {basicAuth: {authString: "admin:TEST-password"}}
app:
  env:
    - {name: PREFECT_API_URL, value: "http://prefect-server:4200/api"}
  sidecars:
    - env: [{name: PREFECT_API_KEY, valueFrom: {secretKeyRef: {name: a, key: b}}}]
  token: pnu_TEST
)");
  CHECK(out.launches.size() == 4);
  CHECK(value_of(launch_named(out, "prefect-worker.worker"), "PREFECT_API_URL") ==
        "http://prefect-server:4200/api");
  CHECK(value_of(launch_named(out, "prefect-server.server"), "PREFECT_LOGGING_LEVEL") == "INFO");
  CHECK(setting_at(out, "prefect-server.server.basicAuth.authString") == "admin:TEST-password");
  const auto& app = launch_named(out, "app.env");
  CHECK(app.role == WrittenRole::unknown);
  CHECK(value_of(app, "PREFECT_API_URL") == "http://prefect-server:4200/api");
  CHECK(sets(launch_named(out, "app.sidecars[0].env"), "PREFECT_API_KEY"));
  CHECK(setting_at(out, "app.token") == "pnu_TEST");
}

TEST_CASE("helm values: the exporter") {
  const auto out = read("prefectApiUrl: http://s:4200/api\n"
                        "basicAuth: {enabled: true, authString: 'admin:TEST-password'}\n");
  const auto& exporter = launch_named(out, "exporter");
  CHECK(exporter.role == WrittenRole::client);
  CHECK(value_of(exporter, "PREFECT_API_URL") == "http://s:4200/api");
  CHECK(value_of(exporter, "PREFECT_API_AUTH_STRING") == "admin:TEST-password");
  CHECK(setting_at(out, "basicAuth.authString") == "admin:TEST-password");
}

TEST_CASE("helm values: a hostile file ends") {
  std::string deep = "app:\n";
  for (int i = 1; i < 200; ++i) deep += std::string(static_cast<std::size_t>(i), ' ') + "a:\n";
  deep += std::string(200, ' ') + "env: [{name: PREFECT_A, value: b}]\n";
  CHECK(!looks_like_values(deep));
  std::string wide = "x: &e [{name: PREFECT_A, value: b}]\n";
  for (int i = 0; i < 3000; ++i) {
    const auto name = "c" + std::to_string(i);
    wide += name + ": {worker: {apiConfig: cloud, extraEnvVars: *e}, other: *e}\n";
  }
  CHECK(read(wide).launches.size() <= 500);
}

TEST_CASE("helm values: what each of Prefect's charts is given, and its release") {
  const std::string text =
      "prefect-server:\n  server: {basicAuth: {enabled: true}, env: [{name: PREFECT_A, value: "
      "b}]}\n"
      "  postgresql: &p {useSubChart: false}\n  ingress: {enabled: true}\n"
      "jobs:\n  worker: {apiConfig: cloud, extraEnvVars: []}\n  postgresql: *p\n"
      "other: {worker: {image: x}}\n";
  WrittenLaunches out;
  const auto documents = documents_of(text);
  const Siblings siblings = {{"Chart.yaml",
                              "dependencies:\n- {name: prefect-server, version: 2025.4.1023828}\n"
                              "- {name: prefect-worker, version: 2.0.0, alias: jobs}\n"}};
  read_helm_values(written_file(text, siblings), documents.at(0), out);
  REQUIRE(out.charts.size() == 2);
  const auto paths = [](const WrittenChart& chart) {
    std::vector<std::string> result;
    for (const auto& value : chart.values) result.push_back(value.path);
    return result;
  };
  CHECK(out.charts[0].prefix == "prefect-server.");
  CHECK(out.charts[0].version == "2025.4.1023828");
  CHECK(paths(out.charts[0]) == std::vector<std::string>{"server", "server.basicAuth",
                                                         "server.basicAuth.enabled", "postgresql",
                                                         "postgresql.useSubChart"});
  CHECK(out.charts[0].values[0].variable.is_opaque);
  CHECK(out.charts[0].values[0].variable.value.empty());
  CHECK(out.charts[0].values[2].variable.value == "true");
  CHECK(out.charts[1].prefix == "jobs.");
  CHECK(out.charts[1].version == "2.0.0");
  CHECK(paths(out.charts[1]) == std::vector<std::string>{"worker", "worker.apiConfig", "postgresql",
                                                         "postgresql.useSubChart"});
}

TEST_CASE("helm values: a URL that holds a workspace already is doubled, and none") {
  const auto url = [](const std::string& cloud_url) {
    return value_of(
        launch_named(read("worker:\n  apiConfig: cloud\n  cloudApiConfig: {accountId: a, "
                          "workspaceId: w, cloudUrl: '" +
                          cloud_url + "'}\n"),
                     "worker"),
        "PREFECT_API_URL");
  };
  CHECK(url("https://api.prefect.cloud/api") ==
        "https://api.prefect.cloud/api/accounts/a/workspaces/w");
  CHECK(url("https://api.prefect.cloud/api/accounts/a/workspaces/w") == "(opaque) cloudUrl");
}
