// What git knows of a folder: its files, those that changed, those of former commits. The program
// `git` is asked, because it is on every machine that has a repository, and its library would make
// each start of this program slower (docs/decisions.md).
//
// What it is not: a writer. Nothing is changed, and nothing of a repository's own settings is run:
// hooks, file system monitors and filters are switched off.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace prefect_config {

/// The files of a folder that git would see: tracked ones, and others that no `.gitignore` names.
/// Paths are relative to it. Nothing where it is no repository, or there is no git.
std::optional<std::vector<std::string>> git_files(const std::string& folder);

/// Those that differ from `base` (a commit, a branch), and those that are new. Nothing where git
/// cannot say.
std::optional<std::vector<std::string>> git_changed(const std::string& folder,
                                                    const std::string& base);

}  // namespace prefect_config
