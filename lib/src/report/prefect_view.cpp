#include "report/prefect_view.hpp"

#include "report/disclosure.hpp"

#include <algorithm>

namespace prefect_config {
namespace {

// The view asks os.getenv for each name as the registry spells it, canonical first: other cases,
// which count, it does not see; and group variables it does not know.
const Candidate* environment_row(const Inspection& inspection, const Setting& setting) {
  const Candidate* best = nullptr;
  for (const auto& layer : inspection.layers.layers) {
    if (layer.kind != SourceKind::environment) continue;
    for (const auto& candidate : layer.candidates) {
      if (candidate.setting != &setting || candidate.group_depth != 0 || !candidate.name_exact)
        continue;
      if (!best || candidate.name_rank < best->name_rank) best = &candidate;
    }
  }
  return best;
}

// The view lists the profile of the command line's file, bundled values included.
const Candidate* profile_row(const Inspection& inspection, const Setting& setting) {
  const auto& candidates = inspection.command_line.candidates;
  const auto found = std::find_if(candidates.begin(), candidates.end(),
                                  [&](const Candidate& c) { return c.setting == &setting; });
  return found == candidates.end() ? nullptr : &*found;
}

}  // namespace

std::vector<PrefectRow> prefect_rows(const Inspection& inspection, bool show_defaults) {
  std::vector<PrefectRow> rows;
  for (const auto& resolved : inspection.resolution.settings) {
    const auto* candidate = environment_row(inspection, *resolved.setting);
    if (!candidate) candidate = profile_row(inspection, *resolved.setting);
    if (candidate) {
      rows.push_back({&resolved, candidate->written, candidate->origin.kind});
    } else if (show_defaults && !is_dict(resolved.setting->type)) {
      // Dict settings are walked as if they were groups, and so get lost.
      rows.push_back({&resolved, resolved.value, SourceKind::defaults});
    }
  }
  return rows;
}

std::string row_value(const Setting& setting, const SettingValue& value, Disclosure secrets) {
  if (setting.secret && secrets == Disclosure::masked) return std::string(kMask);
  return shown_text(value, secrets);
}

std::string view_head(const Inspection& inspection, Disclosure secrets,
                      std::string (*safe)(std::string_view)) {
  std::string text;
  const auto* ui_url = inspection.find("ui_url");
  if (ui_url && ui_url->value.truthy())
    text += "\U0001F680 you are connected to:\n" + safe(shown_text(ui_url->value, secrets)) + '\n';
  return text +=
         "PREFECT_PROFILE=" + safe(python_repr(inspection.command_line.selection.name)) + '\n';
}

}  // namespace prefect_config
