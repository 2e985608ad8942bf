/// \file
/// A Prefect release number, and ranges of them.
///
/// What it is not: a general version parser. Prefect's releases are `major.minor.patch`;
/// pre-releases and local suffixes are refused by `parse`, because nothing here was measured on
/// one.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace prefect_config {

/// A Prefect release, for example 3.8.8.
struct Version {
  std::uint16_t major = 0;
  std::uint16_t minor = 0;
  std::uint16_t patch = 0;

  auto operator<=>(const Version&) const = default;

  /// Reads `3.8.8`; nothing where the text is anything else.
  static std::optional<Version> parse(std::string_view text);
  std::string text() const;
};

/// Releases from `first` to `last`, both included.
struct VersionRange {
  Version first{0, 0, 0};
  Version last{UINT16_MAX, UINT16_MAX, UINT16_MAX};

  constexpr bool contains(Version version) const { return first <= version && version <= last; }
  /// `3.4.8 to 3.9.1`, `since 3.4.8`, `up to 3.4.0`, `every version`.
  std::string text() const;
};

}  // namespace prefect_config
