#include "lint/ignores.hpp"

#include "lint/launches.hpp"
#include "support/text.hpp"

#include <algorithm>
#include <map>
#include <string>
#include <string_view>

namespace prefect_config {
namespace {

constexpr std::string_view kWords = "prefect-config: ignore[";

struct Ignore {
  std::size_t begin = 0;  ///< of the words, in the text
  std::string code;
  bool is_used = false;
};

// `PC302, PC303` in brackets: one for each code.
void add_codes(std::string_view text, std::size_t at, std::vector<Ignore>& ignores) {
  const auto begin = at + kWords.size();
  const auto close = text.find_first_of("]\n", begin);
  if (close == std::string_view::npos || text[close] != ']') return;
  for (auto code_at = begin; code_at < close;) {
    const auto end = std::min(text.find(',', code_at), close);
    const auto first = text.find_first_not_of(" \t", code_at);
    auto code = std::string(text.substr(first, end - std::min(first, end)));
    while (!code.empty() && code.back() == ' ') code.pop_back();
    if (!code.empty()) ignores.push_back({at, std::move(code)});
    code_at = end + 1;
  }
}

}  // namespace

std::size_t apply_ignores(const LintTexts& texts, std::vector<LintFinding>& findings) {
  const auto text = texts.text();
  std::map<std::uint32_t, std::vector<Ignore>> by_line;
  for (auto at = text.find(kWords); at != std::string_view::npos; at = text.find(kWords, at + 1)) {
    const auto line = texts.span(texts.path(), {at, at}).line;
    add_codes(text, at, by_line[line]);
  }
  if (by_line.empty()) return 0;
  const auto is_ignored = [&](const LintFinding& finding) {
    if (finding.place.file != texts.path()) return false;
    bool ignored = false;
    const auto line = finding.place.span.line;
    for (const auto near : {line, line == 0 ? line : line - 1}) {
      const auto found = by_line.find(near);
      if (found == by_line.end()) continue;
      for (auto& ignore : found->second) {
        if (!equal_ignoring_case(ignore.code, finding.code())) continue;
        ignore.is_used = true;
        ignored = true;
      }
    }
    return ignored;
  };
  const auto before = findings.size();
  std::erase_if(findings, is_ignored);
  const auto suppressed = before - findings.size();
  for (const auto& [line, ignores] : by_line) {
    for (const auto& ignore : ignores) {
      if (ignore.is_used) continue;
      findings.push_back(finding_at(
          RuleId::ignore_unused, {ignore.code},
          texts.place(texts.path(), ByteSpan{ignore.begin, ignore.begin + kWords.size() - 1}, {})));
    }
  }
  return suppressed;
}

}  // namespace prefect_config
