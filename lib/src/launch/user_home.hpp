// What `~` stands for: what HOME says, or else the account.
//
// What it is not: a launch's `user_home`, which --home can set as well.
#pragma once

#include <prefect_config/launch.hpp>

#include <string>

namespace prefect_config {

/// Python's `Path.home()` where HOME is set: without slashes at its end, and "/" where it is empty.
inline std::string home_directory(std::string home) {
  while (home.size() > 1 && home.back() == '/') home.pop_back();
  return home.empty() ? "/" : home;
}

/// The same where HOME is not set: the home of this process's user in /etc/passwd; empty where that
/// does not say.
std::string account_home(const FileSystem& files);

}  // namespace prefect_config
