// The formats of a lint report, by name.
#include "report/lint.hpp"

namespace prefect_config {
namespace {

std::string whole_text(const LintReport& report) { return lint_text(report, Lines::whole); }

constexpr LintFormat kFormats[] = {
    {"text", whole_text},    {"json", lint_json},   {"sarif", lint_sarif}, {"github", lint_github},
    {"gitlab", lint_gitlab}, {"junit", lint_junit}, {"html", lint_html},
};

}  // namespace

std::span<const LintFormat> lint_formats() { return kFormats; }

}  // namespace prefect_config
