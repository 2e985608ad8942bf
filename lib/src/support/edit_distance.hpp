/// \file
/// How far two spellings are apart, for "did you mean".
///
/// What it is not: a ranking. Who asks decides what counts as near.
#pragma once

#include <cstddef>
#include <string_view>

namespace prefect_config {

/// The least number of insertions, deletions, substitutions and swaps of neighbours that make `a`
/// into `b` (optimal string alignment); `limit + 1` where it is more than `limit`. Compares bytes:
/// fold the case first where that should not count.
std::size_t edit_distance(std::string_view a, std::string_view b, std::size_t limit);

}  // namespace prefect_config
