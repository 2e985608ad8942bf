// The GitLab half of launch/workflow.hpp.
#include "launch/copy_budget.hpp"
#include "launch/env_lines.hpp"
#include "launch/shell_script.hpp"
#include "launch/workflow.hpp"
#include "launch/yaml_variables.hpp"
#include "support/text.hpp"

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace prefect_config {
namespace {

using Kind = YamlNode::Kind;

constexpr int kDeepestScript = 10;     // GitLab's own bound
constexpr int kDeepestExtension = 11;  // GitLab's own bound
constexpr std::size_t kMostParents = 50;

// Words at the top of the file that are no job.
bool is_keyword(std::string_view name) {
  constexpr std::string_view kWords[] = {"default",  "variables",    "stages",   "include",
                                         "workflow", "image",        "services", "before_script",
                                         "cache",    "after_script", "spec"};
  return std::find(std::begin(kWords), std::end(kWords), name) != std::end(kWords);
}

class PipelineReader {
 public:
  PipelineReader(const WrittenFile& file, const YamlDocument& document, WrittenLaunches& out)
      : file_(file), document_(document), out_(out), values_{file, document, has_yaml_template} {}

  void read() {
    const auto& root = document_.root();
    document_.each_pair(
        root, [&](YamlId name, YamlId value) { top_.emplace(document_.at(name).text, value); });
    document_.each_pair(root, [&](YamlId name, YamlId value) {
      const auto& key = document_.at(name);
      const bool is_job = !is_keyword(key.text) && !starts_with(key.text, ".");
      if (is_job && document_.at(value).kind == Kind::mapping) read_job(key, document_.at(value));
    });
    if (is_cut_) out_.notes.emplace_back(kTooMuch);
  }

 private:
  using Nodes = std::vector<const YamlNode*>;

  // A key at the top of the file.
  const YamlNode& top(std::string_view key) const {
    const auto found = top_.find(key);
    return document_.at(found == top_.end() ? kNoYaml : found->second);
  }

  // The job, and before it what it extends: a later one counts.
  void collect(const YamlNode& job, int depth, Nodes& all) const {
    if (depth > kDeepestExtension || all.size() > kMostParents) return;
    const auto& extends = document_.find(job, "extends");
    const auto add = [&](const YamlNode& name) {
      if (name.kind != Kind::scalar || all.size() > kMostParents) return;
      const auto& parent = top(name.text);
      if (parent.kind == Kind::mapping) collect(parent, depth + 1, all);
    };
    add(extends);
    for (const auto item : extends.items) add(document_.at(item));
    all.push_back(&job);
  }

  // The strongest of those that have it: the job's, its parents', the default, the file's.
  const YamlNode& strongest(const Nodes& nodes, std::string_view key) const {
    for (auto node = nodes.rbegin(); node != nodes.rend(); ++node) {
      const auto& found = document_.find(**node, key);
      if (found.kind != Kind::none) return found;
    }
    const auto& by_default = document_.find(top("default"), key);
    return by_default.kind != Kind::none ? by_default : top(key);
  }

  void read_job(const YamlNode& name, const YamlNode& node) {
    Nodes nodes;
    collect(node, 0, nodes);
    const auto& script = strongest(nodes, "script");
    if (is_cut_ || script.kind == Kind::none) return;
    WrittenLaunch launch;
    launch.kind = "CI job";
    launch.name = name.text;
    launch.file = file_.path;
    launch.at = span_of(name);
    launch.is_open = true;
    add_variables(top("variables"), launch.variables);
    for (const auto* part : nodes)
      add_variables(document_.find(*part, "variables"), launch.variables);
    read_image(strongest(nodes, "image"), launch);
    read_services(strongest(nodes, "services"), launch);
    PlacedText text;
    add_lines(strongest(nodes, "before_script"), 0, text);
    add_lines(script, 0, text);
    is_cut_ = is_cut_ || !budget_.take(launch.variables);
    if (is_cut_) return;
    auto found = read_shell_text(file_, text, out_);
    take_script(found, launch);
    if (!launch.variables.empty() || !launch.commands.empty())
      out_.launches.push_back(std::move(launch));
  }

  // `NAME: value`, or `NAME: {value: …, description: …}`.
  void add_variables(const YamlNode& mapping, std::vector<WrittenVariable>& variables) const {
    document_.each_pair(mapping, [&](YamlId name, YamlId value) {
      const bool is_long = document_.at(value).kind == Kind::mapping;
      const auto own = is_long ? document_.find_id(document_.at(value), "value") : value;
      if (own == kNoYaml) return;  // asked for when the pipeline is started
      auto variable = values_.variable(name, own);
      if (is_wanted_variable(variable.name, variable.value))
        variables.push_back(std::move(variable));
    });
  }

  void read_image(const YamlNode& image, WrittenLaunch& launch) const {
    values_.take_scalar(image, launch.image, launch.image_at);
    values_.take_scalar(document_.find(image, "name"), launch.image, launch.image_at);
    launch.is_container = !launch.image.empty();
  }

  void read_services(const YamlNode& services, WrittenLaunch& launch) const {
    for (const auto item : services.items) {
      const auto& service = document_.at(item);
      const auto& name = service.kind == Kind::mapping ? document_.find(service, "name") : service;
      const auto& alias = document_.find(service, "alias");
      if (alias.kind == Kind::scalar) launch.hosts.push_back(alias.text);
      if (name.kind != Kind::scalar) continue;
      const auto host = last_part(std::string_view(name.text).substr(0, name.text.rfind(':')));
      launch.hosts.emplace_back(host);
    }
  }

  // Lists in it come of anchors; `!reference` is not followed.
  void add_lines(const YamlNode& node, int depth, PlacedText& text) {
    if (depth > kDeepestScript || is_cut_ || !node.tag.empty()) return;
    is_cut_ = !budget_.take(node.text.size() + 1);
    if (node.kind == Kind::scalar) {
      text.add(scalar_text(node, file_.text));
      text.add_at("\n", {node.end, node.end});
    }
    for (const auto item : node.items) add_lines(document_.at(item), depth + 1, text);
  }

  const WrittenFile& file_;
  const YamlDocument& document_;
  WrittenLaunches& out_;
  YamlVariables values_;
  std::map<std::string_view, YamlId> top_;
  CopyBudget budget_;
  bool is_cut_ = false;
};

bool has_any(const YamlDocument& document, const YamlNode& node,
             std::initializer_list<std::string_view> keys) {
  return std::any_of(keys.begin(), keys.end(),
                     [&](auto key) { return document.find(node, key).kind != Kind::none; });
}

}  // namespace

bool is_gitlab_ci(const YamlDocument& document) {
  const auto& root = document.root();
  if (has_any(document, root, {"jobs", "apiVersion", "pipelines", "script", "deployments"}))
    return false;
  if (document.find(root, "services").kind == Kind::mapping) return false;
  const bool is_pipeline =
      has_any(document, root,
              {"stages", "image", "variables", "default", "include", "before_script", "workflow"});
  bool has_job = false;
  document.each_pair(root, [&](YamlId, YamlId value) {
    const auto& job = document.at(value);
    if (has_job || job.kind != Kind::mapping) return;
    const auto kind = document.find(job, "script").kind;
    const bool has_script = kind == Kind::sequence || kind == Kind::scalar;
    has_job = has_script && (is_pipeline || has_any(document, job,
                                                    {"stage", "rules", "only", "tags", "image",
                                                     "needs", "extends", "before_script"}));
  });
  return has_job;
}

void read_gitlab_ci(const WrittenFile& file, const YamlDocument& document, WrittenLaunches& out) {
  out.kind = "GitLab CI";
  PipelineReader(file, document, out).read();
}

}  // namespace prefect_config
