// TOML text as a tree with positions: the only door to toml++.
//
// What it is not: a writer (toml++ drops comments when it writes; edits are by byte span, see
// design), and not a judge of what Prefect accepts: where Python's readers differ from TOML 1.0,
// sources/ says so.
#pragma once

#include <prefect_config/origin.hpp>
#include <prefect_config/value.hpp>

#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace prefect_config {

struct TomlEntry;

/// A value, a table or an array of either. Entries are in the order of the text.
struct TomlNode {
  enum class Kind : unsigned char { scalar, table, array };
  Kind kind = Kind::table;
  Value scalar;
  std::vector<TomlEntry> entries;  ///< of a table
  std::vector<TomlNode> items;     ///< of an array
  Span span;

  /// The entry with this key, or nullptr (also where this is no table).
  const TomlEntry* find(std::string_view key) const;
  /// The whole node as a value: tables become dicts, arrays lists.
  Value value() const;
};

struct TomlEntry {
  std::string key;
  Span key_span;
  TomlNode node;
};

struct TomlError {
  std::string message;
  Span span;
};

using TomlResult = std::variant<TomlNode, TomlError>;

/// Reads TOML 1.0. Never throws: whatever the text, a tree or an error with its position.
TomlResult parse_toml(std::string_view text);

}  // namespace prefect_config
