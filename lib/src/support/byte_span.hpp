// A stretch of a text by its bytes.
#pragma once

#include <cstddef>
#include <string_view>

namespace prefect_config {

/// Bytes of a text, from `begin` up to and without `end`.
struct ByteSpan {
  std::size_t begin = 0;
  std::size_t end = 0;

  std::size_t size() const { return end - begin; }
  bool is_empty() const { return begin == end; }
  std::string_view of(std::string_view text) const { return text.substr(begin, end - begin); }
};

}  // namespace prefect_config
