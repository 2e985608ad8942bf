// Values files of Helm charts that start Prefect: Prefect's own charts (worker, server, exporter),
// charts that hold them, and any other chart with a list of PREFECT_… variables.
//
// What it is not: Helm. A chart's defaults and other values files are not seen, so every launch is
// open; what the chart makes of a value is a table here, from PrefectHQ/prefect-helm, with the keys
// that its older releases had.
//
// To add a value that a chart turns into a variable: a row of `kWorkerRows` or `kServerRows`; a
// value that is a credential: a row of `kCredentials`. What is wrong with a value is said in
// lint/chart_values.cpp.
#pragma once

#include "adapters/yaml.hpp"
#include "launch/written.hpp"

namespace prefect_config {

/// Whether a document is such a file. Its file's name says nothing.
bool is_helm_values(const YamlDocument& document);

/// A launch each for worker, server and background services, and for each other list of variables
/// (`app.env`); credentials among the chart's values are settings (`server.basicAuth.authString`).
/// Each of Prefect's charts is in `charts`, with its release where `Chart.yaml` beside names one.
void read_helm_values(const WrittenFile& file, const YamlDocument& document, WrittenLaunches& out);

}  // namespace prefect_config
