// The flow for one launch, stage after stage, and the two profiles files that can come of it.
#include <prefect_config/inspect.hpp>

#include "checks/command_start.hpp"
#include "checks/known_secrets.hpp"
#include "resolve/derive.hpp"
#include "sources/locate.hpp"
#include "sources/profile.hpp"
#include "sources/profiles_file.hpp"
#include "sources/protect.hpp"
#include "sources/quirks.hpp"
#include "support/passwd.hpp"

#include <algorithm>
#include <iterator>
#include <set>
#include <utility>

namespace prefect_config {
namespace {

std::string profiles_path_of(const Resolution& resolution, const Registry& registry) {
  const auto* path = resolution.find(registry, "profiles_path");
  return path ? text_of(path->value) : std::string();
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
  auto file = std::make_shared<const ProfilesFile>(std::get<ProfilesFile>(std::move(read)));
  for (auto& finding : findings_of(*file, inspection.launch.prefect_version))
    inspection.findings.push_back(std::move(finding));
  return file;
}

// Prefect reads every profile of its file, so one bad shape anywhere stops it.
void check_shapes(Inspection& inspection, const ProfilesFile& file) {
  std::set<std::string> known;
  for (const auto& finding : inspection.findings) {
    if (finding.rule == RuleId::profiles_file_shape) known.insert(finding.arguments.front());
  }
  const auto add = [&](std::string what, Span span) {
    inspection.loads = false;
    if (known.count(what) != 0) return;
    Finding finding{RuleId::profiles_file_shape, {std::move(what)}};
    finding.place = Place{file.where, span, {}, {}};
    inspection.findings.push_back(std::move(finding));
  };
  if (!file.profiles_is_table) add("`profiles` is not a table", file.profiles_span);
  const auto& selection = inspection.layers.loader;
  // 2.20 looks at `active` only where nothing else asks, and an empty list asks for nothing.
  const bool ignored = quirks_of(inspection.launch.prefect_version).environment_finds_profiles &&
                       selection.requested_by != "active";
  if (file.active_stops && !ignored) add("`active` is not a text", file.active_span);
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

// What is used instead of a profile that is not there. An empty PREFECT_PROFILE counts for the
// `prefect` command only: the settings still come from the loader's profile.
std::string instead_text(const ProfileSelection& loader, const ProfileSelection& command_line) {
  if (!loader.found || loader.name == command_line.name || !command_line.requested.empty())
    return "Prefect uses the bundled profile `" + command_line.name + "` instead";
  return "the `prefect` command shows and edits the bundled profile `" + command_line.name +
         "` instead, and the settings still come from profile `" + loader.name +
         "`: unset PREFECT_PROFILE";
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
         name_of_file(inspection.launch, command_line), instead_text(loader, command_line)}};
    finding.place = place(command_line);
    const bool ends = command_line.requested_by == "--profile" && !command_line.requested.empty() &&
                      !inspection.launch.override_profile;
    if (ends) {
      // The loader falls back, and then the command line itself says "Unknown profile" and ends.
      inspection.loads = false;
      finding.arguments.back() += ", and the `prefect` command then ends with \"Unknown profile\"";
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

// Names of former settings of which 2.20 only warns.
bool is_removed_flag(std::string_view name) {
  constexpr std::string_view kFlags[] = {
      "PREFECT_EXPERIMENTAL_ENABLE_ENHANCED_SCHEDULING_UI",
      "PREFECT_EXPERIMENTAL_ENABLE_ENHANCED_DEPLOYMENT_PARAMETERS",
      "PREFECT_EXPERIMENTAL_ENABLE_EVENTS_CLIENT",
      "PREFECT_EXPERIMENTAL_WARN_EVENTS_CLIENT",
      "PREFECT_EXPERIMENTAL_ENABLE_FLOW_RUN_INFRA_OVERRIDES",
      "PREFECT_EXPERIMENTAL_WARN_FLOW_RUN_INFRA_OVERRIDES"};
  return std::find(std::begin(kFlags), std::end(kFlags), name) != std::end(kFlags);
}

// 2.20 looks once: what the loader found is what its command line shows, and every key of every
// profile must be a setting.
void take_loader_profile(Inspection& inspection) {
  auto& layers = inspection.layers;
  const auto* file = layers.profiles_file.get();
  auto& result = inspection.command_line;
  result.selection = layers.loader;
  if (layers.profiles_file_malformed) inspection.loads = false;
  if (file) check_shapes(inspection, *file);
  result.candidates = merged_profile(result.selection.name,
                                     bundled_profiles_file(inspection.launch.prefect_version), file,
                                     inspection.registry);
  if (!result.selection.found) result.warning = not_found_warning(result.selection);
  check_profile(inspection, file);
  if (!file) return;
  const auto before = inspection.findings.size();
  find_unknown_keys(*file, inspection.registry, inspection.findings);
  for (auto i = before; i < inspection.findings.size(); ++i) {
    auto& finding = inspection.findings[i];
    if (is_removed_flag(finding.arguments.front())) continue;
    inspection.loads = false;
    finding.severity_override = Severity::error;
    finding.arguments.back() = finding.arguments.back() == "Prefect ignores it"
                                   ? "Prefect stops"
                                   : "Prefect stops; " + finding.arguments.back();
  }
}

// 2.20 finds its profiles file by the settings of the environment, which must be valid by
// themselves, whatever the profile has to say.
void check_environment_alone(Inspection& inspection, const ResolveContext& given) {
  if (!inspection.loads) return;
  Layers environment;
  for (const auto& layer : inspection.layers.layers)
    if (layer.kind == SourceKind::environment) environment.layers.push_back(layer);
  ResolveContext context = given;
  context.settings_alone = true;
  const auto alone = resolve(environment, inspection.registry, context);
  if (alone.loads) return;
  inspection.loads = false;
  inspection.findings.insert(inspection.findings.end(), alone.findings.begin(),
                             alone.findings.end());
}

// The file it found, which `prefect -p NAME` is looked up in; null where there is none.
std::shared_ptr<const ProfilesFile> read_command_line_profile(Inspection& inspection) {
  if (quirks_of(inspection.launch.prefect_version).environment_finds_profiles) {
    take_loader_profile(inspection);
    return inspection.layers.profiles_file;
  }
  const auto path = profiles_path_of(inspection.resolution, inspection.registry);
  auto file = command_line_file(inspection, path);
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
  if (const auto variable = test_mode_variable(inspection.launch); variable && file)
    inspection.findings.push_back(
        {RuleId::test_mode, {*variable, inspection.command_line.selection.name}});
  if (file) find_unknown_keys(*file, inspection.registry, inspection.findings);
  return file;
}

ResolveContext context_of(const Launch& launch) {
  ResolveContext context;
  context.user_home = launch.user_home;
  context.home_of_user = [&launch](std::string_view name) -> std::optional<std::string> {
    const auto read = launch.files->read("/etc/passwd");
    const auto* passwd = std::get_if<std::string>(&read);
    return passwd ? home_of_user(*passwd, name) : std::nullopt;
  };
  context.profile_asked_for = launch.profile.has_value();
  const auto* ssl = launch.variable("SSL_CERT_FILE");
  context.ssl_cert_file_set = ssl != nullptr;
  if (ssl) context.ssl_cert_file = *ssl;
  context.ssl_cert_file_missing =
      ssl && !ssl->empty() && !launch.files->is_file(launch.absolute(*ssl));
  return context;
}

bool same_finding(const Finding& a, const Finding& b) {
  return a.rule == b.rule && a.arguments == b.arguments;
}

// Where loggers are split text, a list of them cannot be validated a second time.
void stop_at_loggers(Inspection& inspection) {
  const auto* loggers = inspection.find("logging.extra_loggers");
  const bool is_list = loggers && loggers->winner && loggers->value.truthy() &&
                       loggers->winner->origin.kind != SourceKind::command_line;
  if (!is_list || !quirks_of(inspection.launch.prefect_version).loggers_are_split_text) return;
  inspection.loads = false;
  Finding finding{RuleId::settings_refused,
                  {"`prefect -p` stops in this release where logging.extra_loggers is set"}};
  finding.place = place_of(loggers->winner->origin);
  inspection.findings.push_back(std::move(finding));
}

// Resolves again with NAME's values on top. What did not load before stops Prefect before it looks
// at NAME, and stays said.
void lay_over(Inspection& inspection, std::vector<Candidate> candidates) {
  auto context = context_of(inspection.launch);
  if (const auto* home = inspection.find("home")) context.earlier_home = text_of(home->value);
  context.earlier_log_size = capped_log_size(inspection.resolution, inspection.registry);
  for (auto& candidate : candidates) candidate.origin.kind = SourceKind::command_line;
  inspection.layers.layers.push_back({SourceKind::command_line, std::move(candidates)});
  inspection.earlier = std::move(inspection.resolution);
  inspection.resolution = resolve(inspection.layers, inspection.registry, context);
  inspection.loads = inspection.loads && inspection.resolution.loads;
  stop_at_loggers(inspection);
  for (auto& finding : inspection.resolution.findings) {
    const bool known =
        std::any_of(inspection.findings.begin(), inspection.findings.end(),
                    [&](const Finding& other) { return same_finding(finding, other); });
    if (!known) inspection.findings.push_back(finding);
  }
}

// `prefect -p NAME`: NAME is looked up in the file that the settings before it name, and is nothing
// but itself where it is the active profile already.
void apply_override(Inspection& inspection, const ProfilesFile* file) {
  const auto& name = inspection.launch.override_profile;
  auto& command_line = inspection.command_line;
  if (!name || *name == command_line.selection.name) return;
  const auto bundled = bundled_profiles_file(inspection.launch.prefect_version);
  if (!bundled.find(*name) && !(file && file->find(*name))) {
    inspection.loads = false;
    inspection.findings.push_back(
        {RuleId::profile_unknown,
         {*name, "the command line", name_of_file(inspection.launch, command_line.selection),
          "the `prefect` command ends with \"Unknown profile\""}});
    return;
  }
  command_line.selection.name = command_line.selection.requested = *name;
  command_line.selection.requested_by = "-p";
  command_line.candidates = merged_profile(*name, bundled, file, inspection.registry);
  lay_over(inspection, command_line.candidates);
}

}  // namespace

const Resolved* Inspection::find(std::string_view path) const {
  return resolution.find(registry, path);
}

const Resolved& Inspection::at(std::string_view path) const { return *find(path); }

std::vector<Finding> check_version(const Launch& launch) {
  std::vector<Finding> findings;
  const auto asked = launch.prefect_version;
  const auto answers = nearest_known(asked);
  if (answers != asked)
    findings.push_back({RuleId::release_unknown, {asked.text(), answers.text()}});
  if (const auto& venv = launch.empty_venv)
    findings.push_back({RuleId::venv_without_prefect, {*venv, answers.text()}});
  return findings;
}

Inspection inspect(Launch launch) {
  auto of_version = check_version(launch);
  launch.prefect_version = nearest_known(launch.prefect_version);
  Registry registry(launch.prefect_version);
  Inspection inspection(std::move(launch), std::move(registry));
  inspection.layers = load_layers(inspection.launch, inspection.registry);
  const auto context = context_of(inspection.launch);
  inspection.resolution = resolve(inspection.layers, inspection.registry, context);
  inspection.loads = inspection.layers.loads && inspection.resolution.loads;
  inspection.complete = inspection.layers.complete;
  inspection.findings = inspection.layers.findings;
  inspection.findings.insert(inspection.findings.end(), inspection.resolution.findings.begin(),
                             inspection.resolution.findings.end());
  if (quirks_of(inspection.launch.prefect_version).environment_finds_profiles)
    check_environment_alone(inspection, context);
  std::move(of_version.begin(), of_version.end(), std::back_inserter(inspection.findings));
  const auto file = read_command_line_profile(inspection);
  apply_override(inspection, file.get());
  check_command_starts(inspection);
  hide_known_secrets(inspection);
  std::stable_sort(inspection.findings.begin(), inspection.findings.end(),
                   [](const Finding& a, const Finding& b) { return a.severity() < b.severity(); });
  return inspection;
}

}  // namespace prefect_config
