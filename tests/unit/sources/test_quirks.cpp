// The quirk table: each oddity holds for the releases it was measured on, and not for those
// measured without.
#include "sources/quirks.hpp"

#include <doctest/doctest.h>

using namespace prefect_config;

TEST_CASE("quirks: releases that were measured with and without each") {
  struct Row {
    bool Quirks::*quirk;
    Version with;
    Version without;
  };
  constexpr Row kRows[] = {
      {&Quirks::loader_ignores_prefect_home, {3, 1, 15}, {3, 2, 15}},
      {&Quirks::unknown_profile_is_empty, {3, 0, 11}, {3, 1, 15}},
      {&Quirks::bom_is_malformed, {3, 6, 29}, {3, 4, 19}},
      {&Quirks::bom_joins_first_key, {3, 4, 19}, {3, 6, 29}},
      {&Quirks::nested_paths_ignore_home, {3, 4, 19}, {3, 8, 8}},
      {&Quirks::nested_paths_ignore_home, {3, 6, 29}, {3, 3, 7}},
      {&Quirks::missing_ssl_file_stops, {3, 4, 19}, {3, 8, 8}},
      {&Quirks::database_needs_password, {3, 4, 19}, {3, 6, 29}},
  };
  for (const auto& row : kRows) {
    CHECK(quirks_of(row.with).*row.quirk);
    CHECK_FALSE(quirks_of(row.without).*row.quirk);
  }
}
