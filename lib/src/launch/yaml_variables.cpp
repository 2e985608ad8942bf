#include "launch/yaml_variables.hpp"

#include "launch/env_lines.hpp"
#include "launch/yaml_values.hpp"
#include "support/text.hpp"

#include <algorithm>
#include <utility>

namespace prefect_config {
namespace {

using Kind = YamlNode::Kind;

}  // namespace

WrittenVariable YamlVariables::variable(YamlId name, YamlId value) const {
  const auto& name_node = document.at(name);
  const auto& node = document.at(value);
  WrittenVariable variable;
  variable.name = name_node.text;
  variable.file = file.path;
  variable.name_at = span_of(name_node);
  if (node.kind != Kind::scalar) {
    // `NAME: {{ x }}` without quotes is a mapping to YAML.
    variable.is_opaque = true;
    return variable;
  }
  variable.value = is_null(node) ? std::string() : node.text;
  variable.is_opaque = !node.tag.empty() || is_template(node.text) ||
                       (document.is_masked && node.text.find("<<") != std::string::npos);
  if (!is_null(node)) variable.value_at = span_of(node);
  return variable;
}

void YamlVariables::add_mapping(const YamlNode& mapping,
                                std::vector<WrittenVariable>& variables) const {
  document.each_pair(mapping, [&](YamlId name, YamlId value) {
    auto made = variable(name, value);
    if (is_wanted_variable(made.name, made.value)) variables.push_back(std::move(made));
  });
}

void YamlVariables::add(const YamlNode& node, std::vector<WrittenVariable>& variables) const {
  add_mapping(node, variables);
  for (const auto item : node.items) {
    const auto& pair = document.at(item);
    const auto name = document.find_id(pair, "name");
    if (name == kNoYaml || document.at(name).kind != Kind::scalar) continue;
    auto made = variable(name, document.find_id(pair, "value"));
    if (is_wanted_variable(made.name, made.value)) variables.push_back(std::move(made));
  }
}

void YamlVariables::take_scalar(const YamlNode& node, std::string& text, ByteSpan& at) const {
  if (node.kind != Kind::scalar) return;
  text = node.text;
  at = span_of(node);
}

bool has_yaml_template(std::string_view value) {
  if (value.find("{{") != std::string_view::npos) return true;
  for (auto at = value.find('$'); at != std::string_view::npos; at = value.find('$', at + 1)) {
    const char next = at + 1 < value.size() ? ascii_lower(value[at + 1]) : '\0';
    if (next == '{' || next == '_' || next == '(' || (next >= 'a' && next <= 'z')) return true;
  }
  return false;
}

}  // namespace prefect_config
