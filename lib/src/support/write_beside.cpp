#include "support/write_beside.hpp"

#include "support/descriptor.hpp"

#include <cerrno>
#include <cstdio>
#include <cstdlib>

namespace prefect_config {

bool write_beside(const std::string& path, std::string_view text, mode_t mode) {
  auto temporary = path + ".XXXXXX";
  Descriptor file(::mkstemp(temporary.data()));  // 0600
  if (!file) return false;
  struct stat old {};
  if (::stat(path.c_str(), &old) == 0) (void)!::fchown(file.number(), old.st_uid, old.st_gid);
  if (::fchmod(file.number(), mode) == 0 && write_whole(file.number(), text) && file.close() &&
      std::rename(temporary.c_str(), path.c_str()) == 0)
    return true;
  const int error = errno;
  ::unlink(temporary.c_str());
  errno = error;
  return false;
}

}  // namespace prefect_config
