// A lint report as the document of design contract `lint`: docs/schema/lint.v1.schema.json.
#include "report/json_writer.hpp"
#include "report/lint.hpp"
#include "report/lint_parts.hpp"
#include "report/names.hpp"

#include <cstddef>
#include <cstdint>

namespace prefect_config {
namespace {

void write_count(JsonWriter& json, std::string_view key, std::size_t count) {
  json.key(key).raw(std::to_string(count));
}

// Null where there is no text to point at.
void write_position(JsonWriter& json, std::string_view key, std::uint32_t number) {
  json.key(key);
  number != 0 ? json.value(number) : json.null();
}

void write_place(JsonWriter& json, const LintPlace& place) {
  json.key("file").value(place.file);
  write_position(json, "line", place.span.line);
  write_position(json, "column", place.span.column);
}

void write_related(JsonWriter& json, const std::vector<LintPlace>& related) {
  json.key("related").begin_array();
  for (const auto& place : related) {
    json.begin_object();
    json.key("message").value(place.note);
    write_place(json, place);
    json.end_object();
  }
  json.end_array();
}

void write_fix(JsonWriter& json, const std::vector<LintFix>& fixes) {
  json.key("fix");
  if (fixes.empty() || !can_be_written(fixes.front())) {
    json.null();
    return;
  }
  const auto& fix = fixes.front();
  json.begin_object();
  json.key("safe").value(fix.is_safe);
  json.key("edits").begin_array();
  for (const auto& edit : fix.edits) {
    json.begin_object();
    json.key("file").value(edit.file);
    write_count(json, "begin", edit.begin);
    write_count(json, "end", edit.end);
    json.key("text").value(edit.text);
    json.end_object();
  }
  json.end_array().end_object();
}

void write_finding(JsonWriter& json, const LintFinding& finding) {
  const std::string code(finding.code());
  json.begin_object();
  json.key("code").raw('"' + code + '"');
  json.key("severity").raw(json_string(severity_word(finding.severity)));
  json.key("message").value(finding.message);
  write_place(json, finding.place);
  write_position(json, "end_line", finding.place.span.end_line);
  write_position(json, "end_column", finding.place.span.end_column);
  json.key("launch");
  finding.launch.empty() ? json.null() : json.value(finding.launch);
  write_related(json, finding.related);
  json.key("help").value(finding.help);
  write_fix(json, finding.fixes);
  json.key("fingerprint").raw(json_string(finding.fingerprint));
  json.key("docs").raw(json_string(page_name(code)));
  json.end_object();
}

void write_credential(JsonWriter& json, const LintCredential& credential) {
  json.begin_object();
  json.key("id").value(credential.id);
  json.key("fingerprint").raw(json_string(credential.fingerprint));
  write_place(json, credential.place);
  json.key("launch");
  credential.launch.empty() ? json.null() : json.value(credential.launch);
  json.key("used_on").begin_array();
  for (const auto& surface : credential.used_on) json.value(surface);
  json.end_array().end_object();
}

void write_summary(JsonWriter& json, const LintSummary& summary) {
  json.key("summary").begin_object();
  write_count(json, "files", summary.files);
  write_count(json, "launches", summary.launches);
  write_count(json, "findings", summary.findings);
  write_count(json, "errors", summary.errors);
  write_count(json, "warnings", summary.warnings);
  write_count(json, "skipped", summary.skipped);
  json.end_object();
}

}  // namespace

std::string lint_json(const LintReport& report) {
  JsonWriter json(Disclosure::masked);
  json.begin_object();
  json.key("schema").value("prefect-config/lint/v1");
  write_summary(json, report.summary);
  json.key("findings").begin_array();
  for (const auto& finding : report.findings) write_finding(json, finding);
  json.end_array();
  json.key("notes").begin_array();
  for (const auto& note : report.notes) json.value(note);
  json.end_array();
  if (report.lists_credentials) {
    json.key("credentials").begin_array();
    for (const auto& credential : report.credentials) write_credential(json, credential);
    json.end_array();
  }
  json.end_object();
  return inert_json(json.take());
}

}  // namespace prefect_config
