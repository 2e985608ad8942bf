// A running process as a launch, by what Linux shows of it below /proc; and env files.
#include <prefect_config/launch.hpp>

#include "launch/complete.hpp"
#include "launch/env_lines.hpp"
#include "launch/installed_prefect.hpp"
#include "support/descriptor.hpp"
#include "support/line_index.hpp"
#include "support/text.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <optional>
#include <utility>
#include <vector>

namespace prefect_config {
namespace {

// Files below /proc have no size: they are read to their end.
std::optional<std::string> read_proc(const std::string& path) {
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file) return std::nullopt;
  constexpr std::size_t kMost = std::size_t{8} << 20;
  std::string text;
  return read_whole(file.number(), text, kMost) ? std::optional(std::move(text)) : std::nullopt;
}

std::string link_target(const std::string& path) {
  std::string target(4096, '\0');
  const auto size = ::readlink(path.c_str(), target.data(), target.size());
  target.resize(size > 0 ? static_cast<std::size_t>(size) : 0);
  return target;
}

// `python /x/bin/prefect worker start`: the kernel puts the interpreter before a script, which a
// person would not type.
std::string command_of(std::vector<std::string> words) {
  if (words.size() > 1 && ends_with(words[1], "/prefect") &&
      last_part(words[0]).find("python") != std::string_view::npos)
    words.erase(words.begin());
  std::string line;
  for (const auto& word : words) (line += line.empty() ? "" : " ") += shell_quoted(word);
  return line;
}

}  // namespace

std::variant<Launch, LaunchProblem> launch_of_process(int pid, const LaunchOptions& options) {
  const auto folder = "/proc/" + std::to_string(pid);
  const auto environment = read_proc(folder + "/environ");
  if (!environment)
    return LaunchProblem{errno == ENOENT || errno == ESRCH
                             ? "there is no such process"
                             : "its environment may not be read: it belongs to somebody else"};
  Launch launch;
  launch.files = &real_files();
  launch.environment_name = "environment of PID " + std::to_string(pid);
  for (const auto& entry : split_at_nul(*environment)) {
    const auto equals = entry.find('=');
    if (equals != std::string::npos && equals != 0)
      launch.environment.push_back({entry.substr(0, equals), entry.substr(equals + 1)});
  }
  launch.working_directory = link_target(folder + "/cwd");
  if (launch.working_directory.empty()) launch.working_directory = "/";
  complete_launch(launch, options);

  const auto words = split_at_nul(read_proc(folder + "/cmdline").value_or(""));
  if (words.empty()) return launch;
  auto followed = launch_of_command(launch, command_of(words));
  if (auto* command = std::get_if<Launch>(&followed)) launch = std::move(*command);
  if (options.prefect_version || options.venv) return launch;
  // A flow run's process is none of `prefect` itself: its Python says which release it has.
  if (std::holds_alternative<CommandLineProblem>(followed)) {
    auto search = find_prefect_of_python(launch, words.front());
    if (search.found) {
      launch.prefect_version = search.found->version;
      launch.version_reason = std::move(search.reason);
    }
  }
  return launch;
}

std::string add_env_file(Launch& launch, const std::string& path) {
  const auto read = real_files().read(launch.absolute(path));
  const auto* text = std::get_if<std::string>(&read);
  if (!text) return path + ": " + std::string(file_error_text(std::get<FileError>(read)));
  std::vector<WrittenVariable> variables;
  read_env_lines(PlacedText(*text, 0), path, EnvDialect::shell, variables, BadLines::passed_over);
  const LineIndex lines(*text);
  std::size_t references = 0;
  for (auto& variable : variables) {
    if (variable.is_opaque) {
      ++references;
      continue;
    }
    std::erase_if(launch.environment, [&variable](const EnvironmentVariable& other) {
      return other.name == variable.name;
    });
    launch.environment.push_back({variable.name, std::move(variable.value), path,
                                  lines.span(variable.name_at), lines.span(variable.value_at)});
  }
  if (references != 0)
    launch.notes.emplace_back("--env-file: " + std::to_string(references) +
                              " values refer to other variables, and are left out");
  return {};
}

}  // namespace prefect_config
