#include "previous_profile.hpp"

#include <prefect_config/launch.hpp>

#include "support/digest.hpp"
#include "support/folders.hpp"
#include "support/user_folder.hpp"
#include "support/write_beside.hpp"

#include <fstream>
#include <iterator>

namespace prefect_config::tool {
namespace {

// One small file for each profiles file.
std::string file_of(const std::string& folder, const std::string& path) {
  return folder + "/previous-profile-" + digest(real_files().resolve_links(path).value_or(path));
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

bool remember_profile(const std::string& path, const std::string& name) {
  const auto folder = state_folder();
  if (folder.empty() || !make_folders(folder)) return false;
  return write_beside(file_of(folder, path), name, 0600);
}

}  // namespace prefect_config::tool
