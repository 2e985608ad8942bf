#include "command.hpp"

#include "support/descriptor.hpp"
#include "support/text.hpp"

#include <unistd.h>

#include <algorithm>
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

LaunchRequest request_of(const GlobalOptions& options) {
  LaunchRequest request;
  if (options.profile_given) request.profile = options.profile;
  request.prefect_version = options.prefect_version;
  request.venv = options.venv;
  request.working_directory = options.working_directory;
  request.user_home = options.user_home;
  request.env_file = options.env_file;
  request.pid = options.pid;
  request.from = options.from;
  if (options.command_given) request.command = options.command;
  request.clean_environment = options.clean_environment;
  return request;
}

std::variant<Launch, LaunchProblem> launch_of(const GlobalOptions& options) {
  return requested_launch(request_of(options));
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
  return plan_auth(inspection, options.show_secrets ? Disclosure::shown : Disclosure::masked);
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
