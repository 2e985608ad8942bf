// Files: secrets that others can read, and settings that nobody reads.
#include "checks/checks.hpp"
#include "sources/precedence.hpp"
#include "support/text.hpp"

#include <algorithm>
#include <string>
#include <utility>
#include <variant>

namespace prefect_config {
namespace {

// ---- who can read them

void check_permissions(Checked& checked) {
  const auto& inspection = checked.inspection;
  std::vector<std::string> seen;
  for (const auto& layer : inspection.layers.layers) {
    for (const auto& candidate : layer.candidates) {
      const auto& where = candidate.origin.where;
      const bool is_file = candidate.origin.key_span.exists() && where.front() == '/';
      if (!is_file || !candidate.written.is_secret() || !candidate.written.truthy()) continue;
      if (std::find(seen.begin(), seen.end(), where) != seen.end()) continue;
      seen.push_back(where);
      const auto mode = inspection.launch.files->permissions(where);
      constexpr unsigned kOthersMayRead = 044;
      if (!mode || (*mode & kOthersMayRead) == 0) continue;
      Finding finding{RuleId::secrets_file_readable, {where}};
      finding.place = place_of(candidate.origin);
      finding.next = "chmod 600 " + shell_quoted(where);
      checked.findings.push_back(std::move(finding));
    }
  }
}

// ---- project files above the working directory

bool has_settings(const FileSystem& files, const std::string& path, bool is_pyproject) {
  if (!files.is_file(path)) return false;
  if (!is_pyproject) return true;
  const auto read = files.read(path);
  const auto* text = std::get_if<std::string>(&read);
  return text && text->find("[tool.prefect") != std::string::npos;
}

void check_parents(Checked& checked) {
  const auto& launch = checked.inspection.launch;
  const auto& precedence = precedence_of(checked.inspection.registry.version());
  for (const auto& [kind, name] : {std::pair(SourceKind::prefect_toml, "prefect.toml"),
                                   std::pair(SourceKind::pyproject_toml, "pyproject.toml")}) {
    const bool is_pyproject = kind == SourceKind::pyproject_toml;
    if (rank(precedence, kind) < 0 ||
        has_settings(*launch.files, launch.absolute(name), is_pyproject))
      continue;
    auto folder = launch.working_directory;
    while (folder.size() > 1) {
      folder = folder.substr(0, std::max<std::size_t>(folder.rfind('/'), 1));
      const auto path = (folder == "/" ? "" : folder) + '/' + name;
      if (!has_settings(*launch.files, path, is_pyproject)) continue;
      Finding finding{RuleId::project_file_in_parent, {path}};
      finding.next = "cd " + shell_quoted(folder);
      checked.findings.push_back(std::move(finding));
      break;
    }
  }
}

}  // namespace

void check_files(Checked& checked) {
  check_permissions(checked);
  check_parents(checked);
}

}  // namespace prefect_config
