#include "profiles/store.hpp"

#include <prefect_config/launch.hpp>

#include "support/descriptor.hpp"
#include "support/folders.hpp"
#include "support/text.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <optional>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

namespace prefect_config {
namespace {

using Outcome = StoreResult::Outcome;

// Long for an edit, short for a person.
constexpr std::chrono::seconds kLockTime{10};
constexpr off_t kLargest{FileSystem::kLargestFile};

std::string error_text() { return std::strerror(errno); }

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
  if (!read_whole(file.number(), current.text, static_cast<std::size_t>(kLargest))) {
    problem = error_text();
    return std::nullopt;
  }
  return current;
}

constexpr std::string_view kUnique = "XXXXXX";

std::string temporary_prefix(const Place& place) { return '.' + place.name + ".prefect-config-"; }

bool is_temporary(const Place& place, std::string_view name) {
  const auto prefix = temporary_prefix(place);
  return name.size() == prefix.size() + kUnique.size() && starts_with(name, prefix) &&
         std::all_of(name.begin() + static_cast<std::ptrdiff_t>(prefix.size()), name.end(),
                     is_letter_or_digit);
}

// What killed writers left behind. Nobody else is writing: the lock is held.
void remove_leftovers(const Place& place) {
  const std::unique_ptr<DIR, int (*)(DIR*)> folder(::opendir(place.folder.c_str()), ::closedir);
  if (!folder) return;
  while (const auto* entry = ::readdir(folder.get())) {
    if (!is_temporary(place, entry->d_name)) continue;
    const auto path = place.folder + '/' + entry->d_name;
    struct stat status {};
    if (::lstat(path.c_str(), &status) == 0 && S_ISREG(status.st_mode) &&
        status.st_uid == ::geteuid())
      ::unlink(path.c_str());
  }
}

// The lock file, as open to others as the file it is for: who may write the one may lock the other,
// also where root came first.
Descriptor open_lock(const Place& place, const std::string& path) {
  const int made = ::open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (made < 0) {
    // Never through a link, which would be somebody else's file.
    const int there = ::open(path.c_str(), O_RDWR | O_CLOEXEC | O_NOFOLLOW);
    return Descriptor(there >= 0 ? there : ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
  }
  struct stat like {};
  const bool has_file = ::stat(place.path().c_str(), &like) == 0;
  if (has_file || ::stat(place.folder.c_str(), &like) == 0) {
    (void)!::fchown(made, like.st_uid, like.st_gid);
    if (has_file) (void)!::fchmod(made, (like.st_mode & 0666) | 0600);
  }
  return Descriptor(made);
}

std::vector<std::string> attribute_names(int file) {
  std::string text(65536, '\0');
  const auto size = ::flistxattr(file, text.data(), text.size());
  std::vector<std::string> names;
  for (std::size_t at = 0; size > 0 && at < static_cast<std::size_t>(size);) {
    names.emplace_back(text.data() + at);
    at += names.back().size() + 1;
  }
  return names;
}

// Extended attributes, access lists among them. Those that cannot be set here are left behind; an
// access list that the folder gives to new files, and the old one had not, goes: it would let in
// others.
void copy_attributes(int from, int to) {
  const auto wanted = attribute_names(from);
  for (const auto& name : attribute_names(to)) {
    if (std::find(wanted.begin(), wanted.end(), name) == wanted.end())
      (void)!::fremovexattr(to, name.c_str());
  }
  for (const auto& name : wanted) {
    std::string value(65536, '\0');
    const auto length = ::fgetxattr(from, name.c_str(), value.data(), value.size());
    if (length >= 0)
      (void)!::fsetxattr(to, name.c_str(), value.data(), static_cast<std::size_t>(length), 0);
  }
}

// Mode, owner and attributes of the file that is replaced. A new one is its folder's owner's, also
// where root makes it.
bool take_over(int file, const Place& place, const Current& current, std::string& problem) {
  if (!current.exists) {
    struct stat folder {};
    if (::geteuid() == 0 && ::stat(place.folder.c_str(), &folder) == 0)
      (void)!::fchown(file, folder.st_uid, folder.st_gid);
    return true;
  }
  struct stat made {};
  if (::fstat(file, &made) != 0) return false;
  const bool is_other =
      made.st_uid != current.status.st_uid || made.st_gid != current.status.st_gid;
  if (is_other && ::fchown(file, current.status.st_uid, current.status.st_gid) != 0) {
    problem = "cannot be written by you without another owner or group than it has";
    return false;
  }
  const Descriptor old(::open(place.path().c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK));
  if (old) copy_attributes(old.number(), file);
  // Last: it is what an access list's mask is, too.
  return ::fchmod(file, current.status.st_mode & 07777) == 0;
}

// Whether nobody wrote the file since it was read. Where a lock keeps others out nobody did.
bool is_as_read(const Place& place, const Current& current) {
  std::string problem;
  const auto now = read_current(place.path(), problem);
  return now && now->exists == current.exists && now->text == current.text;
}

StoreResult replace(const Place& place, const Current& current, const std::string& text,
                    bool is_locked) {
  auto temporary = place.folder + '/' + temporary_prefix(place) + std::string(kUnique);
  Descriptor file(::mkstemp(temporary.data()));  // 0600
  if (!file) return {Outcome::failed, "cannot be written: " + error_text()};
  std::string problem;
  const bool is_written = take_over(file.number(), place, current, problem) &&
                          write_whole(file.number(), text) && ::fsync(file.number()) == 0 &&
                          file.close();
  const bool is_free = !is_written || is_locked || is_as_read(place, current);
  if (!is_free) problem = "was changed meanwhile";
  if (!is_written || !is_free || ::rename(temporary.c_str(), place.path().c_str()) != 0) {
    if (problem.empty()) problem = "cannot be written: " + error_text();
    ::unlink(temporary.c_str());
    return {Outcome::failed, std::move(problem)};
  }
  StoreResult result;
  if (current.exists && current.status.st_nlink > 1)
    result.warning = "written; the other hard links to it keep the old text";
  const Descriptor folder(::open(place.folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!folder || ::fsync(folder.number()) != 0)
    result.warning = "written, but its folder could not be synchronised: " + error_text();
  return result;
}

StoreResult edit_at(const Place& place, const std::function<EditResult(std::string_view)>& edit,
                    bool is_locked) {
  std::string problem;
  const auto current = read_current(place.path(), problem);
  if (!current) return {Outcome::failed, problem};
  if (!current->exists && !is_locked) return {Outcome::failed, "is not there"};
  // Who may not write a file is not to replace it either.
  if (current->exists && ::faccessat(AT_FDCWD, place.path().c_str(), W_OK, AT_EACCESS) != 0)
    return {Outcome::failed, "cannot be written: " + error_text()};
  auto edited = edit(current->text);
  if (const auto* refused = std::get_if<EditProblem>(&edited))
    return {Outcome::refused, refused->reason, refused->place};
  const auto& text = std::get<std::string>(edited);
  if (current->exists && text == current->text) return {Outcome::unchanged};
  if (is_locked) remove_leftovers(place);
  return replace(place, *current, text, is_locked);
}

}  // namespace

StoreResult rewrite_file(const std::string& path,
                         const std::function<EditResult(std::string_view text)>& edit) {
  std::string problem;
  const auto place = place_of(path, problem);
  return place ? edit_at(*place, edit, false) : StoreResult{Outcome::failed, problem};
}

StoreResult update_profiles(const std::string& path,
                            const std::function<EditResult(std::string_view text)>& edit) {
  std::string problem;
  const auto place = place_of(path, problem);
  if (!place) return {Outcome::failed, problem};
  if (!make_folders(place->folder))
    return {Outcome::failed, "its folder cannot be made: " + error_text()};
  const auto lock_path = place->folder + "/." + place->name + ".lock";
  const auto lock_file = open_lock(*place, lock_path);
  if (!lock_file)
    return {Outcome::failed, "cannot be locked by " + lock_path + ": " + error_text()};
  if (!lock(lock_file.number())) {
    return {Outcome::failed, errno == ETIMEDOUT
                                 ? "is locked by another writer for more than 10 seconds"
                                 : "cannot be locked: " + error_text()};
  }
  return edit_at(*place, edit, true);
}

}  // namespace prefect_config
