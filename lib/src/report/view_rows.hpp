// Which settings `view` lists and which value stands for each: shared by its text and its JSON.
#pragma once

#include <prefect_config/report.hpp>

#include <vector>

namespace prefect_config {

/// Everything that is written somewhere; with `show_defaults` every setting.
std::vector<const Resolved*> view_rows(const Inspection& inspection, bool show_defaults);

/// What Prefect would show: the text as written, or for defaults the effective value.
const SettingValue& view_value(const Resolved& resolved);

}  // namespace prefect_config
