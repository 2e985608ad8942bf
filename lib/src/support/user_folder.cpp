#include "support/user_folder.hpp"

#include <cstdlib>

namespace prefect_config {

std::string own_variable(const char* name) {
  const auto* value = std::getenv(name);
  return value ? value : "";
}

std::string user_folder(const char* variable, const char* below_home) {
  const auto given = own_variable(variable);
  if (!given.empty() && given.front() == '/') return given + "/prefect-config";
  const auto home = own_variable("HOME");
  if (home.empty() || home.front() != '/') return {};
  return home + '/' + below_home + "/prefect-config";
}

}  // namespace prefect_config
