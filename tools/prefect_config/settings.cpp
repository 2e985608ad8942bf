#include "settings.hpp"

#include "report/names.hpp"
#include "report/settings.hpp"
#include "support/text.hpp"
#include "unknown_setting.hpp"

#include <memory>
#include <utility>

namespace prefect_config::tool {
namespace {

struct Options {
  std::string name;
  std::string output = "text";
};

// All of them, or those below a group's path.
std::vector<const Setting*> settings_of(const Registry& registry, const std::string& group) {
  std::vector<const Setting*> found;
  for (const auto* setting : registry.settings()) {
    if (group.empty() || starts_with(setting->path, group + '.')) found.push_back(setting);
  }
  return found;
}

Outcome run(const Options& options, const Context& context) {
  // The launch says the release; nothing else of it is looked at.
  auto launch = context.launch;
  const auto findings = check_version(launch);
  launch.prefect_version = nearest_known(launch.prefect_version);
  const Registry registry(launch.prefect_version);
  const Inspection inspection(std::move(launch), registry);
  const bool wants_json = options.output == "json";
  Outcome outcome;
  const auto* setting = options.name.empty() ? nullptr : registry.find(options.name);
  if (setting) {
    outcome.out = wants_json ? setting_json(registry, *setting)
                             : setting_text(registry, *setting, version_name(inspection),
                                            line_width(context));
  } else {
    const auto listed = settings_of(registry, lower(options.name));
    if (listed.empty()) return unknown_setting(options.name, registry);
    // For `grep` a setting is one line.
    outcome.out = wants_json ? settings_json(registry, listed)
                             : settings_text(registry, listed,
                                             context.out_is_terminal ? line_width(context) : 0);
  }
  report_findings(context, inspection, findings, outcome);
  return outcome;
}

}  // namespace

Command settings_command() {
  const auto options = std::make_shared<Options>();
  Command command;
  command.name = "settings";
  command.help = "The settings of a release; settings NAME: all about one";
  command.values = {
      {"name",
       "[NAME]",
       "api.url, PREFECT_API_URL; or a group, as api",
       &options->name,
       {},
       false,
       nullptr,
       WordKind::setting},
      {"-o,--output", "FORMAT", "text or json", &options->output, {"text", "json"}},
  };
  command.run = [options](const Context& context) { return run(*options, context); };
  return command;
}

}  // namespace prefect_config::tool
