// A lint report read back from its own JSON, to be put together with others.
#include "adapters/json.hpp"
#include "report/lint.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

namespace prefect_config {
namespace {

const Value* find(const Value& value, std::string_view key) {
  const auto* object = value.get<Dict>();
  return object ? object->find(key) : nullptr;
}

std::string text_at(const Value& value, std::string_view key) {
  const auto* found = find(value, key);
  return found && !found->is_none() ? found->str() : std::string();
}

// What is no number, or too large for one, is none.
std::size_t number_at(const Value& value, std::string_view key) {
  const auto text = text_at(value, key);
  std::uint32_t number = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
  return read.ec == std::errc() && read.ptr == text.data() + text.size() ? number : 0;
}

std::uint32_t position_at(const Value& value, std::string_view key) {
  return static_cast<std::uint32_t>(number_at(value, key));
}

LintPlace place_of(const Value& value) {
  LintPlace place;
  place.file = text_at(value, "file");
  place.span = {position_at(value, "line"), position_at(value, "column"),
                position_at(value, "end_line"), position_at(value, "end_column")};
  return place;
}

template <typename Take>
void each(const Value& value, std::string_view key, const Take& take) {
  const auto* found = find(value, key);
  const auto* list = found ? found->get<List>() : nullptr;
  if (!list) return;
  for (const auto& item : list->items) take(item);
}

void read_fix(const Value& value, LintFinding& finding) {
  const auto* found = find(value, "fix");
  if (!found || found->is_none()) return;
  LintFix fix;
  fix.is_safe = text_at(*found, "safe") == "True";
  each(*found, "edits", [&fix](const Value& edit) {
    fix.edits.push_back({text_at(edit, "file"), number_at(edit, "begin"), number_at(edit, "end"),
                         text_at(edit, "text")});
  });
  const bool is_whole =
      !fix.edits.empty() && std::all_of(fix.edits.begin(), fix.edits.end(), [&](const LintEdit& e) {
        return e.begin <= e.end && e.file == finding.place.file;
      });
  if (is_whole) finding.fixes.push_back(std::move(fix));
}

bool read_finding(const Value& value, LintFinding& finding) {
  const auto* rule = find_rule(text_at(value, "code"));
  if (!rule) return false;
  finding.rule = rule->id;
  const auto word = text_at(value, "severity");
  for (const auto severity : {Severity::error, Severity::warning, Severity::info}) {
    if (word == severity_word(severity)) finding.severity = severity;
  }
  finding.message = text_at(value, "message");
  finding.place = place_of(value);
  finding.launch = text_at(value, "launch");
  finding.help = text_at(value, "help");
  finding.fingerprint = text_at(value, "fingerprint");
  each(value, "related", [&finding](const Value& related) {
    auto place = place_of(related);
    place.note = text_at(related, "message");
    finding.related.push_back(std::move(place));
  });
  read_fix(value, finding);
  return true;
}

LintCredential read_credential(const Value& value) {
  LintCredential credential{text_at(value, "id"),
                            text_at(value, "fingerprint"),
                            place_of(value),
                            text_at(value, "launch"),
                            {}};
  each(value, "used_on",
       [&credential](const Value& surface) { credential.used_on.push_back(surface.str()); });
  return credential;
}

}  // namespace

std::optional<LintReport> read_lint_json(std::string_view text) {
  const auto parsed = parse_json(text, JsonDialect::orjson);
  const auto* document = std::get_if<Value>(&parsed);
  if (!document || text_at(*document, "schema") != "prefect-config/lint/v1") return std::nullopt;
  LintReport report;
  if (const auto* summary = find(*document, "summary")) {
    report.summary.files = number_at(*summary, "files");
    report.summary.launches = number_at(*summary, "launches");
    report.summary.skipped = number_at(*summary, "skipped");
  }
  bool is_known = true;
  each(*document, "findings", [&](const Value& value) {
    LintFinding finding;
    is_known = read_finding(value, finding) && is_known;
    report.findings.push_back(std::move(finding));
  });
  report.lists_credentials = find(*document, "credentials") != nullptr;
  each(*document, "credentials",
       [&report](const Value& value) { report.credentials.push_back(read_credential(value)); });
  each(*document, "notes", [&report](const Value& note) { report.notes.push_back(note.str()); });
  return is_known ? std::optional(std::move(report)) : std::nullopt;
}

}  // namespace prefect_config
