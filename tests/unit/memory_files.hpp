// A file system in memory and a launch over it, so that tests never touch the disk.
#pragma once

#include <prefect_config/prefect_config.hpp>

#include <map>
#include <string>
#include <utility>
#include <vector>

namespace prefect_config::testing {

class MemoryFiles final : public FileSystem {
 public:
  std::map<std::string, std::string> files;
  std::map<std::string, FileError> errors;

  bool exists(const std::string& path) const override {
    return files.count(path) != 0 || errors.count(path) != 0;
  }
  bool is_file(const std::string& path) const override { return files.count(path) != 0; }
  FileText read(const std::string& path) const override {
    if (const auto error = errors.find(path); error != errors.end()) return error->second;
    if (const auto file = files.find(path); file != files.end()) return file->second;
    return FileError::missing;
  }
};

constexpr const char* kProfiles = "/home/user/.prefect/profiles.toml";

inline Launch launch_of(const MemoryFiles& files, std::vector<EnvironmentVariable> environment = {},
                        Version version = {3, 8, 8}) {
  Launch launch;
  launch.environment = std::move(environment);
  launch.working_directory = "/work";
  launch.user_home = "/home/user";
  launch.prefect_version = version;
  launch.version_reason = "test";
  launch.files = &files;
  return launch;
}

/// The effective value of a setting, as JSON; for tests of open values only.
inline std::string effective(const Inspection& inspection, std::string_view path) {
  const auto* value = inspection.at(path).value.open();
  return value ? value->json() : "secret";
}

}  // namespace prefect_config::testing
