// The files of this machine, one of them with another text: what Prefect would say to an edit that
// is not written yet.
#pragma once

#include <prefect_config/launch.hpp>

#include <string>
#include <utility>
#include <vector>

namespace prefect_config::tool {

class EditedFiles final : public FileSystem {
 public:
  EditedFiles(const FileSystem& files, std::string path, std::string text)
      : files_(files), path_(std::move(path)), text_(std::move(text)) {}

  bool exists(const std::string& path) const override {
    return path == path_ || files_.exists(path);
  }
  bool is_file(const std::string& path) const override {
    return path == path_ || files_.is_file(path);
  }
  FileText read(const std::string& path) const override {
    return path == path_ ? FileText(text_) : files_.read(path);
  }
  FileText read_start(const std::string& path, std::size_t limit) const override {
    return path == path_ ? FileText(text_.substr(0, limit)) : files_.read_start(path, limit);
  }
  bool is_executable(const std::string& path) const override { return files_.is_executable(path); }
  std::optional<unsigned> permissions(const std::string& path) const override {
    return files_.permissions(path);
  }
  std::vector<std::string> list(const std::string& path) const override {
    return files_.list(path);
  }
  std::optional<std::string> resolve_links(const std::string& path) const override {
    return path == path_ ? std::optional(path) : files_.resolve_links(path);
  }

 private:
  const FileSystem& files_;
  std::string path_;
  std::string text_;
};

}  // namespace prefect_config::tool
