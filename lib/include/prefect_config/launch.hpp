/// \file
/// How one process starts: everything that decides its settings, and nothing else.
///
/// What it is not: settings. A launch is read, never interpreted, here; locate and the sources
/// interpret it.
///
/// To add a kind of launch (a compose service, a systemd unit): a reader under lib/src/launch/ that
/// returns this type.
#pragma once

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
};

/// Why a file's text could not be had.
enum class FileError : std::uint8_t {
  missing,
  is_directory,
  not_permitted,
  too_large,
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

  /// Larger files are refused: a settings file of this size is a mistake, and reading it would hide
  /// that.
  static constexpr std::size_t kLargestFile = 16u << 20;
};

/// The files of this machine.
const FileSystem& real_files();

struct Launch {
  /// In the order of the process's own environment; at least every name that begins with PREFECT_
  /// in any case, and HOME, PATH and SSL_CERT_FILE.
  std::vector<EnvironmentVariable> environment;
  std::string environment_name =
      "environment";  ///< said in origins: `environment`, `environment of PID 4242`
  std::string working_directory;
  std::string user_home;  ///< what `~` stands for; empty where it cannot be known
  std::optional<std::string>
      profile;  ///< `prefect --profile NAME …` (two words, before the command)
  Version prefect_version;
  std::string version_reason;  ///< why this version: `--prefect-version`, `newest known`
  const FileSystem* files = nullptr;

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
  std::optional<Version> prefect_version;
  std::optional<std::string> working_directory;
  std::optional<std::string> user_home;
  bool clean_environment = false;  ///< start from an empty environment
};

/// The launch of a Prefect process started from here: this environment, this directory.
Launch this_shell(const LaunchOptions& options);

}  // namespace prefect_config
