// The files of this machine behind the launch's FileSystem. POSIX calls, no iostreams: this is on
// the start-up path.
#include <prefect_config/launch.hpp>

#include "support/descriptor.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <memory>
#include <string_view>

namespace prefect_config {
namespace {

FileError error_of(int number) {
  switch (number) {
  case ENOENT:
  case ENOTDIR:
    return FileError::missing;
  case EACCES:
  case EPERM:
    return FileError::not_permitted;
  case EISDIR:
    return FileError::is_directory;
  default:
    return FileError::failed;
  }
}

FileText read_open(int number, std::size_t expected) {
  std::string text;
  text.resize(expected);
  std::size_t size = 0;
  while (true) {
    if (size == text.size()) text.resize(size + 4096);
    const auto count = ::read(number, text.data() + size, text.size() - size);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return error_of(errno);
    if (count == 0) break;
    size += static_cast<std::size_t>(count);
    // A file may grow while it is read.
    if (size > FileSystem::kLargestFile) return FileError::too_large;
  }
  text.resize(size);
  return text;
}

FileText read_open_start(int number, std::size_t limit) {
  std::string text(limit, '\0');
  std::size_t size = 0;
  while (size < limit) {
    const auto count = ::read(number, text.data() + size, limit - size);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return error_of(errno);
    if (count == 0) break;
    size += static_cast<std::size_t>(count);
  }
  text.resize(size);
  return text;
}

// Not blocking: a FIFO in a file's place must not hang us.
int open_to_read(const std::string& path) {
  return ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
}

// Why a file just opened cannot be read.
std::optional<FileError> open_error(const Descriptor& file, struct stat& status) {
  if (file.number() < 0 || ::fstat(file.number(), &status) != 0) return error_of(errno);
  if (S_ISDIR(status.st_mode)) return FileError::is_directory;
  if (S_ISFIFO(status.st_mode)) return FileError::named_pipe;
  if (!S_ISREG(status.st_mode)) return FileError::not_regular;
  return std::nullopt;
}

class RealFiles final : public FileSystem {
 public:
  bool exists(const std::string& path) const override {
    struct stat status {};
    // Below a folder that may not be searched nothing can be known; Python raises PermissionError,
    // and so the file counts as there until reading it says why not.
    return ::stat(path.c_str(), &status) == 0 || errno == EACCES;
  }

  bool is_file(const std::string& path) const override {
    struct stat status {};
    return ::stat(path.c_str(), &status) == 0 && S_ISREG(status.st_mode);
  }

  FileText read(const std::string& path) const override {
    const Descriptor file(open_to_read(path));
    struct stat status {};
    if (const auto error = open_error(file, status)) return *error;
    if (static_cast<std::uint64_t>(status.st_size) > kLargestFile) return FileError::too_large;
    return read_open(file.number(), static_cast<std::size_t>(status.st_size) + 1);
  }

  FileText read_start(const std::string& path, std::size_t limit) const override {
    const Descriptor file(open_to_read(path));
    struct stat status {};
    if (const auto error = open_error(file, status)) return *error;
    return read_open_start(file.number(), limit);
  }

  bool is_executable(const std::string& path) const override {
    return ::access(path.c_str(), X_OK) == 0 && is_file(path);
  }

  std::vector<std::string> list(const std::string& path) const override {
    std::vector<std::string> names;
    const std::unique_ptr<DIR, int (*)(DIR*)> folder(::opendir(path.c_str()), ::closedir);
    if (!folder) return names;
    while (const auto* entry = ::readdir(folder.get())) {
      const std::string_view name = entry->d_name;
      if (name != "." && name != "..") names.emplace_back(name);
    }
    return names;
  }

  std::optional<unsigned> permissions(const std::string& path) const override {
    struct stat status {};
    if (::stat(path.c_str(), &status) != 0) return std::nullopt;
    return static_cast<unsigned>(status.st_mode) & 07777u;
  }

  std::optional<std::string> resolve_links(const std::string& path) const override {
    const std::unique_ptr<char, void (*)(void*)> real(::realpath(path.c_str(), nullptr), ::free);
    if (!real) return std::nullopt;
    return std::string(real.get());
  }
};

}  // namespace

const FileSystem& real_files() {
  static const RealFiles files;
  return files;
}

std::string_view file_error_text(FileError error) {
  switch (error) {
  case FileError::missing:
    return "no such file";
  case FileError::is_directory:
    return "is a directory";
  case FileError::not_permitted:
    return "permission denied";
  case FileError::too_large:
    return "is larger than 16 MiB";
  case FileError::named_pipe:
    return "is a named pipe";
  case FileError::not_regular:
    return "is not a regular file";
  case FileError::failed:
    return "cannot be read";
  }
  return "";
}

}  // namespace prefect_config
