// `view -o html`: what this process is connected to, and each setting as a waterfall.
#include "report/disclosure.hpp"
#include "report/html_parts.hpp"
#include "report/prefect_view.hpp"
#include "report/view_rows.hpp"

#include <algorithm>
#include <iterator>
#include <vector>

namespace prefect_config {
namespace {

// What most questions are about: shown first, also where nothing sets them.
constexpr std::string_view kFirst[] = {"api.url", "api.key", "api.auth_string",
                                       "client.custom_headers"};

bool is_first(const Resolved& resolved) {
  return std::find(std::begin(kFirst), std::end(kFirst), resolved.setting->path) !=
         std::end(kFirst);
}

bool is_written(const Resolved& resolved) {
  return resolved.winner || !resolved.shadowed.empty() || !resolved.rejected.empty();
}

class ViewPage {
 public:
  ViewPage(const Inspection& inspection, const ViewOptions& options)
      : inspection_(inspection), options_(options), html_(options.secrets) {
    if (options.show_sources) rows_ = prefect_rows(inspection, options.show_defaults);
  }

  Html main() && {
    const auto listed = view_rows(inspection_, options_.show_defaults);
    if (options_.show_sources) {
      add_first();
      add_written(listed);
    } else {
      add_table("settings", "Settings", listed, true);
    }
    if (options_.show_defaults && options_.show_sources)
      add_table("defaults", "Settings that nothing sets", listed, false);
    add_findings(
        html_, inspection_,
        "Prefect takes these settings; whether they are right, `prefect-config doctor` says.");
    return std::move(html_);
  }

 private:
  void add_one(const Resolved& resolved) {
    add_ladder(html_, inspection_, resolved,
               prefect_note(resolved, row_of(rows_, resolved), options_.secrets));
  }

  void add_first() {
    html_.raw("<section aria-labelledby=\"first\">\n<h2 id=\"first\">What decides where Prefect "
              "goes, and as whom</h2>\n"
              "<p class=\"lead\">What is refused comes first, then the strongest source: its "
              "value wins and hides the others; keys of mappings are merged.</p>\n");
    for (const auto path : kFirst) {
      if (const auto* resolved = inspection_.find(path)) add_one(*resolved);
    }
    html_.raw("</section>\n");
  }

  void add_written(const std::vector<const Resolved*>& listed) {
    html_.raw("<section aria-labelledby=\"written\">\n<h2 id=\"written\">Everything else that is "
              "written somewhere</h2>\n");
    bool any = false;
    for (const auto* resolved : listed) {
      if (!is_written(*resolved) || is_first(*resolved)) continue;
      add_one(*resolved);
      any = true;
    }
    if (!any) html_.raw("<p class=\"lead\">Nothing.</p>\n");
    html_.raw("</section>\n");
  }

  // Names and values alone. `all`: what is written too.
  void add_table(std::string_view id, std::string_view title,
                 const std::vector<const Resolved*>& listed, bool all) {
    html_.raw("<section aria-labelledby=\"").raw(id).raw("\">\n<h2 id=\"").raw(id).raw("\">");
    html_.raw(title).raw("</h2>\n<table class=\"grid\">\n<caption>").raw(title);
    html_.raw("</caption>\n<thead><tr><th scope=\"col\">Setting</th><th scope=\"col\">Value</th>"
              "</tr></thead>\n<tbody>\n");
    for (const auto* resolved : listed) {
      if (!all && (is_written(*resolved) || is_first(*resolved))) continue;
      html_.raw("<tr><th scope=\"row\">").code(resolved->setting->name).raw("</th><td>");
      html_.code(quoted_value(all ? view_value(*resolved) : resolved->value, options_.secrets));
      if (!resolved->derivation.empty())
        html_.raw(" <span class=\"why\">").text(resolved->derivation).raw("</span>");
      html_.raw("</td></tr>\n");
    }
    html_.raw("</tbody>\n</table>\n</section>\n");
  }

  const Inspection& inspection_;
  const ViewOptions& options_;
  std::vector<PrefectRow> rows_;
  Html html_;
};

}  // namespace

std::string view_html(const Inspection& inspection, const ViewOptions& options) {
  Html header(options.secrets);
  header.raw("<dl class=\"facts\">\n");
  if (const auto* ui_url = inspection.find("ui_url"); ui_url && ui_url->value.truthy())
    header.fact("Web page", shown_text(ui_url->value, options.secrets));
  add_launch_facts(header, inspection);
  header.raw("</dl>\n");
  add_launch_notes(header, inspection);
  return html_page("Settings", "view", header, ViewPage(inspection, options).main());
}

}  // namespace prefect_config
