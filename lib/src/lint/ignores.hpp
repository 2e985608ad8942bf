// Comments that say of a line what is not to be reported: `# prefect-config: ignore[PC302] reason`.
//
// What it is not: a reader of comments. The words are looked for on the line of a finding and on
// the one above it, in whatever sign the file's kind begins its comments with.
#pragma once

#include "lint/file.hpp"
#include "lint/policy.hpp"
#include "lint/texts.hpp"

#include <cstddef>
#include <vector>

namespace prefect_config {

/// Takes away what a comment ignores, and adds a finding for each code that a comment names and
/// nothing is found of. How many were taken away.
std::size_t apply_ignores(const LintTexts& texts, const LintPolicy* policy,
                          std::vector<LintFinding>& findings, std::vector<LintFact>& facts);

}  // namespace prefect_config
