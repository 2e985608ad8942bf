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

std::string location(const Inspection& inspection, const Place& place) {
  std::string text = short_path(inspection, place.where);
  if (place.span.exists())
    text += ':' + std::to_string(place.span.line) + ':' + std::to_string(place.span.column);
  return text;
}

// `NAME=value` with the value marked, as a line of a file would be.
std::string variable_snippet(const Place& place, const std::string& label) {
  constexpr std::size_t kLongest = 50;
  if (place.variable.empty()) return {};
  auto value = printable(place.shown_value);
  if (value.size() > kLongest)
    value = printable(std::string_view(place.shown_value).substr(0, kLongest)) + "…";
  const auto name = safe_text(place.variable) + '=';
  const auto marks = std::string(std::max<std::size_t>(1, display_width(value)), '^');
  return fmt::format("   |\n   | {}{}\n   | {}{} {}\n", name, value,
                     std::string(display_width(name), ' '), marks, label);
}

// Messages name paths as they were opened; people know them with `~`.
std::string with_short_home(const Inspection& inspection, const std::string& text) {
  const auto& home = inspection.launch.user_home;
  if (home.size() < 2) return safe_text(text);
  std::string result;
  std::size_t at = 0;
  for (auto found = text.find(home + '/'); found != std::string::npos;
       found = text.find(home + '/', at)) {
    result += text.substr(at, found - at) + '~';
    at = found + home.size();
  }
  return safe_text(result + text.substr(at));
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
    text += fmt::format("  --> {}\n{}", location(inspection, *finding.place),
                        snippet(inspection, *finding.place, safe_text(finding.label())));
    text += variable_snippet(*finding.place, safe_text(finding.label()));
  }
  for (const auto& place : finding.related) {
    const auto note = safe_text(place.note);
    const auto text_lines = snippet(inspection, place, note);
    text += fmt::format("  ::: {}{}\n{}", location(inspection, place),
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
