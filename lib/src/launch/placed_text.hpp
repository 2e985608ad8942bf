// A text that was put together from pieces of a file, and where each of its bytes stands there.
//
// What it is not: a view. A shell word without its quotes, a block of YAML without its indent and a
// Dockerfile instruction without its continuations are no stretch of the file; here they are texts
// like any other, and a place in them is still a place in the file.
//
// To add a kind of text: make it of `add` (bytes of the file) and `add_at` (bytes that stand
// somewhere as a whole, such as a folded scalar).
#pragma once

#include "adapters/yaml.hpp"
#include "support/byte_span.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace prefect_config {

class PlacedText {
 public:
  PlacedText() = default;
  /// A stretch of the file that stands in one piece.
  PlacedText(std::string_view text, std::size_t offset_in_file) { add(text, offset_in_file); }

  const std::string& text() const { return text_; }
  std::size_t size() const { return text_.size(); }

  /// Bytes of the file, from `offset` on.
  void add(std::string_view bytes, std::size_t offset);
  /// Bytes all of which stand at one place of the file.
  void add_at(std::string_view bytes, ByteSpan place);
  /// Bytes [begin, end) of another text.
  void add(const PlacedText& other, std::size_t begin, std::size_t end);
  void add(const PlacedText& other) { add(other, 0, other.size()); }
  /// Says that the byte that comes next stands for something that cannot be read here.
  void mark_unknown() { unknown_.push_back(text_.size()); }

  /// Where bytes [begin, end) stand in the file.
  ByteSpan place(std::size_t begin, std::size_t end) const;
  ByteSpan place() const { return place(0, size()); }
  /// Whether something in bytes [begin, end) cannot be read here.
  bool is_unknown(std::size_t begin, std::size_t end) const;
  bool is_unknown() const { return is_unknown(0, size()); }
  PlacedText part(std::size_t begin, std::size_t end) const;

 private:
  struct Piece {
    std::size_t at;     // in the text
    std::size_t begin;  // in the file
    std::size_t whole;  // of bytes that stand as a whole: how many bytes of the file; else 0
  };
  const Piece* piece_at(std::size_t at) const;

  std::string text_;
  std::vector<Piece> pieces_;
  std::vector<std::size_t> unknown_;  // ascending
};

/// A line of a text: [begin, end), without its line end.
struct TextLine {
  std::size_t begin = 0;
  std::size_t end = 0;
  std::size_t next = 0;  ///< where the next one begins
};

/// The line that begins at `at`; the `\r` of a `\r\n` is no part of it.
TextLine line_at(std::string_view text, std::size_t at);

/// A scalar's text with the places of its bytes; where they cannot be told, all of it stands where
/// the scalar does.
PlacedText scalar_text(const YamlNode& scalar, std::string_view file_text);

/// The path of a file that is named in another one: it begins at that one's folder.
std::string path_beside(std::string_view file, std::string_view path);

}  // namespace prefect_config
