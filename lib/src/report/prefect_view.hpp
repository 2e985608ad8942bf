// The rows of Prefect's own `config view` (3.8.8 and later), which are not always the effective
// values.
//
// What it is not: an explanation. It reproduces what Prefect prints, from the same candidates the
// engine had; where the two differ, the engine is right about what Prefect does.
#pragma once

#include <prefect_config/report.hpp>

#include <string>
#include <vector>

namespace prefect_config {

struct PrefectRow {
  const Resolved* setting = nullptr;
  SettingValue value;  ///< raw text of the source, or the effective value for defaults
  SourceKind source = SourceKind::defaults;
};

/// Sorted by name, one row a setting.
std::vector<PrefectRow> prefect_rows(const Inspection& inspection, bool show_defaults);

/// The row of one setting; nullptr where there is none.
const PrefectRow* row_of(const std::vector<PrefectRow>& rows, const Resolved& resolved);

/// Whether Prefect's own view shows a setting otherwise than it is: another value, another source,
/// or no row although something is written (`row` is nullptr).
bool differs(const Resolved& resolved, const PrefectRow* row, Disclosure secrets);

/// What `prefect config view` would have people believe, where it is not so; else empty.
std::string prefect_note(const Resolved& resolved, const PrefectRow* row, Disclosure secrets);

/// What a row shows as its value: Prefect masks a secret also where it is None or empty.
std::string row_value(const Setting& setting, const SettingValue& value, Disclosure secrets);

/// `🚀 you are connected to:` and `PREFECT_PROFILE='…'`; the address made safe by `safe`.
std::string view_head(const Inspection& inspection, Disclosure secrets,
                      std::string (*safe)(std::string_view));

}  // namespace prefect_config
