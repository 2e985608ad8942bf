// The containers of Kubernetes manifests, and what their ConfigMaps and Secrets hold.
//
// What it is not: a Helm chart (a template that is YAML is read, its templates are opaque), nor
// values of one (helm_values.hpp). What a SealedSecret or an ExternalSecret becomes is not known
// here.
//
// To add an object that starts Prefect processes: where its pod is in `pod_of` (kubernetes.cpp), or
// a function as for the operator's kinds; rows in test_kubernetes.cpp.
#pragma once

#include "adapters/yaml.hpp"
#include "launch/written.hpp"

#include <vector>

namespace prefect_config {

/// Whether a document is a Kubernetes object. Its file's name says nothing.
bool is_kubernetes(const YamlDocument& document);

/// A launch for each container of each object, `deployment/worker/prefect`. All documents of the
/// file are given, because one names the other; those that are no Kubernetes objects are left out.
///
/// Values of a ConfigMap or a Secret that are Prefect's by name, and keys of Prefect Cloud, are
/// also settings (`Secret/prefect/PREFECT_API_KEY`), whether a container uses them or not.
void read_kubernetes(const WrittenFile& file, const std::vector<YamlDocument>& documents,
                     WrittenLaunches& out);

}  // namespace prefect_config
