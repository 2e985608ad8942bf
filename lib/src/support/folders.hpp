// Folders that are made on the way.
#pragma once

#include <string>

namespace prefect_config {

/// Makes a folder and those above it, each for its owner alone; those that are there stay as they
/// are. False, with errno, where one cannot be made.
bool make_folders(const std::string& path);

}  // namespace prefect_config
