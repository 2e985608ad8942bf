// The pages of docs/rules, as text of the program: rule_pages.cmake makes a file of them when the
// program is built, anew whenever a page changes.
//
// What it is not: a copy to edit. To add a page, add docs/rules/CODE.md.
#pragma once

#include <span>
#include <string_view>

namespace prefect_config::tool {

struct RulePage {
  std::string_view code;  ///< `PC202`
  std::string_view text;  ///< Markdown, as it was written
};

/// In the order of their codes. Constants: nothing is made of them when the program starts.
extern const std::span<const RulePage> kRulePages;

}  // namespace prefect_config::tool
