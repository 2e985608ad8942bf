// Secrets that would be kept in the clear by what runs flows: a worker's credentials in the jobs it
// makes, a block's secret in a deployment.
//
// What it is not: a look at the work pool. Its job template can name a secret of its own, so what
// is said of a worker is information, unless its launch asks for the clear text.
//
// To add a kind of worker that can be given a secret's name: a row of `kProtections`.
#pragma once

#include "launch/written.hpp"
#include "lint/texts.hpp"

#include <vector>

namespace prefect_config {

std::vector<LintFinding> check_handed_on(const WrittenLaunches& written, const LintTexts& texts);

}  // namespace prefect_config
