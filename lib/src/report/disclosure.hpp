// The one place where a report shows a secret, and only if the user asked.
#pragma once

#include <prefect_config/report.hpp>

#include <string>

namespace prefect_config {

/// The value, or its mask unless `secrets` says to show it.
const Value& shown(const SettingValue& value, Disclosure secrets);

/// Python's str() of the same, as Prefect prints it.
std::string shown_text(const SettingValue& value, Disclosure secrets);

}  // namespace prefect_config
