// "This shell" as a launch: the process that asks, as if it started Prefect now.
#include <prefect_config/launch.hpp>
#include <prefect_config/registry.hpp>

#include "adapters/process_environment.hpp"
#include "launch/complete.hpp"
#include "launch/installed_prefect.hpp"
#include "launch/user_home.hpp"

#include <unistd.h>

#include <cstdlib>
#include <string>
#include <utility>

namespace prefect_config {
namespace {

std::string current_directory() {
  std::string path(4096, '\0');
  if (!::getcwd(path.data(), path.size())) return "/";
  path.resize(path.find('\0'));
  return path;
}

// Python's `Path.home()`.
std::string user_home_of(const Launch& launch) {
  if (const auto* home = launch.variable("HOME")) return home_directory(*home);
  return account_home(*launch.files);
}

void set_version(Launch& launch, const LaunchOptions& options) {
  if (options.prefect_version) {
    launch.prefect_version = *options.prefect_version;
    launch.version_reason = "--prefect-version";
    return;
  }
  if (options.python && !options.venv) {
    auto search = find_prefect_of_python(launch, *options.python);
    if (search.found) {
      launch.prefect_version = search.found->version;
      launch.version_reason = std::move(search.reason);
      return;
    }
  }
  launch.version_is_detected = !options.venv.has_value();
  auto search = find_installed_prefect(launch, options.venv.value_or(""));
  launch.prefect_version = search.found ? search.found->version : newest_version();
  launch.version_reason = std::move(search.reason);
  if (!search.found) launch.empty_venv = options.venv;
}

}  // namespace

void complete_launch(Launch& launch, const LaunchOptions& options) {
  if (options.working_directory)
    launch.working_directory = launch.absolute(*options.working_directory);
  launch.user_home = options.user_home ? launch.absolute(*options.user_home) : user_home_of(launch);
  // Only now: HOME goes on saying what `~` stands for, as for a person who clears the environment.
  if (options.clean_environment) launch.environment.clear();
  launch.profile = options.profile;
  set_version(launch, options);
}

Launch this_shell(const LaunchOptions& options) {
  Launch launch;
  launch.files = &real_files();
  launch.environment = options.environment ? *options.environment : process_environment();
  launch.working_directory = current_directory();
  complete_launch(launch, options);
  return launch;
}

}  // namespace prefect_config
