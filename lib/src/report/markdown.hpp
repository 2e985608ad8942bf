// Markdown as text for a terminal: what a rule's page is when no browser is at hand.
//
// What it is not: a parser of all of Markdown. It knows what docs/rules is written in: headings,
// paragraphs, lists, tables, fenced code, links, emphasis, code in backticks. HTML, quotes and
// headings by underlining are text to it.
//
// To add a kind of block: a function of `Renderer` in markdown.cpp, its line in `run` and in
// `begins_block`, an example in tests/unit/report/test_markdown.cpp.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace prefect_config {

/// Headings at the margin, what is below them indented; paragraphs, list items and the last column
/// of a table broken at `width` columns; code as it stands, however wide. Backticks stay. A link is
/// its text, and in parentheses where it leads unless the text says so: relative ones are taken to
/// start in `folder` (`docs/rules`). Whatever the text is, it is no error.
std::string markdown_text(std::string_view markdown, std::string_view folder, std::size_t width);

}  // namespace prefect_config
