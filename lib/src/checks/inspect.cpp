// The flow for one launch, stage after stage, and the two profiles files that can come of it.
#include <prefect_config/inspect.hpp>

#include "sources/locate.hpp"
#include "sources/profile.hpp"
#include "sources/profiles_file.hpp"
#include "sources/protect.hpp"

#include <algorithm>
#include <utility>

namespace prefect_config {
namespace {

std::string profiles_path_of(const Resolution& resolution, const Registry& registry) {
  const auto* setting = registry.find_path("profiles_path");
  return setting ? text_of(resolution.settings[registry.index_of(*setting)].value) : std::string();
}

// The file Prefect's command line reads: the loader's where the path is the same, else one more.
std::shared_ptr<const ProfilesFile> command_line_file(Inspection& inspection,
                                                      const std::string& path) {
  auto& layers = inspection.layers;
  const auto absolute = inspection.launch.absolute(path);
  const bool same =
      !layers.loader.bundled_file && inspection.launch.absolute(layers.loader.path) == absolute;
  if (same) {
    if (layers.profiles_file_malformed) inspection.loads = false;
    return layers.profiles_file;
  }
  if (!inspection.launch.files->exists(absolute)) return nullptr;
  auto read = read_profiles_file(inspection.launch, absolute, inspection.registry, layers.files);
  if (auto* problem = std::get_if<ProfilesFileProblem>(&read)) {
    inspection.loads = false;
    inspection.complete = inspection.complete && !problem->ours;
    inspection.findings.push_back(std::move(problem->finding));
    return nullptr;
  }
  return std::make_shared<const ProfilesFile>(std::get<ProfilesFile>(std::move(read)));
}

// Prefect reads every profile of its file, so one bad shape anywhere stops it.
void check_shapes(Inspection& inspection, const ProfilesFile& file) {
  const auto earlier = inspection.findings.size();
  const auto add = [&](std::string what, Span span) {
    inspection.loads = false;
    const bool known = std::any_of(
        inspection.findings.begin(),
        inspection.findings.begin() + static_cast<std::ptrdiff_t>(earlier), [&](const Finding& f) {
          return f.rule == RuleId::profiles_file_shape && f.arguments.front() == what;
        });
    if (known) return;
    Finding finding{RuleId::profiles_file_shape, {std::move(what)}};
    finding.place = Place{file.where, span, {}, {}};
    inspection.findings.push_back(std::move(finding));
  };
  if (!file.profiles_is_table) add("`profiles` is not a table", {});
  if (file.active_stops) add("`active` is not a text", file.active_span);
  for (const auto& profile : file.profiles) {
    if (!profile.is_table) add("profile `" + profile.name + "` is not a table", profile.span);
  }
}

// Prefect's own sentence, its trailing blank included.
std::string not_found_warning(const ProfileSelection& selection) {
  std::string_view by = "in the profiles file";
  if (selection.requested_by == "PREFECT_PROFILE") by = "by environment variable";
  if (selection.requested_by == "--profile") by = "by command line argument";
  return "WARNING: Active profile " + python_repr(selection.requested) + " set " + std::string(by) +
         " not found. The default profile will be used instead. ";
}

// With the whole path, because a relative `~/x` and the home's `~/x` are two places.
std::string name_of_file(const Launch& launch, const ProfileSelection& selection) {
  return selection.bundled_file
             ? "the profiles bundled with Prefect " + launch.prefect_version.text()
             : launch.absolute(selection.path);
}

// A malformed file that only the settings loader reads does not stop Prefect: it warns and goes on.
void soften_loader_problem(Inspection& inspection) {
  if (!inspection.layers.profiles_file_malformed || !inspection.loads) return;
  for (auto& finding : inspection.findings) {
    if (finding.rule != RuleId::profiles_file_malformed) continue;
    finding.severity_override = Severity::warning;
    finding.arguments.back() = "until then Prefect goes on without a profile";
  }
}

void check_profile(Inspection& inspection, const ProfilesFile* file) {
  const auto& loader = inspection.layers.loader;
  const auto& command_line = inspection.command_line.selection;
  const auto place = [&](const ProfileSelection& selection) -> std::optional<Place> {
    if (selection.requested_by == "active" && file)
      return Place{file->where, file->active_span, {}, {}};
    if (selection.requested_by == "PREFECT_PROFILE")
      return Place{inspection.launch.environment_name, {}, {}, {}};
    return std::nullopt;
  };
  // What is no name was reported as such.
  if (file && file->active_stops && command_line.requested_by == "active") return;
  if (!command_line.found) {
    Finding finding{
        RuleId::profile_unknown,
        {command_line.requested,
         command_line.requested_by == "active" ? "the file itself" : command_line.requested_by,
         name_of_file(inspection.launch, command_line), command_line.name}};
    finding.place = place(command_line);
    if (command_line.requested_by == "--profile" && !command_line.requested.empty()) {
      // The loader falls back, and then the command line itself says "Unknown profile" and ends.
      inspection.loads = false;
      finding.arguments.emplace_back(
          ", and the `prefect` command then ends with \"Unknown profile\"");
    }
    inspection.findings.push_back(std::move(finding));
  } else if (!loader.found) {
    Finding finding{RuleId::profile_bundled_only,
                    {loader.requested, name_of_file(inspection.launch, loader)}};
    finding.place = place(loader);
    inspection.findings.push_back(std::move(finding));
  }
  const bool loader_has_file = !loader.bundled_file && loader.file_exists;
  const bool same = !loader.bundled_file && inspection.launch.absolute(loader.path) ==
                                                inspection.launch.absolute(command_line.path);
  if (!same && (loader_has_file || file) && !is_test_mode(inspection.launch)) {
    inspection.findings.push_back(
        {RuleId::profiles_files_differ,
         {name_of_file(inspection.launch, loader), inspection.launch.absolute(command_line.path)}});
  }
}

void read_command_line_profile(Inspection& inspection) {
  const auto path = profiles_path_of(inspection.resolution, inspection.registry);
  const auto file = command_line_file(inspection, path);
  if (file) check_shapes(inspection, *file);
  auto& result = inspection.command_line;
  result.selection = command_line_profile(inspection.launch, path, file.get());
  result.selection.where = inspection.launch.absolute(path);
  result.candidates = merged_profile(result.selection.name,
                                     bundled_profiles_file(inspection.launch.prefect_version),
                                     file.get(), inspection.registry);
  if (!result.selection.found) result.warning = not_found_warning(result.selection);
  soften_loader_problem(inspection);
  check_profile(inspection, file.get());
  if (file) find_unknown_keys(*file, inspection.registry, inspection.findings);
}

ResolveContext context_of(const Launch& launch) {
  ResolveContext context;
  context.user_home = launch.user_home;
  const auto* ssl = launch.variable("SSL_CERT_FILE");
  context.ssl_cert_file_set = ssl != nullptr;
  if (ssl) context.ssl_cert_file = *ssl;
  context.ssl_cert_file_missing =
      ssl && !ssl->empty() && !launch.files->is_file(launch.absolute(*ssl));
  return context;
}

}  // namespace

const Resolved* Inspection::find(std::string_view path) const {
  const auto* setting = registry.find_path(path);
  return setting ? &resolution.settings[registry.index_of(*setting)] : nullptr;
}

const Resolved& Inspection::at(std::string_view path) const { return *find(path); }

Inspection inspect(Launch launch) {
  Registry registry(launch.prefect_version);
  Inspection inspection{std::move(launch), std::move(registry), {}, {}, {}, {}, true, true};
  inspection.layers = load_layers(inspection.launch, inspection.registry);
  inspection.resolution =
      resolve(inspection.layers, inspection.registry, context_of(inspection.launch));
  inspection.loads = inspection.layers.loads && inspection.resolution.loads;
  inspection.complete = inspection.layers.complete;
  inspection.findings = inspection.layers.findings;
  inspection.findings.insert(inspection.findings.end(), inspection.resolution.findings.begin(),
                             inspection.resolution.findings.end());
  read_command_line_profile(inspection);
  std::stable_sort(inspection.findings.begin(), inspection.findings.end(),
                   [](const Finding& a, const Finding& b) { return a.severity() < b.severity(); });
  return inspection;
}

}  // namespace prefect_config
