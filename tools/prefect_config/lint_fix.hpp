// What `lint --diff` shows and `lint --fix` writes.
//
// What it is not: a judge of fixes; each was proven when its file was linted.
#pragma once

#include "command.hpp"
#include "lint/run.hpp"

#include <cstddef>
#include <string>
#include <vector>

namespace prefect_config::tool {

/// The changes as a diff, secrets masked; empty where there are none.
std::string diff_of_fixes(const LintOptions& options, LintRun& run, bool with_unsafe);

struct Fixed {
  std::size_t findings = 0;
  std::size_t files = 0;
};

/// Writes them, each file at once or not at all; what could not be written is a problem of `run`.
Fixed write_fixes(const LintOptions& options, LintRun& run, bool with_unsafe);

}  // namespace prefect_config::tool
