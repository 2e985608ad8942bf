#include "workspace_address.hpp"

#include "support/python_text.hpp"

#include <cstddef>

namespace prefect_config::tool {

std::optional<WorkspaceAddress> workspace_address(std::string_view text) {
  const auto path = text.substr(0, text.find_first_of("?#"));
  const auto parts = split(path, '/');
  for (std::size_t i = 0; i + 3 < parts.size(); ++i) {
    const bool is_account = parts[i] == "account" || parts[i] == "accounts";
    const bool is_workspace = parts[i + 2] == "workspace" || parts[i + 2] == "workspaces";
    if (!is_account || !is_workspace || parts[i + 1].empty() || parts[i + 3].empty()) continue;
    const auto begin = static_cast<std::size_t>(parts[i].data() - path.data());
    return WorkspaceAddress{std::string(path.substr(0, begin == 0 ? 0 : begin - 1)),
                            std::string(parts[i + 1]) + '/' + std::string(parts[i + 3])};
  }
  return std::nullopt;
}

std::string workspace_meant(const std::string& text) {
  const auto address = workspace_address(text);
  return address ? address->ids : text;
}

}  // namespace prefect_config::tool
