// A lint report as SARIF 2.1.0, which code scanning of GitHub and others reads.
//
// Names of rules and pages are ours; of files and messages nothing is trusted: a path is
// percent-encoded, and a message holds no link.
#include "report/json_writer.hpp"
#include "report/lint.hpp"
#include "report/lint_parts.hpp"
#include "report/names.hpp"
#include "support/percent.hpp"
#include "support/text.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string_view>
#include <vector>

namespace prefect_config {
namespace {

constexpr std::string_view kRoot = "%SRCROOT%";

std::string_view level(Severity severity) {
  switch (severity) {
  case Severity::error:
    return "error";
  case Severity::warning:
    return "warning";
  case Severity::info:
    return "note";
  }
  return "";
}

// `no API URL: a temporary server` as `NoApiUrlATemporaryServer`.
std::string pascal_case(std::string_view title) {
  std::string name;
  bool begins_word = true;
  for (const char c : title) {
    const char low = ascii_lower(c);
    const bool is_word = is_letter_or_digit(c);
    if (is_word) name += begins_word ? ascii_upper(c) : low;
    begins_word = !is_word;
  }
  return name;
}

// A text of the rule table with `…` for the arguments; the title where it is made of them alone.
std::string rule_text(std::string_view pattern, const Rule& rule) {
  std::string text;
  bool has_words = false;
  for (std::size_t at = 0; at < pattern.size(); ++at) {
    const bool slot = pattern[at] == '{' && at + 2 < pattern.size() && pattern[at + 2] == '}';
    const char low = ascii_lower(pattern[at]);
    has_words = has_words || (!slot && low >= 'a' && low <= 'z');
    if (slot) {
      text += "…";
      at += 2;
    } else {
      text += pattern[at];
    }
  }
  return has_words ? text : std::string(rule.title);
}

// `[text](target)` in a message is a link to its readers.
std::string without_links(std::string_view text) { return replace_all(text, "](", "] ("); }

// `text` is ours, or made safe before: it is not masked a second time.
void write_message(JsonWriter& json, std::string_view key, std::string_view text) {
  json.key(key).begin_object();
  json.key("text").raw(json_string(text));
  json.end_object();
}

// The objects `rules` of the driver, and for a code its place among them.
class OccurringRules {
 public:
  explicit OccurringRules(const std::vector<LintFinding>& findings) {
    for (const auto& finding : findings) places_.emplace(finding.code(), finding.rule);
    for (auto& [code, entry] : places_) entry.index = next_++;
  }

  std::size_t index(std::string_view code) const { return places_.find(code)->second.index; }

  void write(JsonWriter& json) const {
    json.key("rules").begin_array();
    for (const auto& [code, entry] : places_) write_rule(json, rule(entry.id));
    json.end_array();
  }

 private:
  struct Entry {
    explicit Entry(RuleId rule_id) : id(rule_id) {}
    RuleId id;
    std::size_t index = 0;
  };

  static void write_rule(JsonWriter& json, const Rule& rule) {
    json.begin_object();
    json.key("id").value(rule.code);
    json.key("name").value(pascal_case(rule.title));
    write_message(json, "shortDescription", rule.title);
    write_message(json, "fullDescription", rule_text(rule.message, rule));
    write_message(json, "help", rule_text(rule.help, rule) + "\nSee " + page_name(rule.code));
    if (!kHomepage.empty())
      json.key("helpUri").value(std::string(kHomepage) + '/' + page_name(rule.code));
    json.key("defaultConfiguration").begin_object();
    json.key("level").value(level(rule.severity));
    json.end_object().end_object();
  }

  std::map<std::string_view, Entry> places_;
  std::size_t next_ = 0;
};

void write_artifact(JsonWriter& json, const std::string& file) {
  constexpr std::string_view kKept = "/-._~";
  const auto path = percent_quoted(mask_text(file), kKept);
  json.key("artifactLocation").begin_object();
  if (starts_with(file, "/")) {
    json.key("uri").raw(json_string("file://" + path));
  } else {
    json.key("uri").raw(json_string(path));
    json.key("uriBaseId").raw(json_string(kRoot));
  }
  json.end_object();
}

void write_number(JsonWriter& json, std::string_view key, std::size_t number) {
  json.key(key).raw(std::to_string(number));
}

void write_region(JsonWriter& json, const Span& span) {
  if (!span.exists()) return;
  json.key("region").begin_object();
  const auto write = [&json](std::string_view key, std::uint32_t number) {
    if (number != 0) write_number(json, key, number);
  };
  write("startLine", span.line);
  write("startColumn", span.column);
  write("endLine", span.end_line);
  write("endColumn", span.end_column);
  json.end_object();
}

void write_physical_location(JsonWriter& json, const LintPlace& place) {
  json.key("physicalLocation").begin_object();
  write_artifact(json, place.file);
  write_region(json, place.span);
  json.end_object();
}

void write_related(JsonWriter& json, const std::vector<LintPlace>& related) {
  if (related.empty()) return;
  json.key("relatedLocations").begin_array();
  std::size_t id = 0;
  for (const auto& place : related) {
    json.begin_object();
    write_number(json, "id", ++id);
    write_physical_location(json, place);
    if (!place.note.empty()) write_message(json, "message", without_links(safe_text(place.note)));
    json.end_object();
  }
  json.end_array();
}

void write_replacement(JsonWriter& json, const LintEdit& edit) {
  json.begin_object();
  json.key("deletedRegion").begin_object();
  write_number(json, "byteOffset", edit.begin);
  write_number(json, "byteLength", edit.end - std::min(edit.begin, edit.end));
  json.end_object();
  if (!edit.text.empty()) write_message(json, "insertedContent", edit.text);
  json.end_object();
}

void write_fix(JsonWriter& json, const LintFix& fix) {
  std::map<std::string, std::vector<const LintEdit*>> by_file;
  for (const auto& edit : fix.edits) by_file[edit.file].push_back(&edit);
  json.begin_object();
  write_message(json, "description",
                fix.is_safe ? "safe: means the same, or what was meant beyond doubt"
                            : "to be looked at before it is applied");
  json.key("artifactChanges").begin_array();
  for (const auto& [file, edits] : by_file) {
    json.begin_object();
    write_artifact(json, file);
    json.key("replacements").begin_array();
    for (const auto* edit : edits) write_replacement(json, *edit);
    json.end_array().end_object();
  }
  json.end_array().end_object();
}

void write_fixes(JsonWriter& json, const std::vector<LintFix>& fixes) {
  const auto is_writable = [](const LintFix& fix) {
    return !fix.edits.empty() && can_be_written(fix);
  };
  if (std::none_of(fixes.begin(), fixes.end(), is_writable)) return;
  json.key("fixes").begin_array();
  for (const auto& fix : fixes) {
    if (is_writable(fix)) write_fix(json, fix);
  }
  json.end_array();
}

void write_result(JsonWriter& json, const LintFinding& finding, const OccurringRules& rules) {
  auto message = safe_text(finding.message);
  if (const auto details = lint_details(finding); !details.empty()) message += '\n' + details;
  json.begin_object();
  json.key("ruleId").raw(json_string(finding.code()));
  write_number(json, "ruleIndex", rules.index(finding.code()));
  json.key("level").raw(json_string(level(finding.severity)));
  write_message(json, "message", without_links(message));
  json.key("locations").begin_array().begin_object();
  write_physical_location(json, finding.place);
  json.end_object().end_array();
  write_related(json, finding.related);
  json.key("partialFingerprints").begin_object();
  json.key("prefectConfig/v1").raw(json_string(finding.fingerprint));
  json.end_object();
  write_fixes(json, finding.fixes);
  json.end_object();
}

void write_tool(JsonWriter& json, const OccurringRules& rules) {
  json.key("tool").begin_object().key("driver").begin_object();
  json.key("name").value("prefect-config");
  json.key("version").value(PREFECT_CONFIG_VERSION);
  if (!kHomepage.empty()) json.key("informationUri").value(kHomepage);
  rules.write(json);
  json.end_object().end_object();
}

// What was skipped, and why.
void write_notes(JsonWriter& json, const std::vector<std::string>& notes) {
  json.key("invocations").begin_array().begin_object();
  json.key("executionSuccessful").value(true);
  json.key("toolExecutionNotifications").begin_array();
  for (const auto& note : notes) {
    json.begin_object();
    json.key("level").value("note");
    write_message(json, "message", without_links(safe_text(note)));
    json.end_object();
  }
  json.end_array().end_object().end_array();
}

}  // namespace

std::string lint_sarif(const LintReport& report) {
  const OccurringRules rules(report.findings);
  JsonWriter json(Disclosure::masked);
  json.begin_object();
  json.key("$schema").value("https://json.schemastore.org/sarif-2.1.0.json");
  json.key("version").value("2.1.0");
  json.key("runs").begin_array().begin_object();
  write_tool(json, rules);
  write_notes(json, report.notes);
  json.key("originalUriBaseIds").begin_object().key(kRoot).begin_object();
  write_message(json, "description", "the folder that was linted");
  json.end_object().end_object();
  json.key("columnKind").value("unicodeCodePoints");
  json.key("results").begin_array();
  for (const auto& finding : report.findings) write_result(json, finding, rules);
  json.end_array().end_object().end_array().end_object();
  return inert_json(json.take());
}

}  // namespace prefect_config
