// Kubernetes manifests: what the API server, the kubelet and Prefect's operator make of them.
#include "launch/kubernetes.hpp"
#include "launch/read_text.hpp"
#include "launch/yaml_values.hpp"
#include "support/base64.hpp"

#include <algorithm>

using namespace prefect_config;

namespace {

WrittenLaunches read(std::string_view text) {
  WrittenLaunches out;
  read_kubernetes(written_file(text), documents_of(text), out);
  return out;
}

const WrittenSetting& setting_at(const WrittenLaunches& read, std::string_view path) {
  for (const auto& setting : read.settings) {
    if (setting.path == path) return setting;
  }
  FAIL("no setting ", std::string(path));
  return read.settings.front();
}

}  // namespace

TEST_CASE("kubernetes: by content") {
  CHECK(is_kubernetes(documents_of("apiVersion: v1\nkind: Secret\n").at(0)));
  CHECK(!is_kubernetes(documents_of("kind: x\n").at(0)));
  CHECK(!is_kubernetes(documents_of("name: x\ndeployments: []\n").at(0)));
}

TEST_CASE("kubernetes: a deployment with its Secret and ConfigMap") {
  const std::string text = R"(apiVersion: v1
kind: Secret
metadata: {name: prefect, namespace: flows}
data:
  key: cG51X1RFU1Q=
  PREFECT_SERVER_API_AUTH_STRING: YWRtaW46VEVTVC1wYXNzd29yZAo=
  broken: pnu_TEST
stringData:
  plain: pnb_TEST
---
apiVersion: v1
kind: ConfigMap
metadata:
  name: settings
data:
  PREFECT_API_URL: "http://server:4200/api"
  LOG: DEBUG
---
apiVersion: v1
kind: Service
metadata: {name: server, namespace: flows}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: worker, namespace: flows}
spec:
  template:
    spec:
      initContainers:
        - name: wait
          image: busybox
          command: [sh, -c, "sleep 1"]
      containers:
        - name: prefect
          image: prefecthq/prefect:3.8.6-python3.12
          command: ["/usr/bin/tini", "-g", "--"]
          args: [prefect, worker, start, --pool, p]
          envFrom:
            - configMapRef: {name: settings}
            - prefix: P_
              secretRef: {name: prefect}
          env:
            - name: PREFECT_API_KEY
              valueFrom:
                secretKeyRef: {name: prefect, key: key}
            - name: PLAIN
              valueFrom: {secretKeyRef: {name: prefect, key: plain}}
            - name: BROKEN
              valueFrom: {secretKeyRef: {name: prefect, key: broken}}
            - name: ELSEWHERE
              valueFrom: {secretKeyRef: {name: other, key: k}}
            - name: MAYBE
              valueFrom: {secretKeyRef: {name: prefect, key: none, optional: true}}
            - name: NODE
              valueFrom: {fieldRef: {fieldPath: spec.nodeName}}
            - name: HOST
              value: server
            - name: URL
              value: http://$(HOST):4200/$$(HOST)/$(LATER)
            - name: URL2
              value: http://$(HOST):4200/$$(HOST)
            - name: WITH_KEY
              value: x-$(ELSEWHERE)
            - name: LATER
              value: l
            - name: EMPTY
            - name: TEMPLATE
              value: "{{ .Values.x }}"
)";
  const auto out = read(text);
  CHECK(out.kind == "kubernetes");
  CHECK(out.launches.size() == 2);
  const auto& worker = launch_named(out, "deployment/worker/prefect");
  CHECK(worker.kind == "container");
  CHECK(worker.is_container);
  CHECK(!worker.is_open);
  CHECK(worker.at.of(text) == "prefect");
  CHECK(worker.role == WrittenRole::worker);
  CHECK(worker.image == "prefecthq/prefect:3.8.6-python3.12");
  CHECK(worker.commands.size() == 2);
  CHECK(worker.commands[1].at.of(text) == "[prefect, worker, start, --pool, p");
  for (const auto* host :
       {"server", "server.flows", "server.flows.svc", "server.flows.svc.cluster.local"})
    CHECK(std::count(worker.hosts.begin(), worker.hosts.end(), host) == 1);
  CHECK(value_of(worker, "PREFECT_API_URL") == "http://server:4200/api");
  CHECK(value_of(worker, "LOG") == "DEBUG");
  CHECK(value_of(worker, "P_PREFECT_SERVER_API_AUTH_STRING") == "admin:TEST-password\n");
  const auto& key = variable_named(worker, "PREFECT_API_KEY");
  CHECK(key.value == "pnu_TEST");
  CHECK(!key.is_opaque);
  CHECK(key.form == WrittenForm::secret_data);
  CHECK(key.name_at.of(text) == "PREFECT_API_KEY");
  CHECK(key.value_at.of(text) == "cG51X1RFU1Q=");
  CHECK(value_of(worker, "PLAIN") == "pnb_TEST");
  CHECK(variable_named(worker, "PLAIN").form == WrittenForm::assignment);
  CHECK(value_of(worker, "BROKEN") == "(opaque) pnu_TEST");
  CHECK(value_of(worker, "ELSEWHERE") == "(opaque) secretKeyRef other/k");
  CHECK(!sets(worker, "MAYBE"));
  CHECK(value_of(worker, "NODE") == "(opaque) fieldRef");
  CHECK(variable_named(worker, "URL").is_opaque);
  CHECK(value_of(worker, "URL2") == "http://server:4200/$(HOST)");
  CHECK(variable_named(worker, "WITH_KEY").is_opaque);
  CHECK(value_of(worker, "EMPTY") == "");
  CHECK(value_of(worker, "TEMPLATE") == "(opaque) {{ .Values.x }}");
  CHECK(launch_named(out, "deployment/worker/wait").role == WrittenRole::unknown);

  CHECK(setting_at(out, "Secret/prefect/key").variable.value == "pnu_TEST");
  CHECK(setting_at(out, "Secret/prefect/plain").variable.value == "pnb_TEST");
  CHECK(setting_at(out, "Secret/prefect/broken").variable.is_opaque);
  CHECK(
      setting_at(out, "Secret/prefect/PREFECT_SERVER_API_AUTH_STRING").variable.name_at.of(text) ==
      "PREFECT_SERVER_API_AUTH_STRING");
  CHECK(setting_at(out, "ConfigMap/settings/PREFECT_API_URL").variable.value ==
        "http://server:4200/api");
  CHECK(out.settings.size() == 5);
}

TEST_CASE("kubernetes: other objects with pods, lists, and what has none") {
  const auto out = read(R"(apiVersion: v1
kind: List
items:
  - apiVersion: batch/v1
    kind: CronJob
    metadata: {name: nightly}
    spec:
      jobTemplate:
        spec:
          template:
            spec:
              containers: [{name: c, image: x, env: [{name: A, value: b}]}]
  - apiVersion: v1
    kind: Pod
    metadata: {generateName: pod-}
    spec: {containers: [{name: c, envFrom: [{secretRef: {name: elsewhere}}]}]}
---
apiVersion: serving.example/v1
kind: Custom
metadata: {name: k}
spec: {template: {spec: {containers: [{image: y}]}}}
---
apiVersion: bitnami.com/v1alpha1
kind: SealedSecret
metadata: {name: s}
spec: {encryptedData: {PREFECT_API_KEY: AgB}, template: {metadata: {name: s}}}
---
not: [an, object]
---
broken: [
)");
  CHECK(out.launches.size() == 3);
  CHECK(value_of(launch_named(out, "cronjob/nightly/c"), "A") == "b");
  CHECK(launch_named(out, "pod/pod-/c").is_open);
  CHECK(launch_named(out, "custom/k/").image == "y");
  CHECK(out.settings.empty());
}

TEST_CASE("kubernetes: a Secret of another namespace is another one") {
  const auto out = read(R"(apiVersion: v1
kind: Secret
metadata: {name: s, namespace: a}
stringData: {k: of-a}
---
apiVersion: v1
kind: Secret
metadata: {name: s, namespace: b}
data: {k: eA==}
stringData: {k: of-b}
---
apiVersion: v1
kind: Pod
metadata: {name: p, namespace: b}
spec: {containers: [{name: c, env: [{name: K, valueFrom: {secretKeyRef: {name: s, key: k}}}]}]}
---
apiVersion: v1
kind: Pod
metadata: {name: q, namespace: c}
spec: {containers: [{name: c, env: [{name: K, valueFrom: {secretKeyRef: {name: s, key: k}}}]}]}
)");
  CHECK(value_of(launch_named(out, "pod/p/c"), "K") == "of-b");
  CHECK(value_of(launch_named(out, "pod/q/c"), "K") == "(opaque) secretKeyRef s/k");
}

TEST_CASE("kubernetes: Prefect's operator") {
  const auto out = read(R"(apiVersion: prefect.io/v1
kind: PrefectServer
metadata: {name: server}
spec:
  settings: [{name: PREFECT_SERVER_API_AUTH_STRING, value: "admin:TEST-password"}]
---
apiVersion: prefect.io/v1
kind: PrefectWorkPool
metadata: {name: pool}
spec:
  image: prefecthq/prefect:3-latest
  server:
    remoteApiUrl: https://api.prefect.cloud
    accountId: a
    workspaceId: w
    apiKey: {value: pnu_TEST}
  settings: [{name: PREFECT_LOGGING_LEVEL, value: DEBUG}]
)");
  const auto& server = launch_named(out, "prefectserver/server");
  CHECK(server.role == WrittenRole::server);
  CHECK(value_of(server, "PREFECT_SERVER_API_AUTH_STRING") == "admin:TEST-password");
  const auto& pool = launch_named(out, "prefectworkpool/pool");
  CHECK(pool.role == WrittenRole::worker);
  CHECK(pool.hosts == std::vector<std::string>{"server"});
  CHECK(value_of(pool, "PREFECT_API_URL") ==
        "https://api.prefect.cloud/api/accounts/a/workspaces/w");
  CHECK(value_of(pool, "PREFECT_API_KEY") == "pnu_TEST");
  CHECK(value_of(pool, "PREFECT_LOGGING_LEVEL") == "DEBUG");
  CHECK(pool.image == "prefecthq/prefect:3-latest");
}

TEST_CASE("kubernetes: base64") {
  CHECK(base64_state("") == Base64State::none);
  CHECK(base64_state("\"\"") == Base64State::none);
  CHECK(base64_state("YWRtaW46cGFzcw==") == Base64State::fine);
  CHECK(base64_state("'YWRtaW46cGFzcw=='") == Base64State::fine);
  CHECK(base64_state("YWRtaW46\ncGFzcw==\n") == Base64State::fine);
  CHECK(base64_state("admin:pass") == Base64State::not_base64);
  CHECK(base64_state("YWRtaW46cGFzcw") == Base64State::not_base64);
  CHECK(base64_state(base64(base64("admin:TEST-password\n") + "\n")) == Base64State::decodes_twice);
  CHECK(base64_state(base64("password")) == Base64State::fine);
  CHECK(base64_state(base64("pnu_1234567890abcdefghijklmnopqrstuvwxyz")) == Base64State::fine);
  CHECK(base64_value("YWRtaW46cGFzcw==") == "admin:pass");
  CHECK(!base64_value("admin:pass"));
}

TEST_CASE("kubernetes: a hostile file ends") {
  std::string text = "apiVersion: v1\nkind: Pod\nx: &c {name: c, env: &e [";
  for (int i = 0; i < 3000; ++i) text += "{name: N" + std::to_string(i) + ", value: v}, ";
  text += "]}\nspec:\n  containers: [";
  for (int i = 0; i < 2000; ++i) text += "*c, ";
  const auto out = read(text + "]\n");
  CHECK(out.launches.size() <= 500);
  CHECK(!out.notes.empty());
  std::size_t variables = 0;
  for (const auto& launch : out.launches) variables += launch.variables.size();
  CHECK(variables <= 20000);

  std::string nested = "apiVersion: v1\nkind: List\nitems:\n";
  for (int i = 0; i < 100; ++i)
    nested += std::string(static_cast<std::size_t>(i) + 1, ' ') +
              "- {apiVersion: v1, kind: List, items: []}\n";
  CHECK(read(nested).launches.empty());
}
