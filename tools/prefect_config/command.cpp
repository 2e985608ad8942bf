#include "command.hpp"

namespace prefect_config::tool {

Inspection inspect_launch(const Context& context) {
  const auto& options = context.options;
  LaunchOptions launch;
  if (options.profile_given) launch.profile = options.profile;
  if (options.prefect_version != "auto")
    launch.prefect_version = Version::parse(options.prefect_version);
  if (!options.working_directory.empty()) launch.working_directory = options.working_directory;
  if (!options.user_home.empty()) launch.user_home = options.user_home;
  launch.clean_environment = options.clean_environment;
  return inspect(this_shell(launch));
}

void report_findings(const Context& context, const Inspection& inspection,
                     const std::vector<Finding>& findings, Outcome& outcome) {
  if (context.options.quiet) return;
  const auto version = inspection.launch.prefect_version;
  if (!is_known(version)) {
    outcome.err += "note: Prefect " + version.text() +
                   " is not known; the nearest older release answers for it\n";
  }
  if (!inspection.loads && inspection.complete) {
    outcome.err += "Prefect " + version.text() +
                   " does not start like this; what is shown is the best reading of it\n";
  }
  // Beyond this nobody reads on, and each snippet costs a walk through its file. JSON has them all.
  constexpr std::size_t kMost = 100;
  std::size_t shown = 0;
  for (const auto& finding : findings) {
    if (finding.severity() == Severity::info && !context.options.verbose) continue;
    if (++shown > kMost) continue;
    if (!outcome.err.empty()) outcome.err += '\n';
    outcome.err += finding_text(inspection, finding);
  }
  if (shown > kMost)
    outcome.err += "\nand " + std::to_string(shown - kMost) + " more findings; see -o json\n";
}

int status_of(const Inspection& inspection) {
  if (!inspection.complete) return status_failed;
  return inspection.loads ? status_fine : status_negative;
}

}  // namespace prefect_config::tool
