/// \file
/// How one process starts: everything that decides its settings, and nothing else.
///
/// What it is not: settings. A launch is read, never interpreted, here; locate and the sources
/// interpret it.
///
/// To add a kind of launch (a compose service, a systemd unit): a reader under lib/src/launch/ that
/// returns this type.
#pragma once

#include <prefect_config/origin.hpp>
#include <prefect_config/version.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace prefect_config {

struct EnvironmentVariable {
  std::string name;  ///< exactly as spelled
  std::string value;
  /// Where it is written, of a launch that stands in files; empty of a process's own.
  std::string where = {};
  Span name_span = {};
  Span value_span = {};
};

/// Why a file's text could not be had.
enum class FileError : std::uint8_t {
  missing,
  is_directory,
  not_permitted,
  too_large,
  named_pipe,
  not_regular,
  failed
};

std::string_view file_error_text(FileError error);

/// The text of a file, or why not.
using FileText = std::variant<std::string, FileError>;

/// Files as a launch sees them. Paths are absolute.
class FileSystem {
 public:
  FileSystem() = default;
  FileSystem(const FileSystem&) = default;
  FileSystem& operator=(const FileSystem&) = default;
  virtual ~FileSystem() = default;
  /// Whether something is there, of whatever kind (a broken link is not).
  virtual bool exists(const std::string& path) const = 0;
  virtual bool is_file(const std::string& path) const = 0;
  /// The whole file, up to `kLargestFile` bytes.
  virtual FileText read(const std::string& path) const = 0;
  /// Its first bytes, at most `limit`.
  virtual FileText read_start(const std::string& path, std::size_t limit) const = 0;
  /// Whether it is a file that this process may execute.
  virtual bool is_executable(const std::string& path) const = 0;
  /// The names in a folder, in the folder's own order; none where it cannot be read.
  virtual std::vector<std::string> list(const std::string& path) const = 0;
  /// Its permission bits; nothing where they cannot be had.
  virtual std::optional<unsigned> permissions(const std::string& path) const = 0;
  /// The same file by a path without links; nothing where it is not there or links go in a circle.
  virtual std::optional<std::string> resolve_links(const std::string& path) const = 0;

  /// Larger files are refused: a settings file of this size is a mistake, and reading it would hide
  /// that.
  static constexpr std::size_t kLargestFile = 16u << 20;
};

/// The files of this machine.
const FileSystem& real_files();

struct Launch {
  /// In the order of the process's own environment; all of it, because a `.env` file can name any
  /// variable.
  std::vector<EnvironmentVariable> environment;
  std::string environment_name =
      "environment";  ///< said in origins: `environment`, `environment of PID 4242`
  std::string working_directory;
  std::string user_home;  ///< what `~` stands for; empty where it cannot be known
  std::optional<std::string>
      profile;  ///< `prefect --profile NAME …` (two words, before the command)
  /// `prefect -p NAME …`, and every other spelling: the settings are as without it, and then NAME's
  /// values are laid over them, those of the environment too.
  std::optional<std::string> override_profile;
  Version prefect_version;
  std::string version_reason;  ///< why this version: `--prefect-version`, `/x/.venv/bin/prefect`
  /// The virtual environment asked for, where no release of Prefect is found in it.
  std::optional<std::string> empty_venv = {};
  /// Nobody chose the release: what changes which Prefect is started changes it.
  bool version_is_detected = false;
  const FileSystem* files = nullptr;
  std::vector<std::string> notes;  ///< what of it was not followed, for people; never a value

  /// The value of a variable spelled exactly so; nullptr where it is not set.
  const std::string* variable(std::string_view name) const;
  /// The same, where it is set and not empty (Python's truth).
  const std::string* non_empty(std::string_view name) const;
  /// A path of the launch as an absolute one: relative ones start at the working directory.
  std::string absolute(std::string_view path) const;
};

/// What the command line may change about "this shell" as a launch.
struct LaunchOptions {
  std::optional<std::string> profile;
  std::optional<Version> prefect_version;  ///< else the installed one, else the newest known
  std::optional<std::string> venv;  ///< look for it in this virtual environment, not on the PATH
  std::optional<std::string> python = {};  ///< else take this Python's, where it has one
  std::optional<std::string> working_directory;
  std::optional<std::string> user_home;
  /// Instead of this process's own.
  std::optional<std::vector<EnvironmentVariable>> environment = {};
  bool clean_environment = false;  ///< start from an empty environment; `~` stays what it is
};

/// The launch of a Prefect process started from here: this environment, this directory.
Launch this_shell(const LaunchOptions& options);

/// Why there is no launch where one was asked for. Never with a value in it.
struct LaunchProblem {
  std::string reason;
};

/// The launch that a running process is: its environment, directory, arguments and interpreter, as
/// Linux shows them below /proc.
std::variant<Launch, LaunchProblem> launch_of_process(int pid, const LaunchOptions& options);

/// Lays the variables of an env file over a launch's own, as `docker run --env-file` and `set -a;
/// . FILE` do. The reason where it cannot be read; else empty.
std::string add_env_file(Launch& launch, const std::string& path);

/// Why a command line cannot be followed to a Prefect process. Never with a value in it.
struct CommandLineProblem {
  std::string reason;
};

/// The launch of the Prefect process that a command line starts from `here`, read as a POSIX shell
/// reads it: `PREFECT_API_URL=… uv run prefect -p NAME worker start`.
std::variant<Launch, CommandLineProblem> launch_of_command(Launch here, std::string_view command);

}  // namespace prefect_config
