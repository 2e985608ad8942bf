// Files in which a rule of lint alone fires, and the like in which it does not.
#pragma once

#include <prefect_config/finding.hpp>

#include <map>
#include <string>

struct LintExample {
  std::string path;
  std::string bad;
  unsigned line;     ///< of the finding
  std::string good;  ///< nothing of this rule
};

/// The hosts that a project allows in these examples.
constexpr const char* kAllowedHosts = "*.internal";

/// A key's form, of nothing that opens anything.
inline std::string test_key(const std::string& prefix = "pnu_") {
  return prefix + "TESTq7Rk2mZ9xW4vB8nL1cY6dH3sJ5fG0pQa";
}

inline const std::map<prefect_config::RuleId, LintExample>& lint_examples() {
  using prefect_config::RuleId;
  const std::string image = "services:\n  s:\n    image: prefecthq/prefect:";
  static const std::map<RuleId, LintExample> examples = {
      {RuleId::host_not_allowed,
       {"compose.yaml",
        image + "3-latest\n    environment:\n      PREFECT_API_URL: http://prefect.other.org/api\n",
        5,
        image + "3-latest\n    environment:\n      PREFECT_API_URL: http://p.internal:4200/api\n"}},
      {RuleId::key_in_clear,
       {"a.py", "x = 1\nkey = '" + test_key() + "'\n", 2,
        "key = 'pnu_" + std::string(36, 'x') + "'\n"}},
      {RuleId::auth_string_in_clear,
       {"compose.yaml",
        image + "3-latest\n    environment:\n      PREFECT_API_AUTH_STRING: admin:TEST-9f2c\n", 5,
        image + "3-latest\n    environment:\n      PREFECT_API_AUTH_STRING: ${AUTH}\n"}},
      {RuleId::database_password_in_clear,
       {"x.env", "PREFECT_SERVER_DATABASE_CONNECTION_URL=postgresql+asyncpg://u:TEST#9f$2c@db/p\n",
        1, "PREFECT_SERVER_DATABASE_CONNECTION_URL=postgresql+asyncpg://u:${PW}@db/p\n"}},
      {RuleId::header_in_clear,
       {"x.env", "PREFECT_CLIENT_CUSTOM_HEADERS={\"X-Token\": \"TEST-9f2c81d0aa71\"}\n", 1,
        "PREFECT_CLIENT_CUSTOM_HEADERS={\"X-Tenant\": \"TEST-9f2c81d0aa71\"}\n"}},
      {RuleId::secret_in_image,
       {"Dockerfile",
        "FROM prefecthq/prefect:3-latest\nARG PREFECT_API_KEY\nENV "
        "PREFECT_API_KEY=$PREFECT_API_KEY\n",
        3, "FROM prefecthq/prefect:3-latest\nENV PREFECT_API_URL=http://server:4200/api\n"}},
      {RuleId::image_env_not_substituted,
       {"Dockerfile", "FROM prefecthq/prefect:3-latest\nENV PREFECT_API_URL=$(cat /url)\n", 2,
        "FROM prefecthq/prefect:3-latest\nRUN export PREFECT_API_URL=$(cat /url)\n"}},
      {RuleId::base64_wrong,
       {"s.yaml",
        "apiVersion: v1\nkind: Secret\nmetadata: {name: p}\ndata:\n  PREFECT_API_KEY: not "
        "base64!\n",
        5,
        "apiVersion: v1\nkind: Secret\nmetadata: {name: p}\nstringData:\n  PREFECT_API_KEY: not "
        "base64!\n"}},
      {RuleId::not_exported,
       {"run.sh",
        "#!/bin/sh\nPREFECT_API_URL=http://s.internal:4200/api\nprefect worker start --pool p\n", 2,
        "#!/bin/sh\nexport PREFECT_API_URL=http://s.internal:4200/api\nprefect worker start --pool "
        "p\n"}},
      {RuleId::command_of_other_release,
       {"compose.yaml", image + "3.8.8-python3.12\n    command: prefect agent start -q q\n", 4,
        image + "2.20.11-python3.12\n    command: prefect agent start -q q\n"}},
      {RuleId::releases_disagree,
       {"compose.yaml",
        "services:\n  server:\n    image: prefecthq/prefect:3.8.8\n    command: prefect server "
        "start\n    environment:\n"
        "      PREFECT_SERVER_API_AUTH_STRING: ${A}\n  worker:\n    image: "
        "prefecthq/prefect:3.6.13\n"
        "    command: prefect worker start --pool p\n",
        8,
        "services:\n  server:\n    image: prefecthq/prefect:3.8.8\n    command: prefect server "
        "start\n    environment:\n"
        "      PREFECT_SERVER_API_AUTH_STRING: ${A}\n  worker:\n    image: "
        "prefecthq/prefect:3.6.14\n"
        "    command: prefect worker start --pool p\n"}},
      {RuleId::auth_strings_disagree,
       {"compose.yaml",
        "services:\n  server:\n    command: prefect server start\n    environment:\n"
        "      PREFECT_SERVER_API_AUTH_STRING: u:TEST-one1\n  worker:\n    command: prefect worker "
        "start -p p\n"
        "    environment:\n      PREFECT_API_AUTH_STRING: u:TEST-two2\n",
        9,
        "services:\n  server:\n    command: prefect server start\n    environment:\n"
        "      PREFECT_SERVER_API_AUTH_STRING: u:TEST-one1\n  worker:\n    command: prefect worker "
        "start -p p\n"
        "    environment:\n      PREFECT_API_AUTH_STRING: u:TEST-one1\n"}},
      {RuleId::chart_default_credential,
       {"values.yaml",
        "# prefect\nserver:\n  basicAuth:\n    enabled: true\n    authString: admin:pass\n", 5,
        "# prefect\nserver:\n  basicAuth:\n    enabled: true\n    authString: admin:pass\n    "
        "existingSecret: auth\n"}},
      {RuleId::chart_value_renamed,
       {"values.yaml", "# prefect\nserver:\n  image: {prefectTag: 3.8.8}\n  apiBasePath: /api\n", 3,
        "# prefect\nglobal: {prefect: {image: {prefectTag: 3.8.8}}}\nserver:\n  apiBasePath: "
        "/api\n"}},
      {RuleId::chart_url_doubled,
       {"values.yaml",
        "# prefect\nworker:\n  cloudApiConfig:\n    cloudUrl: "
        "https://api.prefect.cloud/api/accounts/a/workspaces/b\n",
        4, "# prefect\nworker:\n  cloudApiConfig:\n    cloudUrl: https://api.prefect.cloud/api\n"}},
      {RuleId::chart_section_not_chosen,
       {"values.yaml",
        "# prefect\nworker:\n  apiConfig: cloud\n  selfHostedServerApiConfig: {apiUrl: "
        "http://s:4200/api}\n",
        3,
        "# prefect\nworker:\n  apiConfig: selfHostedServer\n  selfHostedServerApiConfig: {apiUrl: "
        "http://s:4200/api}\n"}},
      {RuleId::chart_cloud_url_missing,
       {"values.yaml",
        "# prefect\nworker:\n  apiConfig: customerManagedCloud\n  "
        "customerManagedCloudApiConfig:\n    apiUrl: https://p.example.com/api\n",
        5,
        "# prefect\nworker:\n  apiConfig: customerManagedCloud\n  "
        "customerManagedCloudApiConfig:\n    apiUrl: https://p.example.com/api\n    cloudApiUrl: "
        "https://p.example.com/api\n"}},
      {RuleId::credential_handed_on,
       {"values.yaml", "# prefect\nworker:\n  cloudApiConfig:\n    jobApiKeyPropagation: envVar\n",
        4, "# prefect\nworker:\n  cloudApiConfig:\n    jobApiKeyPropagation: secretRef\n"}},
      {RuleId::block_kept_in_clear,
       {"prefect.yaml",
        "deployments:\n- name: d\n  entrypoint: f.py:f\n  work_pool:\n    job_variables:\n      "
        "env: "
        "{TOKEN: '{{ prefect.blocks.secret.t }}'}\n",
        6,
        "deployments:\n- name: d\n  entrypoint: f.py:f\n  work_pool:\n    job_variables:\n      "
        "env: "
        "{IMAGE: '{{ prefect.blocks.string.i }}'}\n  pull:\n  - "
        "prefect.deployments.steps.git_clone: "
        "{access_token: '{{ prefect.blocks.secret.t }}'}\n"}},
      {RuleId::ignore_unused,
       {"a.py", "# prefect-config: ignore[PC301] no key any more; prefect\n", 1,
        "# prefect-config: ignore[PC301] a test's\nkey = '" + test_key() + "'\n"}},
  };
  return examples;
}
