// "This shell" as a launch: the process that asks, as if it started Prefect now.
#include <prefect_config/launch.hpp>
#include <prefect_config/registry.hpp>

#include "adapters/process_environment.hpp"

#include <unistd.h>

#include <charconv>
#include <cstdlib>
#include <string>

namespace prefect_config {
namespace {

std::string current_directory() {
  std::string path(4096, '\0');
  if (!::getcwd(path.data(), path.size())) return "/";
  path.resize(path.find('\0'));
  return path;
}

// The home of a user id in /etc/passwd. Not getpwuid: in a static program it would load shared
// libraries at start; and Python asks it only where HOME is not set, which is rare.
std::string home_in_passwd(const FileSystem& files, unsigned user) {
  const auto text = files.read("/etc/passwd");
  const auto* lines = std::get_if<std::string>(&text);
  if (!lines) return {};
  std::string_view rest = *lines;
  while (!rest.empty()) {
    std::string_view line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(std::min(rest.size(), line.size() + 1));
    std::string_view fields[7];
    for (auto& field : fields) {
      field = line.substr(0, line.find(':'));
      line.remove_prefix(std::min(line.size(), field.size() + 1));
    }
    unsigned id = 0;
    const auto parsed = std::from_chars(fields[2].data(), fields[2].data() + fields[2].size(), id);
    if (parsed.ec == std::errc() && id == user) return std::string(fields[5]);
  }
  return {};
}

// Python's `Path.home()`.
std::string user_home_of(const Launch& launch) {
  const auto* home = launch.variable("HOME");
  std::string path = home ? *home : home_in_passwd(*launch.files, ::getuid());
  while (path.size() > 1 && path.back() == '/') path.pop_back();
  return home && path.empty() ? "/" : path;
}

}  // namespace

Launch this_shell(const LaunchOptions& options) {
  Launch launch;
  launch.files = &real_files();
  if (!options.clean_environment) launch.environment = process_environment();
  launch.working_directory = current_directory();
  if (options.working_directory)
    launch.working_directory = launch.absolute(*options.working_directory);
  launch.user_home = options.user_home ? launch.absolute(*options.user_home) : user_home_of(launch);
  launch.profile = options.profile;
  launch.prefect_version = options.prefect_version.value_or(newest_version());
  launch.version_reason = options.prefect_version ? "--prefect-version" : "newest known";
  return launch;
}

}  // namespace prefect_config
