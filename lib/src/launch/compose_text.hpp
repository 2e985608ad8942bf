// Compose's interpolation: `$NAME`, `${NAME:-default}` and the rest, in values of a compose file
// and of its env files. As compose-go 2.4 does it.
//
// What it is not: a shell's expansion: `$(…)`, `$1` and backslashes stay as they are.
//
// To add an operator: its case in `Interpolation::chosen`, rows in test_compose.cpp.
#pragma once

#include "launch/written.hpp"

#include <functional>
#include <string>
#include <string_view>

namespace prefect_config {

/// A variable by its name; nullptr where nobody knows it but, perhaps, the shell.
using ComposeLookup = std::function<const WrittenVariable*(std::string_view name)>;

struct ComposeText {
  std::string text;  ///< what nobody knows stands in it as it was written
  /// Only the shell that runs Compose could say all of it, or Compose refuses it.
  bool is_open = false;
};

/// At most `kLongestValue` bytes; what would be longer is open.
ComposeText interpolated(std::string_view text, const ComposeLookup& lookup);

}  // namespace prefect_config
