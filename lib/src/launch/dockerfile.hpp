// Dockerfiles: what each stage's image gives to its process, and what it leaves for anybody to see.
//
// What it is not: a build. `ENV X=$X` is not expanded, but for `${X:-default}`; a stage that builds
// on another one of the file has that one's ENV, of any other image nothing is known.
//
// To add an instruction: a branch in DockerReader::take (dockerfile.cpp).
#pragma once

#include "launch/written.hpp"

#include <string_view>

namespace prefect_config {

/// Whether a text is a Dockerfile: its first instruction is FROM, or ARG before a FROM.
bool is_dockerfile(std::string_view text);

/// Each stage is a launch `Dockerfile stage`; its name is the stage's, or its number from 0.
void read_dockerfile(const WrittenFile& file, WrittenLaunches& out);

}  // namespace prefect_config
