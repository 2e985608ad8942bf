#include "sources/project_toml.hpp"

#include "sources/finding_limit.hpp"
#include "sources/group_json.hpp"
#include "sources/protect.hpp"
#include "sources/quirks.hpp"
#include "sources/settings_file.hpp"
#include "support/text.hpp"

#include <utility>

namespace prefect_config {
namespace {

std::string_view file_name(SourceKind kind) {
  return kind == SourceKind::prefect_toml ? "prefect.toml" : "pyproject.toml";
}

Finding shape_problem(const ProjectToml& file, std::string what, Span span) {
  const auto& where = file.where;
  const std::string_view table = file.kind == SourceKind::prefect_toml ? "" : "tool.prefect.";
  Finding finding{
      RuleId::settings_file_shape,
      {std::move(what), "groups are tables: [" + std::string(table) + "api] and then url = \"…\""}};
  finding.place = Place{where, span, {}, {}};
  return finding;
}

Finding problem_finding(const std::string& where, const FileProblem& problem) {
  const bool malformed = problem.kind == FileProblem::Kind::malformed;
  Finding finding{malformed ? RuleId::settings_file_malformed : RuleId::settings_file_unreadable,
                  {where, problem.reason, problem.help,
                   problem.ours ? "" : ": Prefect does not start beside it"}};
  finding.place = Place{where, problem.span, {}, {}};
  return finding;
}

// The table under `name`; an empty one where there is none, as Python's `.get(name, {})`. Nothing,
// and a finding, where something else has the name: Prefect dies of it.
std::optional<TomlNode> table_in(const TomlNode& table, std::string_view name, ProjectToml& file) {
  const auto* entry = table.find(name);
  if (!entry) return TomlNode{};
  if (entry->node.kind == TomlNode::Kind::table) return entry->node;
  file.loads = false;
  file.findings.push_back(
      shape_problem(file, '`' + std::string(name) + "` is not a table", entry->key_span));
  return std::nullopt;
}

// The setting at a place. A dot inside a quoted key is no step down: `"api.url"` names nothing.
const Setting* setting_at(const Registry& registry, const std::string& prefix,
                          const std::string& key) {
  return key.find('.') == std::string::npos ? registry.find_path(prefix + key) : nullptr;
}

bool is_group_at(const Registry& registry, const std::string& prefix, const std::string& key) {
  return key.find('.') == std::string::npos && is_group(registry, prefix + key);
}

// Walks the tables beside the registry's paths.
class Walk {
 public:
  Walk(const ProjectToml& file, const Registry& registry, std::vector<Finding>& findings,
       bool& loads)
      : file_(file), registry_(registry), findings_(findings), loads_(loads),
        quirks_(quirks_of(registry.version())), layer_{file.kind, {}},
        limit_(findings, "keys that are no setting", file.where) {}

  Layer run() {
    walk(*file_.settings, "");
    return std::move(layer_);
  }

 private:
  void walk(const TomlNode& table, const std::string& prefix) {
    for (const auto& entry : table.entries) {
      const auto path = prefix + entry.key;
      if (const auto* setting = setting_at(registry_, prefix, entry.key)) {
        take(*setting, entry);
      } else if (!is_group_at(registry_, prefix, entry.key)) {
        report_unknown(prefix, entry);
      } else if (entry.node.kind == TomlNode::Kind::table) {
        walk(entry.node, path + '.');
      } else {
        loads_ = false;
        findings_.push_back(shape_problem(file_, '`' + path + "` is not a table", entry.key_span));
      }
    }
  }

  void take(const Setting& setting, const TomlEntry& entry) {
    const bool is_table = entry.node.kind == TomlNode::Kind::table;
    if (is_table && (!is_dict(setting.type) || quirks_.toml_table_is_no_value)) {
      report(entry, "it is a table, and Prefect passes over it");
      return;
    }
    Candidate candidate;
    candidate.setting = &setting;
    candidate.written = protect(setting, entry.node.value());
    candidate.origin.kind = file_.kind;
    candidate.origin.where = file_.where;
    candidate.origin.key = std::string(setting.path);
    candidate.origin.key_span = entry.key_span;
    candidate.origin.value_span = entry.node.span;
    candidate.position = static_cast<std::uint32_t>(layer_.candidates.size());
    for (const auto& inner : entry.node.entries)
      candidate.key_places.push_back({inner.key, inner.key_span});
    layer_.candidates.push_back(std::move(candidate));
  }

  void report_unknown(const std::string& prefix, const TomlEntry& entry) {
    if (!limit_.take()) return;
    const auto path = prefix + entry.key;
    // Finding the nearest name takes long beside everything else: after so many, names are only
    // listed.
    const auto* meant = registry_.find(path);
    if (!meant) meant = registry_.find(entry.key);
    if (!meant && is_group(registry_, lower(path))) {
      report(entry, "names are in lower case here: did you mean `" + lower(path) + "`?");
      return;
    }
    const auto nearest = meant                           ? std::vector{meant->path}
                         : ++unknown_ > kMostSuggestions ? std::vector<std::string_view>()
                                                         : registry_.nearest(path, 1);
    auto& finding =
        report(entry, nearest.empty() ? "Prefect ignores it without a word"
                                      : "did you mean " + std::string(nearest.front()) + '?');
    // In its own table a key is named from there on.
    if (!nearest.empty() && starts_with(nearest.front(), prefix) &&
        entry.node.kind != TomlNode::Kind::table)
      finding.instead =
          Replacement{Replacement::Of::key, std::string(nearest.front().substr(prefix.size())),
                      meant != nullptr};
  }

  Finding& report(const TomlEntry& entry, std::string what) {
    Finding finding{RuleId::toml_key_unknown,
                    {entry.key, std::string(file_name(file_.kind)), registry_.version().text(),
                     std::move(what)}};
    const bool has_value = entry.node.kind != TomlNode::Kind::table;
    finding.place = Place{file_.where, entry.key_span, has_value ? entry.node.span : Span{}, {}};
    findings_.push_back(std::move(finding));
    return findings_.back();
  }

  const ProjectToml& file_;
  const Registry& registry_;
  std::vector<Finding>& findings_;
  bool& loads_;
  Quirks quirks_;
  Layer layer_;
  std::size_t unknown_ = 0;
  FindingLimit limit_;
};

void add_all_spans(const TomlNode& table, std::vector<Span>& spans) {
  for (const auto& entry : table.entries) {
    if (entry.node.kind == TomlNode::Kind::table) {
      add_all_spans(entry.node, spans);
    } else {
      spans.push_back(entry.node.span);
    }
  }
}

// Values that a snippet must not show: those of secret settings, of keys nobody knows, and
// everything in which a secret is recognised.
void add_secret_spans(const TomlNode& table, const std::string& prefix, const Registry& registry,
                      std::vector<Span>& spans) {
  for (const auto& entry : table.entries) {
    const bool is_table = entry.node.kind == TomlNode::Kind::table;
    if (const auto* setting = setting_at(registry, prefix, entry.key)) {
      if (may_be_secret(*setting) || protect(*setting, entry.node.value()).is_secret())
        spans.push_back(entry.node.span);
    } else if (is_table && is_group_at(registry, prefix, entry.key)) {
      add_secret_spans(entry.node, prefix + entry.key + '.', registry, spans);
    } else if (is_table) {
      add_all_spans(entry.node, spans);
    } else {
      spans.push_back(entry.node.span);
    }
  }
}

}  // namespace

ProjectToml read_project_toml(const Launch& launch, SourceKind kind, const Registry& registry,
                              std::vector<SourceFile>& files) {
  ProjectToml file;
  file.kind = kind;
  file.where = launch.absolute(file_name(kind));
  if (!launch.files->is_file(file.where)) {
    file.stops_search = launch.files->exists(file.where);
    return file;
  }
  auto read = read_settings_toml(launch, file.where, files);
  if (const auto* problem = std::get_if<FileProblem>(&read)) {
    file.loads = problem->ours;  // where it is ours, nobody knows
    file.complete = !problem->ours;
    file.findings.push_back(problem_finding(file.where, *problem));
    return file;
  }
  auto& [root, lost] = std::get<SettingsToml>(read);
  if (lost) {
    Finding finding{RuleId::first_key_lost, {file.where, launch.prefect_version.text(), lost->key}};
    finding.place = Place{file.where, lost->key_span, lost->node.span, {}};
    file.findings.push_back(std::move(finding));
    files.back().secrets.push_back(lost->node.span);
  }
  file.settings = std::move(root);
  if (kind == SourceKind::pyproject_toml) {
    file.settings = table_in(*file.settings, "tool", file);
    if (file.settings) file.settings = table_in(*file.settings, "prefect", file);
  }
  if (file.settings) add_secret_spans(*file.settings, "", registry, files.back().secrets);
  return file;
}

Layer project_toml_layer(const ProjectToml& file, const Registry& registry,
                         std::vector<Finding>& findings, bool& loads) {
  if (!file.settings) return {file.kind, {}};
  return Walk(file, registry, findings, loads).run();
}

}  // namespace prefect_config
