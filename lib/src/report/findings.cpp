// Findings as compilers print them: what, where, the line, what to do.
#include <prefect_config/report.hpp>

#include "report/names.hpp"
#include "report/snippet.hpp"

namespace prefect_config {
namespace {

std::string location(const Inspection& inspection, const Place& place) {
  std::string text = short_path(inspection, place.where);
  if (place.span.exists())
    text += ':' + std::to_string(place.span.line) + ':' + std::to_string(place.span.column);
  return text;
}

// Messages name paths as they were opened; people know them with `~`.
std::string with_short_home(const Inspection& inspection, const std::string& text) {
  const auto& home = inspection.launch.user_home;
  if (home.size() < 2) return printable(text);
  std::string result;
  std::size_t at = 0;
  for (auto found = text.find(home + '/'); found != std::string::npos;
       found = text.find(home + '/', at)) {
    result += text.substr(at, found - at) + '~';
    at = found + home.size();
  }
  return printable(result + text.substr(at));
}

}  // namespace

std::string finding_text(const Inspection& inspection, const Finding& finding) {
  std::string text(severity_word(finding.severity()));
  text += '[' + std::string(finding.code()) +
          "]: " + with_short_home(inspection, finding.message()) + '\n';
  if (finding.place) {
    text += "  --> " + location(inspection, *finding.place) + '\n';
    text += snippet(inspection, *finding.place, printable(finding.label()));
  }
  for (const auto& place : finding.related) {
    const auto lines = snippet(inspection, place, printable(place.note));
    text += "  ::: " + location(inspection, place) +
            (lines.empty() ? " " + printable(place.note) : std::string()) + '\n' + lines;
  }
  if (const auto help = finding.help(); !help.empty())
    text += "   = help: " + with_short_home(inspection, help) + '\n';
  if (!finding.next.empty()) text += "   = next: " + printable(finding.next) + '\n';
  return text;
}

}  // namespace prefect_config
