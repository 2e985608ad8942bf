#include "report/html_connections.hpp"

#include "report/disclosure.hpp"
#include "report/explain_parts.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <vector>

namespace prefect_config {
namespace {

// A table of more columns is read by nobody, and there can be as many headers as a file has lines.
constexpr std::size_t kMostColumns = 6;
constexpr std::size_t kMostCredentials = 100;
constexpr std::size_t kMostHeaders = 100;

struct Cell {
  std::string_view kind;  ///< a class of report.css
  std::string_view sign;
  std::string_view word;
  std::string why = {};
};

Cell cell_of(const AuthPlans& plans, const AuthPlan& plan, const Credential& credential) {
  if (plan.outcome == AuthPlan::Outcome::absent) return {"absent", "–", "not opened"};
  const auto& used = credential.used_on;
  const bool is_used = std::find(used.begin(), used.end(), plan.surface) != used.end();
  if (plan.outcome == AuthPlan::Outcome::refuses) return {"refused", "✖", "refuses"};
  if (is_used) return {"used", "●", "sent"};
  for (const auto& unused : passed_over(plans, credential)) {
    if (unused.surface != plan.surface) continue;
    return unused.overwritten ? Cell{"ignored", "◐", "overwritten", unused.reason}
                              : Cell{"ignored", "○", "not sent", unused.reason};
  }
  return {"ignored", "○", "not sent"};
}

void add_cell(Html& html, const Cell& cell) {
  html.raw(fmt::format("<td class=\"cell {}\"><span class=\"state\"><span "
                       "aria-hidden=\"true\">{}</span> {}</span>",
                       cell.kind, cell.sign, cell.word));
  if (!cell.why.empty()) html.raw("<span class=\"why\">").name(cell.why).raw("</span>");
  html.raw("</td>");
}

// What a connection sends, in one cell.
void add_sent(Html& html, const AuthPlan& plan) {
  constexpr std::size_t kMostShown = 3;
  html.raw("<td class=\"sent\">");
  if (plan.outcome != AuthPlan::Outcome::connects) {
    html.name(plan.notes.empty() ? std::string() : plan.notes.front()).raw("</td>");
    return;
  }
  const auto shown = std::min(plan.headers.size(), kMostShown);
  for (std::size_t i = 0; i < shown; ++i)
    html.code(header_text(plan.headers[i], html.secrets())).raw("<br>");
  if (shown < plan.headers.size())
    html.raw(fmt::format("and {} more<br>", plan.headers.size() - shown));
  if (plan.has_first_message)
    html.raw(plan.headers.empty() ? "" : "then ")
        .code("token " + token_text(plan, html.secrets()))
        .raw(" in the first message");
  if (plan.headers.empty() && !plan.has_first_message) html.raw("no credential");
  html.raw("</td>");
}

void add_term(Html& html, std::string_view term, const std::string& text) {
  html.raw("<div><dt>").raw(term).raw("</dt><dd>").code(text).raw("</dd></div>\n");
}

void add_connection(Html& html, const AuthPlan& plan) {
  const auto secrets = html.secrets();
  html.raw(fmt::format("<details>\n<summary><code>{}</code> {}</summary>\n<dl class=\"facts\">\n",
                       surface_name(plan.surface),
                       plan.outcome == AuthPlan::Outcome::absent ? "not opened"
                                                                 : outcome_name(plan.outcome)));
  if (!plan.url.is_none())
    add_term(html, "URL", shown_text(plan.url, secrets) + " (" + plan.transport + ')');
  for (std::size_t i = 0; i < std::min(plan.headers.size(), kMostHeaders); ++i)
    add_term(html, "Header", header_text(plan.headers[i], secrets));
  if (plan.headers.size() > kMostHeaders)
    html.fact("Headers", fmt::format("and {} more", plan.headers.size() - kMostHeaders));
  for (const auto& subprotocol : plan.subprotocols) add_term(html, "Subprotocol", subprotocol);
  if (plan.has_first_message)
    add_term(html, "First message",
             R"({"type": "auth", "token": )" + token_text(plan, secrets) + '}');
  if (plan.outcome == AuthPlan::Outcome::connects) html.fact("TLS", tls_text(plan, secrets));
  if (plan.proxy)
    html.fact("Proxy", shown_text(plan.proxy->url, secrets) + " (" + plan.proxy->variable + ')');
  for (const auto& note : plan.notes) html.fact("Note", note);
  if (plan.rule) html.fact("Rule", std::string(plan.rule->id) + ", " + plan.rule->versions.text());
  html.raw("</dl>\n</details>\n");
}

// One line a reason, with the connections for which it holds.
void add_reasons(Html& html, const AuthPlans& plans, const Credential& credential) {
  html.raw("<ul>\n");
  for (const auto& [surfaces, reason] : reasons_passed_over(plans, credential))
    html.raw("<li>").raw(surfaces).raw(": ").name(reason).raw("</li>\n");
  html.raw("</ul>\n");
}

std::string where_sent(const AuthPlans& plans, const Credential& credential) {
  std::string text;
  for (const auto surface : credential.used_for(plans.target))
    (text += text.empty() ? "" : ", ") += surface_name(surface);
  return text.empty() ? "nowhere" : text;
}

void add_credential(Html& html, const Inspection& inspection, const AuthPlans& plans,
                    const Credential& credential) {
  const auto secrets = html.secrets();
  const bool is_unused = credential.used_for(plans.target).empty();
  html.raw("<section class=\"credential\">\n<h3>").name(people_name(credential.name, secrets));
  html.raw(is_unused ? " <span class=\"badge warning\"><span aria-hidden=\"true\">○</span> set and "
                       "not used</span></h3>\n"
                     : "</h3>\n");
  html.raw("<dl class=\"facts\">\n");
  add_term(html, "Value", quoted_value(credential.value, secrets) + fingerprint_text(credential));
  html.fact("Written", written_at(inspection, credential));
  html.fact("Sent", where_sent(plans, credential));
  if (!passed_over(plans, credential).empty()) {
    html.raw("<div><dt>Not sent</dt><dd>");
    add_reasons(html, plans, credential);
    html.raw("</dd></div>\n");
  }
  html.raw("</dl>\n</section>\n");
}

}  // namespace

void add_matrix(Html& html, const Inspection& inspection, const AuthPlans& plans) {
  const auto columns = std::min(plans.credentials.size(), kMostColumns);
  html.raw("<div class=\"scroll\" role=\"region\" aria-labelledby=\"matrix\" tabindex=\"0\">\n"
           "<table class=\"grid matrix\">\n<caption id=\"matrix\">Connections and "
           "credentials</caption>\n<thead><tr><th scope=\"col\">Connection</th>");
  for (std::size_t i = 0; i < columns; ++i) {
    const auto& credential = plans.credentials[i];
    html.raw("<th scope=\"col\">").name(people_name(credential.name, html.secrets()));
    html.raw("<span class=\"why\">").name(written_at(inspection, credential)).raw("</span></th>");
  }
  html.raw("<th scope=\"col\">What is sent</th></tr></thead>\n<tbody>\n");
  for (const auto& plan : plans.surfaces) {
    if (!concerns(plan.surface, plans.target)) continue;
    html.raw("<tr><th scope=\"row\"><code>").raw(surface_name(plan.surface)).raw("</code></th>");
    for (std::size_t i = 0; i < columns; ++i)
      add_cell(html, cell_of(plans, plan, plans.credentials[i]));
    add_sent(html, plan);
    html.raw("</tr>\n");
  }
  html.raw("</tbody>\n</table>\n</div>\n");
  if (columns < plans.credentials.size())
    html.raw(fmt::format(
        "<p class=\"lead\">and {} more credentials; <code>-o json</code> has them all</p>\n",
        plans.credentials.size() - columns));
}

void add_credentials(Html& html, const Inspection& inspection, const AuthPlans& plans) {
  const auto shown = std::min(plans.credentials.size(), kMostCredentials);
  for (std::size_t i = 0; i < shown; ++i)
    add_credential(html, inspection, plans, plans.credentials[i]);
  if (shown < plans.credentials.size())
    html.raw(fmt::format("<p>and {} more; <code>-o json</code> has them all</p>\n",
                         plans.credentials.size() - shown));
}

void add_connections(Html& html, const AuthPlans& plans) {
  for (const auto& plan : plans.surfaces) {
    if (concerns(plan.surface, plans.target)) add_connection(html, plan);
  }
}

}  // namespace prefect_config
