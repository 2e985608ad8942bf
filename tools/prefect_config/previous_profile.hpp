// Which profile was the active one before, for `profile use -`.
#pragma once

#include <optional>
#include <string>

namespace prefect_config::tool {

/// Of the profiles file at `path`; nothing where none is remembered.
std::optional<std::string> previous_profile(const std::string& path);

/// Remembers it, below XDG_STATE_HOME or ~/.local/state; false where that cannot be written.
bool remember_profile(const std::string& path, const std::string& name);

}  // namespace prefect_config::tool
