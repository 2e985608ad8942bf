#include "new_profile.hpp"

#include "sources/protect.hpp"
#include "support/text.hpp"

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

// What `kKept` are set to in a project file.
std::vector<const Resolved*> kept_from_files(const Inspection& here) {
  std::vector<const Resolved*> kept;
  for (const auto setting : kKept) {
    const auto* resolved = here.find(setting);
    if (resolved && is_project_file(resolved->source())) kept.push_back(resolved);
  }
  return kept;
}

std::vector<std::pair<std::string, std::string>> names_from_files(const Inspection& here) {
  std::vector<std::pair<std::string, std::string>> names;
  for (const auto* resolved : kept_from_files(here))
    names.emplace_back(resolved->setting->name, last_part(resolved->winner->origin.where));
  return names;
}

Launch launch_with(const Inspection& here, const FileSystem& files, const std::string& path,
                   const std::string& name) {
  auto launch = here.launch;
  launch.files = &files;
  std::erase_if(launch.environment, [&here](const EnvironmentVariable& variable) {
    return !is_kept(here, variable.name);
  });
  // From a project file they come as from the environment.
  for (const auto* resolved : kept_from_files(here))
    launch.environment.push_back({std::string(resolved->setting->name), text_of(resolved->value)});
  launch.environment.push_back({"PREFECT_PROFILES_PATH", path});
  launch.profile = name;
  launch.override_profile.reset();
  return launch;
}

// A help that names a command to look with, which would look at the launch that is in force here.
void drop_look(Finding& finding) {
  for (auto& argument : finding.arguments) {
    for (const auto* look : {"prefect-config explain", "prefect-config why"}) {
      const auto found = argument.find(look);
      if (found == std::string::npos) continue;
      const auto before = argument.rfind(": ", found);
      argument.resize(before == std::string::npos ? 0 : before);
    }
    // Its help ends in this one.
    if (argument.empty() && finding.rule == RuleId::credential_wrong)
      argument = "the new profile sends another one";
  }
}

// The name that a setting was written by.
std::string written_name(const Resolved& resolved) {
  return resolved.winner ? resolved.winner->origin.key : std::string(resolved.setting->name);
}

// What an encrypted connection has from outside: the authority, or that there is none to ask.
std::string borrowed_by(const Tls& tls) {
  if (!tls.verify) return tls.verify_setting ? written_name(*tls.verify_setting) : std::string();
  if (!tls.ca_file.truthy()) return {};
  const bool is_setting = tls.ca_setting && tls.ca_from == tls.ca_setting->setting->name;
  return is_setting ? written_name(*tls.ca_setting) : tls.ca_from;
}

bool sends_custom_headers(const AuthPlan& plan) {
  return std::any_of(plan.headers.begin(), plan.headers.end(), [](const Header& header) {
    return starts_with(header.from, "custom_header:");
  });
}

}  // namespace

NewProfile::NewProfile(const Inspection& here, std::string text, const std::string& name)
    : path_(profiles_path_of(here)), from_files_(names_from_files(here)),
      outside_(*here.launch.files, project_files(here.launch)),
      files_(outside_, path_, std::move(text)),
      inspection_(inspect(launch_with(here, files_, path_, name))) {}

Finding NewProfile::told(Finding finding) const {
  const auto is_unwritten = [this](const Place& place) { return place.where == path_; };
  if (finding.place && is_unwritten(*finding.place)) finding.place.reset();
  std::erase_if(finding.related, is_unwritten);
  finding.next.clear();
  drop_look(finding);
  return finding;
}

std::string NewProfile::borrowed(const AuthPlans& plans, const std::vector<Surface>& asked) const {
  std::vector<std::string> names;
  const auto add = [&names](std::string name) {
    const bool is_new = std::find(names.begin(), names.end(), name) == names.end();
    if (!name.empty() && is_new) names.push_back(std::move(name));
  };
  const auto* cloud = inspection_.find("cloud.api_url");
  const auto* headers = inspection_.find(kHeaders);
  if (plans.target == Target::cloud && cloud && cloud->winner &&
      text_of(cloud->value) != cloud->setting->default_value.text)
    add(written_name(*cloud));
  for (const auto surface : asked) {
    const auto& plan = plans.at(surface);
    if (plan.proxy) add(plan.proxy->variable);
    if (plan.tls) add(borrowed_by(*plan.tls));
    if (headers && sends_custom_headers(plan)) add(written_name(*headers));
  }
  return with_places(names);
}

// `A, B of the environment and C of prefect.toml`.
std::string NewProfile::with_places(const std::vector<std::string>& names) const {
  std::vector<std::pair<std::string, std::string>> by_place;
  for (const auto& name : names) {
    const auto file = std::find_if(from_files_.begin(), from_files_.end(),
                                   [&name](const auto& from) { return from.first == name; });
    const auto place = file == from_files_.end() ? "the environment" : file->second;
    const auto known = std::find_if(by_place.begin(), by_place.end(),
                                    [&place](const auto& one) { return one.first == place; });
    if (known == by_place.end()) {
      by_place.emplace_back(place, safe_text(name));
    } else {
      known->second.append(", ").append(safe_text(name));
    }
  }
  std::string text;
  for (const auto& [place, listed] : by_place)
    text.append(text.empty() ? "" : " and ").append(listed).append(" of ").append(place);
  return text;
}

}  // namespace prefect_config::tool
