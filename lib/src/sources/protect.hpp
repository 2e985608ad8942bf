// Which values are secret, decided once, where a value enters the program.
//
// What it is not: a scanner for secrets in files. It knows the setting a value is for. What a
// secret looks like inside a text is mask.hpp's.
#pragma once

#include <prefect_config/registry.hpp>
#include <prefect_config/secret.hpp>

#include <string>

namespace prefect_config {

/// The value behind the mask its setting and its content ask for: whole for settings Prefect itself
/// masks, the values of custom headers, and in values of every kind what looks like a secret.
SettingValue protect(const Setting& setting, Value value);

/// A URL: also one whose scheme is missing or misspelt hides its user-info.
SettingValue protect_url(std::string text);

/// The same for a text of no setting in particular.
SettingValue protect_text(std::string text);

/// Python's str() of a value, for computing with it; empty where it is None. It may be secret:
/// protect what is made of it.
std::string text_of(const SettingValue& value);

/// Whether anything written for this setting may be secret, whatever it is: a snippet of it is
/// masked.
bool may_be_secret(const Setting& setting);

}  // namespace prefect_config
