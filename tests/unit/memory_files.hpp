// A file system in memory and a launch over it, so that tests never touch the disk.
#pragma once

#include <prefect_config/prefect_config.hpp>

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace prefect_config::testing {

class MemoryFiles : public FileSystem {
 public:
  std::map<std::string, std::string> files;
  std::map<std::string, FileError> errors;
  std::map<std::string, unsigned> modes;
  std::set<std::string> executables;                        ///< among `files`
  std::map<std::string, std::string> links;                 ///< of files and of folders
  std::map<std::string, std::vector<std::string>> folders;  ///< where the order matters

  void add_executable(const std::string& path, std::string text) {
    files[path] = std::move(text);
    executables.insert(path);
  }

  bool exists(const std::string& path) const override {
    const auto real = followed(path);
    return real && (files.count(*real) != 0 || errors.count(*real) != 0);
  }
  std::optional<unsigned> permissions(const std::string& path) const override {
    const auto found = modes.find(path);
    return found == modes.end() ? std::nullopt : std::optional(found->second);
  }
  bool is_file(const std::string& path) const override {
    const auto real = followed(path);
    return real && files.count(*real) != 0;
  }
  FileText read(const std::string& path) const override {
    const auto real = followed(path);
    if (!real) return FileError::failed;
    if (const auto error = errors.find(*real); error != errors.end()) return error->second;
    if (const auto file = files.find(*real); file != files.end()) return file->second;
    return FileError::missing;
  }
  FileText read_start(const std::string& path, std::size_t limit) const override {
    auto text = read(path);
    if (auto* whole = std::get_if<std::string>(&text))
      whole->resize(std::min(limit, whole->size()));
    return text;
  }
  bool is_executable(const std::string& path) const override {
    const auto real = followed(path);
    return real && files.count(*real) != 0 && executables.count(*real) != 0;
  }
  /// `folders` first, then what the paths of the files say.
  std::vector<std::string> list(const std::string& path) const override {
    const auto real = followed(path);
    if (!real) return {};
    std::vector<std::string> names;
    if (const auto folder = folders.find(*real); folder != folders.end()) names = folder->second;
    for (const auto& file : files) {
      if (file.first.compare(0, real->size() + 1, *real + '/') != 0) continue;
      const auto rest = file.first.substr(real->size() + 1);
      const auto name = rest.substr(0, rest.find('/'));
      if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
    }
    return names;
  }
  std::optional<std::string> resolve_links(const std::string& path) const override {
    const auto real = followed(path);
    return real && (exists(*real) || !list(*real).empty()) ? real : std::nullopt;
  }

 private:
  // Every link on the way followed, and `..` gone; nothing where they go in a circle.
  std::optional<std::string> followed(std::string path) const {
    for (int steps = 0; steps < 40; ++steps) {
      const auto next = one_step(path);
      if (!next) return path;
      path = *next;
    }
    return std::nullopt;
  }
  std::optional<std::string> one_step(const std::string& path) const {
    if (const auto up = path.find("/../"); up != std::string::npos && up > 0)
      return path.substr(0, path.rfind('/', up - 1)) + path.substr(up + 3);
    for (std::size_t end = path.find('/', 1);; end = path.find('/', end + 1)) {
      const auto start = path.substr(0, end);
      if (const auto link = links.find(start); link != links.end()) {
        const auto rest = path.substr(start.size());
        const auto folder = start.substr(0, start.rfind('/') + 1);
        return (link->second.front() == '/' ? link->second : folder + link->second) + rest;
      }
      if (end == std::string::npos) return std::nullopt;
    }
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
