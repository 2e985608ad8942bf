#include "explain.hpp"

#include <iterator>
#include <memory>

namespace prefect_config::tool {
namespace {

struct Options {
  std::string output = "text";
};

Outcome run(const Options& options, const Context& context) {
  auto inspection = inspect_launch(context);
  const auto plans = plan_auth(inspection.resolution, inspection.registry, inspection.launch);
  auto findings = check_credentials(inspection, plans);
  inspection.findings.insert(inspection.findings.end(), std::make_move_iterator(findings.begin()),
                             std::make_move_iterator(findings.end()));
  Outcome outcome;
  outcome.status = status_of(inspection);
  if (options.output == "json") {
    outcome.out = explain_json(inspection, plans, context.secrets());
  } else if (inspection.complete) {
    outcome.out = explain_text(inspection, plans, context.secrets());
  }
  report_findings(context, inspection, inspection.findings, outcome);
  return outcome;
}

}  // namespace

Command explain_command() {
  const auto options = std::make_shared<Options>();
  Command command;
  command.name = "explain";
  command.help = "Which credentials are sent on each connection, and why";
  command.values = {{"-o,--output", "FORMAT", "text or json", &options->output, {"text", "json"}}};
  command.run = [options](const Context& context) { return run(*options, context); };
  return command;
}

}  // namespace prefect_config::tool
