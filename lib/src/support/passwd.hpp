// The users of a machine, as /etc/passwd lists them.
//
// What it is not: getpwnam. In a static program that would load shared libraries at start; users of
// LDAP and the like are not known here.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace prefect_config {

/// The home of a user by name, in the text of /etc/passwd.
std::optional<std::string> home_of_user(std::string_view passwd, std::string_view name);
/// The same by number.
std::optional<std::string> home_of_user(std::string_view passwd, unsigned id);

}  // namespace prefect_config
