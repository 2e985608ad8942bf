#include "explain.hpp"

#include <memory>
#include <string>
#include <vector>

namespace prefect_config::tool {
namespace {

struct Options {
  std::string output = "text";
  std::string surface;
  std::string as;
};

std::string text_of(const Options& options, const Inspection& inspection, const AuthPlans& plans,
                    Disclosure secrets) {
  if (!options.as.empty()) return flow_run_text(inspection, secrets);
  if (const auto surface = find_surface(options.surface))
    return surface_text(inspection, plans, *surface, secrets);
  return explain_text(inspection, plans, secrets);
}

Outcome run(const Options& options, const Context& context) {
  if (!options.as.empty() && !options.surface.empty())
    return failed_with(status_usage, "--as and --surface exclude each other");
  auto inspection = inspect_launch(context);
  auto plans = plans_of(context.options, inspection);
  if (options.output == "json" || context.options.verbose) {
    if (const auto key = fingerprint_key()) add_fingerprints(plans, *key);
  }
  add_credential_findings(inspection, plans);
  Outcome outcome;
  outcome.status = status_of(inspection);
  if (options.output == "json") {
    outcome.out = explain_json(inspection, plans, context.secrets());
  } else if (inspection.complete) {
    outcome.out = text_of(options, inspection, plans, context.secrets());
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
  command.values = {
      {"-o,--output", "FORMAT", "text or json", &options->output, {"text", "json"}},
      {"--surface", "SURFACE", "One connection in full", &options->surface, surface_names()},
      {"--as",
       "WHO",
       "flow-run: what a worker hands to its flow runs",
       &options->as,
       {"flow-run"}}};
  command.run = [options](const Context& context) { return run(*options, context); };
  return command;
}

}  // namespace prefect_config::tool
