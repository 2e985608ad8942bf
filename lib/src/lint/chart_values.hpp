// What is wrong with the values of Prefect's own Helm charts: names that newer charts do not know,
// a default that is a password, sections and URLs that do not fit one another.
//
// What it is not: Helm, and no list of all values of a chart. The facts are those of
// PrefectHQ/prefect-helm: each was read in its history, at the releases that are named. Where
// nothing says which release of a chart is installed, a name can be right for an older one, and
// the finding is information.
//
// To add a name that changed: a row of `kRenamed`; a name that only newer charts have: a row of
// `kNewNames`; both with the chart's release. Rows in tests/unit/lint/test_chart_values.cpp.
#pragma once

#include "launch/written.hpp"
#include "lint/texts.hpp"

#include <vector>

namespace prefect_config {

std::vector<LintFinding> check_chart_values(const WrittenLaunches& written, const LintTexts& texts);

}  // namespace prefect_config
