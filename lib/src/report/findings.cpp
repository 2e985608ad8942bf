// Findings as compilers print them: what, where, the line, what to do.
#include <prefect_config/report.hpp>

#include "report/names.hpp"
#include "report/snippet.hpp"
#include "support/text.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace prefect_config {
namespace {

constexpr std::size_t kHelp = 11;

// A variable as a line of a file would be.
std::string variable_snippet(const Place& place, const std::string& label) {
  const auto shown = shown_variable(place);
  if (shown.line.empty()) return {};
  return fmt::format("   |\n   | {}\n   | {}{} {}\n", shown.line, std::string(shown.from, ' '),
                     std::string(shown.to - shown.from, '^'), label);
}

}  // namespace

std::string finding_text(const Inspection& inspection, const Finding& finding, Lines lines) {
  const auto laid_out = [lines](const std::string& text, std::size_t column, std::size_t indent) {
    return lines == Lines::wrapped ? wrapped(text, column, indent) : text;
  };
  const auto head = fmt::format("{}[{}]: ", severity_word(finding.severity()), finding.code());
  auto text =
      head + laid_out(with_short_home(inspection, finding.message()), head.size(), 2) + '\n';
  if (finding.place) {
    text += fmt::format("  --> {}\n{}", location_of(inspection, *finding.place),
                        snippet(inspection, *finding.place, safe_text(finding.label())));
    text += variable_snippet(*finding.place, safe_text(finding.label()));
  }
  for (const auto& place : finding.related) {
    const auto note = safe_text(place.note);
    const auto text_lines = snippet(inspection, place, note);
    text += fmt::format("  ::: {}{}\n{}", location_of(inspection, place),
                        text_lines.empty() ? ", " + note : "", text_lines);
  }
  if (const auto symptom = symptom_of(finding.rule); !symptom.empty()) {
    constexpr std::size_t kSymptom = 17;
    text += fmt::format("   = in Prefect: {}\n", laid_out(safe_text(symptom), kSymptom, kSymptom));
  }
  if (const auto help = finding.help(); !help.empty()) {
    text +=
        fmt::format("   = help: {}\n", laid_out(with_short_home(inspection, help), kHelp, kHelp));
  }
  if (!finding.next.empty()) text += fmt::format("   = next: {}\n", safe_text(finding.next));
  return text;
}

}  // namespace prefect_config
