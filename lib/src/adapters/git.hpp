// What git knows of a folder: its files, those that changed, those of former commits. The program
// `git` is asked, because it is on every machine that has a repository, and its library would make
// each start of this program slower (docs/decisions.md).
//
// What it is not: a writer. Nothing is changed, and nothing of a repository's own settings is run:
// hooks, file system monitors and filters are switched off.
#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace prefect_config {

/// The files of a folder that git would see: tracked ones, and others that no `.gitignore` names.
/// Paths are relative to it. Nothing where it is no repository, or there is no git.
std::optional<std::vector<std::string>> git_files(const std::string& folder);

/// Those that differ from `base` (a commit, a branch), and those that are new. Nothing where git
/// cannot say.
std::optional<std::vector<std::string>> git_changed(const std::string& folder,
                                                    const std::string& base);

/// The folder of the repository that a folder is in; empty where there is none.
std::string git_root(const std::string& folder);

/// A file's text as some commit has it.
struct GitBlob {
  std::string id;
  std::string path;  ///< one of the paths it had, from the repository's folder
};

struct GitBlobs {
  std::vector<GitBlob> blobs;
  std::size_t missing = 0;  ///< how many a partial clone has left out
};

/// Every text below a folder in any commit that a branch or tag leads to, once. Nothing where git
/// cannot say.
std::optional<GitBlobs> git_blobs(const std::string& folder);

/// The texts of blobs, one after the other, in their order; those larger than `most` bytes are
/// passed over. False where git fails.
bool git_read_blobs(const std::string& folder, const std::vector<GitBlob>& blobs, std::size_t most,
                    const std::function<void(const GitBlob& blob, std::string_view text)>& take);

/// Where a text came in: the oldest commit that has it, and its path there.
struct GitOrigin {
  std::string commit;
  std::string date;  ///< `2024-05-01`
  std::string path;
  std::size_t age = 0;  ///< the older the commit, the larger
};
/// By blob, for those of `ids` that a commit other than a merge brought.
std::optional<std::map<std::string, GitOrigin>> git_origins(const std::string& folder,
                                                            const std::vector<std::string>& ids);

/// The texts of the commit that is checked out.
std::vector<std::string> git_current_blobs(const std::string& folder);

/// Whether older commits are missing here, as in a checkout of depth 1.
bool git_is_shallow(const std::string& folder);

}  // namespace prefect_config
