#include "diagnose/workspaces.hpp"

#include "support/edit_distance.hpp"
#include "support/text.hpp"

#include <algorithm>
#include <utility>

namespace prefect_config {
namespace {

// `8-4-4-4-12` hexadecimal digits.
bool is_uuid(std::string_view text) {
  constexpr std::string_view kForm = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";
  return text.size() == kForm.size() &&
         std::equal(text.begin(), text.end(), kForm.begin(), [](char c, char form) {
           const char small = ascii_lower(c);
           return form == '-' ? c == '-' : is_digit(c) || (small >= 'a' && small <= 'f');
         });
}

bool is_usable(const Workspace& workspace) {
  return is_uuid(workspace.account_id) && is_uuid(workspace.workspace_id);
}

struct Halves {
  std::string_view account;
  std::string_view workspace;
};

// Nothing where there is no `/`, or more than one.
std::optional<Halves> halves_of(std::string_view text) {
  const auto slash = text.find('/');
  if (slash == std::string_view::npos || text.find('/', slash + 1) != std::string_view::npos)
    return std::nullopt;
  return Halves{text.substr(0, slash), text.substr(slash + 1)};
}

bool is_named(std::string_view half, const std::string& handle, const std::string& id) {
  return half == handle || equal_ignoring_case(half, id);
}

// How many letters away, as far as that is near; case does not count. What is meant may be the
// workspace alone.
std::optional<std::size_t> distance_to(const Workspace& workspace, const std::string& meant) {
  constexpr std::size_t kLongest = 200;
  const auto near = [&meant](const std::string& name) -> std::optional<std::size_t> {
    if (name.size() > kLongest || meant.size() > kLongest) return std::nullopt;
    const auto limit = std::max<std::size_t>(1, meant.size() / 3);
    const auto distance = edit_distance(meant, lower(name), limit);
    return distance > limit ? std::nullopt : std::optional(distance);
  };
  if (auto whole = near(handle_of(workspace))) return whole;
  const bool is_one_half = meant.find('/') == std::string::npos;
  return is_one_half ? near(workspace.workspace_handle) : std::nullopt;
}

}  // namespace

std::string counted_workspaces(std::size_t count) {
  if (count == 0) return "no workspace";
  return std::to_string(count) + (count == 1 ? " workspace" : " workspaces");
}

std::string handle_of(const Workspace& workspace) {
  return workspace.account_handle + '/' + workspace.workspace_handle;
}

std::vector<Workspace> usable_workspaces(std::vector<Workspace> list) {
  std::erase_if(list, [](const Workspace& workspace) { return !is_usable(workspace); });
  return list;
}

const Workspace* find_workspace(const std::vector<Workspace>& list, std::string_view meant) {
  auto found = std::find_if(list.begin(), list.end(), [meant](const Workspace& workspace) {
    return handle_of(workspace) == meant;
  });
  const auto halves = halves_of(meant);
  if (found == list.end() && halves)
    found = std::find_if(list.begin(), list.end(), [&halves](const Workspace& workspace) {
      return is_named(halves->account, workspace.account_handle, workspace.account_id) &&
             is_named(halves->workspace, workspace.workspace_handle, workspace.workspace_id);
    });
  return found == list.end() ? nullptr : &*found;
}

std::optional<Workspace> workspace_of_ids(std::string_view ids) {
  const auto halves = halves_of(ids);
  if (!halves) return std::nullopt;
  Workspace workspace{std::string(halves->account), {}, std::string(halves->workspace), {}};
  return is_usable(workspace) ? std::optional(std::move(workspace)) : std::nullopt;
}

std::vector<const Workspace*> near_workspaces(const std::vector<Workspace>& list,
                                              std::string_view meant, std::size_t most) {
  const auto wanted = lower(meant);
  std::vector<std::pair<std::size_t, const Workspace*>> found;
  for (const auto& workspace : list) {
    if (const auto distance = distance_to(workspace, wanted))
      found.emplace_back(*distance, &workspace);
  }
  std::stable_sort(found.begin(), found.end(),
                   [](const auto& a, const auto& b) { return a.first < b.first; });
  std::vector<const Workspace*> nearest;
  for (const auto& [distance, workspace] : found) {
    if (nearest.size() == most) break;
    nearest.push_back(workspace);
  }
  return nearest;
}

std::string workspace_url(std::string_view cloud_api_url, const Workspace& workspace) {
  // Prefect writes UUIDs, and those in small letters.
  return std::string(cloud_api_url) + "/accounts/" + lower(workspace.account_id) + "/workspaces/" +
         lower(workspace.workspace_id);
}

}  // namespace prefect_config
