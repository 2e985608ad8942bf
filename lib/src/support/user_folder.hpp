// Where this program keeps what is the user's own, as the XDG Base Directory Specification says.
#pragma once

#include <string>

namespace prefect_config {

/// A variable of our own process, as opposed to the launch that is asked about; empty where it is
/// not set.
std::string own_variable(const char* name);

/// `prefect-config` below the folder that an XDG variable names, else below one of the home; empty
/// where there is no home. It is not made.
std::string user_folder(const char* variable, const char* below_home);

}  // namespace prefect_config
