// What Prefect shows, by cause: each rule of live connections has its row, the text stands in the
// rule's page, and a search for it finds the rule.
#include <prefect_config/probe.hpp>

#include "report/rule_search.hpp"
#include "rule_pages_of_docs.hpp"
#include "support/text.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

using namespace prefect_config;
using namespace prefect_config::testing;

namespace {

std::vector<const Rule*> rules_of_connections() {
  std::vector<const Rule*> found;
  for (const auto& rule : rules()) {
    if (starts_with(rule.code, "PC4")) found.push_back(&rule);
  }
  return found;
}

// What stands below "What Prefect itself shows".
std::string shown_of(std::string_view code) {
  const auto page = page_of_docs(code);
  const auto begin = page.find("\n## What Prefect itself shows\n");
  REQUIRE(begin != std::string::npos);
  return page.substr(begin);
}

// The pieces between what varies.
std::vector<std::string> pieces(std::string_view symptom) {
  constexpr std::string_view kAny = "\xE2\x80\xA6";
  std::vector<std::string> all;
  while (!symptom.empty()) {
    const auto end = std::min(symptom.find(kAny), symptom.size());
    if (end > 0) all.emplace_back(symptom.substr(0, end));
    symptom.remove_prefix(std::min(end + kAny.size(), symptom.size()));
  }
  return all;
}

bool stands_in_line(std::string_view line, const std::vector<std::string>& pieces) {
  for (const auto& piece : pieces) {
    const auto at = line.find(piece);
    if (at == std::string_view::npos) return false;
    line.remove_prefix(at + piece.size());
  }
  return true;
}

bool stands_in(const std::string& text, const std::vector<std::string>& pieces) {
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    if (stands_in_line(line, pieces)) return true;
  }
  return false;
}

// As a user would paste it: with hosts, ports and ids of their own.
std::string pasted(std::string_view symptom) {
  return "13:02:11.402 | ERROR | Flow run 'zzqx-zzqy' - " +
         replace_all(symptom, "\xE2\x80\xA6", "prefect.zzqx.corp:14200");
}

// Their codes, the first one first.
std::string found_first(std::string_view text, std::size_t most) {
  std::string codes;
  for (const auto& match : search_rules(pages_of_docs(), text, most))
    (codes += match.rule->code) += ' ';
  return codes;
}

// Rules whose text other rules show as well, and among how many of the first a search names them.
const std::map<std::string_view, std::size_t> kSharedTexts = {
    {"PC405", 2}, {"PC411", 2}, {"PC412", 4}, {"PC422", 3}, {"PC425", 2},
    {"PC430", 2}, {"PC432", 2}, {"PC441", 2}, {"PC445", 3}, {"PC446", 3},
    {"PC447", 4}, {"PC448", 2}, {"PC449", 2}, {"PC451", 2}, {"PC452", 3},
    {"PC470", 3}, {"PC471", 2}, {"PC472", 6}, {"PC474", 5}, {"PC476", 2}};

}  // namespace

TEST_CASE("symptoms: each stands in the page of its rule, on one line") {
  for (const auto* rule : rules_of_connections()) {
    CAPTURE(rule->code);
    const auto symptom = symptom_of(rule->id);
    CHECK(symptom.find('\n') == std::string_view::npos);
    CHECK(stands_in(shown_of(rule->code), pieces(symptom)));
  }
}

TEST_CASE("symptoms: only rules of connections have one") {
  for (const auto& rule : rules()) {
    if (!starts_with(rule.code, "PC4")) CHECK(symptom_of(rule.id).empty());
  }
}

TEST_CASE("symptoms: a search for what Prefect shows finds the rule") {
  for (const auto* rule : rules_of_connections()) {
    const auto symptom = symptom_of(rule->id);
    if (symptom.empty()) continue;
    const auto shared = kSharedTexts.find(rule->code);
    const auto found =
        found_first(pasted(symptom), shared == kSharedTexts.end() ? 1 : shared->second);
    CAPTURE(rule->code);
    CHECK(found.find(rule->code) != std::string::npos);
  }
}

TEST_CASE("symptoms: what is listed as shared is no longer found earlier") {
  for (const auto& shared : kSharedTexts) {
    CAPTURE(shared.first);
    const auto* rule = find_rule(shared.first);
    REQUIRE(rule);
    const auto found = found_first(pasted(symptom_of(rule->id)), shared.second - 1);
    CHECK(found.find(shared.first) == std::string::npos);
  }
}
