// Task definitions of Amazon ECS, in JSON (which is YAML), and lists of container definitions as
// Terraform reads them.
//
// What it is not: CloudFormation, whose keys begin with capitals.
//
// To add a field: a line in `read_container` (ecs_task.cpp).
#pragma once

#include "adapters/yaml.hpp"
#include "launch/written.hpp"

namespace prefect_config {

/// Whether a document has `containerDefinitions` (also below `taskDefinition`), or is a list of
/// containers with `image` and `environment`.
bool is_ecs_task(const YamlDocument& document);

/// Each container is a launch `container`; what comes from `secrets` cannot be read here.
void read_ecs_task(const WrittenFile& file, const YamlDocument& document, WrittenLaunches& out);

}  // namespace prefect_config
