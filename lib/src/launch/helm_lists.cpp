#include "launch/helm_lists.hpp"

#include "launch/yaml_values.hpp"
#include "support/text.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

namespace prefect_config {
namespace {

bool has_list(const YamlDocument& document, const YamlNode& node, int depth) {
  if (depth > kDeepestYaml) return false;
  if (node.kind == YamlNode::Kind::sequence && has_prefect_variable(document, node)) return true;
  const auto is_in = [&](YamlId id) {
    return has_list(document, document.as_written(id), depth + 1);
  };
  return std::any_of(node.items.begin(), node.items.end(), is_in) ||
         std::any_of(node.pairs.begin(), node.pairs.end(),
                     [&](const auto& pair) { return is_in(pair.second); });
}

}  // namespace

bool has_prefect_variable(const YamlDocument& document, const YamlNode& list) {
  return std::any_of(list.items.begin(), list.items.end(), [&](YamlId item) {
    const auto& pairs = document.at(item).pairs;
    bool is_named = false;
    bool has_value = false;
    for (std::size_t i = 0; i < std::min(pairs.size(), kMostListed); ++i) {
      const std::string_view key = document.at(pairs[i].first).text;
      is_named =
          is_named || (key == "name" && is_prefect_variable(document.at(pairs[i].second).text));
      has_value = has_value || key == "value" || key == "valueFrom";
    }
    return is_named && has_value;
  });
}

bool has_prefect_list(const YamlDocument& document) {
  return has_list(document, document.root(), 0);
}

WrittenLaunch helm_launch(const WrittenFile& file, std::string name, ByteSpan at,
                          WrittenRole role) {
  WrittenLaunch launch;
  launch.kind = "helm values";
  launch.name = std::move(name);
  launch.file = file.path;
  launch.at = at;
  launch.role = role;
  launch.is_container = true;
  launch.is_open = true;
  return launch;
}

void VariableLists::run() { walk(scope_.document.root(), "", {}, 0); }

void VariableLists::walk(const YamlNode& node, const std::string& path, YamlEntry entry,
                         int depth) {
  if (depth > kDeepestYaml || path.size() > kLongestPath) return;
  const auto& document = scope_.document;
  for (const auto& [key, value] : node.pairs) {
    const auto& name = document.at(key).text;
    auto below = path;
    if (!below.empty()) below += '.';
    walk(document.as_written(value), below += name, {key, value}, depth + 1);
  }
  if (node.kind == YamlNode::Kind::sequence) walk_list(node, path, entry, depth);
  const bool is_key = starts_with(node.text, "pnu_") || starts_with(node.text, "pnb_");
  if (node.kind == YamlNode::Kind::scalar && is_key && entry.key != kNoYaml)
    out_.settings.push_back(
        {path, variable_of_pair(scope_.file, document, entry.key, entry.value)});
}

void VariableLists::walk_list(const YamlNode& node, const std::string& path, YamlEntry entry,
                              int depth) {
  const auto& document = scope_.document;
  if (used_.count(&node) != 0) return;
  if (has_prefect_variable(document, node)) {
    if (out_.launches.size() >= kMostLaunches) return;
    const auto& at = entry.key == kNoYaml ? node : document.as_written(entry.key);
    auto launch = helm_launch(scope_.file, path, span_of(at), WrittenRole::unknown);
    read_kubernetes_env(scope_, node, launch);
    out_.launches.push_back(std::move(launch));
    return;
  }
  for (std::size_t i = 0; i < node.items.size(); ++i)
    walk(document.as_written(node.items[i]), path + '[' + std::to_string(i) + ']', {}, depth + 1);
}

}  // namespace prefect_config
