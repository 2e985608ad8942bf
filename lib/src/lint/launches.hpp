// A written launch given to the engine: the same resolution and the same checks as for this shell.
//
// What it is not: a second engine. What is added here is what only a file can show, and what the
// engine says is kept only where it is sure: of a value that cannot be read nothing is said.
#pragma once

#include <prefect_config/launch.hpp>

#include "launch/written.hpp"
#include "lint/policy.hpp"
#include "lint/texts.hpp"

#include <optional>
#include <string>
#include <vector>

namespace prefect_config {

/// Whether nothing is known of a variable's value but that it is set: a reference, a template, a
/// placeholder.
bool is_unreadable(const WrittenVariable& variable);

/// Whether a value of this setting or variable is a placeholder, or refers to one that is
/// elsewhere.
bool stands_for_another(std::string_view name, std::string_view value);

/// The launch that stands there. Of variables that cannot be read those that decide only whether
/// something is set (a key, an auth string) have a stand-in; others are left out. `release` is that
/// of Prefect where no image says which.
Launch launch_of_written(const WrittenLaunch& written, const LintTexts& texts,
                         std::optional<Version> release = {});

/// What is wrong with it, in the places where it is written. `policy` may be null.
std::vector<LintFinding> check_written(const WrittenLaunch& written, const LintTexts& texts,
                                       const LintPolicy* policy, std::optional<Version> release);

/// The host of a URL, also of one that lacks its scheme; empty where there is none.
std::string host_of(const std::string& url);

/// What the engine says, in a report's form; its place is for the caller to find.
LintFinding with_words_of(const Finding& finding);

/// A finding of a rule at a place, with the rule's own words.
LintFinding finding_at(RuleId rule, std::vector<std::string> arguments, LintPlace place);

}  // namespace prefect_config
