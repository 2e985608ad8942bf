// Task definitions of ECS.
#include "launch/ecs_task.hpp"
#include "written_text.hpp"

#include <doctest/doctest.h>

using namespace prefect_config;
using namespace prefect_config::testing;

namespace {}  // namespace

TEST_CASE("ECS: what a task definition is") {
  CHECK(is_ecs_task(document_of(R"({"containerDefinitions": [{"image": "x"}]})")));
  CHECK(is_ecs_task(
      document_of(R"({"taskDefinition": {"containerDefinitions": [{"image": "x"}]}})")));
  CHECK(is_ecs_task(document_of(R"([{"image": "x", "environment": []}])")));
  CHECK_FALSE(is_ecs_task(document_of(R"([{"image": "x", "environment": {"A": "1"}}])")));
  CHECK_FALSE(is_ecs_task(document_of(R"({"containerDefinitions": "x"})")));
  CHECK_FALSE(is_ecs_task(document_of("services: {a: {image: x, environment: []}}")));
}

TEST_CASE("ECS: containers") {
  const TestFile file{
      "task.json", "{\n\t\"containerDefinitions\": [{\n"
                   "\t\t\"name\": \"worker\", \"image\": \"prefecthq/prefect:3-latest\",\n"
                   "\t\t\"entryPoint\": [\"sh\", \"-c\"],\n"
                   "\t\t\"command\": [\"export PREFECT_A=1 && prefect worker start\"],\n"
                   "\t\t\"environment\": [{\"name\": \"PREFECT_B\", \"value\": \"b\"},\n"
                   "\t\t\t{\"value\": \"${url}\", \"name\": \"PREFECT_C\"}, {\"name\": \"X\"}],\n"
                   "\t\t\"secrets\": [{\"name\": \"PREFECT_API_KEY\", \"valueFrom\": \"arn:x\"}]\n"
                   "\t}, {\"name\": \"side\", \"image\": \"nginx\", \"environment\": []}]\n}\n"};
  WrittenLaunches out;
  const auto document = document_of(file.text);
  read_ecs_task(file.written(), document, out);
  CHECK(out.kind == "ECS task");
  REQUIRE(out.launches.size() == 1);
  const auto& launch = out.launches[0];
  CHECK(launch.kind == "container");
  CHECK(launch.name == "worker");
  CHECK(launch.image == "prefecthq/prefect:3-latest");
  CHECK(launch.is_container);
  CHECK_FALSE(launch.is_open);
  CHECK(launch.role == WrittenRole::worker);
  CHECK(file.commands(launch) == Texts{"sh -c 'export PREFECT_A=1 && prefect worker start'"});
  const std::string script = "\"export PREFECT_A=1 && prefect worker start\"";
  CHECK(file.lines(launch) ==
        Texts{"PREFECT_B=b assignment |\"PREFECT_B\"|\"b\"|",
              "PREFECT_C=${url} ? assignment |\"PREFECT_C\"|\"${url}\"|",
              "PREFECT_API_KEY=arn:x ? assignment |\"PREFECT_API_KEY\"|\"arn:x\"|",
              "PREFECT_A=1 exported |" + script + "|" + script + "|"});
}
