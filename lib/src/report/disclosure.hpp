// The one place where a report shows a secret, and only if the user asked.
#pragma once

#include <prefect_config/report.hpp>

#include <string>
#include <string_view>

namespace prefect_config {

/// The value, or its mask unless `secrets` says to show it.
const Value& shown(const SettingValue& value, Disclosure secrets);

/// Python's str() of the same, as Prefect prints it.
std::string shown_text(const SettingValue& value, Disclosure secrets);

/// The same in quotes, for people. That a value is None, or an empty text, is no secret, and what
/// it hides is what people look for.
std::string quoted_value(const SettingValue& value, Disclosure secrets);

/// A text that no setting protects, such as a profile's name or a path.
std::string shown_name(std::string_view name, Disclosure secrets);

/// The name of a custom header, without what cannot be one.
std::string shown_header_name(std::string_view name, Disclosure secrets);

/// `api_key`, `custom_header:X-Tok`.
std::string shown_credential(std::string_view name, Disclosure secrets);

}  // namespace prefect_config
