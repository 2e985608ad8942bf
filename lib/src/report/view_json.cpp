// `view -o json`: the document of `prefect config view -o json`, with origins.
#include <prefect_config/report.hpp>

#include "report/disclosure.hpp"
#include "report/json_parts.hpp"
#include "report/prefect_view.hpp"
#include "report/view_rows.hpp"

namespace prefect_config {
namespace {

// Only where Prefect's own view would show another value or another source, or no row at all.
void write_prefect_view(JsonWriter& json, const Resolved& resolved, const PrefectRow* row,
                        const ViewOptions& options) {
  if (!differs(resolved, row, options.secrets)) return;
  if (!row) {
    json.key("prefect_view").null();
    return;
  }
  json.key("prefect_view").begin_object();
  json.key("value").value(row_value(*resolved.setting, row->value, options.secrets));
  json.key("source").value(prefect_word(row->source));
  json.end_object();
}

}  // namespace

std::string view_json(const Inspection& inspection, const ViewOptions& options) {
  const auto rows = prefect_rows(inspection, options.show_defaults);
  JsonWriter json(options.secrets);
  json.begin_object();
  write_head(json, inspection, "view");
  json.key("settings").begin_array();
  for (const auto* resolved : view_rows(inspection, options.show_defaults)) {
    json.begin_object();
    write_setting(json, *resolved, options.secrets, options.show_sources);
    write_prefect_view(json, *resolved, row_of(rows, *resolved), options);
    json.end_object();
  }
  json.end_array();
  write_findings(json, inspection.findings);
  if (const auto* ui_url = inspection.find("ui_url"); ui_url && ui_url->value.truthy()) {
    json.key("ui_url").value(shown_text(ui_url->value, options.secrets));
  }
  json.end_object();
  return json.take();
}

}  // namespace prefect_config
