// A lint report as GitLab's code quality report: a JSON array, shown in merge requests.
#include "report/json_writer.hpp"
#include "report/lint.hpp"
#include "report/lint_parts.hpp"

#include <algorithm>
#include <cstdint>
#include <string_view>
#include <unordered_map>

namespace prefect_config {
namespace {

std::string_view gitlab_severity(Severity severity) {
  switch (severity) {
  case Severity::error:
    return "critical";
  case Severity::warning:
    return "major";
  case Severity::info:
    return "info";
  }
  return "";
}

}  // namespace

std::string lint_gitlab(const LintReport& report) {
  JsonWriter json(Disclosure::masked);
  std::unordered_map<std::string_view, std::size_t> seen;
  json.begin_array();
  for (const auto& finding : report.findings) {
    // GitLab shows one entry of those with equal fingerprints.
    const auto count = ++seen[finding.fingerprint];
    const auto fingerprint =
        count == 1 ? finding.fingerprint : finding.fingerprint + '-' + std::to_string(count);
    json.begin_object();
    json.key("description").raw(json_string(safe_text(finding.message)));
    json.key("check_name").raw(json_string(finding.code()));
    json.key("fingerprint").raw(json_string(fingerprint));
    json.key("severity").raw(json_string(gitlab_severity(finding.severity)));
    json.key("location").begin_object();
    json.key("path").value(finding.place.file);
    json.key("lines").begin_object();
    // A line is required: what is about the whole file stands at its first.
    json.key("begin").value(std::max<std::uint32_t>(1, finding.place.span.line));
    json.end_object().end_object().end_object();
  }
  json.end_array();
  return inert_json(json.take());
}

}  // namespace prefect_config
