// What a worker hands to its flow runs in the clear, and what a deployment keeps so.
#include "launch/read_text.hpp"
#include "launch/readers.hpp"
#include "lint/handed_on.hpp"

#include <algorithm>

using namespace prefect_config;

namespace {

std::vector<std::string> said(const std::string& text,
                              const std::string& path = "deploy/file.yaml") {
  auto file = written_file(text);
  file.path = path;
  const auto written = read_launches(file, [](std::string_view) { return true; });
  std::vector<std::string> lines;
  for (const auto& finding : check_handed_on(written, LintTexts(path, text, 1)))
    lines.push_back(std::string(severity_word(finding.severity)) + ' ' +
                    std::string(finding.code()) + ' ' + std::to_string(finding.place.span.line));
  std::sort(lines.begin(), lines.end());
  return lines;
}

using Lines = std::vector<std::string>;

std::string worker(const std::string& env, const std::string& type = "kubernetes") {
  return "apiVersion: v1\nkind: Pod\nmetadata: {name: w}\nspec:\n  containers:\n  - name: w\n"
         "    command: [prefect, worker, start, --pool, p, --type, " +
         type + "]\n" + env;
}

const std::string kKey =
    "    - {name: PREFECT_API_KEY, valueFrom: {secretKeyRef: {name: s, key: k}}}\n";
const std::string kAuth = "    - {name: PREFECT_API_AUTH_STRING, value: 'u:TEST-9f2c'}\n";

std::string setting(const std::string& end, const std::string& value = "x") {
  return "    - {name: PREFECT_INTEGRATIONS_KUBERNETES_WORKER_" + end + ", value: '" + value +
         "'}\n";
}

}  // namespace

TEST_CASE("handed on: a Kubernetes worker without, with half and with whole protection") {
  const std::string env = "    env:\n";
  CHECK(said(worker(env + kKey)) == Lines{"info PC330 9"});
  CHECK(said(worker(env + kAuth)) == Lines{"info PC330 9"});
  CHECK(said(worker(env + kKey + kAuth)) == Lines{"info PC330 10", "info PC330 9"});
  CHECK(said(worker(env + kKey + setting("API_KEY_SECRET_NAME"))) == Lines{"warning PC330 10"});
  CHECK(said(worker(env + kAuth + setting("API_AUTH_STRING_SECRET_NAME"))) ==
        Lines{"warning PC330 10"});
  CHECK(said(worker(env + kKey + setting("CREATE_SECRET_FOR_API_KEY", "false"))) ==
        Lines{"info PC330 9"});
  for (const auto& rest : {
           kKey + setting("API_KEY_SECRET_NAME") + setting("API_KEY_SECRET_KEY"),
           kKey + setting("CREATE_SECRET_FOR_API_KEY", "true"),
           kKey + "    - {name: PREFECT_KUBERNETES_WORKER_STORE_PREFECT_API_IN_SECRET, value: "
                  "'true'}\n",
           kAuth + setting("API_AUTH_STRING_SECRET_NAME") + setting("API_AUTH_STRING_SECRET_KEY"),
           kKey + kAuth + setting("STORE_ENV_AS_SECRET", "true"),
           std::string("    - {name: PREFECT_API_KEY, value: ''}\n"),
           std::string("    - {name: PREFECT_API_URL, value: 'http://s:4200/api'}\n"),
       }) {
    CAPTURE(rest);
    CHECK(said(worker(env + rest)).empty());
  }
  // An older image's integration takes the name alone.
  const std::string image = "    image: prefecthq/prefect:";
  CHECK(said(worker(image + "3.4.9-python3.12\n" + env + kKey + setting("API_KEY_SECRET_NAME")))
            .empty());
  CHECK(said(worker(image + "3.8.8-python3.12\n" + env + kKey + setting("API_KEY_SECRET_NAME"))) ==
        Lines{"warning PC330 11"});
  CHECK(said(worker("    envFrom: [{configMapRef: {name: other}}]\n" + env + kKey +
                    setting("API_KEY_SECRET_NAME")))
            .empty());
  // Variables from elsewhere, another type of worker, no worker.
  CHECK(said(worker("    envFrom: [{secretRef: {name: other}}]\n" + env + kKey)).empty());
  CHECK(said(worker(env + kKey, "process")).empty());
  CHECK(said("apiVersion: v1\nkind: Pod\nmetadata: {name: w}\nspec:\n  containers:\n  - name: w\n"
             "    command: [python, flow.py]\n" +
             env + kKey)
            .empty());
  CHECK(said("apiVersion: v1\nkind: Pod\nmetadata: {name: w}\nspec:\n  containers:\n  - name: w\n"
             "    image: prefecthq/prefect:3.8.8-python3.12-kubernetes\n"
             "    command: [prefect, worker, start, -p, p]\n" +
             env + kKey) == Lines{"info PC330 10"});
}

TEST_CASE("handed on: a worker of ECS, and Prefect's chart") {
  const std::string task =
      R"({"containerDefinitions": [{"name": "w", "image": "prefecthq/prefect-aws:0.7.12",
"command": ["prefect", "worker", "start", "--pool", "p", "--type", "ecs"],
"secrets": [{"name": "PREFECT_API_KEY", "valueFrom": "arn:aws:ssm:k"}]}]})";
  CHECK(said(task, "task.json") == Lines{"info PC330 3"});

  const std::string chart = "worker:\n  cloudApiConfig:\n    jobApiKeyPropagation: ";
  CHECK(said(chart + "envVar\n") == Lines{"warning PC330 3"});
  CHECK(said(chart + "secretRef\n").empty());
  CHECK(said(chart + "'{{ x }}'\n").empty());
  const std::string auth =
      "worker:\n  selfHostedServerApiConfig:\n    basicAuth:\n      enabled: true\n";
  CHECK(said(auth + "      authString: 'u:TEST-9f2c'\n") == Lines{"info PC330 5"});
  CHECK(said(auth + "      authString: 'u:TEST-9f2c'\n      existingSecret: s\n").empty());
  CHECK(
      said(
          auth +
          "      authString: 'u:TEST-9f2c'\n"
          "  extraEnvVars:\n"
          "  - {name: PREFECT_INTEGRATIONS_KUBERNETES_WORKER_STORE_ENV_AS_SECRET, value: 'true'}\n")
          .empty());
}

TEST_CASE("handed on: references to secret blocks in a deployment") {
  const auto deployment = [](const std::string& rest, const std::string& head = {}) {
    return head + "deployments:\n- name: d\n  entrypoint: f.py:f\n" + rest;
  };
  const std::string variables = "  work_pool:\n    job_variables:\n";
  const auto secret = [](const std::string& block) {
    return "'{{ prefect.blocks." + block + " }}'\n";
  };
  CHECK(said(deployment(variables + "      env: {A: '{{prefect.blocks.secret.a}}'}\n")) ==
        Lines{"info PC331 6"});
  CHECK(said(deployment(
            variables +
            "      pod: {list: [{name: A, value: '{{ prefect.blocks.secret.a }}'}]}\n")) ==
        Lines{"info PC331 6"});
  CHECK(said(deployment(variables + "      password: " + secret("database.db.password"))) ==
        Lines{"info PC331 6"});
  CHECK(said(deployment("  parameters:\n    token: " + secret("secret.t.value"))) ==
        Lines{"info PC331 5"});
  for (const auto& rest : {
           variables + "      image: " + secret("string.image"),
           variables + "      image: " + secret("docker-registry.secret"),
           variables + "      env: {A: '{{ prefect.variables.secret }}'}\n",
           "  pull:\n  - prefect.deployments.steps.git_clone:\n      access_token: " +
               secret("secret.t"),
           std::string("  tags: [a]\n"),
       }) {
    CAPTURE(rest);
    CHECK(said(deployment(rest)).empty());
  }
  // Prefect 2 leaves job variables alone since 2.19.6, and fills in parameters.
  CHECK(said(deployment(variables + "      a: " + secret("secret.a"), "prefect-version: 2.20.3\n"))
            .empty());
  CHECK(said(deployment("  parameters:\n    a: " + secret("secret.a"),
                        "prefect-version: 2.20.3\n")) == Lines{"info PC331 6"});
  CHECK(said(deployment(variables + "      a: " + secret("secret.a"),
                        "prefect-version: 3.4.0\n")) == Lines{"info PC331 7"});
}
