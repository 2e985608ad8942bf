// A lint report in each format that CI systems read. Pure: a report in, a text out.
//
// What it is not: a place where secrets are masked: the report holds none. Names of files and
// messages are hostile all the same, and are escaped by each format's own rules.
//
// To add a format: a file report/lint_NAME.cpp, its line in `lint_formats`, a schema or a test that
// reads it back.
#pragma once

#include <prefect_config/report.hpp>

#include "lint/apply.hpp"
#include "lint/report.hpp"

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace prefect_config {

struct LintFormat {
  std::string_view name;
  std::string (*write)(const LintReport& report);
};

/// text, json, sarif, github, gitlab, junit, html.
std::span<const LintFormat> lint_formats();

/// As compilers print it, with a summary line. `lines`: long sentences broken for eyes.
std::string lint_text(const LintReport& report, Lines lines);
std::string lint_json(const LintReport& report);
/// SARIF 2.1.0.
std::string lint_sarif(const LintReport& report);
/// Workflow commands of GitHub Actions: `::error file=…`.
std::string lint_github(const LintReport& report);
/// GitLab's code quality report.
std::string lint_gitlab(const LintReport& report);
std::string lint_junit(const LintReport& report);
/// A page for people.
std::string lint_html(const LintReport& report);

/// A report from its JSON; nothing where it is none, or names a rule that is not known here.
std::optional<LintReport> read_lint_json(std::string_view text);

/// What fixes would change in a file, as a unified diff with secrets masked. `old_text` is the
/// file's without its byte order mark.
std::string lint_diff(const std::string& file, std::string_view old_text, const MendedFile& mended);

}  // namespace prefect_config
