#include "checks/shown_line.hpp"

#include <prefect_config/report.hpp>

#include "sources/mask.hpp"
#include "support/text.hpp"

#include <algorithm>

namespace prefect_config {

ShownLine::ShownLine(std::string_view line, const std::vector<ByteSpan>& hidden) {
  columns_.assign(line.size() + 1, 0);
  std::size_t at = 0;
  for (const auto& stretch : hidden) {
    if (stretch.begin < at || stretch.begin == stretch.end) continue;
    show(line, at, stretch.begin);
    std::fill(columns_.begin() + static_cast<std::ptrdiff_t>(stretch.begin),
              columns_.begin() + static_cast<std::ptrdiff_t>(stretch.end), width_);
    // A quote that stands at both ends is no secret.
    const char quote = line[stretch.begin];
    const bool is_quoted = (quote == '"' || quote == '\'') && stretch.end - stretch.begin > 1 &&
                           line[stretch.end - 1] == quote;
    const std::string mask = is_quoted ? quote + std::string(kMask) + quote : std::string(kMask);
    const auto before = width_;
    add(mask);
    at = stretch.end;
    // What begins inside of it is marked by the rest of the mask.
    if (is_quoted) {
      std::fill(columns_.begin() + static_cast<std::ptrdiff_t>(stretch.begin) + 1,
                columns_.begin() + static_cast<std::ptrdiff_t>(stretch.end), before + 1);
      columns_[stretch.end - 1] = width_ - 1;
    }
  }
  show(line, at, line.size());
  columns_[line.size()] = width_;
}

std::size_t ShownLine::column(std::size_t byte) const {
  return columns_[std::min(byte, columns_.size() - 1)];
}

void ShownLine::add(const std::string& text) {
  text_ += text;
  width_ += display_width(text);
}

// Up to `end`, with what looks like a secret masked wherever it stands (a key in a comment).
void ShownLine::show(std::string_view line, std::size_t begin, std::size_t end) {
  const auto part = line.substr(begin, end - begin);
  if (const auto masked = mask_text(part); masked != part) {
    // Up to where the mask begins, everything stands where it stood.
    const auto differs = std::mismatch(part.begin(), part.end(), masked.begin(), masked.end());
    auto same = static_cast<std::size_t>(differs.first - part.begin());
    while (same > 0 && (static_cast<unsigned char>(part[same]) & 0xC0) == 0x80) --same;
    if (same > 0 && same < part.size())
      show_open(line, begin, begin + same);
    else
      same = 0;
    std::fill(columns_.begin() + static_cast<std::ptrdiff_t>(begin + same),
              columns_.begin() + static_cast<std::ptrdiff_t>(end), width_);
    add(printable(std::string_view(masked).substr(same)));
    return;
  }
  show_open(line, begin, end);
}

void ShownLine::show_open(std::string_view line, std::size_t begin, std::size_t end) {
  for (std::size_t at = begin; at < end;) {
    const auto length = bytes_of_code_points(line.substr(at), 1);
    std::fill(columns_.begin() + static_cast<std::ptrdiff_t>(at),
              columns_.begin() + static_cast<std::ptrdiff_t>(at + length), width_);
    const auto character = line.substr(at, length);
    add(character == "\t" ? "    " : printable(character));
    at += length;
  }
}

}  // namespace prefect_config
