#include "why.hpp"

#include "support/text.hpp"

#include <memory>

namespace prefect_config::tool {
namespace {

struct Options {
  std::string name;
  std::string output = "text";
};

// `url`: the settings whose path ends in it, with commas between them; the first few.
std::string paths_ending_in(const std::string& name, const Registry& registry) {
  constexpr std::size_t kMost = 8;
  const auto ending = '.' + lower(name);
  std::string text;
  std::size_t count = 0;
  for (const auto* setting : registry.settings()) {
    if (!ends_with(setting->path, ending)) continue;
    if (++count <= kMost) (text += text.empty() ? "" : ", ") += setting->path;
  }
  if (count > kMost) text += " or " + std::to_string(count - kMost) + " others";
  return text;
}

Outcome unknown(const std::string& name, const Inspection& inspection) {
  Outcome outcome;
  outcome.status = status_usage;
  outcome.err = "prefect-config: `" + safe_text(name) + "` is no setting of Prefect " +
                inspection.launch.prefect_version.text() + '\n';
  if (equal_ignoring_case(name, "PREFECT_PROFILE")) {
    outcome.err += "  it names the profile that is used, and is read before any setting\n"
                   "next: prefect-config explain\n";
    return outcome;
  }
  const auto endings = paths_ending_in(name, inspection.registry);
  if (!endings.empty()) {
    outcome.err += "  did you mean " + endings + "?\n";
    return outcome;
  }
  const auto nearest = inspection.registry.nearest(name);
  for (const auto candidate : nearest)
    outcome.err += "  did you mean " + std::string(candidate) + "?\n";
  if (nearest.empty()) outcome.err += "next: prefect-config view --show-defaults\n";
  return outcome;
}

Outcome run(const Options& options, const Context& context) {
  const auto inspection = inspect_launch(context);
  const auto* setting = inspection.registry.find(options.name);
  if (!setting) return unknown(options.name, inspection);
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
