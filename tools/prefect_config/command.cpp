#include "command.hpp"

#include "launch_from.hpp"
#include "support/descriptor.hpp"
#include "support/text.hpp"

#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <iterator>
#include <utility>

namespace prefect_config::tool {

Outcome failed_with(int status, const std::string& text) {
  return {{}, "prefect-config: " + safe_text(text) + '\n', status};
}

std::vector<std::string> names_of(const std::string& names) {
  std::vector<std::string> all;
  for (std::size_t at = 0; at <= names.size();) {
    const auto end = std::min(names.find(',', at), names.size());
    all.push_back(names.substr(at, end - at));
    at = end + 1;
  }
  return all;
}

std::string usage_of(const Command& command) {
  std::string usage = "prefect-config " + command.name + " [OPTIONS]";
  for (const auto& value : command.values) {
    if (is_argument(value)) usage += ' ' + value.type_name;
  }
  return usage;
}

Command global_options(GlobalOptions& options) {
  const auto value = [](const char* name, const char* type, const char* help, std::string& target,
                        WordKind completes, bool* given = nullptr) {
    return ValueOption{name, type, help, &target, {}, false, nullptr, completes, given};
  };
  Command all;
  all.values = {
      value("--profile", "NAME", "Use this profile, as `prefect --profile NAME` does",
            options.profile, WordKind::profile, &options.profile_given),
      value("--prefect-version", "V|auto", "Answer for this release; auto: the installed one",
            options.prefect_version, WordKind::release),
      value("--venv", "DIR", "The Prefect of this virtual environment", options.venv,
            WordKind::folder),
      value("--cwd", "DIR", "Start in this directory", options.working_directory, WordKind::folder),
      value("--home", "DIR", "Let ~ stand for this directory", options.user_home, WordKind::folder),
      value("--env-file", "FILE", "Lay the variables of this file over the environment",
            options.env_file, WordKind::file),
      value("--pid", "N", "The launch that a running process is (Linux)", options.pid,
            WordKind::text),
      value("--from", "FILE[#NAME]", "A launch that a file holds, as compose.yaml#worker",
            options.from, WordKind::file),
      value("--command", "LINE", "Start this, as in --command \"prefect -p NAME\"", options.command,
            WordKind::text, &options.command_given),
  };
  all.flags = {
      {"--clean-env", "Start from an empty environment", &options.clean_environment},
      {"--show-secrets", "Show secrets instead of masking them", &options.show_secrets,
       "--hide-secrets"},
      {"-q,--quiet", "Do not print findings", &options.quiet},
      {"-v,--verbose", "Print findings that are only worth knowing too", &options.verbose},
  };
  return all;
}

std::optional<Version> release_of(const std::string& text) {
  return Version::parse(!text.empty() && text.front() == 'v' ? text.substr(1) : text);
}

namespace {

// A folder that is named from where we are, and not from where the launch is.
std::string from_here(const std::string& folder) {
  return folder.front() == '/' ? folder : real_files().resolve_links(folder).value_or(folder);
}

}  // namespace

namespace {

LaunchOptions launch_options(const GlobalOptions& options) {
  LaunchOptions launch;
  if (options.profile_given) launch.profile = options.profile;
  if (options.prefect_version != "auto")
    launch.prefect_version = release_of(options.prefect_version);
  if (!options.venv.empty()) launch.venv = from_here(options.venv);
  if (!options.working_directory.empty())
    launch.working_directory = from_here(options.working_directory);
  if (!options.user_home.empty()) launch.user_home = from_here(options.user_home);
  launch.clean_environment = options.clean_environment;
  return launch;
}

// Exactly one of the three says where the launch is.
std::variant<Launch, LaunchProblem> first_launch(const GlobalOptions& options) {
  if (!options.from.empty()) return launch_from(options.from, launch_options(options));
  if (options.pid.empty()) return this_shell(launch_options(options));
  int pid = 0;
  const auto* end = options.pid.data() + options.pid.size();
  const auto read = std::from_chars(options.pid.data(), end, pid);
  if (read.ec != std::errc() || read.ptr != end || pid <= 0)
    return LaunchProblem{"--pid " + options.pid + ": not the number of a process"};
  auto launch = launch_of_process(pid, launch_options(options));
  if (auto* problem = std::get_if<LaunchProblem>(&launch))
    problem->reason = "--pid " + options.pid + ": " + problem->reason;
  return launch;
}

}  // namespace

std::variant<Launch, LaunchProblem> launch_of(const GlobalOptions& options) {
  if (!options.pid.empty() && !options.from.empty())
    return LaunchProblem{"--pid and --from: a launch is one of them"};
  auto first = first_launch(options);
  auto* launch = std::get_if<Launch>(&first);
  if (!launch) return first;
  if (!options.env_file.empty()) {
    if (const auto why = add_env_file(*launch, from_here(options.env_file)); !why.empty())
      return LaunchProblem{"--env-file " + why};
  }
  if (!options.command_given) return first;
  auto followed = launch_of_command(std::move(*launch), options.command);
  if (const auto* problem = std::get_if<CommandLineProblem>(&followed))
    return LaunchProblem{"--command: " + problem->reason};
  auto& command = std::get<Launch>(followed);
  for (auto& note : command.notes) note.insert(0, starts_with(note, "--") ? "" : "--command: ");
  return std::move(command);
}

std::vector<std::string> surface_names() {
  std::vector<std::string> names;
  for (const auto surface : surfaces()) names.emplace_back(surface_name(surface));
  return names;
}

Inspection inspect_launch(const Context& context) { return inspect(context.launch); }

std::size_t line_width(const Context& context) {
  constexpr std::size_t kDefault = 80;
  constexpr std::size_t kNarrowest = 40;
  constexpr std::size_t kWidest = 100;
  const auto columns = context.out_is_terminal ? terminal_columns(STDOUT_FILENO) : 0;
  return columns == 0 ? kDefault : std::clamp(columns, kNarrowest, kWidest);
}

AuthPlans plans_of(const GlobalOptions& options, const Inspection& inspection) {
  return options.show_secrets
             ? plan_auth(inspection.resolution, inspection.registry, inspection.launch)
             : plan_auth(inspection);
}

void add_credential_findings(Inspection& inspection, const AuthPlans& plans) {
  auto& findings = inspection.findings;
  auto more = check_credentials(inspection, plans);
  findings.insert(findings.end(), std::make_move_iterator(more.begin()),
                  std::make_move_iterator(more.end()));
  std::stable_sort(findings.begin(), findings.end(),
                   [](const Finding& a, const Finding& b) { return a.severity() < b.severity(); });
}

void report_findings(const Context& context, const Inspection& inspection,
                     const std::vector<Finding>& findings, Outcome& outcome) {
  if (context.options.quiet) return;
  const auto version = inspection.launch.prefect_version;
  for (const auto& note : inspection.launch.notes) outcome.err += "note: " + safe_text(note) + '\n';
  if (!inspection.loads && inspection.complete) {
    outcome.err += "Prefect " + version.text() +
                   " does not start like this; what is shown is the best reading of it\n";
  }
  // Beyond this nobody reads on, and each snippet costs a walk through its file. JSON has them all.
  constexpr std::size_t kMost = 100;
  std::size_t shown = 0;
  for (const auto& finding : findings) {
    if (finding.severity() == Severity::info && !context.options.verbose) continue;
    // That there are more is said all the same.
    const bool says_more = finding.rule == RuleId::findings_left_out;
    if (!says_more && ++shown > kMost) continue;
    if (!outcome.err.empty()) outcome.err += '\n';
    outcome.err += finding_text(inspection, finding, lines_for(context.err_is_terminal));
  }
  if (shown > kMost)
    outcome.err += "\nand " + std::to_string(shown - kMost) + " more findings; see -o json\n";
  // On a terminal both are one text.
  if (context.out_is_terminal && context.err_is_terminal && !outcome.err.empty() &&
      !outcome.out.empty())
    outcome.err.insert(0, 1, '\n');
}

int status_of(const Inspection& inspection) {
  if (!inspection.complete) return status_failed;
  return inspection.loads ? status_fine : status_negative;
}

}  // namespace prefect_config::tool
