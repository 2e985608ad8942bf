// A line of a file as it may be shown: secrets masked in place, everything else printable.
//
// What it is not: the choice of what is secret; whoever has the file says that.
#pragma once

#include "support/byte_span.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace prefect_config {

/// The line to show, and for a byte of the original the column where it comes to stand.
class ShownLine {
 public:
  /// `hidden`: bytes of the line, in their order.
  ShownLine(std::string_view line, const std::vector<ByteSpan>& hidden);

  const std::string& text() const { return text_; }
  std::size_t column(std::size_t byte) const;

 private:
  void add(const std::string& text);
  void show(std::string_view line, std::size_t begin, std::size_t end);
  void show_open(std::string_view line, std::size_t begin, std::size_t end);

  std::string text_;
  std::size_t width_ = 0;
  std::vector<std::size_t> columns_;
};

}  // namespace prefect_config
