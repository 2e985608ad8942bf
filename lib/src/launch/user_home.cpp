#include "launch/user_home.hpp"

#include "support/passwd.hpp"

#include <unistd.h>

#include <variant>

namespace prefect_config {

std::string account_home(const FileSystem& files) {
  const auto text = files.read("/etc/passwd");
  const auto* passwd = std::get_if<std::string>(&text);
  const auto home = passwd ? home_of_user(*passwd, ::getuid()).value_or("") : std::string();
  return home.empty() ? home : home_directory(home);
}

}  // namespace prefect_config
