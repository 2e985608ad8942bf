#include "view.hpp"

#include <memory>

namespace prefect_config::tool {
namespace {

struct Options {
  bool show_defaults = false;
  bool show_sources = true;
  std::string output = "text";
};

// Prefect's rows go to a pipe byte for byte; on a terminal their escapes would be obeyed.
std::string safe_for_terminal(const std::string& text) {
  std::string result;
  for (std::size_t begin = 0; begin < text.size();) {
    const auto end = text.find('\n', begin);
    result += printable(std::string_view(text).substr(begin, end - begin)) + '\n';
    if (end == std::string::npos) break;
    begin = end + 1;
  }
  return result;
}

Outcome run(const Options& options, const Context& context) {
  const auto inspection = inspect_launch(context);
  Outcome outcome;
  outcome.status = status_of(inspection);
  const ViewOptions view{options.show_defaults, options.show_sources, context.secrets()};
  if (options.output == "json") {
    outcome.out = view_json(inspection, view);
  } else if (options.output == "prefect") {
    outcome.out = view_prefect(inspection, view);
    if (context.out_is_terminal) outcome.out = safe_for_terminal(outcome.out);
    if (inspection.loads && !inspection.command_line.warning.empty())
      outcome.err = printable(inspection.command_line.warning) + '\n';
    if (inspection.loads) return outcome;
  } else if (inspection.complete) {
    outcome.out = view_text(inspection, view);
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
