#include "view.hpp"

#include <memory>

namespace prefect_config::tool {
namespace {

struct Options {
  bool show_defaults = false;
  bool show_sources = true;
  std::string output = "text";
};

Outcome run(const Options& options, const Context& context) {
  const auto inspection = inspect_launch(context);
  Outcome outcome;
  outcome.status = status_of(inspection);
  const ViewOptions view{options.show_defaults, options.show_sources, context.secrets(),
                         context.options.verbose, context.out_is_terminal};
  if (options.output == "json") {
    outcome.out = view_json(inspection, view);
  } else if (options.output == "prefect") {
    outcome.out = view_prefect(inspection, view);
    const bool prints = inspection.loads && inspection.command_starts;
    if (!prints && inspection.complete) outcome.status = status_negative;
    if (prints && !inspection.command_line.warning.empty())
      outcome.err =
          (context.options.show_secrets ? printable : safe_text)(inspection.command_line.warning) +
          '\n';
    if (prints) return outcome;
  } else if (inspection.complete) {
    outcome.out = view_text(inspection, view);
    // The other commands say it in their answer; here the answer is rows.
    if (context.options.verbose && !context.options.quiet)
      outcome.err = "Prefect " + inspection.launch.prefect_version.text() + " (" +
                    safe_text(inspection.launch.version_reason) + ")\n";
  }
  report_findings(context, inspection, inspection.findings, outcome);
  return outcome;
}

}  // namespace

Command view_command() {
  const auto options = std::make_shared<Options>();
  Command command;
  command.name = "view";
  command.help = "Every setting, its value, its source";
  command.flags = {
      {"--show-defaults", "List settings that nothing sets too", &options->show_defaults,
       "--hide-defaults"},
      {"--show-sources", "Say where each value was written (the default)", &options->show_sources,
       "--hide-sources"},
  };
  command.values = {{"-o,--output",
                     "FORMAT",
                     "text, json, or prefect: its own `config view`",
                     &options->output,
                     {"text", "json", "prefect"}}};
  command.run = [options](const Context& context) { return run(*options, context); };
  return command;
}

}  // namespace prefect_config::tool
