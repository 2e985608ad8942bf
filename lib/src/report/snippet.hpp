// A line of a settings file as compilers show it, with every value that may be secret masked in
// place.
//
// What it is not: a second reading of the file. It shows lines of the text the sources read.
#pragma once

#include <prefect_config/inspect.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace prefect_config {

/// One line as it may be shown, and which of its columns are meant.
struct ShownSnippet {
  std::uint32_t number = 0;  ///< of the line; 0 where there is no text
  std::string line;          ///< printable, secrets masked in place
  std::size_t from = 0;      ///< the first column that is meant, from 0
  std::size_t to = 0;        ///< one past the last; can be past the line's end

  bool exists() const { return number != 0; }
};

ShownSnippet shown_snippet(const Inspection& inspection, const Place& place);

/// `NAME=value` of a place that is a variable, the value being what is meant; `line` is empty where
/// it is none.
ShownSnippet shown_variable(const Place& place);

/// The gutter, the line and the carets under `place`, with `label` after them; empty where there is
/// no text.
std::string snippet(const Inspection& inspection, const Place& place, std::string_view label);

}  // namespace prefect_config
