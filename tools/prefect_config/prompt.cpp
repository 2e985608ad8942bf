#include "prompt.hpp"

#include "support/text.hpp"

#include <algorithm>
#include <string>

namespace prefect_config::tool {
namespace {

Outcome run(const Context& context) {
  auto inspection = inspect_launch(context);
  const auto plans = plans_of(context.options, inspection);
  add_credential_findings(inspection, plans);
  const bool is_wrong =
      !inspection.complete || !inspection.loads ||
      std::any_of(inspection.findings.begin(), inspection.findings.end(),
                  [](const Finding& finding) { return finding.severity() != Severity::info; });
  std::string text = safe_text(inspection.command_line.selection.name);
  text += " (" + std::string(target_name(plans.target)) + ')';
  return {text + (is_wrong ? " !\n" : "\n"), {}, status_fine};
}

}  // namespace

Command prompt_command() {
  Command command;
  command.name = "prompt";
  command.help = "For a prompt: the profile, its target, ! where doctor knows more";
  command.run = run;
  return command;
}

}  // namespace prefect_config::tool
