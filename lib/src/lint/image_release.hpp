// Which Prefect an image runs, by its tag.
//
// What it is not: a look into the image. One of another name can hold any release.
#pragma once

#include <prefect_config/version.hpp>

#include <optional>
#include <string>

namespace prefect_config {

/// The release an image runs, and whether its tag says so exactly.
struct ImageRelease {
  Version version;
  bool is_pinned = false;
};

/// Of `prefecthq/prefect:3.8.6-python3.12`; nothing of an image that is not Prefect's. A tag that
/// floats (`3-latest`, `3.4`) means the newest known release of its line.
std::optional<ImageRelease> release_of_image(const std::string& image);

}  // namespace prefect_config
