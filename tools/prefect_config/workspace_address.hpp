// The address of a workspace of Prefect Cloud: as a browser shows it, or of its API.
//
// What it is not: a workspace (diagnose/workspaces.hpp). Its ids are what stands in the address.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace prefect_config::tool {

struct WorkspaceAddress {
  std::string before;  ///< of an API the URL that Prefect Cloud has; may be empty
  std::string ids;     ///< `ACCOUNT_ID/WORKSPACE_ID`
};

/// Of a text with `/account/A/workspace/W` or `/accounts/A/workspaces/W`; what follows it does not
/// count.
std::optional<WorkspaceAddress> workspace_address(std::string_view text);

/// The ids, where the text is such an address; else the text.
std::string workspace_meant(const std::string& text);

}  // namespace prefect_config::tool
