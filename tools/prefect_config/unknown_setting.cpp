#include "unknown_setting.hpp"

#include "support/text.hpp"

#include <algorithm>
#include <optional>

namespace prefect_config::tool {
namespace {

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

// The releases that have a setting of this path or name; nothing where none has.
std::optional<VersionRange> releases_with(const std::string& name) {
  const auto history = setting_history(lower(name));
  if (!history.empty())
    return VersionRange{history.front()->versions.first, history.back()->versions.last};
  return releases_with_name(upper(name));
}

}  // namespace

Outcome unknown_setting(const std::string& name, const Registry& registry) {
  Outcome outcome;
  outcome.status = status_usage;
  outcome.err = "prefect-config: `" + safe_text(name) + "` is no setting of Prefect " +
                registry.version().text() + '\n';
  if (equal_ignoring_case(name, "PREFECT_PROFILE")) {
    outcome.err += "  it names the profile that is used, and is read before any setting\n"
                   "next: prefect-config explain\n";
    return outcome;
  }
  if (const auto endings = paths_ending_in(name, registry); !endings.empty()) {
    outcome.err += "  did you mean " + endings + "?\n";
    return outcome;
  }
  const auto releases = releases_with(name);
  if (releases) outcome.err += "  other releases know it: " + releases->text() + '\n';
  const auto nearest = registry.nearest(name);
  for (const auto candidate : nearest)
    outcome.err += "  did you mean " + std::string(candidate) + "?\n";
  if (releases) {
    outcome.err += "next: prefect-config settings " + name + " --prefect-version " +
                   nearest_known(releases->last).text() + '\n';
  } else if (nearest.empty()) {
    outcome.err += "next: prefect-config settings\n";
  }
  return outcome;
}

}  // namespace prefect_config::tool
