// A run of lint: which files, read how, by two threads; then what follows from several of them.
//
// What it is not: the reading of one file (file.hpp), or a report's text (report/lint.hpp).
#pragma once

#include <prefect_config/version.hpp>

#include "lint/policy.hpp"
#include "lint/report.hpp"

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace prefect_config {

struct LintOptions {
  std::vector<std::string> paths;            ///< files and folders, as they are named
  bool respects_ignore_files = true;         ///< `.gitignore`, as git reads it
  std::optional<std::string> changed_since;  ///< only what differs from this commit
  std::vector<std::string> select;           ///< codes, or their beginnings; empty: all
  std::vector<std::string> ignore;           ///< codes, or their beginnings
  std::vector<std::string> baseline;         ///< fingerprints that are known, sorted
  LintPolicy policy = {};                    ///< what the project has decided
  std::optional<Version> release = {};       ///< of Prefect, where a file does not say which
  std::string fingerprint_key = {};          ///< where credentials are to be listed; else empty
  std::size_t shard = 0;                     ///< this part …
  std::size_t shards = 1;                    ///< … of so many
  /// Called now and then, from any thread, where somebody watches.
  std::function<void(std::size_t done, std::size_t all)> progress = {};
};

/// What could not be done at all: a path that is not there, a commit that git does not know.
struct LintProblem {
  std::string reason;
};

struct LintRun {
  LintReport report;
  std::vector<LintProblem> problems;
  std::vector<std::string> warnings;  ///< what makes the answer less than it seems
};

LintRun lint(const LintOptions& options);

/// The secrets of every commit of the repositories at `paths`, each once, where it came in.
LintRun lint_history(const LintOptions& options);

/// Several reports as one: of parts, or of several folders. Each finding once.
LintReport merged_reports(std::vector<LintReport> reports);

/// One text, as a file of this name.
LintRun lint_text_as(const LintOptions& options, const std::string& path, std::string_view text);

/// Counts a report's findings anew.
void count_findings(LintReport& report);

/// Whether a code is chosen: by `select`, and not by `ignore`.
bool is_chosen(const LintOptions& options, std::string_view code);

/// Findings as the options and the policy leave them: chosen ones, with their severities, sorted,
/// with fingerprints, without those of the baseline. How many the baseline took.
/// `root` is the folder that their files are told from; empty: this one.
std::size_t settle(std::vector<LintFinding>& findings, const LintOptions& options,
                   const std::string& root = {});

/// Takes away what the baseline knows. How many.
std::size_t drop_known(std::vector<LintFinding>& findings, const LintOptions& options);

/// A path as it is shown and remembered: from here where it is below here, so that a report is the
/// same however the path is written.
std::string shown_path(const std::string& path);

}  // namespace prefect_config
