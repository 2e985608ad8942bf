#include "support/folders.hpp"

#include <sys/stat.h>

#include <cerrno>

namespace prefect_config {

bool make_folders(const std::string& path) {
  if (path.empty() || ::mkdir(path.c_str(), 0700) == 0 || errno == EEXIST) return true;
  if (errno != ENOENT) return false;
  const auto slash = path.rfind('/');
  if (slash == std::string::npos || !make_folders(path.substr(0, slash))) return false;
  return ::mkdir(path.c_str(), 0700) == 0 || errno == EEXIST;
}

}  // namespace prefect_config
