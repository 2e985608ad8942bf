#include "profiles/store.hpp"

#include "support/folders.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <optional>
#include <thread>
#include <utility>

namespace prefect_config {
namespace {

using Outcome = StoreResult::Outcome;

// Long for an edit, short for a person.
constexpr std::chrono::seconds kLockTime{10};
constexpr off_t kLargest = off_t{16} << 20;

std::string error_text() { return std::strerror(errno); }

class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  ~Descriptor() {
    if (number_ >= 0) ::close(number_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int number() const { return number_; }
  explicit operator bool() const { return number_ >= 0; }
  /// False where the last write was not taken.
  bool close() { return ::close(std::exchange(number_, -1)) == 0; }

 private:
  int number_;
};

struct Place {
  std::string folder;
  std::string name;

  std::string path() const { return folder + '/' + name; }
};

// The file itself, behind every link; nothing, with the reason in `problem`, where a link leads
// nowhere.
std::optional<Place> place_of(const std::string& path, std::string& problem) {
  const std::unique_ptr<char, void (*)(void*)> real(::realpath(path.c_str(), nullptr), ::free);
  std::string whole = real ? real.get() : path;
  if (!real && errno != ENOENT) {
    problem = error_text();
    return std::nullopt;
  }
  struct stat status {};
  if (!real && ::lstat(path.c_str(), &status) == 0) {
    problem = "is a link to a file that is not there";
    return std::nullopt;
  }
  const auto slash = whole.rfind('/');
  return Place{whole.substr(0, slash), whole.substr(slash + 1)};
}

bool lock(int file) {
  const auto until = std::chrono::steady_clock::now() + kLockTime;
  auto pause = std::chrono::milliseconds(1);
  while (::flock(file, LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK && errno != EINTR) return false;
    if (std::chrono::steady_clock::now() > until) {
      errno = ETIMEDOUT;
      return false;
    }
    std::this_thread::sleep_for(pause);
    pause = std::min(pause * 2, std::chrono::milliseconds(20));
  }
  return true;
}

/// A file as it is: its text, and whose it is.
struct Current {
  bool exists = false;
  std::string text;
  struct stat status {};
};

std::optional<Current> read_current(const std::string& path, std::string& problem) {
  Current current;
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK));
  if (!file && errno == ENOENT) return current;
  if (!file || ::fstat(file.number(), &current.status) != 0) {
    problem = error_text();
    return std::nullopt;
  }
  current.exists = true;
  if (!S_ISREG(current.status.st_mode)) {
    problem = "is no regular file";
    return std::nullopt;
  }
  if (current.status.st_size > kLargest) {
    problem = "is larger than 16 MiB";
    return std::nullopt;
  }
  std::array<char, 65536> buffer{};
  while (true) {
    const auto count = ::read(file.number(), buffer.data(), buffer.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) {
      problem = error_text();
      return std::nullopt;
    }
    if (count == 0) return current;
    current.text.append(buffer.data(), static_cast<std::size_t>(count));
  }
}

std::string temporary_prefix(const Place& place) { return '.' + place.name + ".new-"; }

// What killed writers left behind. Nobody else is writing: the lock is held.
void remove_leftovers(const Place& place) {
  const std::unique_ptr<DIR, int (*)(DIR*)> folder(::opendir(place.folder.c_str()), ::closedir);
  if (!folder) return;
  const auto prefix = temporary_prefix(place);
  while (const auto* entry = ::readdir(folder.get())) {
    const std::string_view name = entry->d_name;
    if (name.substr(0, prefix.size()) == prefix)
      ::unlink((place.folder + '/' + std::string(name)).c_str());
  }
}

bool write_whole(int file, std::string_view text) {
  while (!text.empty()) {
    const auto count = ::write(file, text.data(), text.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return false;
    text.remove_prefix(static_cast<std::size_t>(count));
  }
  return true;
}

// Mode and owner of the file that is replaced.
bool take_over(int file, const Current& current, std::string& problem) {
  if (!current.exists) return true;
  struct stat made {};
  if (::fstat(file, &made) != 0) return false;
  const bool is_other =
      made.st_uid != current.status.st_uid || made.st_gid != current.status.st_gid;
  if (is_other && ::fchown(file, current.status.st_uid, current.status.st_gid) != 0) {
    problem = "belongs to somebody else, and would not any more";
    return false;
  }
  return ::fchmod(file, current.status.st_mode & 07777) == 0;
}

StoreResult replace(const Place& place, const Current& current, const std::string& text) {
  auto temporary = place.folder + '/' + temporary_prefix(place) + "XXXXXX";
  Descriptor file(::mkstemp(temporary.data()));  // 0600
  if (!file) return {Outcome::failed, "cannot be written: " + error_text()};
  std::string problem;
  const bool is_written = take_over(file.number(), current, problem) &&
                          write_whole(file.number(), text) && ::fsync(file.number()) == 0 &&
                          file.close();
  if (!is_written || ::rename(temporary.c_str(), place.path().c_str()) != 0) {
    if (problem.empty()) problem = "cannot be written: " + error_text();
    ::unlink(temporary.c_str());
    return {Outcome::failed, std::move(problem)};
  }
  StoreResult result;
  const Descriptor folder(::open(place.folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!folder || ::fsync(folder.number()) != 0)
    result.warning = "written, but its folder could not be synchronised: " + error_text();
  return result;
}

}  // namespace

StoreResult update_profiles(const std::string& path,
                            const std::function<EditResult(std::string_view text)>& edit) {
  std::string problem;
  const auto place = place_of(path, problem);
  if (!place) return {Outcome::failed, problem};
  if (!make_folders(place->folder))
    return {Outcome::failed, "its folder cannot be made: " + error_text()};
  const auto lock_path = place->folder + "/." + place->name + ".lock";
  const Descriptor lock_file(::open(lock_path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
  if (!lock_file) return {Outcome::failed, "cannot be locked: " + error_text()};
  if (!lock(lock_file.number())) {
    return {Outcome::failed, errno == ETIMEDOUT
                                 ? "is locked by another writer for more than 10 seconds"
                                 : "cannot be locked: " + error_text()};
  }
  const auto current = read_current(place->path(), problem);
  if (!current) return {Outcome::failed, problem};
  auto edited = edit(current->text);
  if (const auto* refused = std::get_if<EditProblem>(&edited))
    return {Outcome::refused, refused->reason, refused->place};
  const auto& text = std::get<std::string>(edited);
  if (current->exists && text == current->text) return {Outcome::unchanged};
  remove_leftovers(*place);
  return replace(*place, *current, text);
}

}  // namespace prefect_config
