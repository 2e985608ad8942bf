#include "lint/image_release.hpp"

#include <prefect_config/registry.hpp>

#include "support/text.hpp"

namespace prefect_config {
namespace {

// The newest known release that begins with these numbers.
std::optional<Version> newest_of(int major, int minor, bool has_minor) {
  std::optional<Version> newest;
  for (const auto& version : known_versions()) {
    if (version.major == major && (!has_minor || version.minor == minor)) newest = version;
  }
  return newest;
}

}  // namespace

std::optional<ImageRelease> release_of_image(const std::string& image) {
  const auto slash = image.rfind('/');
  const auto colon = image.rfind(':');
  const bool has_tag = colon != std::string::npos && (slash == std::string::npos || colon > slash);
  const auto name = image.substr(0, has_tag ? colon : image.size());
  if (!ends_with(name, "prefecthq/prefect")) return std::nullopt;
  auto tag = has_tag ? image.substr(colon + 1) : std::string("latest");
  tag = tag.substr(0, tag.find_first_of("-@"));
  if (auto version = Version::parse(tag)) {
    const auto versions = known_versions();
    // The nearest known one answers for a release that is not.
    auto nearest = versions.front();
    for (const auto& known : versions) {
      if (!(*version < known)) nearest = known;
    }
    return ImageRelease{nearest, true};
  }
  const int major = tag == "2" || starts_with(tag, "2.") ? 2 : 3;
  const auto dot = tag.find('.');
  int minor = 0;
  bool has_minor = false;
  if (dot != std::string::npos) {
    for (auto at = dot + 1; at < tag.size() && tag[at] >= '0' && tag[at] <= '9' && minor < 1000;
         ++at) {
      minor = minor * 10 + (tag[at] - '0');
      has_minor = true;
    }
  }
  auto newest = newest_of(major, minor, has_minor);
  if (!newest) newest = newest_of(major, 0, false);
  return ImageRelease{newest.value_or(known_versions().back()), false};
}

}  // namespace prefect_config
