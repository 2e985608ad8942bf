// Changes of a file that mend what was found in it.
//
// What it is not: a writer of files (the program's lint_fix), and no guess: a change is kept only
// where the file, linted again with it, has this finding no more and nothing else instead.
//
// To add one: where the finding is made, give it `value_fix`, `name_fix` or a change of its own; a
// finding of the engine brings `Finding::instead`. And a row in tests/unit/lint/test_fixes.cpp.
#pragma once

#include "launch/written.hpp"
#include "lint/file.hpp"
#include "lint/report.hpp"
#include "lint/texts.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace prefect_config {

/// Gives a variable of the linted file another value, spelled as the old one is: in its quotes, in
/// base64. Nothing where the old one does not stand there as it is.
std::optional<LintFix> value_fix(const LintTexts& texts, const WrittenVariable& variable,
                                 std::string_view value, bool is_safe);

/// Writes another text for one that stands once in a stretch of the linted file.
std::optional<LintFix> piece_fix(const LintTexts& texts, ByteSpan at, std::string_view piece,
                                 std::string_view instead, bool is_safe);

/// Gives it another name.
std::optional<LintFix> name_fix(const LintTexts& texts, const WrittenVariable& variable,
                                std::string_view name, bool is_safe);

/// What a value is without that which its rule is about: the quotes around it (PC220), the blanks
/// (PC221), the scheme (PC224).
std::optional<LintFix> form_fix(const LintTexts& texts, RuleId rule,
                                const WrittenVariable& variable);

/// Gives a finding its fix, where there is one.
void give(LintFinding& finding, std::optional<LintFix> fix);

/// What a finding of the engine proposes, where it is about this variable.
std::optional<LintFix> engine_fix(const LintTexts& texts, const Finding& finding,
                                  const WrittenVariable& variable);

/// The same, for a file whose places the engine itself gave.
std::optional<LintFix> engine_fix(const LintTexts& texts, const Finding& finding);

/// Takes away the fixes that do not do what they should.
void keep_proven_fixes(const LintInput& input, LintFileResult& result);

/// Whether a finding can be mended; by an unsafe fix only where these are wanted.
bool has_fix(const LintFinding& finding, bool with_unsafe);

/// How many fixes there are; of the unsafe ones only where they are wanted.
std::size_t count_fixes(const LintReport& report, bool with_unsafe);

/// A text with the fixes of its findings made, and how many: of two that touch the same stretch the
/// first is made.
struct FixedText {
  std::string text;
  std::vector<LintEdit> edits;  ///< of the old text, in its order
  std::size_t fixed = 0;
};
FixedText fixed_text(std::string_view text, const std::vector<LintFinding>& findings,
                     bool with_unsafe);

}  // namespace prefect_config
