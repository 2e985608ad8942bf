// What lint is asked for, as its options; and the launch as a report.
//
// What it is not: a report's text (report/lint.hpp), or the reading of files (run.hpp).
#pragma once

#include <prefect_config/inspect.hpp>
#include <prefect_config/request.hpp>

#include "lint/run.hpp"

#include <optional>
#include <string>
#include <variant>

namespace prefect_config {

/// The options of a request, or why they cannot be had. `release` is Prefect's, where one was asked
/// for.
std::variant<LintOptions, LintRefusal> read_lint_request(const LintRequest& request,
                                                         std::optional<Version> release);

/// This launch, as a report: what doctor says, in the formats of CI. `plans` are those of
/// `inspection`.
LintRun lint_launch(Inspection& inspection, const AuthPlans& plans, const LintOptions& options);

/// Whether a finding is at or above the limit: `fail_on`, else the policy's, else errors.
bool reaches_limit(const LintReport& report, const std::string& fail_on, const LintPolicy& policy);

/// A file's or a pipe's text, if its size is one that a report has; else errno says why not.
std::optional<std::string> text_of_report(const std::string& path);

}  // namespace prefect_config
