#include "lint/fixes.hpp"

#include "support/base64.hpp"
#include "support/text.hpp"

#include <algorithm>
#include <map>
#include <span>
#include <tuple>
#include <utility>
#include <vector>

namespace prefect_config {
namespace {

// More than anybody reads.
constexpr std::size_t kMostFixes = 1000;

LintFix fix_of(const LintTexts& texts, ByteSpan at, std::string text, bool is_safe) {
  return {is_safe, {{texts.path(), at.begin, at.end, std::move(text)}}};
}

// A character that a text in the place of another one would have to be quoted for, somewhere.
bool is_plain(std::string_view value) {
  return value.find_first_of("\n\r\t\"'\\`") == std::string_view::npos && !ends_with(value, ":") &&
         value.find(" #") == std::string_view::npos && value.find(": ") == std::string_view::npos;
}

// Of a TOML key without quotes.
bool is_bare(char c) { return is_letter_or_digit(c) || c == '_' || c == '-' || c == '.'; }

bool is_about_secrets(RuleId rule) {
  return rule == RuleId::key_in_clear || rule == RuleId::auth_string_in_clear ||
         rule == RuleId::database_password_in_clear || rule == RuleId::header_in_clear ||
         rule == RuleId::secret_in_image;
}

bool do_touch(const LintEdit& a, const LintEdit& b) {
  return (a.begin < b.end && b.begin < a.end) || a.begin == b.begin;
}

using Known = std::map<std::tuple<RuleId, std::string, std::string>, std::size_t>;

auto identity(const LintFinding& finding) {
  return std::tuple(finding.rule, finding.message, finding.launch);
}

Known known(const std::vector<LintFinding>& findings) {
  Known count;
  for (const auto& finding : findings) ++count[identity(finding)];
  return count;
}

// Whether the file is as it was but for these findings. A name that is right now may show that its
// value is a secret.
bool is_proven(const LintInput& input, const LintFileResult& before,
               const std::vector<const LintFinding*>& mended) {
  std::vector<LintFinding> chosen;
  chosen.reserve(mended.size());
  for (const auto* finding : mended) chosen.push_back(*finding);
  const auto fixed = fixed_text(input.text, chosen, true);
  if (fixed.fixed != mended.size()) return false;
  auto again = input;
  again.text = fixed.text;
  again.takes_fixes = false;
  const auto after = lint_file(again);
  if (after.launches != before.launches || after.variables != before.variables ||
      after.names != before.names || after.notes.size() > before.notes.size())
    return false;
  auto allowed = known(before.findings);
  for (const auto* finding : mended) --allowed[identity(*finding)];
  const auto left = known(after.findings);
  return std::all_of(left.begin(), left.end(), [&allowed](const auto& entry) {
    const auto found = allowed.find(entry.first);
    return is_about_secrets(std::get<0>(entry.first)) ||
           (found != allowed.end() && entry.second <= found->second);
  });
}

// Adds those that are right beside the ones that are proven: all at once, or else each half by
// itself. Two that make the same key of two others are not.
class Prover {
 public:
  Prover(const LintInput& input, const LintFileResult& result) : input_(input), result_(result) {}

  void add(std::span<LintFinding* const> more) {
    if (more.empty()) return;
    const auto before = proven_.size();
    proven_.insert(proven_.end(), more.begin(), more.end());
    if (left_ > 0) {
      --left_;
      if (is_proven(input_, result_, proven_)) return;
    }
    proven_.resize(before);
    if (more.size() == 1 || left_ == 0) {
      for (auto* finding : more) finding->fixes.clear();
      return;
    }
    add(more.subspan(0, more.size() / 2));
    add(more.subspan(more.size() / 2));
  }

 private:
  // A file is linted again for each.
  static constexpr std::size_t kMostProofs = 64;

  const LintInput& input_;
  const LintFileResult& result_;
  std::vector<const LintFinding*> proven_;
  std::size_t left_ = kMostProofs;
};

}  // namespace

std::optional<LintFix> piece_fix(const LintTexts& texts, ByteSpan at, std::string_view piece,
                                 std::string_view instead, bool is_safe) {
  const auto raw = at.of(texts.text());
  const auto found = raw.find(piece);
  if (piece.empty() || found == std::string_view::npos ||
      raw.find(piece, found + 1) != std::string_view::npos)
    return std::nullopt;
  const auto begin = at.begin + found;
  const auto end = begin + piece.size();
  // What stays is not written again: a secret without its quotes is two quotes taken away.
  const auto kept = piece.find(instead);
  if (!instead.empty() && kept != std::string_view::npos) {
    LintFix fix{is_safe, {}};
    const auto add = [&](std::size_t from, std::size_t to) {
      if (from < to) fix.edits.push_back({texts.path(), from, to, {}});
    };
    add(begin, begin + kept);
    add(begin + kept + instead.size(), end);
    return fix;
  }
  return fix_of(texts, {begin, end}, std::string(instead), is_safe);
}

std::optional<LintFix> value_fix(const LintTexts& texts, const WrittenVariable& variable,
                                 std::string_view value, bool is_safe) {
  if (variable.file != texts.path() || variable.value_at.is_empty() || !is_plain(value))
    return std::nullopt;
  if (variable.form == WrittenForm::secret_data) {
    auto fix = piece_fix(texts, variable.value_at, base64(variable.value), base64(value), is_safe);
    if (fix) fix->holds_secret = true;
    return fix;
  }
  return piece_fix(texts, variable.value_at, variable.value, value, is_safe);
}

std::optional<LintFix> name_fix(const LintTexts& texts, const WrittenVariable& variable,
                                std::string_view name, bool is_safe) {
  if (variable.file != texts.path() || variable.name_at.of(texts.text()) != variable.name)
    return std::nullopt;
  return fix_of(texts, variable.name_at, std::string(name), is_safe);
}

std::optional<LintFix> form_fix(const LintTexts& texts, RuleId rule,
                                const WrittenVariable& variable) {
  const std::string_view value = variable.value;
  switch (rule) {
  case RuleId::value_quoted:
    if (value.size() < 2) return std::nullopt;
    return value_fix(texts, variable, value.substr(1, value.size() - 2), true);
  case RuleId::value_has_blanks: {
    const auto begin = value.find_first_not_of(" \t\r\n");
    if (begin == std::string_view::npos) return std::nullopt;
    return value_fix(texts, variable,
                     value.substr(begin, value.find_last_not_of(" \t\r\n") + 1 - begin), true);
  }
  case RuleId::credential_form: {
    constexpr std::string_view kScheme = "bearer ";
    if (!starts_with_ignoring_case(value, kScheme)) return std::nullopt;
    return value_fix(texts, variable, value.substr(kScheme.size()), true);
  }
  default:
    return std::nullopt;
  }
}

std::optional<LintFix> engine_fix(const LintTexts& texts, const Finding& finding,
                                  const WrittenVariable& variable) {
  if (finding.instead) {
    return finding.instead->of == Replacement::Of::key
               ? name_fix(texts, variable, finding.instead->text, finding.instead->is_safe)
               : value_fix(texts, variable, finding.instead->text, finding.instead->is_safe);
  }
  // Of a secret the engine proposes no text.
  return form_fix(texts, finding.rule, variable);
}

void give(LintFinding& finding, std::optional<LintFix> fix) {
  if (fix) finding.fixes.push_back(std::move(*fix));
}

std::optional<LintFix> engine_fix(const LintTexts& texts, const Finding& finding) {
  if (!finding.instead || !finding.place) return std::nullopt;
  const auto& instead = *finding.instead;
  const bool is_key = instead.of == Replacement::Of::key;
  const auto& span = is_key ? finding.place->span : finding.place->value;
  if (!span.exists() || !is_plain(instead.text)) return std::nullopt;
  auto at = texts.bytes(span);
  auto old = at.of(texts.text());
  if (is_key) {
    // Quoted, a path would be one key.
    if (!std::all_of(old.begin(), old.end(), is_bare)) return std::nullopt;
  } else {
    const bool is_quoted =
        old.size() > 1 && (old.front() == '"' || old.front() == '\'') && old.back() == old.front();
    if (!is_quoted) return std::nullopt;
    ++at.begin;
    --at.end;
  }
  return fix_of(texts, at, instead.text, instead.is_safe);
}

void keep_proven_fixes(const LintInput& input, LintFileResult& result) {
  // Safe ones first: they are made without the others, and have to be right so.
  Prover prover(input, result);
  for (const bool is_safe : {true, false}) {
    std::vector<LintFinding*> more;
    for (auto& finding : result.findings) {
      if (!finding.fixes.empty() && finding.fixes.front().is_safe == is_safe)
        more.push_back(&finding);
    }
    if (more.size() > kMostFixes) {
      for (auto at = more.begin() + kMostFixes; at != more.end(); ++at) (*at)->fixes.clear();
      more.resize(kMostFixes);
    }
    prover.add(more);
  }
}

bool has_fix(const LintFinding& finding, bool with_unsafe) {
  return std::any_of(finding.fixes.begin(), finding.fixes.end(),
                     [with_unsafe](const LintFix& fix) { return fix.is_wanted(with_unsafe); });
}

std::size_t count_fixes(const LintReport& report, bool with_unsafe) {
  return static_cast<std::size_t>(std::count_if(
      report.findings.begin(), report.findings.end(),
      [with_unsafe](const LintFinding& finding) { return has_fix(finding, with_unsafe); }));
}

FixedText fixed_text(std::string_view text, const std::vector<LintFinding>& findings,
                     bool with_unsafe) {
  FixedText result;
  std::vector<const LintEdit*> all;
  for (const auto& finding : findings) {
    const auto& fixes = finding.fixes;
    const auto fix = std::find_if(fixes.begin(), fixes.end(), [with_unsafe](const LintFix& one) {
      return one.is_wanted(with_unsafe);
    });
    if (fix == fixes.end()) continue;
    const bool is_free =
        std::none_of(fix->edits.begin(), fix->edits.end(), [&](const LintEdit& edit) {
          return edit.end > text.size() ||
                 std::any_of(all.begin(), all.end(),
                             [&edit](const LintEdit* other) { return do_touch(edit, *other); });
        });
    if (!is_free) continue;
    for (const auto& edit : fix->edits) all.push_back(&edit);
    ++result.fixed;
  }
  std::sort(all.begin(), all.end(),
            [](const LintEdit* a, const LintEdit* b) { return a->begin < b->begin; });
  std::size_t at = 0;
  for (const auto* edit : all) {
    result.text += text.substr(at, edit->begin - at);
    result.text += edit->text;
    at = edit->end;
    result.edits.push_back(*edit);
  }
  result.text += text.substr(at);
  return result;
}

}  // namespace prefect_config
