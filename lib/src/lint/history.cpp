// The secrets of a repository's past: whoever has a clone has them, also where a later commit took
// them away.
#include <prefect_config/report.hpp>

#include "adapters/git.hpp"
#include "lint/file.hpp"
#include "lint/run.hpp"
#include "lint/source.hpp"
#include "support/digest.hpp"
#include "support/line_index.hpp"
#include "support/text.hpp"

#include <algorithm>
#include <iterator>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace prefect_config {
namespace {

// A larger text is nobody's configuration.
constexpr std::size_t kLargest = std::size_t{4} << 20;

constexpr bool is_quote(char c) { return c == '"' || c == '\''; }

bool is_about_a_secret(const LintFinding& finding) {
  return starts_with(finding.code(), "PC30") && finding.rule != RuleId::image_env_not_substituted;
}

// One secret, by its digest: in how many texts it stands, and the finding of each.
struct Past {
  std::vector<std::pair<std::string, LintFinding>> by_blob;
};

class HistoryLinter {
 public:
  HistoryLinter(std::string folder, const LintOptions& options, LintRun& run)
      : folder_(std::move(folder)), options_(options), run_(run) {}

  const std::string& root() const { return root_; }

  void lint() {
    const auto blobs = git_blobs(folder_);
    if (!blobs)
      return fail(
          "git does not read it: no repository, one of another owner (safe.directory), or there is "
          "no git");
    root_ = git_root(folder_);
    if (git_is_shallow(folder_))
      run_.warnings.push_back(safe_text(folder_) +
                              ": older commits are not here (a shallow clone): git fetch "
                              "--unshallow, or fetch-depth: 0 in actions/checkout");
    if (blobs->missing > 0)
      run_.warnings.push_back(safe_text(folder_) + ": " + std::to_string(blobs->missing) +
                              " texts are not here (a partial clone)");
    std::size_t done = 0;
    const bool is_read = git_read_blobs(folder_, blobs->blobs, kLargest,
                                        [&](const GitBlob& blob, std::string_view text) {
                                          lint_blob(blob, text);
                                          if (options_.progress && ++done % 100 == 0)
                                            options_.progress(done, blobs->blobs.size());
                                        });
    if (!is_read) return fail("git does not give its texts");
    report();
  }

 private:
  void fail(std::string_view why) {
    run_.problems.push_back({safe_text(folder_) + ": " + std::string(why)});
  }

  void lint_blob(const GitBlob& blob, std::string_view text) {
    ++run_.report.summary.files;
    if (options_.policy.skips(root_ + '/' + blob.path)) return;
    std::string converted;
    text = as_utf8(text, converted);
    if (is_binary(text)) return;
    if (!ends_with(blob.path, "prefect.toml") && !can_matter(text)) return;
    LintInput input;
    input.path = blob.path;
    input.text = text;
    auto result = lint_file(input);
    run_.report.summary.suppressed += result.suppressed;
    const LineIndex lines(text);
    for (auto& finding : result.findings) {
      if (!is_about_a_secret(finding) || !is_chosen(options_, finding.code())) continue;
      const auto& span = finding.place.span;
      const auto begin = lines.byte_at(span.line, span.column);
      const auto end = std::max(begin, lines.byte_at(span.end_line, span.end_column));
      auto secret = text.substr(begin, end - begin);
      while (!secret.empty() && is_quote(secret.front())) secret.remove_prefix(1);
      while (!secret.empty() && is_quote(secret.back())) secret.remove_suffix(1);
      auto& past = secrets_[digest(std::string(finding.code()) + '\0' + std::string(secret))];
      past.by_blob.emplace_back(blob.id, std::move(finding));
    }
  }

  void report() {
    std::vector<std::string> ids;
    for (const auto& [name, past] : secrets_) {
      for (const auto& [id, finding] : past.by_blob) ids.push_back(id);
    }
    if (ids.empty()) return;
    auto origins = git_origins(folder_, ids);
    if (!origins) {
      run_.warnings.push_back(safe_text(folder_) + ": git does not tell its commits");
      origins.emplace();
    }
    const auto current = git_current_blobs(folder_);
    for (auto& [name, past] : secrets_) {
      const bool is_there =
          std::any_of(past.by_blob.begin(), past.by_blob.end(), [&current](const auto& entry) {
            return std::binary_search(current.begin(), current.end(), entry.first);
          });
      run_.report.findings.push_back(oldest(past, *origins, is_there));
    }
  }

  // The finding in the text that came first.
  static LintFinding oldest(Past& past, const std::map<std::string, GitOrigin>& origins,
                            bool is_there) {
    const auto origin_of = [&origins](const std::string& id) {
      const auto found = origins.find(id);
      return found == origins.end() ? nullptr : &found->second;
    };
    auto first = past.by_blob.begin();
    for (auto entry = first; entry != past.by_blob.end(); ++entry) {
      const auto* a = origin_of(entry->first);
      const auto* b = origin_of(first->first);
      if (a && (!b || a->age > b->age)) first = entry;
    }
    auto finding = std::move(first->second);
    // One that is an example somewhere is none where it is not.
    for (const auto& [id, other] : past.by_blob) {
      if (&other != &first->second) finding.severity = std::min(finding.severity, other.severity);
    }
    constexpr std::size_t kShort = 12;
    std::string when = "with a merge";
    if (const auto* origin = origin_of(first->first)) {
      finding.place.file = origin->path;
      when = "with commit " + origin->commit.substr(0, kShort) + " of " + origin->date;
    }
    // Beside the message: what changes with the next commit is no part of a fingerprint.
    finding.related.clear();
    finding.related.push_back(
        {finding.place.file,
         {},
         "came " + when +
             (is_there ? ", and is still there" : ", and went: the commit has it all the same"),
         {}});
    finding.fixes.clear();
    return finding;
  }

  std::string folder_;
  const LintOptions& options_;
  LintRun& run_;
  std::string root_;  // of the repository, absolute
  std::map<std::string, Past> secrets_;
};

}  // namespace

LintRun lint_history(const LintOptions& options) {
  LintRun run;
  auto& findings = run.report.findings;
  for (const auto& path : options.paths) {
    const auto before = findings.size();
    HistoryLinter linter(shown_path(path), options, run);
    linter.lint();
    // Each repository's paths are told from its own folder.
    std::vector<LintFinding> own(
        std::make_move_iterator(findings.begin() + static_cast<std::ptrdiff_t>(before)),
        std::make_move_iterator(findings.end()));
    findings.resize(before);
    run.report.summary.suppressed += settle(own, options, linter.root());
    std::move(own.begin(), own.end(), std::back_inserter(findings));
  }
  count_findings(run.report);
  return run;
}

}  // namespace prefect_config
