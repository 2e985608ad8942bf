// `view` as text: Prefect's own lines, and the same lines with where each value was written.
#include <prefect_config/report.hpp>

#include "report/disclosure.hpp"
#include "report/names.hpp"
#include "report/prefect_view.hpp"
#include "report/view_rows.hpp"
#include "sources/mask.hpp"

#include <fmt/format.h>

namespace prefect_config {
namespace {

std::string as_it_is(std::string_view text) { return std::string(text); }

// The profile's name and the address stand in no setting that would protect them.
std::string masked(std::string_view text) { return mask_text(text); }

std::string richer_source(const Inspection& inspection, const Resolved& resolved) {
  if (!resolved.winner) {
    std::string text = "defaults";
    if (!resolved.rejected.empty())
      text += "; " + source_name(resolved.rejected.front().candidate->origin) + " value refused";
    if (!resolved.derivation.empty()) text += ", " + std::string(resolved.derivation);
    return text;
  }
  const auto& origin = resolved.winner->origin;
  std::string text = source_name(origin);
  const bool is_process = origin.kind == SourceKind::environment && !origin.key_span.exists();
  const bool own_name = is_process && origin.key == resolved.setting->name;
  if (!own_name) text += (is_process ? " " : ", ") + place_name(inspection, origin);
  if (origin.kind == SourceKind::command_line) text += ", by -p";
  for (const auto* merged : resolved.merged)
    text += " and " + source_name(merged->origin) + ", " + place_name(inspection, merged->origin);
  return text;
}

}  // namespace

std::vector<const Resolved*> view_rows(const Inspection& inspection, bool show_defaults) {
  std::vector<const Resolved*> rows;
  for (const auto& resolved : inspection.resolution.settings) {
    const bool written =
        resolved.winner || !resolved.shadowed.empty() || !resolved.rejected.empty();
    if (written || show_defaults) rows.push_back(&resolved);
  }
  return rows;
}

const SettingValue& view_value(const Resolved& resolved) {
  // Prefect shows what was written; where sources were merged, only the result says the truth.
  return resolved.winner && resolved.merged.empty() && resolved.derivation.empty()
             ? resolved.winner->written
             : resolved.value;
}

std::string view_text(const Inspection& inspection, const ViewOptions& options) {
  std::string text = view_head(inspection, options.secrets,
                               options.secrets == Disclosure::shown ? printable : safe_text);
  const auto rows =
      options.verbose ? prefect_rows(inspection, options.show_defaults) : std::vector<PrefectRow>();
  for (const auto* resolved : view_rows(inspection, options.show_defaults)) {
    const auto value =
        printable(row_value(*resolved->setting, view_value(*resolved), options.secrets));
    text += fmt::format("{}='{}'", resolved->setting->name, value);
    if (options.show_sources)
      text += fmt::format(" (from {})", richer_source(inspection, *resolved));
    text += '\n';
    if (!options.verbose) continue;
    const auto note = prefect_note(*resolved, row_of(rows, *resolved), options.secrets);
    if (!note.empty()) text += "    " + note + '\n';
  }
  return text;
}

std::string view_prefect(const Inspection& inspection, const ViewOptions& options) {
  // A Prefect that does not start prints nothing here.
  if (!inspection.loads || !inspection.command_starts) return {};
  const auto name = options.secrets == Disclosure::shown ? as_it_is : masked;
  const auto safe_name = options.secrets == Disclosure::shown ? printable : safe_text;
  const auto safe_value = options.for_terminal ? printable : as_it_is;
  std::string text =
      view_head(inspection, options.secrets, options.for_terminal ? safe_name : name);
  const auto rows = prefect_rows(inspection, options.show_defaults);
  for (const auto& row : rows) {
    const auto& setting = *row.setting->setting;
    text += fmt::format("{}='{}'", setting.name,
                        safe_value(row_value(setting, row.value, options.secrets)));
    if (options.show_sources) text += fmt::format(" (from {})", prefect_word(row.source));
    text += '\n';
  }
  // Prefect prints the rows as one text, so no row is an empty line.
  if (rows.empty()) text += '\n';
  return text;
}

}  // namespace prefect_config
