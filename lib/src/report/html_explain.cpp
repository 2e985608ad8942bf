// `explain -o html`: whom this process talks to, as whom, which credential goes where and why.
#include "report/disclosure.hpp"
#include "report/explain_parts.hpp"
#include "report/html_connections.hpp"
#include "report/html_parts.hpp"
#include "report/names.hpp"

#include <fmt/format.h>

#include <string>
#include <string_view>

namespace prefect_config {
namespace {

// What decides: the first always, the others where they are written.
struct Decides {
  std::string_view path;
  bool always;
};
constexpr Decides kDecide[] = {
    {"api.url", true},
    {"api.key", true},
    {"api.auth_string", true},
    {"client.custom_headers", false},
    {"cloud.api_url", false},
    {"api.tls_insecure_skip_verify", false},
    {"api.ssl_cert_file", false},
    {"server.ephemeral.enabled", false},
};

std::string target_words(const AuthPlans& plans, Disclosure secrets) {
  switch (plans.target) {
  case Target::cloud:
    return shown_text(plans.api_url, secrets) + " (Prefect Cloud)";
  case Target::self_hosted:
    return shown_text(plans.api_url, secrets) + " (self-hosted)";
  case Target::ephemeral:
    return "a temporary server on this machine: there is no API URL";
  case Target::none:
    return "nothing: there is no API URL, and temporary servers are off";
  }
  return {};
}

bool has_connections(const AuthPlans& plans) {
  return plans.target == Target::cloud || plans.target == Target::self_hosted;
}

void add_plan(Html& html, const Inspection& inspection, const AuthPlans& plans) {
  html.raw(
      "<section aria-labelledby=\"sent\">\n<h2 id=\"sent\">Which credential goes where</h2>\n");
  if (!has_connections(plans)) {
    const auto& notes = plans.surfaces.front().notes;
    html.raw("<p class=\"lead\">Every connection: ")
        .name(notes.empty() ? std::string() : notes.front())
        .raw("</p>\n");
  } else {
    add_matrix(html, inspection, plans);
  }
  html.raw("</section>\n");
  if (!plans.credentials.empty()) {
    html.raw("<section aria-labelledby=\"credentials\">\n<h2 id=\"credentials\">The "
             "credentials</h2>\n");
    add_credentials(html, inspection, plans);
    html.raw("</section>\n");
  }
  if (has_connections(plans)) {
    html.raw("<section aria-labelledby=\"connections\">\n<h2 id=\"connections\">Each connection in "
             "full</h2>\n");
    add_connections(html, plans);
    html.raw("</section>\n");
  }
}

void add_settings(Html& html, const Inspection& inspection) {
  html.raw("<section aria-labelledby=\"decides\">\n<h2 id=\"decides\">The settings that decide "
           "it</h2>\n");
  for (const auto& [path, always] : kDecide) {
    const auto* resolved = inspection.find(path);
    if (resolved && (always || resolved->winner || !resolved->rejected.empty()))
      add_ladder(html, inspection, *resolved);
  }
  html.raw("</section>\n");
}

void add_flow_run(Html& html, const Inspection& inspection) {
  constexpr std::size_t kMost = 500;
  const auto variables = flow_run_environment(inspection.resolution, inspection.registry);
  if (variables.empty()) return;
  html.raw("<section aria-labelledby=\"flow-run\">\n<h2 id=\"flow-run\">What a worker hands to its "
           "flow runs</h2>\n<div class=\"scroll\" role=\"region\" aria-labelledby=\"variables\" "
           "tabindex=\"0\">\n<table class=\"grid\">\n<caption id=\"variables\">Variables in the "
           "environment of a flow run</caption>\n<thead><tr><th scope=\"col\">Variable</th><th "
           "scope=\"col\">Value</th><th scope=\"col\">Written</th></tr></thead>\n<tbody>\n");
  for (std::size_t i = 0; i < std::min(variables.size(), kMost); ++i) {
    const auto& variable = variables[i];
    html.raw("<tr><th scope=\"row\">").code(variable.name).raw("</th><td>");
    html.code(shown_text(variable.value, html.secrets()));
    if (variable.in_clear)
      html.raw(
          " <span class=\"badge warning\"><span aria-hidden=\"true\">▲</span> in clear</span>");
    html.raw("</td><td>");
    if (variable.setting) {
      const auto& origin = variable.setting->winner->origin;
      html.name(source_name(origin) + ", " + place_name(inspection, origin));
    }
    html.raw("</td></tr>\n");
  }
  html.raw("</tbody>\n</table>\n</div>\n");
  if (variables.size() > kMost)
    html.raw(fmt::format("<p>and {} more</p>\n", variables.size() - kMost));
  html.raw("</section>\n");
}

}  // namespace

std::string explain_html(const Inspection& inspection, const AuthPlans& plans, Disclosure secrets) {
  Html header(secrets);
  header.raw("<dl class=\"facts\">\n");
  header.fact("Talks to", target_words(plans, secrets));
  if (has_connections(plans)) header.fact("As", identity_text(inspection, plans));
  add_launch_facts(header, inspection);
  header.raw("</dl>\n");
  add_launch_notes(header, inspection);
  Html main(secrets);
  add_plan(main, inspection, plans);
  add_settings(main, inspection);
  add_flow_run(main, inspection);
  add_findings(main, inspection);
  return html_page("Credentials", "explain", header, main);
}

}  // namespace prefect_config
