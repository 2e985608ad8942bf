// A lint report as compilers print it: what, where, the line, what to do.
#include "report/lint.hpp"
#include "report/lint_parts.hpp"
#include "report/names.hpp"
#include "support/text.hpp"

#include <algorithm>

namespace prefect_config {
namespace {

constexpr std::string_view kHelp = "   = help: ";

std::string location(const LintPlace& place) {
  auto text = safe_text(place.file);
  if (place.span.exists())
    text += ':' + std::to_string(place.span.line) + ':' + std::to_string(place.span.column);
  return text;
}

// The gutter, the line and the carets with `label`; empty where no line is to be shown.
std::string shown_source(const LintPlace& place, const std::string& label) {
  const auto line = printable(place.source.line);
  if (line.empty() || !place.span.exists()) return {};
  const auto width = display_width(line);
  const auto from = std::min(place.source.column, width);
  const auto carets = std::max<std::size_t>(1, std::min(place.source.width, width - from));
  const auto gutter = std::to_string(place.span.line);
  const std::string blank(gutter.size(), ' ');
  auto text = ' ' + blank + " |\n " + gutter + " | " + line + "\n " + blank + " | " +
              std::string(from, ' ') + std::string(carets, '^');
  if (!label.empty()) (text += ' ') += label;
  return text += '\n';
}

void append_related(std::string& text, const LintPlace& place) {
  const auto note = safe_text(place.note);
  const auto source = shown_source(place, note);
  text += "  ::: " + location(place);
  if (source.empty() && !note.empty()) text += ", " + note;
  text += '\n' + source;
}

void append_finding(std::string& text, const LintFinding& finding, Lines lines) {
  const auto append = [&](const std::string& what, std::size_t column, std::size_t indent) {
    const auto safe = safe_text(what);
    text += lines == Lines::wrapped ? wrapped(safe, column, indent) : safe;
    text += '\n';
  };
  const auto head =
      std::string(severity_word(finding.severity)) + '[' + std::string(finding.code()) + "]: ";
  text += head;
  append(finding.message, head.size(), 2);
  text += "  --> " + location(finding.place) + '\n';
  text += shown_source(finding.place, safe_text(finding.place.note));
  for (const auto& place : finding.related) append_related(text, place);
  if (!finding.help.empty()) {
    text += kHelp;
    append(finding.help, kHelp.size(), kHelp.size());
  }
  if (!finding.fixes.empty()) text += "   = fix: " + lint_fix_words(finding.fixes.front()) + '\n';
  // Commands and names are copied: they stay whole.
  if (!finding.next.empty()) text += "   = next: " + safe_text(finding.next) + '\n';
  if (!finding.launch.empty()) text += "   = launch: " + safe_text(finding.launch) + '\n';
}

void append_summary(std::string& text, const LintReport& report) {
  const auto& summary = report.summary;
  const auto severe = summary.errors + summary.warnings;
  const auto notes = summary.findings - std::min(summary.findings, severe);
  text += counted(summary.errors, "error") + ", " + counted(summary.warnings, "warning") + ", " +
          counted(notes, "note") + " in " + counted(summary.files, "file") + " (" +
          counted(summary.launches, "launch", "es") + ")\n";
  if (const auto safe = count_fixes(report, false), all = count_fixes(report, true); all > 0) {
    if (safe > 0) text += std::to_string(safe) + " can be mended by --fix";
    if (all > safe)
      text += (safe > 0 ? ", " + std::to_string(all - safe) + " more"
                        : std::to_string(all) + " can be mended") +
              " by --fix --unsafe";
    text += "; --diff shows how\n";
  }
  if (summary.skipped > 0)
    text += counted(summary.skipped, "file") + " skipped; -v lists " +
            (summary.skipped == 1 ? "it" : "them") + '\n';
  // A part of a file that could not be read is no all-clear.
  const auto partly = report.notes.size() - std::min(report.notes.size(), summary.skipped);
  if (partly > 0)
    text += counted(partly, "note") + " on what was read only in part; -v lists " +
            (partly == 1 ? "it" : "them") + '\n';
}

}  // namespace

std::string lint_text(const LintReport& report, Lines lines) {
  std::string text;
  for (const auto& finding : report.findings) {
    append_finding(text, finding, lines);
    text += '\n';
  }
  append_summary(text, report);
  return without_log_commands(text);
}

}  // namespace prefect_config
