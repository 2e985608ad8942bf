// Pieces that several formats of a lint report share: what makes texts inert, and what is said of a
// finding below its message.
//
// What it is not: a format. The escapes of one format are in its own file.
//
// To add a piece: only one that two formats need.
#pragma once

#include "lint/report.hpp"

#include <string>
#include <string_view>

namespace prefect_config {

/// A JSON document with the characters that reorder, hide or drive text (U+202E, U+009B) written as
/// `\u202e`, and `##`, by which CI systems know commands in logs (`##[error]`, `##vso[…]`), as
/// `#\u0023`: it means the same, and does nothing to the terminal, page or log that shows it raw.
std::string inert_json(std::string_view document);

/// Lines of text in which no CI system finds a command: `##[error]` becomes `# #[error]`.
std::string without_log_commands(std::string_view text);

/// Help, next command and launch, a line each, without a line end; empty where there is nothing.
/// Safe on a terminal: all line ends in it are between these lines.
std::string lint_details(const LintFinding& finding);

/// Whether a fix can be given to programs as it is: text that is no UTF-8, or looks like a secret,
/// would be altered on its way, and the altered fix would break the file.
bool can_be_written(const LintFix& fix);

/// What a fix would write, where that is one short text, and how to have it written.
std::string lint_fix_words(const LintFix& fix);

}  // namespace prefect_config
