// What one file may hand on to the launches in it: a few lines of aliases, or stages that build on
// each other, must not become gigabytes.
//
// What it is not: a limit that anybody's real file comes near.
//
// To use it for something else than variables: `take` with its bytes.
#pragma once

#include "launch/written.hpp"

#include <algorithm>
#include <cstddef>
#include <string_view>
#include <vector>

namespace prefect_config {

class CopyBudget {
 public:
  /// False where nothing more may be copied.
  bool take(std::size_t bytes) {
    left_ -= std::min(bytes, left_);
    return left_ > 0;
  }
  bool take(const std::vector<WrittenVariable>& variables) {
    std::size_t bytes = 0;
    for (const auto& variable : variables)
      bytes += sizeof(WrittenVariable) + variable.name.size() + variable.value.size();
    return take(bytes);
  }

 private:
  std::size_t left_ = 64u << 20;
};

/// The note of a file that went beyond.
inline constexpr std::string_view kTooMuch =
    "what it repeats by aliases, steps or stages grows too large: the rest is not read";

}  // namespace prefect_config
