/// \file
/// Where a value was written.
///
/// What it is not: a search path or a rule. An origin is a fact about text that exists; which of
/// several written values counts is said by resolve.hpp.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace prefect_config {

/// The sources Prefect reads, weakest first. The order in which they count is the precedence
/// table's (sources/precedence.hpp), not this enumeration's.
enum class SourceKind : std::uint8_t {
  defaults,
  profile,
  pyproject_toml,
  prefect_toml,
  dotenv,
  environment,
  command_line,  ///< the profile of `prefect -p NAME`, laid over everything else
};

/// Prefect's own word for a source, as in `(from env)`.
constexpr std::string_view prefect_word(SourceKind kind) {
  switch (kind) {
  case SourceKind::defaults:
    return "defaults";
  case SourceKind::profile:
    return "profile";
  case SourceKind::pyproject_toml:
    return "pyproject.toml";
  case SourceKind::prefect_toml:
    return "prefect.toml";
  case SourceKind::dotenv:
    return ".env file";
  case SourceKind::environment:
    return "env";
  case SourceKind::command_line:
    return "profile";  // so says Prefect's own view
  }
  return "";
}

/// Whether a value of this kind stands in a profile.
constexpr bool is_profile(SourceKind kind) {
  return kind == SourceKind::profile || kind == SourceKind::command_line;
}

/// A stretch of text: lines and columns count from 1, columns in code points, `end_column` is one
/// past the last. All zero where there is no text to point at (the environment).
struct Span {
  std::uint32_t line = 0;
  std::uint32_t column = 0;
  std::uint32_t end_line = 0;
  std::uint32_t end_column = 0;

  bool exists() const { return line != 0; }
  bool operator==(const Span&) const = default;
};

/// Where one value was written.
struct Origin {
  SourceKind kind = SourceKind::defaults;
  std::string where;  ///< the file's path as it was opened, or `environment`; empty for defaults
  std::string table;  ///< the profile's name, where the value stands in one
  std::string key;    ///< exactly as spelled
  Span key_span;
  Span value_span;
};

}  // namespace prefect_config
