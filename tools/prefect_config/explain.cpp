#include "explain.hpp"

#include "outputs.hpp"

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace prefect_config::tool {
namespace {

struct Options {
  std::vector<std::string> outputs;
  std::string surface;
  std::string as;
};

const std::vector<std::string> kFormats = {"text", "json", "html"};

std::string text_of(const Options& options, const std::string& format, const Inspection& inspection,
                    const AuthPlans& plans, Disclosure secrets) {
  if (format == "json") return explain_json(inspection, plans, secrets);
  if (format == "html") return explain_html(inspection, plans, secrets);
  if (!inspection.complete) return {};
  if (!options.as.empty()) return flow_run_text(inspection, secrets);
  if (const auto surface = find_surface(options.surface))
    return surface_text(inspection, plans, *surface, secrets);
  return explain_text(inspection, plans, secrets);
}

Outcome run(const Options& options, const Context& context) {
  if (!options.as.empty() && !options.surface.empty())
    return failed_with(status_usage, "--as and --surface exclude each other");
  std::vector<Output> outputs;
  if (const auto wrong = read_outputs(options.outputs, OnStdout::last_counts, outputs);
      !wrong.empty())
    return failed_with(status_usage, "explain: " + wrong);
  auto inspection = inspect_launch(context);
  auto plans = plans_of(context.options, inspection);
  add_credential_findings(inspection, plans);
  const bool has_json = std::any_of(outputs.begin(), outputs.end(),
                                    [](const Output& output) { return output.format == "json"; });
  // In the other formats they are for -v, whatever is written besides.
  std::optional<AuthPlans> with_fingerprints;
  if (has_json || context.options.verbose) {
    with_fingerprints = plans;
    if (const auto key = fingerprint_key()) add_fingerprints(*with_fingerprints, *key);
  }
  Outcome outcome;
  outcome.status = status_of(inspection);
  const auto write = [&](const std::string& format, bool) {
    const bool has_fingerprints = format == "json" || context.options.verbose;
    return text_of(options, format, inspection, has_fingerprints ? *with_fingerprints : plans,
                   context.secrets());
  };
  write_outputs(outputs, context.secrets(), write, outcome);
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
      output_option("text, json or html", options->outputs, kFormats),
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
