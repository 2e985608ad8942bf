// `lint -o html`: findings of many files: how many, where, and each with its line.
#include "lint/fixes.hpp"
#include "report/html_parts.hpp"
#include "report/lint.hpp"
#include "report/lint_parts.hpp"
#include "report/names.hpp"
#include "support/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace prefect_config {
namespace {

constexpr std::array kSeverities = {Severity::error, Severity::warning, Severity::info};
constexpr std::size_t kMostFiles = 500;
constexpr std::size_t kMostNotes = 500;

struct FileCounts {
  std::array<std::size_t, kSeverities.size()> counts{};
  std::string first;  ///< the id of its first finding on the page
};

std::string heading_of(Severity severity) {
  return severity == Severity::error     ? "Errors"
         : severity == Severity::warning ? "Warnings"
                                         : "Notes";
}

void add_place(Html& html, const LintPlace& place) {
  auto where = place.file;
  if (place.span.exists())
    where += ':' + std::to_string(place.span.line) + ':' + std::to_string(place.span.column);
  ShownSnippet shown;
  if (place.span.exists() && !place.source.line.empty()) {
    shown.number = place.span.line;
    shown.line = printable(place.source.line);
    shown.from = std::min(place.source.column, display_width(shown.line));
    shown.to = shown.from + std::max<std::size_t>(1, place.source.width);
  }
  add_snippet(html, where, shown, place.note);
}

void add_finding(Html& html, const LintFinding& finding, const std::string& id) {
  constexpr std::size_t kMostRelated = 20;
  html.raw(fmt::format("<article class=\"finding {}\" id=\"{}\">\n<h4>",
                       severity_word(finding.severity), id));
  add_badge(html, finding.severity);
  html.raw(" ");
  add_code(html, finding.code());
  html.raw(" ").words(finding.message).raw("</h4>\n");
  add_place(html, finding.place);
  const auto related = std::min(finding.related.size(), kMostRelated);
  for (std::size_t i = 0; i < related; ++i) add_place(html, finding.related[i]);
  if (related < finding.related.size())
    html.raw(fmt::format("<p>and {} more places</p>\n", finding.related.size() - related));
  html.raw("<dl class=\"advice\">\n");
  add_advice(html, "help", finding.help, false);
  if (!finding.fixes.empty()) add_advice(html, "fix", lint_fix_words(finding.fixes.front()), true);
  add_advice(html, "next", finding.next, true);
  add_advice(html, "launch", finding.launch, false);
  html.raw("</dl>\n</article>\n");
}

class LintPage {
 public:
  explicit LintPage(const LintReport& report) : report_(report), html_(Disclosure::masked) {
    for (const auto severity : kSeverities) choose(severity);
  }

  Html main() && {
    if (report_.findings.empty())
      html_.raw("<p class=\"fine\">✓ Nothing was found.</p>\n");
    else
      add_files();
    for (const auto severity : kSeverities) add_severity(severity);
    if (chosen_.size() < report_.findings.size())
      html_.raw(fmt::format("<p>and {} more findings; <code>-o json</code> has them all</p>\n",
                            report_.findings.size() - chosen_.size()));
    add_notes();
    std::vector<RuleId> used;
    for (const auto* finding : chosen_) used.push_back(finding->rule);
    add_rules(html_, std::move(used));
    return std::move(html_);
  }

 private:
  // The most severe, each severity in the order of files.
  void choose(Severity severity) {
    for (const auto& finding : report_.findings) {
      if (finding.severity != severity) continue;
      auto& file = files_[finding.place.file];
      ++file.counts.at(static_cast<std::size_t>(severity));
      if (chosen_.size() == kMostFindings) continue;
      chosen_.push_back(&finding);
      if (file.first.empty()) file.first = "finding-" + std::to_string(chosen_.size());
    }
  }

  void add_files() {
    html_.raw("<section aria-labelledby=\"files\">\n<h2 id=\"files\">Files</h2>\n<table "
              "class=\"grid counted\">\n<caption>Findings by file</caption>\n<thead><tr><th "
              "scope=\"col\">File</th><th scope=\"col\">Errors</th><th scope=\"col\">Warnings</th>"
              "<th scope=\"col\">Notes</th></tr></thead>\n<tbody>\n");
    std::size_t shown = 0;
    for (const auto& [name, file] : files_) {
      if (++shown > kMostFiles) break;
      html_.raw("<tr><th scope=\"row\">");
      if (!file.first.empty()) html_.raw("<a href=\"#" + file.first + "\">");
      html_.name(name).raw(file.first.empty() ? "</th>" : "</a></th>");
      for (const auto count : file.counts)
        html_.raw(count == 0 ? "<td class=\"none\">" : "<td>").number(count).raw("</td>");
      html_.raw("</tr>\n");
    }
    html_.raw("</tbody>\n</table>\n");
    if (files_.size() > kMostFiles)
      html_.raw(fmt::format("<p>and {} more files</p>\n", files_.size() - kMostFiles));
    html_.raw("</section>\n");
  }

  void add_severity(Severity severity) {
    const std::string* file = nullptr;
    for (std::size_t i = 0; i < chosen_.size(); ++i) {
      const auto& finding = *chosen_[i];
      if (finding.severity != severity) continue;
      if (!file)
        html_.raw(fmt::format("<section aria-labelledby=\"{0}s\">\n<h2 id=\"{0}s\">{1}</h2>\n",
                              severity_word(severity), heading_of(severity)));
      if (!file || *file != finding.place.file)
        html_.raw("<h3 class=\"file\">").name(finding.place.file).raw("</h3>\n");
      file = &finding.place.file;
      add_finding(html_, finding, "finding-" + std::to_string(i + 1));
    }
    if (file) html_.raw("</section>\n");
  }

  void add_notes() {
    if (report_.notes.empty()) return;
    html_.raw("<section aria-labelledby=\"skipped\">\n<h2 id=\"skipped\">Skipped</h2>\n<ul>\n");
    for (std::size_t i = 0; i < std::min(report_.notes.size(), kMostNotes); ++i)
      html_.raw("<li>").name(report_.notes[i]).raw("</li>\n");
    html_.raw("</ul>\n");
    if (report_.notes.size() > kMostNotes)
      html_.raw(fmt::format("<p>and {} more</p>\n", report_.notes.size() - kMostNotes));
    html_.raw("</section>\n");
  }

  const LintReport& report_;
  Html html_;
  std::map<std::string, FileCounts> files_;
  std::vector<const LintFinding*> chosen_;
};

}  // namespace

std::string lint_html(const LintReport& report) {
  const auto& summary = report.summary;
  Html header(Disclosure::masked);
  const auto severe = summary.errors + summary.warnings;
  add_counts(header, summary.errors, summary.warnings,
             summary.findings - std::min(summary.findings, severe));
  header.raw("<dl class=\"facts\">\n");
  header.fact("Looked at",
              counted(summary.files, "file") + ", " + counted(summary.launches, "launch", "es"));
  if (summary.skipped > 0) header.fact("Skipped", counted(summary.skipped, "file"));
  if (summary.suppressed > 0) header.fact("Not told", counted(summary.suppressed, "finding"));
  if (const auto safe = count_fixes(report, false), all = count_fixes(report, true); all > 0)
    header.fact("Can be mended", std::to_string(safe) + " by --fix, " + std::to_string(all - safe) +
                                     " more by --fix --unsafe");
  header.raw("</dl>\n");
  return html_page("Lint report", "lint", header, LintPage(report).main());
}

}  // namespace prefect_config
