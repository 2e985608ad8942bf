#include "previous_profile.hpp"

#include "support/digest.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>

namespace prefect_config::tool {
namespace {

std::string variable(const char* name) {
  const auto* value = std::getenv(name);
  return value ? value : "";
}

// One small file for each profiles file.
std::string folder() {
  auto state = variable("XDG_STATE_HOME");
  if (!state.empty() && state.front() == '/') return state;
  const auto home = variable("HOME");
  return home.empty() || home.front() != '/' ? std::string() : home + "/.local/state";
}

std::string file_of(const std::string& path) {
  return folder() + "/prefect-config/previous-profile-" + digest(path);
}

}  // namespace

std::optional<std::string> previous_profile(const std::string& path) {
  if (folder().empty()) return std::nullopt;
  std::ifstream file(file_of(path));
  if (!file) return std::nullopt;
  std::string name((std::istreambuf_iterator<char>(file)), {});
  return name.empty() ? std::nullopt : std::optional(std::move(name));
}

void remember_profile(const std::string& path, const std::string& name) {
  const auto below = folder();
  if (below.empty()) return;
  for (auto end = below.find('/', 1);; end = below.find('/', end + 1)) {
    ::mkdir(below.substr(0, end).c_str(), 0700);
    if (end == std::string::npos) break;
  }
  ::mkdir((below + "/prefect-config").c_str(), 0700);
  const auto target = file_of(path);
  const auto temporary = target + '.' + std::to_string(::getpid());
  std::ofstream file(temporary);
  file << name;
  file.close();
  if (!file || std::rename(temporary.c_str(), target.c_str()) != 0) ::unlink(temporary.c_str());
}

}  // namespace prefect_config::tool
