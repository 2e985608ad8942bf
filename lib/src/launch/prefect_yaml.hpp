// prefect.yaml: what deployments give to their flow runs, and what their steps run.
//
// What it is not: known by its name: three in forty files called so are Kubernetes manifests.
// Templates (`{{ … }}`) are not resolved.
//
// To add a place that holds variables: a call in DeploymentReader (prefect_yaml.cpp).
#pragma once

#include "adapters/yaml.hpp"
#include "launch/written.hpp"

namespace prefect_config {

/// Whether a document is one, by what it holds.
bool is_prefect_yaml(const YamlDocument& document);

/// Each deployment is a launch `deployment`; each step that is given something of Prefect's or runs
/// it is a launch `deployment step`: `DEPLOYMENT/pull[1]`, or `pull[1]` of those for all. What a
/// deployment's job variables and parameters take from blocks are settings.
void read_prefect_yaml(const WrittenFile& file, const YamlDocument& document, WrittenLaunches& out);

}  // namespace prefect_config
