// CI files: workflows and composite actions of GitHub, pipelines of GitLab.
//
// What it is not: a runner. Conditions and matrices are not looked at; every step counts. What the
// service hands to a job from its own settings is not seen.
//
// Of an action with Prefect in its name, inputs that are called as a credential or an address of
// Prefect count as such (`prefect-api-key`).
//
// To add a CI system: a reader pair of its own that uses launch/yaml_variables.hpp.
#pragma once

#include "adapters/yaml.hpp"
#include "launch/written.hpp"

namespace prefect_config {

/// Whether a document is a workflow of GitHub Actions, or a composite action.
bool is_github_workflow(const YamlDocument& document);

/// Each step that is given something of Prefect's, or runs it, is a launch `job step`:
/// `JOB/steps[1]`, or `JOB/NAME` where it has a name. Each service container is a launch `service`.
void read_github_workflow(const WrittenFile& file, const YamlDocument& document,
                          WrittenLaunches& out);

/// Whether a document is a pipeline of GitLab CI.
bool is_gitlab_ci(const YamlDocument& document);

/// Each job with a script is a launch `CI job`. All are open: a project's own variables are never
/// in the file.
void read_gitlab_ci(const WrittenFile& file, const YamlDocument& document, WrittenLaunches& out);

}  // namespace prefect_config
