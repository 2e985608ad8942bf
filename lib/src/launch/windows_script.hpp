// Scripts of Windows: batch files and PowerShell.
//
// What it is not: a reading of all they can do. Assignments and the commands of Prefect's own
// command line, a line each.
//
// To add a statement: a branch in `read_batch_line` or `read_powershell_line`.
#pragma once

#include "launch/placed_text.hpp"
#include "launch/shell_script.hpp"
#include "launch/written.hpp"

#include <cstddef>
#include <string_view>

namespace prefect_config {

/// `set NAME="v"` (the quotes stay in the value), `set "NAME=v"`, `setx NAME v`; `%NAME%` is not
/// known.
ShellFound read_batch_text(const WrittenFile& file, const PlacedText& text, WrittenLaunches& out);
/// `$env:NAME = "v"`.
ShellFound read_powershell_text(const WrittenFile& file, const PlacedText& text,
                                WrittenLaunches& out);

/// A whole script, as one launch `shell script`; none where it says nothing of Prefect.
void read_batch(const WrittenFile& file, std::string_view text, std::size_t offset_in_file,
                WrittenLaunches& out);
void read_powershell(const WrittenFile& file, std::string_view text, std::size_t offset_in_file,
                     WrittenLaunches& out);

}  // namespace prefect_config
