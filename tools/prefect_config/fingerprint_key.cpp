#include "fingerprint_key.hpp"

#include "support/digest.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <string>

namespace prefect_config::tool {
namespace {

constexpr std::size_t kKeyBytes = 32;

// Of our own process, as opposed to the launch that is asked about.
std::string variable(const char* name) {
  const auto* value = std::getenv(name);
  return value ? value : "";
}

std::string folder() {
  const auto configuration = variable("XDG_CONFIG_HOME");
  if (!configuration.empty() && configuration.front() == '/')
    return configuration + "/prefect-config";
  const auto home = variable("HOME");
  return home.empty() || home.front() != '/' ? std::string() : home + "/.config/prefect-config";
}

std::optional<std::string> read_key(const std::string& path) {
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
  if (file < 0) return std::nullopt;
  std::array<char, 2 * kKeyBytes> text{};
  const auto count = ::read(file, text.data(), text.size());
  ::close(file);
  if (count != static_cast<ssize_t>(text.size())) return std::nullopt;
  return std::string(text.data(), text.size());
}

// Written under another name first: whoever reads it, reads all of it. Of two who make it at once
// one wins, and both read that one.
void make_key(const std::string& below, const std::string& path) {
  const auto parent = below.substr(0, below.rfind('/'));
  ::mkdir(parent.c_str(), 0700);
  ::mkdir(below.c_str(), 0700);
  const auto text = random_hex(kKeyBytes);
  auto temporary = path + ".XXXXXX";
  const int file = ::mkstemp(temporary.data());  // 0600
  if (file < 0) return;
  const bool written = ::write(file, text.data(), text.size()) == static_cast<ssize_t>(text.size());
  if (::close(file) == 0 && written) (void)!::link(temporary.c_str(), path.c_str());
  ::unlink(temporary.c_str());
}

}  // namespace

std::optional<std::string> fingerprint_key() {
  if (auto given = variable("PREFECT_CONFIG_FINGERPRINT_KEY"); !given.empty()) return given;
  const auto below = folder();
  if (below.empty()) return std::nullopt;
  const auto path = below + "/fingerprint.key";
  if (auto key = read_key(path)) return key;
  make_key(below, path);
  return read_key(path);
}

}  // namespace prefect_config::tool
