#include "launch/ecs_task.hpp"

#include "launch/copy_budget.hpp"
#include "launch/env_lines.hpp"
#include "launch/placed_text.hpp"
#include "launch/shell_script.hpp"
#include "launch/yaml_values.hpp"
#include "launch/yaml_variables.hpp"

#include <algorithm>
#include <iterator>
#include <string>
#include <utility>

namespace prefect_config {
namespace {

using Kind = YamlNode::Kind;

// `<YOUR-KEY>` and `${…}` of the tools that fill such files in.
bool is_filled_in_later(std::string_view value) {
  return value.find("${") != std::string_view::npos || value.find("{{") != std::string_view::npos;
}

const YamlNode& containers_of(const YamlDocument& document) {
  const auto& root = document.root();
  if (root.kind == Kind::sequence) return root;
  const auto& own = document.find(root, "containerDefinitions");
  if (own.kind != Kind::none) return own;
  return document.find_path(root, {"taskDefinition", "containerDefinitions"});
}

// `secrets`: the name, and where the value is kept.
void add_secrets(const YamlVariables& values, const YamlNode& secrets, WrittenLaunch& launch) {
  for (const auto item : secrets.items) {
    const auto& secret = values.document.at(item);
    const auto name = values.document.find_id(secret, "name");
    if (values.document.at(name).kind != Kind::scalar) continue;
    auto variable = values.variable(name, values.document.find_id(secret, "valueFrom"));
    variable.is_opaque = true;
    if (is_wanted_variable(variable.name, {})) launch.variables.push_back(std::move(variable));
  }
}

void add_command(const YamlVariables& values, const YamlNode& container, WrittenLaunches& out,
                 WrittenLaunch& launch) {
  const auto& document = values.document;
  const auto& entry = document.find(container, "entryPoint");
  const auto& command = document.find(container, "command");
  auto text = command_text(document, entry);
  const auto arguments = command_text(document, command);
  if (!text.empty() && !arguments.empty()) text += ' ';
  text += arguments;
  if (text.empty()) return;
  const auto& place = command.items.empty() ? entry : command;
  const auto at = place.items.empty() ? span_of(place)
                                      : ByteSpan{document.at(place.items.front()).begin,
                                                 document.at(place.items.back()).end};
  PlacedText script;
  script.add_at(text, at);
  auto found = read_shell_text(values.file, script, out);
  std::move(found.script.variables.begin(), found.script.variables.end(),
            std::back_inserter(launch.variables));
  launch.role = role_of(text);
  launch.commands.push_back({std::move(text), at});
}

WrittenLaunch read_container(const YamlVariables& values, const YamlNode& container,
                             WrittenLaunches& out) {
  const auto& document = values.document;
  WrittenLaunch launch;
  launch.kind = "container";
  launch.file = values.file.path;
  launch.at = span_of(container);
  launch.is_container = true;
  values.take_scalar(document.find(container, "name"), launch.name, launch.at);
  values.take_scalar(document.find(container, "image"), launch.image, launch.image_at);
  launch.is_open = !document.find(container, "environmentFiles").items.empty();
  values.add(document.find(container, "environment"), launch.variables);
  add_secrets(values, document.find(container, "secrets"), launch);
  add_command(values, container, out, launch);
  return launch;
}

}  // namespace

bool is_ecs_task(const YamlDocument& document) {
  const auto& containers = containers_of(document);
  if (containers.kind != Kind::sequence) return false;
  return std::any_of(containers.items.begin(), containers.items.end(), [&](YamlId id) {
    const auto& container = document.at(id);
    const bool is_inside = document.root().kind == Kind::mapping;
    const auto& environment = document.find(container, "environment");
    return document.find(container, "image").kind != Kind::none &&
           (is_inside || environment.kind == Kind::sequence);
  });
}

void read_ecs_task(const WrittenFile& file, const YamlDocument& document, WrittenLaunches& out) {
  out.kind = "ECS task";
  const YamlVariables values{file, document, is_filled_in_later};
  CopyBudget budget;
  for (const auto id : containers_of(document).items) {
    const auto& container = document.at(id);
    if (container.kind != Kind::mapping) continue;
    auto launch = read_container(values, container, out);
    if (!budget.take(launch.variables)) {
      out.notes.emplace_back(kTooMuch);
      return;
    }
    const bool is_prefect =
        launch.image.find("prefect") != std::string::npos || launch.role != WrittenRole::unknown;
    if (is_prefect || !launch.variables.empty()) out.launches.push_back(std::move(launch));
  }
}

}  // namespace prefect_config
