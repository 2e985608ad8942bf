#include "report/json_parts.hpp"

#include "report/disclosure.hpp"
#include "report/prefect_view.hpp"
#include "report/view_rows.hpp"
#include "sources/known_secrets.hpp"
#include "sources/mask.hpp"
#include "sources/protect.hpp"

#include <string>

namespace prefect_config {

namespace {

// `span` is the place of the key itself, or of the name it stands under.
void write_origin_at(JsonWriter& json, const Origin& origin, const Span& span) {
  json.begin_object();
  json.key("kind").value(prefect_word(origin.kind));
  json.key("where").value(origin.where);
  if (is_profile(origin.kind)) json.key("profile").value(origin.table);
  if (origin.kind == SourceKind::command_line) json.key("laid_over").value(true);
  json.key("line");
  span.exists() ? json.value(span.line) : json.null();
  json.key("column");
  span.exists() ? json.value(span.column) : json.null();
  json.key("key").value(origin.key);
  json.end_object();
}

}  // namespace

void write_origin(JsonWriter& json, const Candidate* candidate) {
  if (!candidate) {
    json.null();
    return;
  }
  write_origin_at(json, candidate->origin, candidate->origin.key_span);
}

void write_origin(JsonWriter& json, const std::optional<Origin>& origin) {
  if (!origin) {
    json.null();
    return;
  }
  write_origin_at(json, *origin, origin->key_span);
}

void write_candidate(JsonWriter& json, const Candidate& candidate, Disclosure secrets,
                     std::string_view reason) {
  json.begin_object();
  json.key("value").value(row_value(*candidate.setting, candidate.written, secrets));
  json.key("source").value(prefect_word(candidate.origin.kind));
  json.key("origin");
  write_origin(json, &candidate);
  if (!reason.empty()) json.key("reason").value(reason);
  json.end_object();
}

void write_typed(JsonWriter& json, const SettingValue& value, Disclosure secrets) {
  // That a secret is not set, or empty, is none.
  if (value.is_none()) {
    json.null();
  } else if (value.is_empty_text()) {
    json.value("");
  } else {
    json.typed(shown(value, secrets));
  }
}

void write_setting(JsonWriter& json, const Resolved& resolved, Disclosure secrets,
                   bool show_source) {
  json.key("name").value(resolved.setting->name);
  json.key("value").value(row_value(*resolved.setting, view_value(resolved), secrets));
  if (show_source) json.key("source").value(prefect_word(resolved.source()));
  json.key("path").value(resolved.setting->path);
  json.key("typed_value");
  write_typed(json, resolved.value, secrets);
  json.key("secret").value(resolved.setting->secret || resolved.value.is_secret());
  json.key("origin");
  write_origin(json, resolved.winner);
  json.key("shadowed").begin_array();
  for (const auto* candidate : resolved.shadowed) write_candidate(json, *candidate, secrets, {});
  json.end_array();
  if (!resolved.merged.empty()) {
    json.key("merged").begin_array();
    for (const auto* candidate : resolved.merged) write_candidate(json, *candidate, secrets, {});
    json.end_array();
  }
  if (!resolved.keys.empty()) {
    json.key("keys").begin_array();
    for (const auto& key : resolved.keys) {
      json.begin_object();
      json.key("key").value(shown_header_name(key.name, secrets));
      json.key("source").value(prefect_word(key.from->origin.kind));
      json.key("origin");
      write_origin_at(json, key.from->origin, key.span);
      json.end_object();
    }
    json.end_array();
  }
  json.key("rejected").begin_array();
  for (const auto& rejected : resolved.rejected)
    write_candidate(json, *rejected.candidate, secrets, rejected.reason);
  json.end_array();
  json.key("derived_from").begin_array();
  for (const auto path : resolved.derived_from) json.value(path);
  json.end_array();
}

// Findings never hold a secret, whatever --show-secrets says: they are shared, logged and pasted.
void write_finding(JsonWriter& json, const Finding& finding) {
  json.key("code").value(finding.code());
  json.key("severity").value(severity_word(finding.severity()));
  json.key("message").value(finding.message());
  const auto* place = finding.place ? &*finding.place : nullptr;
  const auto write_position = [&json](const char* key, const Place* at, std::uint32_t number) {
    json.key(key);
    at && at->span.exists() ? json.value(number) : json.null();
  };
  json.key("file");
  place ? json.value(mask_text(place->where)) : json.null();
  const auto span = place ? place->span : Span{};
  write_position("line", place, span.line);
  write_position("column", place, span.column);
  write_position("end_line", place, span.end_line);
  write_position("end_column", place, span.end_column);
  json.key("related").begin_array();
  for (const auto& related : finding.related) {
    json.begin_object();
    json.key("message").value(mask_text(related.note));
    json.key("file").value(mask_text(related.where));
    write_position("line", &related, related.span.line);
    write_position("column", &related, related.span.column);
    json.end_object();
  }
  json.end_array();
  json.key("help").value(finding.help());
  json.key("next");
  finding.next.empty() ? json.null() : json.value(mask_text(finding.next));
}

void write_findings(JsonWriter& json, const std::vector<Finding>& findings) {
  json.key("findings").begin_array();
  for (const auto& finding : findings) {
    json.begin_object();
    write_finding(json, finding);
    json.end_object();
  }
  json.end_array();
}

void write_head(JsonWriter& json, const Inspection& inspection, std::string_view command) {
  json.key("schema").value("prefect-config/" + std::string(command) + "/v1");
  json.key("prefect_version").value(inspection.launch.prefect_version.text());
  json.key("loads").value(inspection.loads);
  json.key("complete").value(inspection.complete);
  json.key("profile").value(inspection.command_line.selection.name);
  // The effective one: `prefect -p NAME` can move it after the file was found.
  const auto* profiles_path = inspection.find("profiles_path");
  json.key("profiles_path");
  profiles_path ? json.value(profiles_path->value)
                : json.value(inspection.command_line.selection.path);
  const auto& loader = inspection.layers.loader;
  json.key("loader_profiles_path");
  if (loader.bundled_file) {
    json.null();
  } else {
    // A name that no setting protects here; the launch's own secrets are hidden in it all the same.
    const auto& known = inspection.known_secrets;
    json.value(known ? known->masked(loader.path) : loader.path);
  }
}

}  // namespace prefect_config
