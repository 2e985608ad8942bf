#include "lint/source.hpp"

#include "support/byte_order_mark.hpp"
#include "support/descriptor.hpp"
#include "support/python_text.hpp"
#include "support/text.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

namespace prefect_config {
namespace {

// Larger files are read in pieces of this size.
constexpr std::size_t kPiece = std::size_t{4} << 20;
// A secret that begins before a cut is whole in the next piece.
constexpr std::size_t kOverlap = 4096;
constexpr std::size_t kLooksBinary = 8000;

// Reads until `wanted` bytes are there or the file ends; false where it cannot be read. A read that
// gets as much as the file is said to hold, and no more, has seen its end.
bool fill(int file, std::string& buffer, std::size_t& size, std::size_t wanted,
          std::size_t expected) {
  if (buffer.size() < wanted) buffer.resize(wanted);
  while (size < wanted && (size == 0 || size != expected)) {
    const auto count = ::read(file, buffer.data() + size, wanted - size);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return false;
    if (count == 0) break;
    size += static_cast<std::size_t>(count);
  }
  return true;
}

// Where to cut: before a document's mark, behind a line's end, else where the piece ends.
std::size_t cut_of(std::string_view text) {
  const auto mark = text.rfind("\n---");
  if (mark != std::string_view::npos && mark > text.size() / 2) return mark + 1;
  const auto line = text.rfind('\n');
  if (line != std::string_view::npos && line > text.size() / 2) return line + 1;
  return text.size();
}

}  // namespace

LintSource::Outcome LintSource::read(const std::string& path,
                                     const std::function<void(const LintPiece& piece)>& take) {
  const Descriptor file(
      ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK | O_NOFOLLOW));
  if (!file) {
    if (errno == ELOOP) return Outcome::not_regular;
    return errno == ENOENT || errno == ENOTDIR ? Outcome::gone : Outcome::unreadable;
  }
  struct stat status {};
  if (::fstat(file.number(), &status) != 0) return Outcome::unreadable;
  if (!S_ISREG(status.st_mode)) return Outcome::not_regular;

  const auto expected = static_cast<std::size_t>(std::max<off_t>(status.st_size, 0));
  std::size_t size = 0;
  // One byte more says whether it has grown.
  if (!fill(file.number(), buffer_, size, std::min(expected + 1, kPiece), expected))
    return Outcome::unreadable;
  std::string_view text(buffer_.data(), size);
  if (is_utf16(text)) {
    // Of a large one the beginning: nobody has such a file.
    take({as_utf8(text, converted_)});
    return Outcome::read;
  }
  if (is_binary(text)) return Outcome::binary;
  text = without_byte_order_mark(text);
  if (size < kPiece) {
    take({text, 1, true, size - text.size()});
    return Outcome::read;
  }

  std::size_t first_line = 1;
  while (true) {
    const bool is_last = size < kPiece;
    const auto cut = is_last ? size : cut_of({buffer_.data(), size});
    take({{buffer_.data(), cut}, first_line});
    if (is_last) return Outcome::read;
    const bool is_between = cut < size || buffer_[cut - 1] == '\n';
    const auto next = is_between ? cut : cut - kOverlap;
    first_line += static_cast<std::size_t>(
        std::count(buffer_.begin(), buffer_.begin() + static_cast<std::ptrdiff_t>(next), '\n'));
    std::copy(buffer_.begin() + static_cast<std::ptrdiff_t>(next),
              buffer_.begin() + static_cast<std::ptrdiff_t>(size), buffer_.begin());
    size -= next;
    if (!fill(file.number(), buffer_, size, kPiece, 0)) return Outcome::unreadable;
  }
}

std::shared_ptr<const std::string> read_small(const std::string& path) {
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK));
  struct stat status {};
  constexpr off_t kLargest = 1 << 20;
  if (!file || ::fstat(file.number(), &status) != 0 || !S_ISREG(status.st_mode) ||
      status.st_size > kLargest)
    return nullptr;
  std::string text;
  std::size_t size = 0;
  const auto expected = static_cast<std::size_t>(status.st_size);
  if (!fill(file.number(), text, size, expected, expected)) return nullptr;
  text.resize(size);
  if (is_binary(text)) return nullptr;
  return std::make_shared<const std::string>(std::move(text));
}

SiblingReader siblings_of(const std::string& path) {
  return [folder = std::string(folder_part(path))](const std::string& name) {
    const bool is_elsewhere = name.empty() || name.front() == '/';
    return is_elsewhere ? nullptr : read_small(folder + name);
  };
}

bool is_binary(std::string_view text) {
  return text.substr(0, kLooksBinary).find('\0') != std::string_view::npos;
}

bool is_utf16(std::string_view text) {
  return starts_with(text, "\xFF\xFE") || starts_with(text, "\xFE\xFF");
}

std::string_view as_utf8(std::string_view text, std::string& converted) {
  if (is_utf16(text)) text = converted = from_utf16(text.substr(2), text.front() == '\xFE');
  return without_byte_order_mark(text);
}

std::string from_utf16(std::string_view bytes, bool is_big_endian) {
  std::string text;
  text.reserve(bytes.size() / 2);
  const auto unit = [&](std::size_t at) {
    const auto first = static_cast<unsigned char>(bytes[at]);
    const auto second = static_cast<unsigned char>(bytes[at + 1]);
    return static_cast<char32_t>(is_big_endian ? first << 8 | second : second << 8 | first);
  };
  constexpr char32_t kReplacement = 0xFFFD;
  for (std::size_t at = 0; at + 1 < bytes.size(); at += 2) {
    auto code = unit(at);
    if (code >= 0xD800 && code < 0xDC00 && at + 3 < bytes.size()) {
      const auto low = unit(at + 2);
      if (low >= 0xDC00 && low < 0xE000) {
        code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
        at += 2;
      }
    }
    append_utf8(text, code >= 0xD800 && code < 0xE000 ? kReplacement : code);
  }
  return text;
}

}  // namespace prefect_config
