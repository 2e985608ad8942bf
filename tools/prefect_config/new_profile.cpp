#include "new_profile.hpp"

#include "sources/protect.hpp"

#include <algorithm>
#include <iterator>
#include <utility>
#include <vector>

namespace prefect_config::tool {
namespace {

// Settings that say how a connection is made, and not where to or as whom.
constexpr std::string_view kKept[] = {"cloud.api_url", "api.ssl_cert_file",
                                      "api.tls_insecure_skip_verify"};
constexpr std::string_view kHeaders = "client.custom_headers";

std::vector<std::string> project_files(const Launch& launch) {
  std::vector<std::string> files;
  for (const auto* name : {".env", "prefect.toml", "pyproject.toml"})
    files.push_back(launch.absolute(name));
  return files;
}

bool is_kept(const Inspection& here, const std::string& variable) {
  if (!is_prefect_name(variable)) return true;
  const auto* setting = here.registry.find(variable);
  if (!setting) return false;
  // Relative to it are other paths; which file of profiles it is, is said below.
  return setting->path == "home" || setting->path == kHeaders ||
         std::find(std::begin(kKept), std::end(kKept), setting->path) != std::end(kKept);
}

bool is_project_file(SourceKind source) {
  return source == SourceKind::dotenv || source == SourceKind::prefect_toml ||
         source == SourceKind::pyproject_toml;
}

Launch launch_with(const Inspection& here, const FileSystem& files, const std::string& path,
                   const std::string& name) {
  auto launch = here.launch;
  launch.files = &files;
  std::erase_if(launch.environment, [&here](const EnvironmentVariable& variable) {
    return !is_kept(here, variable.name);
  });
  // From a project file they come as from the environment.
  for (const auto setting : kKept) {
    const auto* resolved = here.find(setting);
    const auto source = resolved ? resolved->source() : SourceKind::defaults;
    if (is_project_file(source))
      launch.environment.push_back(
          {std::string(resolved->setting->name), text_of(resolved->value)});
  }
  launch.environment.push_back({"PREFECT_PROFILES_PATH", path});
  launch.profile = name;
  launch.override_profile.reset();
  return launch;
}

}  // namespace

NewProfile::NewProfile(const Inspection& here, std::string text, const std::string& name)
    : path_(profiles_path_of(here)), outside_(*here.launch.files, project_files(here.launch)),
      files_(outside_, path_, std::move(text)),
      inspection_(inspect(launch_with(here, files_, path_, name))) {}

Finding NewProfile::told(Finding finding) const {
  const auto is_unwritten = [this](const Place& place) { return place.where == path_; };
  if (finding.place && is_unwritten(*finding.place)) finding.place.reset();
  std::erase_if(finding.related, is_unwritten);
  finding.next.clear();
  return finding;
}

}  // namespace prefect_config::tool
