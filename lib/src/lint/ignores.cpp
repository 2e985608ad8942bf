#include "lint/ignores.hpp"

#include "lint/fixes.hpp"
#include "lint/launches.hpp"
#include "support/text.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace prefect_config {
namespace {

// `prefect-config: ignore[`, in any case and with blanks or without; both words' lengths vary, the
// bracket's place does not.
constexpr std::string_view kName = "refect-config:";

/// Where the words begin, and where the bracket ends.
std::optional<ByteSpan> words_at(std::string_view text, std::size_t name) {
  if (name == 0 || ascii_lower(text[name - 1]) != 'p') return std::nullopt;
  const auto skip_blanks = [text](std::size_t at) {
    while (at < text.size() && (text[at] == ' ' || text[at] == '\t')) ++at;
    return at;
  };
  constexpr std::string_view kVerb = "ignore";
  const auto verb = skip_blanks(name + kName.size());
  if (!starts_with_ignoring_case(text.substr(verb), kVerb)) return std::nullopt;
  const auto bracket = skip_blanks(verb + kVerb.size());
  if (bracket >= text.size() || text[bracket] != '[') return std::nullopt;
  return ByteSpan{name - 1, bracket + 1};
}

struct Ignore {
  ByteSpan words;
  ByteSpan code_at;
  std::string code;
  bool is_used = false;
};

// `PC302, PC303` in brackets: one for each code.
void add_codes(std::string_view text, ByteSpan words, std::vector<Ignore>& ignores) {
  const auto begin = words.end;
  const auto close = text.find_first_of("]\n", begin);
  if (close == std::string_view::npos || text[close] != ']') return;
  for (auto code_at = begin; code_at < close;) {
    const auto end = std::min(text.find(',', code_at), close);
    const auto first = text.find_first_not_of(" \t", code_at);
    auto code = std::string(text.substr(first, end - std::min(first, end)));
    while (!code.empty() && code.back() == ' ') code.pop_back();
    if (!code.empty()) {
      const auto length = code.size();
      ignores.push_back({words, {first, first + length}, std::move(code)});
    }
    code_at = end + 1;
  }
}

// The comment taken away, or the code where it names others too.
std::optional<LintFix> without(const LintTexts& texts, const Ignore& ignore) {
  const auto text = texts.text();
  const auto edit = [&](std::size_t begin, std::size_t end) {
    // A line of a text in another language can look like one.
    return LintFix{false, {{texts.path(), begin, end, {}}}};
  };
  const auto list = ByteSpan{ignore.words.end, text.find(']', ignore.words.end)};
  if (list.of(text).find(',') != std::string_view::npos) {
    // With the comma behind it, or before the last one.
    auto end = text.find_first_not_of(" \t", ignore.code_at.end);
    if (text[end] == ',') return edit(ignore.code_at.begin, text.find_first_not_of(" \t", end + 1));
    return edit(text.rfind(',', ignore.code_at.begin), ignore.code_at.end);
  }
  const auto line_begin = text.rfind('\n', ignore.words.begin) + 1;
  const auto line_end = std::min(text.find('\n', ignore.words.begin), text.size());
  const auto before = text.substr(line_begin, ignore.words.begin - line_begin);
  const auto behind = text.substr(list.end + 1, line_end - list.end - 1);
  // A comment that ends on its line has a sign of its own there.
  for (const std::string_view sign : {"#", "//", ";", "--"}) {
    const auto at = before.rfind(sign);
    if (at == std::string_view::npos ||
        before.find_first_not_of(" \t", at + sign.size()) != std::string_view::npos ||
        behind.find("*/") != std::string_view::npos || behind.find("-->") != std::string_view::npos)
      continue;
    const auto kept = before.substr(0, at).find_last_not_of(" \t");
    if (kept == std::string_view::npos)
      return edit(line_begin, std::min(line_end + 1, text.size()));
    // Behind code: only a comment of its own, with nothing that another reader is told.
    if (kept + 1 == at || before.find_first_of("\"'`") != std::string_view::npos ||
        behind.find_first_of("\"'`#/;|") != std::string_view::npos)
      return std::nullopt;
    return edit(line_begin + kept + 1, line_end - (text[line_end - 1] == '\r' ? 1 : 0));
  }
  return std::nullopt;
}

// The line above the one that a line goes on from by `\`.
std::uint32_t line_before_statement(const LintTexts& texts, std::uint32_t line) {
  constexpr std::uint32_t kLongest = 200;
  const auto last = line > kLongest ? line - kLongest : 1;
  while (line > last && ends_with(texts.line(texts.path(), line - 1), "\\")) --line;
  return line == 0 ? 0 : line - 1;
}

// Whether a finding that is not there would be there by now: not in a text between quotes, not of
// hosts without a policy, and not of what several files say together.
bool can_tell(const LintTexts& texts, const Ignore& ignore, const LintPolicy* policy) {
  const auto text = texts.text();
  const auto line_begin = text.rfind('\n', ignore.words.begin) + 1;
  const auto before = text.substr(line_begin, ignore.words.begin - line_begin);
  for (const char quote : {'"', '\'', '`'}) {
    if (std::count(before.begin(), before.end(), quote) % 2 != 0) return false;
  }
  if (const auto* rule = find_rule(ignore.code)) {
    if (rule->id == RuleId::auth_strings_disagree) return false;
    if (rule->id == RuleId::host_not_allowed && (!policy || policy->allowed_hosts.empty()))
      return false;
  }
  return true;
}

}  // namespace

std::size_t apply_ignores(const LintTexts& texts, const LintPolicy* policy,
                          std::vector<LintFinding>& findings, std::vector<LintFact>& facts) {
  const auto text = texts.text();
  std::map<std::uint32_t, std::vector<Ignore>> by_line;
  for (auto at = text.find(kName); at != std::string_view::npos; at = text.find(kName, at + 1)) {
    const auto words = words_at(text, at);
    if (words) add_codes(text, *words, by_line[texts.span(texts.path(), {at, at}).line]);
  }
  if (by_line.empty()) return 0;
  const auto is_ignored_at = [&](const LintPlace& place, std::string_view code) {
    if (place.file != texts.path()) return false;
    bool ignored = false;
    const auto line = place.span.line;
    for (const auto near :
         {line, line == 0 ? line : line - 1, line_before_statement(texts, line)}) {
      const auto found = by_line.find(near);
      if (found == by_line.end()) continue;
      for (auto& ignore : found->second) {
        if (!starts_with_ignoring_case(code, ignore.code)) continue;
        ignore.is_used = true;
        ignored = true;
      }
    }
    return ignored;
  };
  const auto before = findings.size();
  std::erase_if(findings, [&](const LintFinding& finding) {
    return is_ignored_at(finding.place, finding.code());
  });
  const auto across = rule(RuleId::auth_strings_disagree).code;
  std::erase_if(facts, [&](const LintFact& fact) {
    return !fact.is_server && is_ignored_at(fact.place, across);
  });
  const auto suppressed = before - findings.size();
  for (const auto& [line, ignores] : by_line) {
    for (const auto& ignore : ignores) {
      if (ignore.is_used || !can_tell(texts, ignore, policy)) continue;
      findings.push_back(finding_at(
          RuleId::ignore_unused, {ignore.code},
          texts.place(texts.path(), ByteSpan{ignore.words.begin, ignore.words.end - 1}, {})));
      give(findings.back(), without(texts, ignore));
    }
  }
  return suppressed;
}

}  // namespace prefect_config
