// TOML text as statements with byte offsets: where a header, a key and a value stand, so that an
// edit can change these bytes and no other.
//
// What it is not: a parser that judges. It reads text that adapters/toml has accepted, and relies
// on that; and it knows no value, only where one begins and ends.
#pragma once

#include "support/byte_order_mark.hpp"
#include "support/byte_span.hpp"
#include "support/text.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace prefect_config {

/// Whether a key may stand without quotes if it is of such characters.
constexpr bool is_bare_key_character(char c) {
  return is_letter_or_digit(c) || c == '_' || c == '-';
}

/// One key of a dotted path: what it says, and how it is written.
struct LayoutKey {
  std::string text;
  ByteSpan span;  ///< with its quotes
};

struct LayoutPair;

/// Where a value stands. Of an inline table also its members.
struct LayoutValue {
  ByteSpan span;
  bool is_inline_table = false;
  std::vector<LayoutPair> members;
};

/// `a.b = value`, on lines of its own or inside an inline table.
struct LayoutPair {
  std::vector<LayoutKey> path;
  LayoutValue value;
};

/// One statement of the text: `[a.b]`, `[[a.b]]` or a pair.
struct LayoutStatement {
  enum class Kind : unsigned char { table, array_of_tables, pair };
  Kind kind = Kind::pair;
  ByteSpan lines;                 ///< whole lines, the last line end included where there is one
  std::vector<LayoutKey> header;  ///< of a header
  LayoutPair pair;                ///< of a pair
  /// Of a pair: the header that it stands under, as an index; nothing above the first one.
  std::size_t under = kNone;

  static constexpr std::size_t kNone = static_cast<std::size_t>(-1);
};

/// The statements in their order; blank lines and comments are what lies between them.
std::vector<LayoutStatement> toml_layout(std::string_view text);

}  // namespace prefect_config
