#include "view.hpp"

#include "outputs.hpp"

#include <memory>
#include <string>
#include <vector>

namespace prefect_config::tool {
namespace {

struct Options {
  bool show_defaults = false;
  bool show_sources = true;
  std::vector<std::string> outputs;
};

const std::vector<std::string> kFormats = {"text", "json", "html", "prefect"};

std::string text_of(const std::string& format, const Inspection& inspection,
                    const ViewOptions& view) {
  if (format == "json") return view_json(inspection, view);
  if (format == "html") return view_html(inspection, view);
  if (format == "prefect") return view_prefect(inspection, view);
  return inspection.complete ? view_text(inspection, view) : std::string();
}

// Prefect's own view says what Prefect says. True where that is all there is to say.
bool is_told_by_prefect(const Context& context, const Inspection& inspection, Outcome& outcome) {
  const bool prints = inspection.loads && inspection.command_starts;
  if (!prints && inspection.complete && outcome.status == status_fine)
    outcome.status = status_negative;
  if (prints && !inspection.command_line.warning.empty())
    outcome.err +=
        (context.options.show_secrets ? printable : safe_text)(inspection.command_line.warning) +
        '\n';
  return prints;
}

Outcome run(const Options& options, const Context& context) {
  std::vector<Output> outputs;
  if (const auto wrong = read_outputs(options.outputs, OnStdout::last_counts, outputs);
      !wrong.empty())
    return failed_with(status_usage, "view: " + wrong);
  const auto inspection = inspect_launch(context);
  Outcome outcome;
  outcome.status = status_of(inspection);
  // A file is no terminal: what goes there is exact.
  const auto write = [&](const std::string& format, bool is_file) {
    return text_of(format, inspection,
                   {options.show_defaults, options.show_sources, context.secrets(),
                    context.options.verbose, context.out_is_terminal && !is_file});
  };
  write_outputs(outputs, context.secrets(), write, outcome);
  const auto& shown = outputs.back().format;
  if (shown == "prefect" && is_told_by_prefect(context, inspection, outcome)) return outcome;
  // The other commands say it in their answer; here the answer is rows.
  if (shown == "text" && inspection.complete && context.options.verbose && !context.options.quiet)
    outcome.err += "Prefect " + inspection.launch.prefect_version.text() + " (" +
                   safe_text(inspection.launch.version_reason) + ")\n";
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
  command.values = {output_option("text, json, html, or prefect: its own `config view`",
                                  options->outputs, kFormats)};
  command.run = [options](const Context& context) { return run(*options, context); };
  return command;
}

}  // namespace prefect_config::tool
