// A launch by the words of the program's options: this process's, a running one, one in a file;
// then what is laid over it.
//
// What it is not: the reading of any of them (launch/, lint/launch_from.hpp).
//
// To add a kind of launch: its member of `LaunchRequest`, its line in `first_launch`.
#include <prefect_config/registry.hpp>
#include <prefect_config/request.hpp>

#include "lint/launch_from.hpp"
#include "support/text.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <charconv>
#include <utility>

namespace prefect_config {
namespace {

bool is_directory(const std::string& path) {
  struct stat status {};
  return ::stat(path.c_str(), &status) == 0 && S_ISDIR(status.st_mode) &&
         ::access(path.c_str(), X_OK) == 0;
}

// A folder that is named from where we are, and not from where the launch is.
std::string from_here(const std::string& folder) {
  return folder.front() == '/' ? folder : real_files().resolve_links(folder).value_or(folder);
}

LaunchOptions options_of(const LaunchRequest& request) {
  LaunchOptions options;
  options.profile = request.profile;
  if (request.prefect_version != "auto")
    options.prefect_version = release_of(request.prefect_version);
  if (!request.venv.empty()) options.venv = from_here(request.venv);
  if (!request.python.empty()) options.python = request.python;
  if (!request.working_directory.empty())
    options.working_directory = from_here(request.working_directory);
  if (!request.user_home.empty()) options.user_home = from_here(request.user_home);
  options.environment = request.environment;
  options.clean_environment = request.clean_environment;
  return options;
}

std::variant<Launch, LaunchProblem> launch_of_pid(const std::string& text,
                                                  const LaunchOptions& options) {
  int pid = 0;
  const auto* end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, pid);
  if (read.ec != std::errc() || read.ptr != end || pid <= 0)
    return LaunchProblem{"--pid " + text + ": not the number of a process"};
  auto launch = launch_of_process(pid, options);
  if (auto* problem = std::get_if<LaunchProblem>(&launch))
    problem->reason = "--pid " + text + ": " + problem->reason;
  return launch;
}

// Exactly one of the three says where the launch is.
std::variant<Launch, LaunchProblem> first_launch(const LaunchRequest& request) {
  const auto options = options_of(request);
  if (!request.from.empty()) return launch_from(request.from, options);
  if (!request.pid.empty()) return launch_of_pid(request.pid, options);
  return this_shell(options);
}

}  // namespace

std::optional<Version> release_of(const std::string& text) {
  return Version::parse(!text.empty() && text.front() == 'v' ? text.substr(1) : text);
}

std::string known_releases() {
  std::string text;
  const auto versions = known_versions();
  for (std::size_t first = 0, i = 0; i < versions.size(); ++i) {
    if (i + 1 < versions.size() && versions[i + 1].major == versions[first].major) continue;
    text += (text.empty() ? "" : ", ") + versions[first].text() + " to " + versions[i].text();
    first = i + 1;
  }
  return text;
}

std::string wrong_release(const std::string& text) {
  if (text == "auto") return {};
  const auto version = release_of(text);
  if (version && *version >= known_versions().front()) return {};
  return "--prefect-version " + text +
         (version ? ": older than every known release (" : ": not a release (") + known_releases() +
         ", or auto)";
}

std::string wrong_request(const LaunchRequest& request) {
  if (auto wrong = wrong_release(request.prefect_version); !wrong.empty()) return wrong;
  for (const auto& folder : {request.working_directory, request.user_home, request.venv}) {
    if (!folder.empty() && !is_directory(folder)) return folder + ": no such directory";
  }
  if (request.profile && request.command)
    return "--profile and --command: say the profile in the command line";
  return {};
}

std::variant<Launch, LaunchProblem> requested_launch(const LaunchRequest& request) {
  if (!request.pid.empty() && !request.from.empty())
    return LaunchProblem{"--pid and --from: a launch is one of them"};
  auto first = first_launch(request);
  auto* launch = std::get_if<Launch>(&first);
  if (!launch) return first;
  if (!request.env_file.empty()) {
    if (const auto why = add_env_file(*launch, from_here(request.env_file)); !why.empty())
      return LaunchProblem{"--env-file " + why};
  }
  if (!request.command) return first;
  auto followed = launch_of_command(std::move(*launch), *request.command);
  if (const auto* problem = std::get_if<CommandLineProblem>(&followed))
    return LaunchProblem{"--command: " + problem->reason};
  auto& command = std::get<Launch>(followed);
  for (auto& note : command.notes) note.insert(0, starts_with(note, "--") ? "" : "--command: ");
  return std::move(command);
}

}  // namespace prefect_config
