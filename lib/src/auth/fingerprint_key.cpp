// The key of fingerprints: made once for each user, or given.
//
// What it is not: a password. Whoever has it can check a guess of a secret against its fingerprint;
// two people who want to compare theirs share one.
#include <prefect_config/auth.hpp>

#include "support/digest.hpp"
#include "support/folders.hpp"
#include "support/user_folder.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <string>

namespace prefect_config {
namespace {

constexpr std::size_t kKeyBytes = 32;

std::optional<std::string> read_key(const std::string& path) {
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
  if (file < 0) return std::nullopt;
  std::array<char, 2 * kKeyBytes> text{};
  const auto count = ::read(file, text.data(), text.size());
  struct stat status {};
  // Whoever else could read it, could not afterwards.
  if (::fstat(file, &status) == 0 && (status.st_mode & 077) != 0) (void)!::fchmod(file, 0600);
  ::close(file);
  const bool is_key = count == static_cast<ssize_t>(text.size()) &&
                      std::all_of(text.begin(), text.end(), [](char c) {
                        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
                      });
  return is_key ? std::optional(std::string(text.data(), text.size())) : std::nullopt;
}

// Written under another name first: whoever reads it, reads all of it. Of two who make it at once
// one wins, and both read that one.
void make_key(const std::string& below, const std::string& path) {
  if (!make_folders(below)) return;
  const auto text = random_hex(kKeyBytes);
  auto temporary = path + ".XXXXXX";
  const int file = ::mkstemp(temporary.data());  // 0600
  if (file < 0) return;
  const bool written = ::write(file, text.data(), text.size()) == static_cast<ssize_t>(text.size());
  if (::close(file) == 0 && written && ::link(temporary.c_str(), path.c_str()) != 0 &&
      !read_key(path)) {
    // What is there is no key: a full disk left it so, or it is somebody's mistake.
    (void)std::rename(temporary.c_str(), path.c_str());
    return;
  }
  ::unlink(temporary.c_str());
}

}  // namespace

std::optional<std::string> fingerprint_key() {
  if (auto given = own_variable("PREFECT_CONFIG_FINGERPRINT_KEY"); !given.empty()) return given;
  const auto below = user_folder("XDG_CONFIG_HOME", ".config");
  if (below.empty()) return std::nullopt;
  const auto path = below + "/fingerprint.key";
  if (auto key = read_key(path)) return key;
  make_key(below, path);
  return read_key(path);
}

}  // namespace prefect_config
