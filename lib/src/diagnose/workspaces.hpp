// Workspaces of Prefect Cloud by their names: which one is meant, and what its API URL is.
//
// What it is not: the list itself (answer.hpp). Everything in it is a stranger's: handles are
// compared and never trusted, and an id becomes part of a URL only where it is one.
#pragma once

#include <prefect_config/probe.hpp>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace prefect_config {

/// `no workspace`, `1 workspace`, `3 workspaces`.
std::string counted_workspaces(std::size_t count);

/// `ACCOUNT/WORKSPACE`, as `prefect cloud` calls a workspace. From the server, as it came.
std::string handle_of(const Workspace& workspace);

/// Those that have an API URL: Prefect takes no other than UUIDs.
std::vector<Workspace> usable_workspaces(std::vector<Workspace> list);

/// The one that is meant: by its handle as `prefect cloud login -w` compares it, byte for byte, and
/// the first of several; else with ids for handles, in any case. nullptr where there is none.
const Workspace* find_workspace(const std::vector<Workspace>& list, std::string_view meant);

/// `ACCOUNT_ID/WORKSPACE_ID` as a workspace without handles; nothing where that is no two UUIDs.
std::optional<Workspace> workspace_of_ids(std::string_view ids);

/// What may have been meant by a name that is none's: at most `most`, the nearest first.
std::vector<const Workspace*> near_workspaces(const std::vector<Workspace>& list,
                                              std::string_view meant, std::size_t most);

/// The API URL that `prefect cloud login` writes for it.
std::string workspace_url(std::string_view cloud_api_url, const Workspace& workspace);

}  // namespace prefect_config
