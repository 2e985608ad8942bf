// What follows from several files: a server's password and a client's that are not the same.
//
// What it is not: a look into files. It compares what each of them said.
#pragma once

#include "lint/file.hpp"

#include <vector>

namespace prefect_config {

/// Server and client belong together where they stand in one folder.
std::vector<LintFinding> check_across(const std::vector<LintFact>& facts);

}  // namespace prefect_config
