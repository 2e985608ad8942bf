// Workflows of GitHub and pipelines of GitLab.
#include "launch/workflow.hpp"
#include "written_text.hpp"

#include <doctest/doctest.h>

using namespace prefect_config;
using namespace prefect_config::testing;

namespace {

WrittenLaunches read(const TestFile& file) {
  WrittenLaunches out;
  const auto document = document_of(file.text);
  if (is_github_workflow(document)) read_github_workflow(file.written(), document, out);
  if (is_gitlab_ci(document)) read_gitlab_ci(file.written(), document, out);
  return out;
}

// A workflow of one job and its steps.
TestFile workflow(const std::string& steps) {
  return {"w.yml", "on: push\njobs:\n  j:\n    steps:\n" + steps};
}

}  // namespace

TEST_CASE("workflow: what one is") {
  CHECK(is_github_workflow(document_of("on: push\njobs: {a: {steps: [{run: x}]}}")));
  CHECK(is_github_workflow(document_of("on: push\njobs: {a: {uses: ./x.yml}}")));
  CHECK(is_github_workflow(document_of("runs: {using: composite, steps: [{run: x}]}")));
  CHECK_FALSE(is_github_workflow(
      document_of("version: 2.1\njobs: {a: {steps: [checkout]}}\nworkflows: {x: {jobs: [a]}}")));
  CHECK_FALSE(is_github_workflow(document_of("jobs: [a]")));
  CHECK_FALSE(is_github_workflow(document_of("services: {a: {image: x}}")));
  CHECK(is_gitlab_ci(document_of("stages: [a]\nx: {script: [ls]}")));
  CHECK(is_gitlab_ci(document_of("x: {stage: a, script: ls}")));
  CHECK_FALSE(is_gitlab_ci(document_of("x: {script: [ls]}")));
  CHECK_FALSE(is_gitlab_ci(document_of("services: {a: {image: x}}\nvariables: {script: [x]}")));
}

TEST_CASE("workflow: env of workflow, job and step") {
  const TestFile file{"w.yml",
                      "on: push\n"
                      "env:\n  PREFECT_A: 1\n  PREFECT_B: ${{ vars.B || 'b' }}\n"
                      "jobs:\n  j:\n    env: {PREFECT_A: '2', X: y}\n    steps:\n"
                      "      - uses: actions/checkout@v4\n"
                      "      - run: prefect deploy\n        env:\n          PREFECT_A: \"3\"\n"
                      "          PREFECT_C:\n"
                      "      - name: by name\n        run: ls\n"};
  const auto out = read(file);
  CHECK(out.kind == "workflow");
  REQUIRE(out.launches.size() == 2);
  const auto& first = out.launches[0];
  CHECK(first.kind == "job step");
  CHECK(first.name == "j/steps[2]");
  CHECK(file.at(first.at) == "run");
  CHECK(first.role == WrittenRole::client);
  CHECK(file.commands(first) == Texts{"prefect deploy"});
  const std::string b = "${{ vars.B || 'b' }}";
  CHECK(file.lines(first) == Texts{"PREFECT_A=1 assignment |PREFECT_A|1|",
                                   "PREFECT_B=" + b + " ? assignment |PREFECT_B|" + b + "|",
                                   "PREFECT_A=2 assignment |PREFECT_A|'2'|",
                                   "PREFECT_A=3 assignment |PREFECT_A|\"3\"|",
                                   "PREFECT_C= assignment |PREFECT_C||"});
  CHECK(out.launches[1].name == "j/by name");
  CHECK(file.at(out.launches[1].at) == "by name");
  CHECK(out.launches[1].variables.size() == 3);
}

TEST_CASE("workflow: places in a run of any style") {
  for (const auto* run :
       {"prefect config set PREFECT_A='a b'\n", "|\n          prefect config set PREFECT_A='a b'\n",
        "|-\n          set -e\n\n          if x; then\n            prefect config set "
        "PREFECT_A='a b'\n          fi\n",
        ">\n          prefect\n          config set\n\n          PREFECT_A='a b'\n",
        "'prefect config set PREFECT_A=\"a b\"'\n"}) {
    CAPTURE(run);
    const auto file = workflow(std::string("      - run: ") + run);
    const auto out = read(file);
    // A folded block with a blank line is two commands.
    if (out.launches.empty() || out.launches[0].variables.empty()) {
      CHECK(run[0] == '>');
      continue;
    }
    const auto& variable = out.launches[0].variables[0];
    CHECK(variable.value == "a b");
    CHECK(file.at(variable.name_at) == "PREFECT_A");
    CHECK(file.at(variable.value_at).substr(1, 3) == "a b");
  }
  // Where the places cannot be told they are the scalar's.
  const auto file = workflow("      - run: \"prefect config set \\\"PREFECT_A=1\\\"\"\n");
  const auto out = read(file);
  REQUIRE(out.launches.size() == 1);
  CHECK(file.at(out.launches[0].variables.at(0).value_at) ==
        "\"prefect config set \\\"PREFECT_A=1\\\"\"");
}

TEST_CASE("workflow: a folded run is one command") {
  const auto file = workflow("      - run: >\n          prefect cloud login\n"
                             "          --key pnu_TEST1\n\n          ls\n");
  const auto out = read(file);
  REQUIRE(out.launches.size() == 1);
  CHECK(file.lines(out.launches[0]) == Texts{"PREFECT_API_KEY=pnu_TEST1 option |--key|pnu_TEST1|"});
}

TEST_CASE("workflow: what a step leaves behind") {
  const auto file = workflow(
      "      - run: echo \"PREFECT_A=1\" >> $GITHUB_ENV\n"
      "      - uses: PrefectHQ/actions-prefect-auth@v1\n"
      "        with: {prefect-api-key: '${{ secrets.K }}', prefect-workspace: a/b, other: 1}\n"
      "      - run: export PREFECT_B=2; prefect config set PREFECT_C=3\n"
      "      - run: prefect deploy\n");
  const auto out = read(file);
  REQUIRE(out.launches.size() == 3);
  const std::string key = "${{ secrets.K }}";
  const Texts left = {"PREFECT_A=1 assignment |PREFECT_A|1|",
                      "PREFECT_API_KEY=" + key + " ? option |prefect-api-key|'" + key + "'|",
                      "prefect-workspace=a/b option |prefect-workspace|a/b|"};
  CHECK(out.launches[0].name == "j/steps[2]");
  CHECK(out.launches[0].role == WrittenRole::client);
  CHECK(file.lines(out.launches[0]) == left);
  CHECK(out.launches[1].variables.size() == 5);
  auto last = left;
  last.push_back("PREFECT_C=3 set |PREFECT_C|3|");
  CHECK(file.lines(out.launches[2]) == last);
}

TEST_CASE("workflow: containers, services, shells of Windows, composite actions") {
  const TestFile file{
      "w.yml", "on: push\njobs:\n  j:\n    container:\n      image: prefecthq/prefect:3-latest\n"
               "      env: {PREFECT_A: 1}\n"
               "    services:\n      server:\n        image: prefecthq/prefect:3-latest\n"
               "        env: {PREFECT_B: 2}\n"
               "    steps: [{run: prefect version}]\n"
               "  k:\n    runs-on: windows-latest\n"
               "    steps: [{run: '$env:PREFECT_C = \"3\"'}, {run: 'set PREFECT_D=4', "
               "shell: cmd}]\n"};
  const auto out = read(file);
  REQUIRE(out.launches.size() == 4);
  CHECK(out.launches[0].kind == "service");
  CHECK(out.launches[0].name == "j/services/server");
  CHECK(file.lines(out.launches[0]) == Texts{"PREFECT_B=2 assignment |PREFECT_B|2|"});
  CHECK(out.launches[1].is_container);
  CHECK(out.launches[1].image == "prefecthq/prefect:3-latest");
  CHECK(out.launches[1].hosts == Texts{"server"});
  CHECK(file.lines(out.launches[1]) == Texts{"PREFECT_A=1 assignment |PREFECT_A|1|"});
  CHECK(file.lines(out.launches[2]) == Texts{"PREFECT_C=3 exported |PREFECT_C|\"3\"|"});
  CHECK(file.lines(out.launches[3]) == Texts{"PREFECT_D=4 exported |PREFECT_D|4|"});
  CHECK_FALSE(out.launches[3].is_container);

  const TestFile action{"action.yml", "runs:\n  using: composite\n  steps:\n"
                                      "    - run: prefect config set PREFECT_A=${{ inputs.a }}\n"
                                      "      shell: bash\n"};
  const auto composite = read(action);
  REQUIRE(composite.launches.size() == 1);
  CHECK(composite.launches[0].name == "runs/steps[1]");
  CHECK(composite.launches[0].variables.at(0).is_opaque);
}

TEST_CASE("workflow: aliases cannot make it large") {
  std::string text =
      "on: push\nx: &e\n  PREFECT_A: " + std::string(200000, 'x') + "\njobs:\n  j:\n    steps:\n";
  for (int i = 0; i < 3000; ++i) text += "      - {run: ls, env: *e}\n";
  const auto out = read({"w.yml", text});
  CHECK(out.launches.size() < 400);
  CHECK(out.notes.size() == 1);
}

TEST_CASE("GitLab: variables, extensions, scripts") {
  const TestFile file{
      ".gitlab-ci.yml",
      "default: {image: 'python:3.12'}\n"
      "variables:\n  PREFECT_A: a\n  PREFECT_B: {value: b, description: x}\n"
      ".base:\n  variables: {PREFECT_A: $X, PREFECT_C: c}\n"
      "  before_script: [export PREFECT_D=d]\n"
      "deploy:\n  extends: [.base]\n  services:\n"
      "    - {name: 'postgres:15', alias: db}\n    - registry/x/redis:7\n"
      "  variables: {PREFECT_C: e}\n"
      "  script:\n    - prefect deploy\n    - |\n      PREFECT_E=1 prefect version\n"
      "other: {script: [ls], image: {name: prefecthq/prefect}, variables: {}}\n"
      "loop: {extends: loop, script: [ls]}\n"};
  const auto out = read(file);
  CHECK(out.kind == "GitLab CI");
  REQUIRE(out.launches.size() == 3);
  const auto& job = out.launches[0];
  CHECK(job.kind == "CI job");
  CHECK(job.name == "deploy");
  CHECK(job.is_open);
  CHECK(job.is_container);
  CHECK(job.image == "python:3.12");
  CHECK(job.hosts == Texts{"db", "postgres", "redis"});
  CHECK(file.lines(job) ==
        Texts{"PREFECT_A=a assignment |PREFECT_A|a|", "PREFECT_B=b assignment |PREFECT_B|b|",
              "PREFECT_A=$X ? assignment |PREFECT_A|$X|", "PREFECT_C=c assignment |PREFECT_C|c|",
              "PREFECT_C=e assignment |PREFECT_C|e|", "PREFECT_D=d exported |PREFECT_D|d|",
              "PREFECT_E=1 exported |PREFECT_E|1|"});
  CHECK(file.commands(job) == Texts{"prefect deploy", "prefect version"});
  CHECK(file.at(job.commands[1].at) == "prefect version");
  CHECK(out.launches[1].image == "prefecthq/prefect");
}
