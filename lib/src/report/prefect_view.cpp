#include "report/prefect_view.hpp"

#include "report/disclosure.hpp"
#include "report/view_rows.hpp"
#include "sources/group_json.hpp"
#include "sources/known_secrets.hpp"
#include "sources/project_toml.hpp"
#include "sources/protect.hpp"

#include <algorithm>
#include <optional>
#include <utility>

namespace prefect_config {
namespace {

// The view looks each name up as the registry spells it, canonical first: other cases, which count,
// it does not see; and group variables it does not know.
const Candidate* variable_row(const Inspection& inspection, SourceKind kind,
                              const Setting& setting) {
  const Candidate* best = nullptr;
  for (const auto& layer : inspection.layers.layers) {
    if (layer.kind != kind) continue;
    for (const auto& candidate : layer.candidates) {
      if (candidate.setting != &setting || candidate.group_depth != 0 || !candidate.name_exact)
        continue;
      if (!best || candidate.name_rank < best->name_rank) best = &candidate;
    }
  }
  return best;
}

// The rows so far, by the registry's order: for each setting the first one stays.
class Rows {
 public:
  explicit Rows(const Inspection& inspection)
      : inspection_(inspection), rows_(inspection.registry.size()) {}

  void add_variables(SourceKind kind) {
    for (const Setting* setting : inspection_.registry.settings()) {
      if (const auto* candidate = variable_row(inspection_, kind, *setting))
        add(*setting, candidate->written, kind);
    }
  }

  // The view walks the tables by itself and takes every key under which it knows a setting: also
  // names of variables, which the settings loader ignores. Tables it always walks into, so that a
  // setting that is one gets lost.
  void add_table(const TomlNode& table, const std::string& prefix, SourceKind kind) {
    for (const auto& entry : table.entries) {
      const auto path = prefix + entry.key;
      if (entry.node.kind == TomlNode::Kind::table) {
        if (is_group(inspection_.registry, path)) add_table(entry.node, path + '.', kind);
        continue;
      }
      const auto* setting = inspection_.registry.find_path(path);
      if (!setting) setting = inspection_.registry.find_name(path);
      if (setting) add(*setting, protect(*setting, entry.node.value()), kind);
    }
  }

  // The profile of the command line's file, bundled values included.
  void add_profile() {
    for (const auto& candidate : inspection_.command_line.candidates)
      add(*candidate.setting, candidate.written, SourceKind::profile);
  }

  // Settings made anew, without what `-p` laid over them. Mappings are walked as if they were
  // groups, and so get lost.
  void add_defaults() {
    const auto& settings = inspection_.earlier ? *inspection_.earlier : inspection_.resolution;
    for (const auto& resolved : settings.settings) {
      if (!is_dict(resolved.setting->type))
        add(*resolved.setting, resolved.value, SourceKind::defaults);
    }
  }

  std::vector<PrefectRow> take() {
    std::vector<PrefectRow> result;
    for (auto& row : rows_) {
      if (row) result.push_back(std::move(*row));
    }
    return result;
  }

 private:
  void add(const Setting& setting, SettingValue value, SourceKind source) {
    const auto index = inspection_.registry.index_of(setting);
    if (rows_[index]) return;
    if (inspection_.known_secrets) inspection_.known_secrets->hide_in(value);
    rows_[index] = PrefectRow{&inspection_.resolution.settings[index], std::move(value), source};
  }

  const Inspection& inspection_;
  std::vector<std::optional<PrefectRow>> rows_;
};

}  // namespace

std::vector<PrefectRow> prefect_rows(const Inspection& inspection, bool show_defaults) {
  Rows rows(inspection);
  rows.add_variables(SourceKind::environment);
  rows.add_variables(SourceKind::dotenv);
  for (const auto& file : inspection.layers.project_files) {
    if (file->settings) rows.add_table(*file->settings, "", file->kind);
  }
  rows.add_profile();
  if (show_defaults) rows.add_defaults();
  return rows.take();
}

const PrefectRow* row_of(const std::vector<PrefectRow>& rows, const Resolved& resolved) {
  const auto found = std::find_if(rows.begin(), rows.end(),
                                  [&](const PrefectRow& r) { return r.setting == &resolved; });
  return found == rows.end() ? nullptr : &*found;
}

bool differs(const Resolved& resolved, const PrefectRow* row, Disclosure secrets) {
  if (!row) return resolved.winner != nullptr;
  const auto& setting = *resolved.setting;
  return row->source != resolved.source() || row_value(setting, row->value, secrets) !=
                                                 row_value(setting, view_value(resolved), secrets);
}

std::string prefect_note(const Resolved& resolved, const PrefectRow* row, Disclosure secrets) {
  if (!differs(resolved, row, secrets)) return {};
  if (!row) return "`prefect config view` does not show it";
  return "`prefect config view` shows '" +
         printable(row_value(*resolved.setting, row->value, secrets)) + "' (from " +
         std::string(prefect_word(row->source)) + ')';
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
