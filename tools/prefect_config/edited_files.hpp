// The files of this machine as a question needs them: one of them with another text (what Prefect
// would say to an edit that is not written yet), or one of them alone.
#pragma once

#include <prefect_config/launch.hpp>

#include <algorithm>
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

/// The files of this machine but for some, which are not there.
class FilesWithout final : public FileSystem {
 public:
  FilesWithout(const FileSystem& files, std::vector<std::string> hidden)
      : files_(files), hidden_(std::move(hidden)) {}

  bool exists(const std::string& path) const override {
    return !is_hidden(path) && files_.exists(path);
  }
  bool is_file(const std::string& path) const override {
    return !is_hidden(path) && files_.is_file(path);
  }
  FileText read(const std::string& path) const override {
    return is_hidden(path) ? FileText(FileError::missing) : files_.read(path);
  }
  FileText read_start(const std::string& path, std::size_t limit) const override {
    return is_hidden(path) ? FileText(FileError::missing) : files_.read_start(path, limit);
  }
  bool is_executable(const std::string& path) const override { return files_.is_executable(path); }
  std::optional<unsigned> permissions(const std::string& path) const override {
    return is_hidden(path) ? std::nullopt : files_.permissions(path);
  }
  std::vector<std::string> list(const std::string& path) const override {
    return files_.list(path);
  }
  std::optional<std::string> resolve_links(const std::string& path) const override {
    return is_hidden(path) ? std::nullopt : files_.resolve_links(path);
  }

 private:
  bool is_hidden(const std::string& path) const {
    return std::find(hidden_.begin(), hidden_.end(), path) != hidden_.end();
  }

  const FileSystem& files_;
  std::vector<std::string> hidden_;
};

/// One file of this machine, and no other.
class OneFile final : public FileSystem {
 public:
  OneFile(const FileSystem& files, std::string path) : files_(files), path_(std::move(path)) {}

  bool exists(const std::string& path) const override {
    return path == path_ && files_.exists(path);
  }
  bool is_file(const std::string& path) const override {
    return path == path_ && files_.is_file(path);
  }
  FileText read(const std::string& path) const override {
    return path == path_ ? files_.read(path) : FileText(FileError::missing);
  }
  FileText read_start(const std::string& path, std::size_t limit) const override {
    return path == path_ ? files_.read_start(path, limit) : FileText(FileError::missing);
  }
  bool is_executable(const std::string&) const override { return false; }
  std::optional<unsigned> permissions(const std::string& path) const override {
    return path == path_ ? files_.permissions(path) : std::nullopt;
  }
  std::vector<std::string> list(const std::string&) const override { return {}; }
  std::optional<std::string> resolve_links(const std::string& path) const override {
    return path == path_ ? files_.resolve_links(path) : std::nullopt;
  }

 private:
  const FileSystem& files_;
  std::string path_;
};

}  // namespace prefect_config::tool
