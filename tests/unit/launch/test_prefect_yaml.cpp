// prefect.yaml: deployments and their steps.
#include "launch/prefect_yaml.hpp"
#include "written_text.hpp"

#include <doctest/doctest.h>

using namespace prefect_config;
using namespace prefect_config::testing;

namespace {

WrittenLaunches read(const TestFile& file) {
  WrittenLaunches out;
  read_prefect_yaml(file.written(), document_of(file.text), out);
  return out;
}

}  // namespace

TEST_CASE("prefect.yaml: by what it holds") {
  CHECK(is_prefect_yaml(document_of("prefect-version: 3.0.0\n")));
  CHECK(is_prefect_yaml(document_of("deployments: [{name: a, entrypoint: 'a.py:f'}]\n")));
  CHECK(is_prefect_yaml(document_of("deployments: [{work_pool: {name: a}}]\n")));
  CHECK_FALSE(is_prefect_yaml(document_of("apiVersion: v1\nkind: Pod\nprefect-version: 3\n")));
  CHECK_FALSE(is_prefect_yaml(document_of("deployments: {a: b}\n")));
  CHECK_FALSE(is_prefect_yaml(document_of("deployments: [{name: a}]\n")));
  CHECK_FALSE(is_prefect_yaml(document_of("")));
}

TEST_CASE("prefect.yaml: deployments") {
  const TestFile file{"prefect.yaml",
                      "definitions:\n  pools:\n    k: &k\n      name: k8s\n      job_variables:\n"
                      "        image: prefecthq/prefect:3-latest\n        env:\n"
                      "          PREFECT_A: http://localhost:4200/api\n"
                      "          PREFECT_B: '{{ prefect.blocks.secret.b }}'\n"
                      "          PREFECT_C: $C\n          OTHER: x\n"
                      "deployments:\n"
                      "- name: one\n  entrypoint: a.py:f\n  work_pool: *k\n"
                      "- name:\n  entrypoint: b.py:f\n  work_pool:\n    job_variables:\n"
                      "      env: [{name: PREFECT_D, value: 'd'}]\n"
                      "      pod: {spec: [{token: pnu_TEST1, env: {PREFECT_E: e}}]}\n"};
  const auto out = read(file);
  CHECK(out.kind == "prefect.yaml");
  REQUIRE(out.launches.size() == 2);
  const auto& one = out.launches[0];
  CHECK(one.kind == "deployment");
  CHECK(one.name == "one");
  CHECK(one.role == WrittenRole::client);
  CHECK(one.image == "prefecthq/prefect:3-latest");
  CHECK(one.is_container);
  const std::string b = "{{ prefect.blocks.secret.b }}";
  CHECK(file.lines(one) == Texts{"PREFECT_A=http://localhost:4200/api assignment "
                                 "|PREFECT_A|http://localhost:4200/api|",
                                 "PREFECT_B=" + b + " ? assignment |PREFECT_B|'" + b + "'|",
                                 "PREFECT_C=$C ? assignment |PREFECT_C|$C|"});
  CHECK(out.launches[1].name == "deployments[2]");
  CHECK(file.lines(out.launches[1]) ==
        Texts{"PREFECT_D=d assignment |PREFECT_D|'d'|", "PREFECT_E=e assignment |PREFECT_E|e|"});
  REQUIRE(out.settings.size() == 2);
  CHECK(out.settings[0].path == "deployments.one.work_pool.job_variables.env.PREFECT_B");
  CHECK(file.line(out.settings[0].variable) ==
        "PREFECT_B=" + b + " ? assignment |PREFECT_B|'" + b + "'|");
  CHECK(out.settings[1].path ==
        "deployments.deployments[2].work_pool.job_variables.pod.spec[1].token");
  CHECK(file.line(out.settings[1].variable) == "token=pnu_TEST1 assignment |token|pnu_TEST1|");
}

TEST_CASE("prefect.yaml: what a deployment takes from blocks") {
  const TestFile file{"prefect.yaml",
                      "prefect-version: 3.8.8\ndeployments:\n- name: d\n"
                      "  description: '{{ prefect.blocks.secret.no }}'\n"
                      "  parameters: {a: [x, '{{ prefect.blocks.secret.a }}']}\n"
                      "  work_pool:\n    job_variables: {image: '{{ prefect.blocks.string.i }}'}\n"
                      "  pull:\n  - s: {token: '{{ prefect.blocks.secret.t }}'}\n"};
  const auto out = read(file);
  CHECK(out.release == "3.8.8");
  REQUIRE(out.settings.size() == 2);
  CHECK(out.settings[0].path == "deployments.d.work_pool.job_variables.image");
  CHECK(out.settings[0].variable.is_opaque);
  CHECK(out.settings[1].path == "deployments.d.parameters.a[2]");
  CHECK(file.at(out.settings[1].variable.value_at) == "'{{ prefect.blocks.secret.a }}'");
}

TEST_CASE("prefect.yaml: steps") {
  const TestFile file{"prefect.yaml",
                      "prefect-version: 3.0.0\n"
                      "pull:\n- prefect.deployments.steps.git_clone: {repository: x}\n"
                      "- prefect.deployments.steps.run_shell_script:\n"
                      "    env: {PREFECT_A: '{{ $A }}'}\n    script: |\n"
                      "      prefect config set PREFECT_B=2\n"
                      "deployments:\n- name: d\n  build:\n"
                      "  - prefect.deployments.steps.run_shell_script: {script: prefect version}\n"
                      "  pull: []\n"};
  const auto out = read(file);
  REQUIRE(out.launches.size() == 3);
  CHECK(out.launches[0].kind == "deployment step");
  CHECK(out.launches[0].name == "pull[2]");
  CHECK(file.lines(out.launches[0]) ==
        Texts{"PREFECT_A={{ $A }} ? assignment |PREFECT_A|'{{ $A }}'|",
              "PREFECT_B=2 set |PREFECT_B|2|"});
  CHECK(out.launches[1].name == "d/build[1]");
  CHECK(file.commands(out.launches[1]) == Texts{"prefect version"});
  CHECK(out.launches[2].name == "d");
}

TEST_CASE("prefect.yaml: templates without quotes, and aliases in a circle of size") {
  const TestFile file{"prefect.yaml", "deployments:\n- name: d\n  entrypoint: x\n  job_variables:\n"
                                      "    env: {PREFECT_A: {{ x }}, PREFECT_B: b}\n"};
  const auto out = read(file);
  REQUIRE(out.launches.size() == 1);
  REQUIRE(out.launches[0].variables.size() == 2);
  CHECK(out.launches[0].variables[0].is_opaque);
  CHECK_FALSE(out.launches[0].variables[1].is_opaque);

  std::string bomb = "a0: &a0 {token: pnu_TEST}\n";
  for (int i = 1; i < 20; ++i) {
    const auto before = "*a" + std::to_string(i - 1);
    bomb += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [" + before;
    for (int k = 0; k < 9; ++k) bomb += ", " + before;
    bomb += "]\n";
  }
  bomb += "deployments: [{entrypoint: x, job_variables: {x: *a19}}]\n";
  CHECK(read({"prefect.yaml", bomb}).notes.size() <= 1);
}
