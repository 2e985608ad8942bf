// The table of rules and one rule's page, as text and as JSON: `rules` and `rules CODE`.
//
// What it is not: a finding. Nothing here comes from a launch, so nothing is masked: an example of
// a key in a page is to be read as it stands.
//
// To add a member: rules.cpp, docs/schema/rules.v1.schema.json or rule.v1.schema.json.
#pragma once

#include <prefect_config/finding.hpp>

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace prefect_config {

/// A line a rule: code, severity, title; titles broken at `width` columns.
std::string rules_text(const std::vector<const Rule*>& rules, std::size_t width);
std::string rules_json(const std::vector<const Rule*>& rules);

/// The page of a rule, which begins with its code, title and severity, at `width` columns.
std::string rule_text(std::string_view page, std::size_t width);
/// The row of the table, and the page as it was written.
std::string rule_json(const Rule& rule, std::string_view page);

}  // namespace prefect_config
