// The files of a launch that stands in a file: none, or that file alone.
//
// What it is not: a look at this machine. Where such a launch will run, its files are not known.
#pragma once

#include <prefect_config/launch.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace prefect_config {

class NoFiles : public FileSystem {
 public:
  bool exists(const std::string&) const override { return false; }
  bool is_file(const std::string&) const override { return false; }
  FileText read(const std::string&) const override { return FileError::missing; }
  FileText read_start(const std::string&, std::size_t) const override { return FileError::missing; }
  bool is_executable(const std::string&) const override { return false; }
  std::optional<unsigned> permissions(const std::string&) const override { return std::nullopt; }
  std::vector<std::string> list(const std::string&) const override { return {}; }
  std::optional<std::string> resolve_links(const std::string& path) const override { return path; }
};

class OneText final : public NoFiles {
 public:
  OneText(std::string path, std::string_view text) : path_(std::move(path)), text_(text) {}
  bool exists(const std::string& path) const override { return path == path_; }
  bool is_file(const std::string& path) const override { return path == path_; }
  FileText read(const std::string& path) const override {
    return path == path_ ? FileText(text_) : FileText(FileError::missing);
  }
  FileText read_start(const std::string& path, std::size_t limit) const override {
    return path == path_ ? FileText(text_.substr(0, limit)) : FileText(FileError::missing);
  }

 private:
  std::string path_;
  std::string text_;
};

}  // namespace prefect_config
