#include "rules.hpp"

#include "report/rule_search.hpp"
#include "report/rules.hpp"
#include "rule_pages.hpp"
#include "support/descriptor.hpp"
#include "support/edit_distance.hpp"
#include "support/text.hpp"

#include <unistd.h>

#include <algorithm>
#include <memory>
#include <utility>
#include <variant>

namespace prefect_config::tool {
namespace {

struct Options {
  std::string code;
  std::string search;
  bool search_given = false;
  std::string output = "text";
};

// The rules whose codes begin so, in the order of their codes.
std::vector<const Rule*> rules_beginning(std::string_view beginning) {
  std::vector<const Rule*> found;
  for (const auto& rule : rules()) {
    if (starts_with_ignoring_case(rule.code, beginning)) found.push_back(&rule);
  }
  std::sort(found.begin(), found.end(),
            [](const Rule* left, const Rule* right) { return left->code < right->code; });
  return found;
}

std::string_view page_of(const Rule& rule) {
  const auto found = std::find_if(kRulePages.begin(), kRulePages.end(),
                                  [&](const RulePage& page) { return page.code == rule.code; });
  // Every rule has one; a test compares the pages with the table.
  return found == kRulePages.end() ? std::string_view() : found->text;
}

// The codes that a wrong one is nearest to, the nearest first.
std::vector<std::string_view> nearest_codes(const std::string& code) {
  constexpr std::size_t kMost = 3;
  constexpr std::size_t kLimit = 2;
  std::vector<std::pair<std::size_t, std::string_view>> found;
  for (const auto& rule : rules()) {
    const auto distance = edit_distance(upper(code), rule.code, kLimit);
    if (distance <= kLimit) found.emplace_back(distance, rule.code);
  }
  std::sort(found.begin(), found.end());
  std::vector<std::string_view> codes;
  for (std::size_t i = 0; i < std::min(found.size(), kMost); ++i) codes.push_back(found[i].second);
  return codes;
}

Outcome unknown(const std::string& code) {
  Outcome outcome;
  outcome.status = status_usage;
  outcome.err = "prefect-config: `" + safe_text(code) + "` is no rule\n";
  const auto nearest = nearest_codes(code);
  for (const auto candidate : nearest)
    outcome.err += "  did you mean " + std::string(candidate) + "?\n";
  if (nearest.empty()) outcome.err += "next: prefect-config rules\n";
  return outcome;
}

// For `grep` a rule is one line.
std::size_t width_of_list(const Context& context) {
  return context.out_is_terminal ? line_width(context) : std::string::npos;
}

// What is looked for: the word itself, or what comes on standard input.
std::variant<std::string, Outcome> text_of_search(const std::string& word) {
  if (word != "-") return word;
  constexpr std::size_t kMost = std::size_t{1} << 20;
  std::string text;
  if (!read_whole(STDIN_FILENO, text, kMost))
    return failed_with(status_failed, "standard input cannot be read");
  if (text.size() > kMost)
    return failed_with(status_failed,
                       "what comes on standard input is longer than 1 MiB; its end may do: tail -c "
                       "1M");
  return text;
}

// Of what is looked for nothing is said again: it can hold a secret.
Outcome search(const Options& options, const Context& context) {
  if (!options.code.empty())
    return failed_with(status_usage, "CODE and --search: one of them says which rule");
  const auto text = text_of_search(options.search);
  if (const auto* problem = std::get_if<Outcome>(&text)) return *problem;
  std::vector<PageOfRule> pages;
  for (const auto& rule : rules()) pages.push_back({&rule, page_of(rule)});
  constexpr std::size_t kMost = 5;
  const auto matches = search_rules(pages, std::get<std::string>(text), kMost);
  Outcome outcome;
  if (matches.empty())
    outcome = failed_with(status_negative, "no rule's page has anything like this");
  if (options.output == "json") {
    outcome.out = rule_matches_json(matches);
  } else {
    outcome.out = rule_matches_text(matches, width_of_list(context));
  }
  return outcome;
}

Outcome run(const Options& options, const Context& context) {
  if (options.search_given) return search(options, context);
  const bool wants_json = options.output == "json";
  // `202` is PC202, and `3` what begins with PC3.
  const bool is_number = !options.code.empty() && is_digit(options.code.front());
  const auto code = is_number ? "PC" + options.code : options.code;
  if (const auto* rule = find_rule(code)) {
    const auto page = page_of(*rule);
    return {wants_json ? rule_json(*rule, page) : rule_text(page, line_width(context)), {}};
  }
  const auto listed = rules_beginning(code);
  if (listed.empty()) return unknown(options.code);
  return {wants_json ? rules_json(listed) : rules_text(listed, width_of_list(context)), {}};
}

}  // namespace

Command rules_command() {
  const auto options = std::make_shared<Options>();
  Command command;
  command.name = "rules";
  command.help = "The rules behind the findings; rules CODE explains one";
  command.values = {
      {"code",
       "[CODE]",
       "PC202; or PC3, for those that begin so",
       &options->code,
       {},
       false,
       nullptr,
       WordKind::rule},
      {"--search",
       "TEXT",
       "What Prefect printed; -: from standard input",
       &options->search,
       {},
       false,
       nullptr,
       WordKind::text,
       &options->search_given},
      {"-o,--output", "FORMAT", "text or json", &options->output, {"text", "json"}},
  };
  command.run = [options](const Context& context) { return run(*options, context); };
  return command;
}

}  // namespace prefect_config::tool
