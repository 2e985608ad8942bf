// A file's text with the fixes of its findings made.
//
// What it is not: a writer of files. Whoever writes gives the text that is there now: it is linted
// anew, so that nothing is changed by what an older text said.
#pragma once

#include "lint/fixes.hpp"
#include "lint/run.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace prefect_config {

/// What would be written. `path` as it is in a report; `text` is the whole file, with its byte
/// order mark.
FixedText mended_text(const LintOptions& options, const std::string& path, std::string_view text,
                      bool with_unsafe);

struct MendedFile {
  FixedText fixed;
  /// Lines as they may be shown, secrets masked.
  std::vector<std::string> old_lines;
  std::vector<std::string> new_lines;
};

/// The same, for eyes.
MendedFile mend(const LintOptions& options, const std::string& path, std::string_view text,
                bool with_unsafe);

/// The files of a report that fixes would change, each once.
std::vector<std::string> files_with_fixes(const LintReport& report, bool with_unsafe);

}  // namespace prefect_config
