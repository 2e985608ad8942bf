// The files below a path.
//
// What it is not: a reader. Links are not followed, so that a loop has no end to find.
#pragma once

#include <string>
#include <vector>

namespace prefect_config {

struct WalkedFiles {
  std::vector<std::string> files;       ///< as they are opened, in the order of their names
  std::vector<std::string> unreadable;  ///< folders that could not be listed
};

/// A path that is a file is the only one. With `respects_ignore_files` git is asked where the
/// folder is in a repository.
WalkedFiles walk(const std::string& path, bool respects_ignore_files);

}  // namespace prefect_config
