// Files: secrets that others can read, and settings that nobody reads.
#include "checks/checks.hpp"
#include "sources/precedence.hpp"
#include "sources/profiles_file.hpp"
#include "sources/protect.hpp"
#include "support/text.hpp"

#include <algorithm>
#include <set>
#include <string>
#include <utility>
#include <variant>

namespace prefect_config {
namespace {

// ---- who can read them

class PermissionCheck {
 public:
  explicit PermissionCheck(Checked& checked) : checked_(checked) {}

  void run() {
    const auto& inspection = checked_.inspection;
    for (const auto& layer : inspection.layers.layers) {
      for (const auto& candidate : layer.candidates) {
        const auto& origin = candidate.origin;
        if (origin.key_span.exists() && candidate.written.is_secret() && candidate.written.truthy())
          look_at(place_of(origin));
      }
    }
    if (inspection.layers.profiles_file) look_at_profiles(*inspection.layers.profiles_file);
  }

 private:
  // Also those that are not in force.
  void look_at_profiles(const ProfilesFile& file) {
    for (const auto& profile : file.profiles) {
      for (const auto& entry : profile.entries) {
        const auto* setting = checked_.inspection.registry.find_name(entry.key);
        if (setting && protect(*setting, entry.value).is_secret())
          look_at(Place{file.where, entry.key_span, entry.value_span, {}});
      }
    }
  }

  void look_at(Place place) {
    const auto& where = place.where;
    if (where.empty() || where.front() != '/' || !seen_.insert(where).second) return;
    constexpr unsigned kGroup = 040;
    constexpr unsigned kOthers = 04;
    if (!can_read(where, kGroup) && !can_read(where, kOthers)) return;
    Finding finding{RuleId::secrets_file_readable, {where}};
    finding.next = "chmod 600 " + shell_quoted(where);
    finding.place = std::move(place);
    checked_.findings.push_back(std::move(finding));
  }

  // Also through every folder above it. `read` is the bit of a group or of all others.
  bool can_read(const std::string& path, unsigned read) const {
    const auto& files = *checked_.inspection.launch.files;
    const auto mode = files.permissions(path);
    if (!mode || (*mode & read) == 0) return false;
    const auto search = read >> 2;
    for (auto end = path.rfind('/'); end != 0 && end != std::string::npos;
         end = path.rfind('/', end - 1)) {
      const auto folder = files.permissions(path.substr(0, end));
      if (folder && (*folder & search) == 0) return false;
    }
    return true;
  }

  Checked& checked_;
  std::set<std::string> seen_;
};

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
  PermissionCheck(checked).run();
  check_parents(checked);
}

}  // namespace prefect_config
