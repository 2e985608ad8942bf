// A lint report as workflow commands of GitHub Actions: a line a finding, which becomes an
// annotation of the pull request.
#include "report/lint.hpp"
#include "report/lint_parts.hpp"

#include <cstdint>

namespace prefect_config {
namespace {

std::string_view command(Severity severity) {
  switch (severity) {
  case Severity::error:
    return "error";
  case Severity::warning:
    return "warning";
  case Severity::info:
    return "notice";
  }
  return "";
}

// What stands behind the `::`: no line end may stay, or the next line could be a command.
void append_data(std::string& text, std::string_view data) {
  for (const char c : data) {
    switch (c) {
    case '%':
      text += "%25";
      break;
    case '\r':
      text += "%0D";
      break;
    case '\n':
      text += "%0A";
      break;
    default:
      text += c;
    }
  }
}

// The value of a property, which a comma or `::` would end.
void append_property(std::string& text, std::string_view value) {
  std::string data;
  append_data(data, value);
  for (const char c : data) {
    if (c == ':') {
      text += "%3A";
    } else if (c == ',') {
      text += "%2C";
    } else {
      text += c;
    }
  }
}

void append_number(std::string& text, std::string_view name, std::uint32_t number) {
  if (number == 0) return;
  text += name;
  text += std::to_string(number) + ',';
}

void append_finding(std::string& text, const LintFinding& finding) {
  text += "::";
  text += command(finding.severity);
  text += " file=";
  append_property(text, safe_text(finding.place.file));
  text += ',';
  const auto& span = finding.place.span;
  append_number(text, "line=", span.line);
  append_number(text, "endLine=", span.end_line);
  append_number(text, "col=", span.column);
  append_number(text, "endColumn=", span.end_column);
  text += "title=";
  append_property(text, finding.code());
  text += "::";
  append_data(text, safe_text(finding.message));
  if (const auto details = lint_details(finding); !details.empty())
    append_data(text, '\n' + details);
  text += '\n';
}

}  // namespace

std::string lint_github(const LintReport& report) {
  std::string text;
  for (const auto& finding : report.findings) append_finding(text, finding);
  return text;
}

}  // namespace prefect_config
