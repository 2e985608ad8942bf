#include "lint/walk.hpp"

#include "adapters/git.hpp"

#include <dirent.h>
#include <sys/stat.h>

#include <algorithm>
#include <memory>
#include <string_view>
#include <utility>

namespace prefect_config {
namespace {

std::string below(const std::string& folder, std::string_view name) {
  if (folder == ".") return std::string(name);
  return folder + (folder.back() == '/' ? "" : "/") + std::string(name);
}

// Deeper than anybody's folders, and an end for a hostile tree.
constexpr std::size_t kDeepest = 200;

void walk_folder(const std::string& folder, WalkedFiles& out) {
  std::vector<std::pair<std::string, std::size_t>> folders = {{folder, 0}};
  while (!folders.empty()) {
    const auto [current, depth] = std::move(folders.back());
    folders.pop_back();
    const std::unique_ptr<DIR, int (*)(DIR*)> open(::opendir(current.c_str()), ::closedir);
    if (!open) {
      out.unreadable.push_back(current);
      continue;
    }
    while (const auto* entry = ::readdir(open.get())) {
      const std::string_view name = entry->d_name;
      if (name == "." || name == ".." || name == ".git") continue;
      auto path = below(current, name);
      auto type = entry->d_type;
      if (type == DT_UNKNOWN) {
        struct stat status {};
        if (::lstat(path.c_str(), &status) != 0) continue;
        type = S_ISDIR(status.st_mode) ? DT_DIR : S_ISREG(status.st_mode) ? DT_REG : DT_LNK;
      }
      if (type == DT_REG) {
        out.files.push_back(std::move(path));
      } else if (type == DT_DIR && depth < kDeepest) {
        folders.emplace_back(std::move(path), depth + 1);
      }
    }
  }
  std::sort(out.files.begin(), out.files.end());
}

}  // namespace

WalkedFiles walk(const std::string& path, bool respects_ignore_files) {
  WalkedFiles out;
  struct stat status {};
  if (::stat(path.c_str(), &status) == 0 && !S_ISDIR(status.st_mode)) {
    out.files.push_back(path);
    return out;
  }
  if (respects_ignore_files) {
    if (auto files = git_files(path)) {
      for (const auto& file : *files) out.files.push_back(below(path, file));
      return out;
    }
  }
  walk_folder(path, out);
  return out;
}

}  // namespace prefect_config
