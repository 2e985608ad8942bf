#include "why.hpp"

#include "unknown_setting.hpp"

#include <memory>

namespace prefect_config::tool {
namespace {

struct Options {
  std::string name;
  std::string output = "text";
};

Outcome run(const Options& options, const Context& context) {
  const auto inspection = inspect_launch(context);
  const auto* setting = inspection.registry.find(options.name);
  if (!setting) return unknown_setting(options.name, inspection.registry);
  const auto& resolved = inspection.resolution.settings[inspection.registry.index_of(*setting)];
  Outcome outcome;
  outcome.status = status_of(inspection);
  if (options.output == "json") {
    outcome.out = why_json(inspection, resolved, context.secrets());
  } else if (inspection.complete) {
    outcome.out = why_text(inspection, resolved, context.secrets());
  }
  report_findings(context, inspection, inspection.findings, outcome);
  return outcome;
}

}  // namespace

Command why_command() {
  const auto options = std::make_shared<Options>();
  Command command;
  command.name = "why";
  command.help = "One setting: what wins, what it hides, what is refused";
  command.values = {
      {"name",
       "NAME",
       "api.url, PREFECT_API_URL, or an older name",
       &options->name,
       {},
       /*required=*/true,
       nullptr,
       WordKind::setting},
      {"-o,--output", "FORMAT", "text or json", &options->output, {"text", "json"}},
  };
  command.run = [options](const Context& context) { return run(*options, context); };
  return command;
}

}  // namespace prefect_config::tool
