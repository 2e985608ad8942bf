// Bytes of a text as lines and columns, for places that people read.
//
// What it is not: a copy of the text, which must outlive it.
#pragma once

#include <prefect_config/origin.hpp>

#include "support/byte_span.hpp"
#include "support/text.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace prefect_config {

class LineIndex {
 public:
  /// `first_line`: the number of the text's first line, where it is a piece of a file.
  explicit LineIndex(std::string_view text, std::size_t first_line = 1)
      : text_(text), first_line_(first_line) {
    starts_.push_back(0);
    for (auto at = text.find('\n'); at != std::string_view::npos; at = text.find('\n', at + 1))
      starts_.push_back(at + 1);
  }

  std::string_view text() const { return text_; }

  /// Lines and columns count from 1, columns in code points.
  Span span(ByteSpan bytes) const {
    const auto begin = index_of(bytes.begin);
    const auto end = index_of(std::max(bytes.begin, bytes.end));
    return {number(begin), column(begin, bytes.begin), number(end),
            column(end, std::max(bytes.begin, bytes.end))};
  }

  /// Where a line and a column stand; the text's end where there is no such line.
  std::size_t byte_at(std::uint32_t line, std::uint32_t column) const {
    if (line < first_line_ || line - first_line_ >= starts_.size()) return text_.size();
    const auto start = starts_[line - first_line_];
    return start + bytes_of_code_points(line_at(start).of(text_), column == 0 ? 0 : column - 1);
  }

  /// The line that a byte stands on, without its end.
  ByteSpan line_at(std::size_t byte) const {
    const auto index = index_of(byte);
    auto end = index + 1 < starts_.size() ? starts_[index + 1] - 1 : text_.size();
    if (end > starts_[index] && text_[end - 1] == '\r') --end;
    return {starts_[index], end};
  }

 private:
  std::size_t index_of(std::size_t byte) const {
    const auto after = std::upper_bound(starts_.begin(), starts_.end(), byte);
    return static_cast<std::size_t>(after - starts_.begin()) - 1;
  }
  std::uint32_t number(std::size_t index) const {
    return static_cast<std::uint32_t>(first_line_ + index);
  }
  std::uint32_t column(std::size_t index, std::size_t byte) const {
    const auto until = std::min(byte, text_.size());
    // A byte that begins a code point is one that is no continuation.
    const auto count =
        std::count_if(text_.begin() + static_cast<std::ptrdiff_t>(starts_[index]),
                      text_.begin() + static_cast<std::ptrdiff_t>(std::max(until, starts_[index])),
                      [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; });
    return static_cast<std::uint32_t>(count + 1);
  }

  std::string_view text_;
  std::size_t first_line_;
  std::vector<std::size_t> starts_;
};

}  // namespace prefect_config
