/// \file
/// `.env` text to its entries, exactly as a python-dotenv release's `dotenv_values` reads it.
///
/// It is a reader of its own because no library has this dialect: what counts as a blank, what a
/// broken line swallows, which escapes and `${NAME:-default}` are replaced and from where.
///
/// What it is not: a reader of files. The caller has checked that the text is UTF-8. Python opens
/// the file with universal newlines, so `\r\n` and `\r` are `\n` before python-dotenv sees them;
/// the caller does the same. Text with `\r` left in it is read as python-dotenv reads such a
/// stream: quoted values keep their `\r`, and lines are the file's, where
/// python-dotenv counts a `\r\n` that ends a broken line twice. PYTHON_DOTENV_DISABLED
/// does not matter: only `load_dotenv` looks at it.
///
/// To add a difference between releases: a boolean in DotenvDialect, its use in dotenv.cpp, its
/// row in sources/quirks.cpp.
#pragma once

#include <prefect_config/origin.hpp>

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace prefect_config {

struct DotenvEntry {
  std::string key;
  std::optional<std::string> value;  ///< none: `NAME` without `=`; interpolation is done
  Span key_span;                     ///< of the key, inside its quotes if it has any
  Span value_span;                   ///< as written, quotes included; none for an empty value
};

/// A statement that python-dotenv could not parse. The span is all it skipped, from the end of the
/// statement before, so its first line is the one that python-dotenv's warning names.
struct DotenvProblem {
  Span span;
  std::size_t offset = 0;  ///< of its first byte
};

struct DotenvFile {
  std::vector<DotenvEntry> entries;  ///< in file order, duplicates kept
  std::vector<DotenvProblem> problems;
  /// Interpolation made more than 16 MiB, and reading stopped. Python would really make it.
  bool too_large = false;
};

struct DotenvDialect {
  bool skips_bom = false;  ///< else it is part of the first key
  /// `KEY= # text` is empty; else its value is `# text`.
  bool hash_after_blank_is_comment = false;
  /// In quotes a backslash escapes whatever follows, another backslash too; else only a quote
  /// directly after a backslash is escaped, and the last such one closes where no other does.
  bool backslash_escapes_any = false;
};

/// A variable of the process environment, in exact case; null where it is not set.
using DotenvLookup = std::function<const std::string*(std::string_view)>;

DotenvFile parse_dotenv(std::string_view text, const DotenvDialect& dialect,
                        const DotenvLookup& environment);

}  // namespace prefect_config
