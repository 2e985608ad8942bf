#include "rules.hpp"

#include "report/rules.hpp"
#include "rule_pages.hpp"
#include "support/edit_distance.hpp"
#include "support/text.hpp"

#include <algorithm>
#include <memory>
#include <utility>

namespace prefect_config::tool {
namespace {

struct Options {
  std::string code;
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

Outcome run(const Options& options, const Context& context) {
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
  // For `grep` a rule is one line.
  const auto width = context.out_is_terminal ? line_width(context) : std::string::npos;
  return {wants_json ? rules_json(listed) : rules_text(listed, width), {}};
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
      {"-o,--output", "FORMAT", "text or json", &options->output, {"text", "json"}},
  };
  command.run = [options](const Context& context) { return run(*options, context); };
  return command;
}

}  // namespace prefect_config::tool
