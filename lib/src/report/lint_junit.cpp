// A lint report as JUnit's XML, which nearly every CI system reads: a test case a finding.
#include "report/lint.hpp"
#include "report/lint_parts.hpp"
#include "sources/mask.hpp"
#include "support/text.hpp"

#include <algorithm>
#include <cstddef>

namespace prefect_config {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";  // U+FFFD

// XML 1.0 has no control characters but these three, no U+FFFE and U+FFFF, and no escape for them.
bool is_in_xml(std::string_view character) {
  const char c = character.front();
  if (character.size() == 1) return (c >= ' ' && c <= '~') || c == '\t' || c == '\n' || c == '\r';
  return character != "\xEF\xBF\xBE" && character != "\xEF\xBF\xBF";
}

std::string with_xml_characters(std::string_view text) {
  std::string result;
  while (!text.empty()) {
    // An invalid byte is a character of its own, and not ASCII.
    const auto character = text.substr(0, bytes_of_code_points(text, 1));
    result += is_in_xml(character) ? character : kReplacement;
    text.remove_prefix(character.size());
  }
  return result;
}

std::string escaped(std::string_view text) {
  std::string result;
  for (const char c : text) {
    switch (c) {
    case '#':
      // Two of them begin a command to CI systems that show the report in their log.
      result += ends_with(result, "#") ? "&#35;" : "#";
      break;
    case '&':
      result += "&amp;";
      break;
    case '<':
      result += "&lt;";
      break;
    case '>':
      result += "&gt;";
      break;
    case '"':
      result += "&quot;";
      break;
    case '\'':
      result += "&apos;";
      break;
    default:
      result += c;
    }
  }
  return result;
}

// What XML can hold and a terminal or page would obey (U+202E) is made visible, line ends too.
std::string xml_text(std::string_view text) {
  return escaped(printable(with_xml_characters(mask_text(text))));
}

std::string with_place(const LintFinding& finding) {
  const auto& span = finding.place.span;
  auto text = xml_text(finding.place.file);
  if (span.exists()) text += ':' + std::to_string(span.line) + ':' + std::to_string(span.column);
  text += ": " + xml_text(finding.message);
  if (const auto details = lint_details(finding); !details.empty()) text += '\n' + escaped(details);
  return text;
}

void append_finding(std::string& xml, const LintFinding& finding) {
  xml += "    <testcase classname=\"" + xml_text(finding.place.file) + "\" name=\"";
  xml += finding.code();
  if (finding.place.span.exists()) xml += " line " + std::to_string(finding.place.span.line);
  xml += "\">\n";
  if (finding.severity == Severity::info) {
    xml += "      <system-out>" + with_place(finding) + "</system-out>\n";
  } else {
    xml += "      <failure type=\"";
    xml += severity_word(finding.severity);
    xml +=
        "\" message=\"" + xml_text(finding.message) + "\">" + with_place(finding) + "</failure>\n";
  }
  xml += "    </testcase>\n";
}

}  // namespace

std::string lint_junit(const LintReport& report) {
  const auto& findings = report.findings;
  const auto failures =
      std::count_if(findings.begin(), findings.end(),
                    [](const LintFinding& finding) { return finding.severity != Severity::info; });
  const auto counts = " tests=\"" + std::to_string(std::max<std::size_t>(1, findings.size())) +
                      "\" failures=\"" + std::to_string(failures) +
                      "\" errors=\"0\" skipped=\"0\">\n";
  std::string xml = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                    "<testsuites name=\"prefect-config\"" +
                    counts + "  <testsuite name=\"prefect-config lint\"" + counts;
  for (const auto& finding : findings) append_finding(xml, finding);
  // A report without a test case is an error to CI systems.
  if (findings.empty()) xml += "    <testcase classname=\"prefect-config\" name=\"lint\"/>\n";
  return xml + "  </testsuite>\n</testsuites>\n";
}

}  // namespace prefect_config
