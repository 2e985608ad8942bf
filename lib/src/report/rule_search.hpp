// Finds the rule that a text is about: what somebody pastes from a traceback or a worker's output.
//
// What it is not: a search for an exact text. What varies (hosts, ids, releases) stands in no page
// and costs nothing. Nothing of the text is in what comes out: it can hold a secret.
//
// To add a part of a page that counts more or less: a row of `kSections` in rule_search.cpp.
#pragma once

#include <prefect_config/finding.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace prefect_config {

/// A rule, and its page as it was written.
struct PageOfRule {
  const Rule* rule;
  std::string_view page;
};

/// A rule that a text may be about.
struct RuleMatch {
  const Rule* rule;
  std::uint32_t score;    ///< the more, the liker; to be compared within one answer only
  std::string_view line;  ///< of the page, or the rule's title: what matched most
};

/// The likest first, at most `most`; none where nothing is alike. Takes time linear in the text.
std::vector<RuleMatch> search_rules(const std::vector<PageOfRule>& pages, std::string_view text,
                                    std::size_t most);

/// A line a rule, as `rules_text`, and below the first its line that matched.
std::string rule_matches_text(const std::vector<RuleMatch>& matches, std::size_t width);
std::string rule_matches_json(const std::vector<RuleMatch>& matches);

}  // namespace prefect_config
