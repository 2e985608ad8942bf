// The pages of docs/rules as the tests read them: from the files.
#pragma once

#include "report/rule_search.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

namespace prefect_config::testing {

/// The page of a rule, as it was written.
inline std::string page_of_docs(std::string_view code) {
  std::ifstream file(PREFECT_CONFIG_TEST_DATA "/../../docs/rules/" + std::string(code) + ".md",
                     std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

/// Every rule with its page.
inline const std::vector<PageOfRule>& pages_of_docs() {
  static const auto texts = [] {
    std::vector<std::string> all;
    for (const auto& rule : rules()) all.push_back(page_of_docs(rule.code));
    return all;
  }();
  static const auto pages = [] {
    std::vector<PageOfRule> all;
    for (std::size_t i = 0; i < texts.size(); ++i) all.push_back({&rules()[i], texts[i]});
    return all;
  }();
  return pages;
}

}  // namespace prefect_config::testing
