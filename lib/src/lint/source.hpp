// Files as texts to lint: whole, or in pieces where they are large, UTF-16 made UTF-8.
//
// What it is not: a choice of files (walk.hpp). Whatever stands at a path, reading it ends: pipes
// and devices are not opened, links to folders not followed.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace prefect_config {

/// A file's text, or a part of it.
struct LintPiece {
  std::string_view text;
  std::size_t first_line = 1;
  bool is_whole = false;   ///< all of the file, as it is, but for a byte order mark
  std::size_t offset = 0;  ///< of the text in the file: that mark's length
};

/// Reads files one after the other into the same memory.
class LintSource {
 public:
  enum class Outcome : unsigned char { read, binary, not_regular, unreadable, gone };

  /// Gives each piece of a file to `take`. A piece ends where a
  /// line does, in a stream of YAML documents where one does, if such an end comes in time.
  Outcome read(const std::string& path, const std::function<void(const LintPiece& piece)>& take);

 private:
  std::string buffer_;
  std::string converted_;
};

/// A small file as it is; null where it is none.
std::shared_ptr<const std::string> read_small(const std::string& path);

/// Reads what the file at `path` names, in its folder or below; null where that is no small file.
using SiblingReader = std::function<std::shared_ptr<const std::string>(const std::string& name)>;
SiblingReader siblings_of(const std::string& path);

/// Whether a text has a NUL near its beginning, as UTF-16 has, too.
bool is_binary(std::string_view text);
/// Whether it begins with the mark of UTF-16.
bool is_utf16(std::string_view text);
/// A text as UTF-8 without a mark: itself, or where it is UTF-16 `converted`.
std::string_view as_utf8(std::string_view text, std::string& converted);

/// UTF-8 of a text in UTF-16; what is none becomes U+FFFD.
std::string from_utf16(std::string_view bytes, bool is_big_endian);

}  // namespace prefect_config
