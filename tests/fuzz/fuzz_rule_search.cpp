// A search of the rules for any bytes: no crash, at most as many as asked for, the likest first,
// and lines that are the pages' own.

#include "report/rule_search.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>
#include <vector>

namespace {

using namespace prefect_config;

constexpr std::string_view kPage =
    "# PC101: x\n\n## What it means\n\nalpha `beta` http://host/path 401\n\n"
    "## What Prefect itself shows\n\n```text\ngamma delta 1008 at wss://…/api/events/in\n```\n";

void require(bool holds) {
  if (!holds) std::abort();
}

bool is_of(std::string_view line, std::string_view text) {
  return line.data() >= text.data() && line.data() + line.size() <= text.data() + text.size();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  constexpr std::size_t kMost = 2;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  // The text is a page as well: pages are files, and a search survives any.
  const std::vector<PageOfRule> pages = {
      {&rules()[0], kPage}, {&rules()[1], ""}, {&rules()[2], text}, {&rules()[3], kPage}};
  const auto found = search_rules(pages, text, kMost);
  require(found.size() <= kMost);
  for (std::size_t i = 1; i < found.size(); ++i) require(found[i - 1].score >= found[i].score);
  for (const auto& match : found)
    require(is_of(match.line, kPage) || is_of(match.line, text) || match.line == match.rule->title);
  require(rule_matches_text(found, 40).empty() == found.empty());
  return 0;
}
