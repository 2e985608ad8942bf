// The services of a compose file, or of a swarm stack.
//
// What it is not: `docker compose config`: files are not merged with their overrides, `include` and
// `extends` of another file are not followed (the launch is then open).
//
// To add a key that gives a service variables: a function of `ComposeReader`, its row in
// test_compose.cpp.
#pragma once

#include "adapters/yaml.hpp"
#include "launch/written.hpp"

namespace prefect_config {

/// Whether a document has services as Compose knows them. Its file's name says nothing.
bool is_compose(const YamlDocument& document);

/// A launch a service. Values of `${NAME}` come from the `.env` beside the file, else from the
/// default that stands there; what only a shell could say is opaque.
void read_compose(const WrittenFile& file, const YamlDocument& document, WrittenLaunches& out);

}  // namespace prefect_config
