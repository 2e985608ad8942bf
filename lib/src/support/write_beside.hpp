// A file's new text under another name in its folder, then renamed over it: whoever reads it, or
// has it open, sees the old one or the new one whole, and a full disk leaves the old one.
//
// What it is not: an edit under a lock that keeps attributes (profiles/store.hpp).
#pragma once

#include <sys/stat.h>

#include <string>
#include <string_view>

namespace prefect_config {

/// False where it cannot be written, with `errno` set; the file is as it was. A file that is there
/// keeps its owner, where this process may give it.
bool write_beside(const std::string& path, std::string_view text, mode_t mode);

}  // namespace prefect_config
