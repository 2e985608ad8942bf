#include "doctor.hpp"

#include <algorithm>
#include <memory>
#include <string>

namespace prefect_config::tool {
namespace {

struct Options {
  std::string output = "text";
  std::string fail_on = "error";
};

// Findings are the data here, and so on stdout, of every severity.
bool is_reached(const Inspection& inspection, const std::string& fail_on) {
  return std::any_of(inspection.findings.begin(), inspection.findings.end(),
                     [&fail_on](const Finding& finding) {
                       const auto severity = finding.severity();
                       return fail_on == "info" || severity_word(severity) == fail_on ||
                              (fail_on == "warning" && severity == Severity::error);
                     });
}

Outcome run(const Options& options, const Context& context) {
  auto inspection = inspect_launch(context);
  add_credential_findings(inspection, plans_of(context.options, inspection));
  Outcome outcome;
  outcome.status = status_of(inspection);
  if (outcome.status == status_fine && is_reached(inspection, options.fail_on))
    outcome.status = status_negative;
  if (options.output == "json") {
    outcome.out = doctor_json(inspection);
  } else if (!context.options.quiet) {
    outcome.out = doctor_text(inspection, lines_for(context.out_is_terminal));
  }
  return outcome;
}

}  // namespace

Command doctor_command() {
  const auto options = std::make_shared<Options>();
  Command command;
  command.name = "doctor";
  command.help = "What is wrong with this launch, and what to type next";
  command.values = {{"-o,--output", "FORMAT", "text or json", &options->output, {"text", "json"}},
                    {"--fail-on",
                     "SEVERITY",
                     "Exit status 1 from here on: error, warning, info, never",
                     &options->fail_on,
                     {"error", "warning", "info", "never"}}};
  command.run = [options](const Context& context) { return run(*options, context); };
  return command;
}

}  // namespace prefect_config::tool
