// `doctor -o html`: what is wrong with one launch, and what its connections showed.
#include "report/disclosure.hpp"
#include "report/doctor_probe.hpp"
#include "report/html_parts.hpp"
#include "report/names.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string>

namespace prefect_config {
namespace {

struct OutcomeLook {
  std::string_view kind;
  std::string_view sign;
};

constexpr OutcomeLook look_of(Verdict::Outcome outcome) {
  switch (outcome) {
  case Verdict::Outcome::works:
    return {"used", "✓"};
  case Verdict::Outcome::fails:
    return {"refused", "✖"};
  case Verdict::Outcome::unknown:
    return {"ignored", "?"};
  case Verdict::Outcome::not_opened:
    return {"absent", "–"};
  }
  return {};
}

void add_verdict(Html& html, const ProbeReport& report, const Verdict& verdict) {
  const auto look = look_of(verdict.outcome);
  const auto* attempt = report.probe.find(verdict.surface);
  html.raw("<tr><th scope=\"row\"><code>").raw(surface_name(verdict.surface));
  html.raw(fmt::format("</code></th><td class=\"cell {}\"><span class=\"state\"><span "
                       "aria-hidden=\"true\">{}</span> {}</span></td><td>",
                       look.kind, look.sign, outcome_word(verdict.outcome)));
  if (attempt) html.raw(layer_name(attempt->layer));
  html.raw("</td><td>");
  if (verdict.cause) {
    add_code(html, rule(*verdict.cause).code);
    html.raw(" ");
  }
  html.name(verdict.note).raw("</td></tr>\n");
}

void add_attempts(Html& html, const Probe& probe) {
  html.raw("<details>\n<summary>Each request</summary>\n<div class=\"scroll\" role=\"region\" "
           "aria-labelledby=\"requests\" tabindex=\"0\">\n<table class=\"grid\">\n<caption "
           "id=\"requests\">Requests</caption>\n<thead><tr><th scope=\"col\">Connection</th><th "
           "scope=\"col\">URL</th><th scope=\"col\">Asked</th><th scope=\"col\">Credential</th><th "
           "scope=\"col\">Came to</th><th scope=\"col\">Time</th></tr></thead>\n<tbody>\n");
  for (const auto& attempt : probe.attempts) {
    html.raw("<tr><th scope=\"row\"><code>").raw(surface_name(attempt.surface));
    html.raw("</code></th><td>").code(shown_text(attempt.url, Disclosure::masked)).raw("</td><td>");
    html.raw(asked_name(attempt.asked)).raw("</td><td>");
    html.raw(attempt.carries_credential ? "sent" : "none").raw("</td><td>");
    html.raw(layer_name(attempt.layer));
    if (attempt.status > 0) html.raw(fmt::format(", status {}", attempt.status));
    if (attempt.close_code > 0) html.raw(fmt::format(", closed with {}", attempt.close_code));
    if (!attempt.detail.empty()) html.raw(": ").name(attempt.detail);
    html.raw(fmt::format("</td><td>{}</td></tr>\n", milliseconds_text(attempt.elapsed)));
  }
  html.raw("</tbody>\n</table>\n</div>\n</details>\n");
}

void add_probe(Html& html, const ProbeReport& report) {
  html.raw("<section aria-labelledby=\"probe\">\n<h2 id=\"probe\">What the connections "
           "showed</h2>\n<dl class=\"facts\">\n");
  html.fact("Asked", shown_text(report.plans.api_url, Disclosure::masked));
  if (const auto server = server_text(report); !server.empty()) html.fact("Server", server);
  if (report.probe.find(Surface::http, Asked::pool)) {
    const auto& exists = report.diagnosis.pool_exists;
    html.fact("Work pool", !exists ? "not known" : *exists ? "exists" : "missing");
  }
  html.raw(
      "</dl>\n<div class=\"scroll\" role=\"region\" aria-labelledby=\"verdicts\" "
      "tabindex=\"0\">\n<table class=\"grid\">\n<caption id=\"verdicts\">Connections</caption>\n"
      "<thead><tr><th scope=\"col\">Connection</th><th scope=\"col\">Outcome</th><th "
      "scope=\"col\">Came to</th><th scope=\"col\">Why</th></tr></thead>\n<tbody>\n");
  for (const auto& verdict : report.diagnosis.verdicts) add_verdict(html, report, verdict);
  html.raw("</tbody>\n</table>\n</div>\n");
  if (!report.probe.attempts.empty()) add_attempts(html, report.probe);
  html.raw("</section>\n");
}

}  // namespace

std::string doctor_html(const Inspection& inspection, const ProbeReport* probe, ProbeAsked asked) {
  Html header(Disclosure::masked);
  header.raw("<dl class=\"facts\">\n");
  add_launch_facts(header, inspection);
  header.raw("</dl>\n");
  add_counts(header, count_of(inspection, Severity::error), count_of(inspection, Severity::warning),
             count_of(inspection, Severity::info));
  add_launch_notes(header, inspection);
  Html main(Disclosure::masked);
  if (probe) {
    add_probe(main, *probe);
  } else if (asked == ProbeAsked::yes) {
    main.raw("<p class=\"note warning\">There is nothing to connect to: nothing was opened.</p>\n");
  }
  add_findings(main, inspection);
  return html_page("Check-up of one launch", "doctor", header, main);
}

}  // namespace prefect_config
