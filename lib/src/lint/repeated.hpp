// Findings in an order, each once.
//
// What it is not: a choice of what makes two the same; the caller's key says that.
#pragma once

#include "lint/report.hpp"

#include <algorithm>
#include <vector>

namespace prefect_config {

/// Sorts by a key, and keeps of equal ones the first.
template <typename Key>
void sort_and_drop_repeated(std::vector<LintFinding>& findings, const Key& key) {
  std::stable_sort(findings.begin(), findings.end(),
                   [&](const LintFinding& a, const LintFinding& b) { return key(a) < key(b); });
  findings.erase(
      std::unique(findings.begin(), findings.end(),
                  [&](const LintFinding& a, const LintFinding& b) { return key(a) == key(b); }),
      findings.end());
}

}  // namespace prefect_config
