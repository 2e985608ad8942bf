#include "launch/prefect_yaml.hpp"

#include "launch/copy_budget.hpp"
#include "launch/env_lines.hpp"
#include "launch/shell_script.hpp"
#include "launch/yaml_variables.hpp"
#include "support/text.hpp"

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <string>
#include <string_view>
#include <utility>

namespace prefect_config {
namespace {

using Kind = YamlNode::Kind;

// Job variables nest as pod templates do.
constexpr int kDeepest = 24;
constexpr std::string_view kStepLists[] = {"build", "push", "pull"};

class DeploymentReader {
 public:
  DeploymentReader(const WrittenFile& file, const YamlDocument& document, WrittenLaunches& out)
      : file_(file), document_(document), out_(out), values_{file, document, has_yaml_template} {}

  void read() {
    const auto& root = document_.root();
    out_.release = document_.find(root, "prefect-version").text;
    for (const auto list : kStepLists) read_steps({}, list, document_.find(root, list));
    const auto& deployments = document_.find(root, "deployments");
    for (std::size_t i = 0; i < deployments.items.size() && !is_cut_; ++i)
      read_deployment(document_.at(deployments.items[i]), i);
    if (is_cut_) out_.notes.emplace_back(kTooMuch);
  }

 private:
  void read_deployment(const YamlNode& node, std::size_t index) {
    if (node.kind != Kind::mapping) return;
    WrittenLaunch launch;
    launch.kind = "deployment";
    launch.name = "deployments[" + std::to_string(index + 1) + ']';
    launch.file = file_.path;
    launch.at = node.pairs.empty() ? span_of(node) : span_of(document_.at(node.pairs[0].first));
    launch.role = WrittenRole::client;
    const auto& name = document_.find(node, "name");
    // `name:` without a value is what `prefect init` writes.
    if (!name.text.empty()) values_.take_scalar(name, launch.name, launch.at);
    const auto path = "deployments." + launch.name;
    const auto& pool = document_.find(node, "work_pool");
    read_job_variables(document_.find(pool, "job_variables"), path + ".work_pool.job_variables",
                       launch);
    read_job_variables(document_.find(node, "job_variables"), path + ".job_variables", launch);
    read_job_variables(document_.find(node, "infra_overrides"), path + ".infra_overrides", launch);
    find_blocks(kNoYaml, document_.find_id(pool, "job_variables"),
                path + ".work_pool.job_variables", 0);
    find_blocks(kNoYaml, document_.find_id(node, "parameters"), path + ".parameters", 0);
    for (const auto list : kStepLists)
      read_steps(launch.name + '/', list, document_.find(node, list));
    is_cut_ = is_cut_ || !budget_.take(launch.variables);
    launch.is_container = !launch.image.empty();
    out_.launches.push_back(std::move(launch));
  }

  void read_job_variables(const YamlNode& node, const std::string& path, WrittenLaunch& launch) {
    values_.take_scalar(document_.find(node, "image"), launch.image, launch.image_at);
    walk(node, path, 0, launch);
  }

  // An `env` at any depth is the run's; any other value that is a credential is a setting.
  void walk(const YamlNode& node, const std::string& path, int depth, WrittenLaunch& launch) {
    if (depth > kDeepest || is_cut_) return;
    is_cut_ = !budget_.take(path.size() + 1);
    document_.each_pair(node, [&](YamlId name, YamlId value) {
      const auto& key = document_.at(name).text;
      const auto& inner = document_.at(value);
      if (key == "env" || key == "environment") {
        values_.add(inner, launch.variables);
      } else if (inner.kind != Kind::scalar) {
        walk(inner, path + '.' + key, depth + 1, launch);
      } else if (auto made = values_.variable(name, value);
                 is_wanted_variable(made.name, made.value)) {
        is_cut_ = is_cut_ || !budget_.take(path.size() + made.value.size());
        out_.settings.push_back({path + '.' + key, std::move(made)});
      }
    });
    for (std::size_t i = 0; i < node.items.size(); ++i)
      walk(document_.at(node.items[i]), path + '[' + std::to_string(i + 1) + ']', depth + 1,
           launch);
  }

  void find_blocks(YamlId name, YamlId value, const std::string& path, int depth) {
    const auto& node = document_.at(value);
    if (depth > kDeepest || is_cut_) return;
    is_cut_ = !budget_.take(path.size() + 1);
    if (node.kind == Kind::scalar && node.text.find("prefect.blocks.") != std::string::npos) {
      is_cut_ = is_cut_ || !budget_.take(node.text.size());
      auto reference = values_.variable(name, value);
      reference.is_opaque = true;
      out_.settings.push_back({path, std::move(reference)});
    }
    document_.each_pair(node, [&](YamlId key, YamlId inner) {
      find_blocks(key, inner, path + '.' + document_.at(key).text, depth + 1);
    });
    for (std::size_t i = 0; i < node.items.size(); ++i)
      find_blocks(name, node.items[i], path + '[' + std::to_string(i + 1) + ']', depth + 1);
  }

  // Each step is a mapping of one function to its inputs.
  void read_steps(const std::string& owner, std::string_view list, const YamlNode& steps) {
    for (std::size_t i = 0; i < steps.items.size() && !is_cut_; ++i) {
      const auto& step = document_.at(steps.items[i]);
      for (const auto& [function, inputs] : step.pairs) {
        WrittenLaunch launch;
        launch.kind = "deployment step";
        launch.name = owner + std::string(list) + '[' + std::to_string(i + 1) + ']';
        launch.file = file_.path;
        launch.at = span_of(document_.at(function));
        read_step(document_.at(function).text, document_.at(inputs), std::move(launch));
      }
    }
  }

  void read_step(std::string_view function, const YamlNode& inputs, WrittenLaunch launch) {
    values_.add(document_.find(inputs, "env"), launch.variables);
    const auto& script = document_.find(inputs, "script");
    is_cut_ = is_cut_ || !budget_.take(launch.variables) || !budget_.take(script.text.size());
    if (is_cut_) return;
    if (script.kind == Kind::scalar && ends_with(function, "run_shell_script")) {
      auto found = read_shell_text(file_, scalar_text(script, file_.text), out_);
      take_script(found, launch);
    }
    if (!launch.variables.empty() || !launch.commands.empty())
      out_.launches.push_back(std::move(launch));
  }

  const WrittenFile& file_;
  const YamlDocument& document_;
  WrittenLaunches& out_;
  YamlVariables values_;
  CopyBudget budget_;
  bool is_cut_ = false;
};

}  // namespace

bool is_prefect_yaml(const YamlDocument& document) {
  const auto& root = document.root();
  if (document.find(root, "apiVersion").kind != Kind::none) return false;
  if (document.find(root, "prefect-version").kind != Kind::none) return true;
  const auto& deployments = document.find(root, "deployments");
  if (deployments.kind != Kind::sequence) return false;
  return std::any_of(deployments.items.begin(), deployments.items.end(), [&](YamlId id) {
    const auto& deployment = document.at(id);
    return document.find(deployment, "entrypoint").kind != Kind::none ||
           document.find(deployment, "work_pool").kind != Kind::none;
  });
}

void read_prefect_yaml(const WrittenFile& file, const YamlDocument& document,
                       WrittenLaunches& out) {
  out.kind = "prefect.yaml";
  DeploymentReader(file, document, out).read();
}

}  // namespace prefect_config
