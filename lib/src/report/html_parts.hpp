// What several pages share: what is known of a launch, snippets, findings, ladders.
//
// What it is not: the frame of a page (html.hpp), or a page.
//
// To add a part: a file html_NAME.cpp, and its function here where a second page needs it.
#pragma once

#include <prefect_config/report.hpp>

#include "report/html.hpp"
#include "report/snippet.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace prefect_config {

/// How many findings are told in full. What is more is counted, and JSON has it.
inline constexpr std::size_t kMostFindings = 1000;

/// Profile, release, working directory, and whether Prefect starts: `<div>` pairs of a
/// `<dl class="facts">`.
void add_launch_facts(Html& html, const Inspection& inspection);
/// That Prefect does not start, or that something was not read; nothing where all is well.
void add_launch_notes(Html& html, const Inspection& inspection);

/// ✖ error, ▲ warning, ● note: never by colour alone.
void add_badge(Html& html, Severity severity);
/// How many there are of each severity, as `<ul class="counts">`.
void add_counts(Html& html, std::size_t errors, std::size_t warnings, std::size_t notes);

/// A line with its number and what is meant in it marked; `where` stands above, `label` below.
void add_snippet(Html& html, const std::string& where, const ShownSnippet& snippet,
                 std::string_view label);
/// One more term below a finding: `help`, `next`. Nothing where `text` is empty.
void add_advice(Html& html, std::string_view term, std::string_view text, bool is_typed);
/// `PC202` as a link to what the end of the page says of the rule.
void add_code(Html& html, std::string_view code);
/// The rules that the page names, with what each is about and how to read on.
void add_rules(Html& html, std::vector<RuleId> used);

/// The section of findings of one launch; where there are none it says `if_none`.
void add_findings(Html& html, const Inspection& inspection,
                  std::string_view if_none = "Nothing is wrong with this launch.");

/// One setting and every value offered for it, the strongest first; `remark` stands below.
void add_ladder(Html& html, const Inspection& inspection, const Resolved& resolved,
                std::string_view remark = {});

}  // namespace prefect_config
