#include "report/rules.hpp"

#include "report/json_writer.hpp"
#include "report/markdown.hpp"
#include "report/names.hpp"

#include <algorithm>

namespace prefect_config {
namespace {

// What a list says of a rule.
void write_row(JsonWriter& json, const Rule& rule) {
  json.key("code").value(rule.code);
  json.key("severity").value(severity_word(rule.severity));
  json.key("title").value(rule.title);
}

}  // namespace

std::string rules_text(const std::vector<const Rule*>& rules, std::size_t width) {
  std::size_t longest = 0;
  for (const auto* rule : rules) longest = std::max(longest, severity_word(rule->severity).size());
  std::string text;
  for (const auto* rule : rules) {
    const auto head = std::string(rule->code) + "  " +
                      padded(std::string(severity_word(rule->severity)), longest) + "  ";
    text += head + wrapped(rule->title, head.size(), head.size(), width) + '\n';
  }
  return text;
}

std::string rules_json(const std::vector<const Rule*>& rules) {
  JsonWriter json(Disclosure::shown);
  json.begin_object();
  json.key("schema").value("prefect-config/rules/v1");
  json.key("rules").begin_array();
  for (const auto* rule : rules) {
    json.begin_object();
    write_row(json, *rule);
    json.key("docs").value(page_name(rule->code));
    json.end_object();
  }
  json.end_array();
  json.end_object();
  return json.take();
}

std::string rule_text(std::string_view page, std::size_t width) {
  return markdown_text(page, kPages, width);
}

std::string rule_json(const Rule& rule, std::string_view page) {
  JsonWriter json(Disclosure::shown);
  json.begin_object();
  json.key("schema").value("prefect-config/rule/v1");
  json.key("rule").begin_object();
  write_row(json, rule);
  json.key("message").value(rule.message);
  json.key("label").value(rule.label);
  json.key("help").value(rule.help);
  json.key("docs").value(page_name(rule.code));
  json.key("page").value(page);
  json.end_object();
  json.end_object();
  return json.take();
}

}  // namespace prefect_config
