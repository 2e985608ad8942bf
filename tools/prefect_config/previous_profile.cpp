#include "previous_profile.hpp"

#include "support/digest.hpp"
#include "support/folders.hpp"
#include "user_folder.hpp"

#include <unistd.h>

#include <cstdio>
#include <fstream>
#include <iterator>

namespace prefect_config::tool {
namespace {

// One small file for each profiles file.
std::string file_of(const std::string& folder, const std::string& path) {
  return folder + "/previous-profile-" + digest(path);
}

std::string state_folder() { return user_folder("XDG_STATE_HOME", ".local/state"); }

}  // namespace

std::optional<std::string> previous_profile(const std::string& path) {
  const auto folder = state_folder();
  if (folder.empty()) return std::nullopt;
  std::ifstream file(file_of(folder, path));
  if (!file) return std::nullopt;
  std::string name((std::istreambuf_iterator<char>(file)), {});
  return name.empty() ? std::nullopt : std::optional(std::move(name));
}

void remember_profile(const std::string& path, const std::string& name) {
  const auto folder = state_folder();
  if (folder.empty() || !make_folders(folder)) return;
  const auto target = file_of(folder, path);
  const auto temporary = target + '.' + std::to_string(::getpid());
  std::ofstream file(temporary);
  file << name;
  file.close();
  if (!file || std::rename(temporary.c_str(), target.c_str()) != 0) ::unlink(temporary.c_str());
}

}  // namespace prefect_config::tool
