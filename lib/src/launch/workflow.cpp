#include "launch/workflow.hpp"

#include "launch/copy_budget.hpp"
#include "launch/shell_script.hpp"
#include "launch/windows_script.hpp"
#include "launch/yaml_variables.hpp"
#include "support/text.hpp"

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <string>
#include <utility>
#include <vector>

namespace prefect_config {
namespace {

using Kind = YamlNode::Kind;

bool is_expression(std::string_view value) { return value.find("${{") != std::string_view::npos; }

bool names_prefect(const std::string& text) {
  return lower(text).find("prefect") != std::string::npos;
}

// The variable of Prefect's that an action's input is called as; empty where it is none.
std::string variable_of_input(std::string_view input) {
  if (equal_ignoring_case(input, "prefect-workspace")) return std::string(input);
  const auto name = upper(replace_all(input, "-", "_"));
  const bool is_known =
      name == "PREFECT_API_KEY" || name == "PREFECT_API_URL" || name == "PREFECT_API_AUTH_STRING";
  return is_known ? name : std::string();
}

void append(const std::vector<WrittenVariable>& from, std::vector<WrittenVariable>& to) {
  to.insert(to.end(), from.begin(), from.end());
}

class WorkflowReader {
 public:
  WorkflowReader(const WrittenFile& file, const YamlDocument& document, WrittenLaunches& out)
      : file_(file), document_(document), out_(out), values_{file, document, is_expression} {}

  void read() {
    const auto& root = document_.root();
    Job all;
    read_env(root, all);
    all.shell = document_.find_path(root, {"defaults", "run", "shell"}).text;
    const auto& action = document_.find_path(root, {"runs", "steps"});
    if (action.kind == Kind::sequence) read_steps("runs", action, all);
    document_.each_pair(document_.find(root, "jobs"), [&](YamlId name, YamlId value) {
      const auto& job = document_.at(value);
      if (job.kind == Kind::mapping) read_job(document_.at(name).text, job, all);
    });
    if (is_cut_) out_.notes.emplace_back(kTooMuch);
  }

 private:
  // What every step of a job is given.
  struct Job {
    std::vector<WrittenVariable> variables;
    std::string shell;
    std::string image;
    ByteSpan image_at;
    bool is_container = false;
    bool is_open = false;
    std::vector<std::string> hosts;
  };

  void read_env(const YamlNode& node, Job& job) const {
    const auto& env = document_.find(node, "env");
    if (env.kind == Kind::scalar && is_expression(env.text)) job.is_open = true;
    values_.add_mapping(env, job.variables);
  }

  void read_job(const std::string& name, const YamlNode& node, const Job& all) {
    if (is_cut_) return;
    Job job = all;
    read_env(node, job);
    const auto& shell = document_.find_path(node, {"defaults", "run", "shell"});
    if (shell.kind == Kind::scalar) job.shell = shell.text;
    const auto& machine = document_.find(node, "runs-on");
    if (job.shell.empty() && machine.text.find("windows") != std::string::npos) job.shell = "pwsh";
    const auto& container = document_.find(node, "container");
    if (container.kind != Kind::none) {
      job.is_container = true;
      values_.take_scalar(container, job.image, job.image_at);
      values_.take_scalar(document_.find(container, "image"), job.image, job.image_at);
      read_env(container, job);
    }
    document_.each_pair(document_.find(node, "services"), [&](YamlId service, YamlId value) {
      job.hosts.push_back(document_.at(service).text);
      read_service(name, service, document_.at(value));
    });
    read_steps(name, document_.find(node, "steps"), std::move(job));
  }

  void read_service(const std::string& job, YamlId name, const YamlNode& node) {
    WrittenLaunch launch;
    launch.kind = "service";
    launch.name = job + "/services/" + document_.at(name).text;
    launch.file = file_.path;
    launch.at = span_of(document_.at(name));
    launch.is_container = true;
    values_.take_scalar(document_.find(node, "image"), launch.image, launch.image_at);
    values_.add_mapping(document_.find(node, "env"), launch.variables);
    if (is_cut_ || (launch.variables.empty() && !names_prefect(launch.image))) return;
    is_cut_ = !budget_.take(launch.variables);
    out_.launches.push_back(std::move(launch));
  }

  // What a step leaves behind is there in those that follow: job is changed.
  void read_steps(const std::string& name, const YamlNode& steps, Job job) {
    for (std::size_t i = 0; i < steps.items.size() && !is_cut_; ++i) {
      const auto& step = document_.at(steps.items[i]);
      const auto& label = document_.find(step, "name");
      const bool has_label = label.kind == Kind::scalar && !label.text.empty();
      WrittenLaunch launch;
      launch.kind = "job step";
      launch.name = name + (has_label ? '/' + label.text : "/steps[" + std::to_string(i + 1) + ']');
      launch.file = file_.path;
      launch.at = has_label            ? span_of(label)
                  : step.pairs.empty() ? span_of(step)
                                       : span_of(document_.at(step.pairs[0].first));
      read_step(step, job, std::move(launch));
    }
  }

  void read_step(const YamlNode& step, Job& job, WrittenLaunch launch) {
    const auto& run = document_.find(step, "run");
    const auto& action = document_.find(step, "uses");
    const bool is_action = action.kind == Kind::scalar && names_prefect(action.text);
    if (run.kind != Kind::scalar && !is_action) return;
    Job own;
    read_env(step, own);
    is_cut_ = !budget_.take(job.variables) || !budget_.take(own.variables) ||
              !budget_.take(run.text.size());
    if (is_cut_) return;
    launch.variables = job.variables;
    append(own.variables, launch.variables);
    launch.is_container = job.is_container;
    launch.is_open = job.is_open || own.is_open;
    launch.image = job.image;
    launch.image_at = job.image_at;
    launch.hosts = job.hosts;
    if (is_action) {
      launch.role = WrittenRole::client;
      read_inputs(document_.find(step, "with"), job, launch);
    } else {
      const auto& shell = document_.find(step, "shell");
      read_run(run, shell.kind == Kind::scalar ? shell.text : job.shell, job, launch);
    }
    if (!launch.variables.empty() || !launch.commands.empty() || is_action)
      out_.launches.push_back(std::move(launch));
  }

  void read_inputs(const YamlNode& inputs, Job& job, WrittenLaunch& launch) const {
    document_.each_pair(inputs, [&](YamlId name, YamlId value) {
      const auto called = variable_of_input(document_.at(name).text);
      if (called.empty()) return;
      auto variable = values_.variable(name, value);
      variable.name = called;
      variable.form = WrittenForm::option;
      job.variables.push_back(variable);
      launch.variables.push_back(std::move(variable));
    });
  }

  void read_run(const YamlNode& run, const std::string& shell, Job& job, WrittenLaunch& launch) {
    const auto text = scalar_text(run, file_.text);
    ShellFound found;
    if (starts_with(shell, "pwsh") || starts_with(shell, "powershell")) {
      found = read_powershell_text(file_, text, out_);
    } else if (starts_with(shell, "cmd")) {
      found = read_batch_text(file_, text, out_);
    } else if (shell.find("python") == std::string::npos) {
      found = read_shell_text(file_, text, out_);
    }
    take_script(found, launch);
    launch.is_open = launch.is_open || found.script.is_open;
    append(found.for_later_steps, job.variables);
    // A profile stays as well: the machine is the same.
    std::copy_if(found.script.variables.begin(), found.script.variables.end(),
                 std::back_inserter(job.variables), [](const auto& variable) {
                   return variable.form == WrittenForm::config_set ||
                          variable.form == WrittenForm::option;
                 });
  }

  const WrittenFile& file_;
  const YamlDocument& document_;
  WrittenLaunches& out_;
  YamlVariables values_;
  CopyBudget budget_;
  bool is_cut_ = false;
};

}  // namespace

bool is_github_workflow(const YamlDocument& document) {
  const auto& root = document.root();
  if (document.find_path(root, {"runs", "steps"}).kind == Kind::sequence) return true;
  // CircleCI has jobs with steps too.
  const bool is_other = document.find(root, "on").kind == Kind::none &&
                        (document.find(root, "workflows").kind != Kind::none ||
                         document.find(root, "orbs").kind != Kind::none);
  if (is_other) return false;
  bool has_job = false;
  document.each_pair(document.find(root, "jobs"), [&](YamlId, YamlId value) {
    const auto& job = document.at(value);
    has_job = has_job || document.find(job, "steps").kind == Kind::sequence ||
              document.find(job, "uses").kind == Kind::scalar;
  });
  return has_job;
}

void read_github_workflow(const WrittenFile& file, const YamlDocument& document,
                          WrittenLaunches& out) {
  out.kind = "workflow";
  WorkflowReader(file, document, out).read();
}

}  // namespace prefect_config
