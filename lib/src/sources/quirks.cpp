#include "sources/quirks.hpp"

namespace prefect_config {
namespace {

struct Row {
  VersionRange versions;
  bool Quirks::*quirk;
};

constexpr VersionRange until(Version last) { return {{0, 0, 0}, last}; }
constexpr VersionRange since(Version first) {
  return {first, {UINT16_MAX, UINT16_MAX, UINT16_MAX}};
}

constexpr Row kRows[] = {
    {until({3, 2, 0}), &Quirks::loader_ignores_prefect_home},
    {until({3, 1, 4}), &Quirks::unknown_profile_is_empty},
    {since({3, 6, 14}), &Quirks::bom_is_malformed},
    {until({3, 6, 13}), &Quirks::bom_joins_first_key},
    {{{3, 4, 8}, {3, 8, 5}}, &Quirks::nested_paths_ignore_home},
    {until({3, 5, 0}), &Quirks::missing_ssl_file_stops},
    {since({3, 8, 0}), &Quirks::database_name_is_quoted},
    {until({3, 6, 6}), &Quirks::database_needs_password},
};

}  // namespace

Quirks quirks_of(Version version) {
  Quirks quirks;
  for (const auto& row : kRows) {
    if (row.versions.contains(version)) quirks.*row.quirk = true;
  }
  return quirks;
}

}  // namespace prefect_config
