// The findings of one launch, on a page.
#include "report/html_parts.hpp"
#include "report/names.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace prefect_config {
namespace {

void add_place(Html& html, const Inspection& inspection, const Place& place,
               const std::string& label) {
  auto shown = shown_snippet(inspection, place);
  if (!shown.exists()) shown = shown_variable(place);
  add_snippet(html, location_of(inspection, place), shown, label);
}

void add_finding(Html& html, const Inspection& inspection, const Finding& finding) {
  // Places of one finding can be as many as there are profiles.
  constexpr std::size_t kMostRelated = 20;
  html.raw(fmt::format("<article class=\"finding {}\">\n<h3>", severity_word(finding.severity())));
  add_badge(html, finding.severity());
  html.raw(" ");
  add_code(html, finding.code());
  html.raw(" ").words(with_short_home(inspection, finding.message())).raw("</h3>\n");
  if (finding.place) add_place(html, inspection, *finding.place, safe_text(finding.label()));
  const auto related = std::min(finding.related.size(), kMostRelated);
  for (std::size_t i = 0; i < related; ++i)
    add_place(html, inspection, finding.related[i], safe_text(finding.related[i].note));
  if (related < finding.related.size())
    html.raw(fmt::format("<p>and {} more places</p>\n", finding.related.size() - related));
  html.raw("<dl class=\"advice\">\n");
  add_advice(html, "in Prefect", symptom_of(finding.rule), true);
  add_advice(html, "help", with_short_home(inspection, finding.help()), false);
  add_advice(html, "next", safe_text(finding.next), true);
  html.raw("</dl>\n</article>\n");
}

}  // namespace

void add_findings(Html& html, const Inspection& inspection, std::string_view if_none) {
  const auto& findings = inspection.findings;
  html.raw("<section aria-labelledby=\"findings\">\n<h2 id=\"findings\">Findings</h2>\n");
  if (findings.empty()) html.raw("<p class=\"fine\">✓ ").words(if_none).raw("</p>\n");
  std::vector<RuleId> used;
  for (const auto& finding : findings) {
    if (used.size() == kMostFindings) {
      html.raw(fmt::format("<p>and {} more findings; <code>-o json</code> has them all</p>\n",
                           findings.size() - used.size()));
      break;
    }
    add_finding(html, inspection, finding);
    used.push_back(finding.rule);
  }
  html.raw("</section>\n");
  add_rules(html, std::move(used));
}

}  // namespace prefect_config
