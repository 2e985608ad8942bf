#include "launch/readers.hpp"

#include "adapters/yaml.hpp"
#include "launch/compose.hpp"
#include "launch/dockerfile.hpp"
#include "launch/ecs_task.hpp"
#include "launch/env_lines.hpp"
#include "launch/helm_values.hpp"
#include "launch/kubernetes.hpp"
#include "launch/prefect_yaml.hpp"
#include "launch/shell_script.hpp"
#include "launch/systemd.hpp"
#include "launch/windows_script.hpp"
#include "launch/workflow.hpp"
#include "support/text.hpp"

#include <algorithm>
#include <iterator>
#include <string>
#include <vector>

namespace prefect_config {
namespace {

bool has_suffix(std::string_view name, std::initializer_list<std::string_view> suffixes) {
  return std::any_of(suffixes.begin(), suffixes.end(),
                     [name](std::string_view suffix) { return ends_with(name, suffix); });
}

// ---- YAML

struct YamlReader {
  std::string_view kind;
  bool (*is_one)(const YamlDocument& document);
  void (*read)(const WrittenFile& file, const YamlDocument& document, WrittenLaunches& out);
};

constexpr YamlReader kYamlReaders[] = {
    {"compose", is_compose, read_compose},
    {"workflow", is_github_workflow, read_github_workflow},
    {"prefect.yaml", is_prefect_yaml, read_prefect_yaml},
    {"ecs task", is_ecs_task, read_ecs_task},
    {"helm values", is_helm_values, read_helm_values},
    {"gitlab ci", is_gitlab_ci, read_gitlab_ci},
};

// Several documents make one application: a Secret of one is a container's of another.
void read_documents(const WrittenFile& file, const std::vector<YamlDocument>& documents,
                    WrittenLaunches& out) {
  if (std::any_of(documents.begin(), documents.end(), is_kubernetes)) {
    out.kind = "kubernetes";
    read_kubernetes(file, documents, out);
    return;
  }
  for (const auto& document : documents) {
    for (const auto& reader : kYamlReaders) {
      if (!reader.is_one(document)) continue;
      out.kind = std::string(reader.kind);
      reader.read(file, document, out);
      break;
    }
  }
}

void read_yaml_file(const WrittenFile& file, const std::function<bool(std::string_view)>& matters,
                    WrittenLaunches& out) {
  std::vector<YamlDocument> documents;
  for (const auto& [begin, end] : yaml_documents(file.text)) {
    if (!matters(file.text.substr(begin, end - begin))) continue;
    auto document = read_yaml(file.text, begin, end);
    if (document.is_broken) {
      out.notes.emplace_back("a document is no YAML, and was only looked through for secrets: " +
                             document.problem);
    } else {
      documents.push_back(std::move(document));
    }
  }
  read_documents(file, documents, out);
}

// ---- env files

bool is_env_name(std::string_view name) {
  return starts_with(name, ".env") || has_suffix(name, {".env", ".envrc"}) ||
         name.find(".env.") != std::string_view::npos || starts_with(name, "env.") ||
         name.find("dot_env") != std::string_view::npos || name == "env" ||
         name.find("_env.") != std::string_view::npos;
}

void read_env_file(const WrittenFile& file, WrittenLaunches& out) {
  out.kind = "env file";
  WrittenLaunch launch;
  launch.kind = "env file";
  launch.file = file.path;
  read_env_lines(PlacedText(file.text, 0), file.path, EnvDialect::shell, launch.variables,
                 BadLines::passed_over);
  if (!launch.variables.empty()) out.launches.push_back(std::move(launch));
}

bool is_script(std::string_view name, std::string_view text) {
  const auto first = text.substr(0, std::min(text.find('\n'), text.size()));
  const bool has_shell = starts_with(first, "#!") && (first.find("sh") != std::string_view::npos);
  return has_shell || has_suffix(name, {".sh", ".bash", ".zsh", ".ksh", ".mk"}) ||
         name == "makefile" || name == "justfile" || name == "procfile" || name == ".envrc";
}

bool is_yaml_name(std::string_view path) {
  const auto name = lower(last_part(path));
  return has_suffix(name, {".yaml", ".yml", ".yaml.tpl", ".yml.j2", ".yaml.j2", ".yaml.example",
                           ".yml.example", ".yaml.template", ".yml.template", ".yaml.dist"});
}

}  // namespace

WrittenLaunches read_launches(const WrittenFile& file,
                              const std::function<bool(std::string_view)>& matters) {
  WrittenLaunches out;
  const auto name = lower(last_part(file.path));
  if (is_yaml_name(file.path) || name.empty()) {
    read_yaml_file(file, matters, out);
  } else if (ends_with(name, ".json")) {
    if (file.text.find("containerDefinitions") != std::string_view::npos ||
        file.text.find("apiVersion") != std::string_view::npos)
      read_yaml_file(file, matters, out);
  } else if (name.find("dockerfile") != std::string::npos ||
             name.find("containerfile") != std::string::npos) {
    if (is_dockerfile(file.text)) {
      out.kind = "dockerfile";
      read_dockerfile(file, out);
    }
  } else if (has_suffix(name, {".service", ".conf", ".container", ".timer", ".socket"})) {
    if (is_systemd_unit(file.text)) {
      out.kind = "systemd unit";
      read_systemd(file, out);
    }
  } else if (is_script(name, file.text)) {
    out.kind = "shell script";
    read_shell(file, file.text, 0, out);
  } else if (has_suffix(name, {".bat", ".cmd"})) {
    out.kind = "batch file";
    read_batch(file, file.text, 0, out);
  } else if (ends_with(name, ".ps1")) {
    out.kind = "PowerShell script";
    read_powershell(file, file.text, 0, out);
  } else if (is_env_name(name)) {
    read_env_file(file, out);
  }
  return out;
}

}  // namespace prefect_config
