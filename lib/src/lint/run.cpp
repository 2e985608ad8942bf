#include "lint/run.hpp"

#include <prefect_config/report.hpp>

#include "adapters/git.hpp"
#include "lint/across.hpp"
#include "lint/credentials.hpp"
#include "lint/file.hpp"
#include "lint/repeated.hpp"
#include "lint/source.hpp"
#include "lint/walk.hpp"
#include "support/digest.hpp"
#include "support/text.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <iterator>
#include <map>
#include <system_error>
#include <thread>
#include <tuple>
#include <utility>

namespace prefect_config {
namespace {

// What files added up to, of one thread.
struct Part {
  std::vector<LintFinding> findings;
  std::vector<LintFact> facts;
  std::vector<LintCredential> credentials;
  std::vector<std::string> notes;
  LintSummary summary;
};

class Linter {
 public:
  Linter(Part& part, const LintOptions& options) : part_(part), options_(options) {}

  void lint_path(const std::string& path) {
    const auto outcome =
        source_.read(path, [&](const LintPiece& piece) { lint_piece(path, piece); });
    switch (outcome) {
    case LintSource::Outcome::read:
      ++part_.summary.files;
      return;
    case LintSource::Outcome::binary:
      return skip(path, "is binary");
    case LintSource::Outcome::not_regular:
      return skip(path, "is a link, a pipe or a device");
    case LintSource::Outcome::unreadable:
      return skip(path, "cannot be read");
    case LintSource::Outcome::gone:
      return skip(path, "is gone");
    }
  }

  void lint_piece(const std::string& path, const LintPiece& piece) {
    // In prefect.toml nothing has to name Prefect.
    if (!ends_with(path, "prefect.toml") && !can_matter(piece.text)) return;
    LintInput input;
    input.path = path;
    input.text = piece.text;
    input.first_line = piece.first_line;
    input.policy = &options_.policy;
    input.release = options_.release;
    input.fingerprint_key = options_.fingerprint_key;
    input.takes_fixes = piece.is_whole;
    input.offset = piece.offset;
    input.sibling = siblings_of(path);
    auto result = lint_file(input);
    part_.summary.launches += result.launches;
    part_.summary.suppressed += result.suppressed;
    std::move(result.findings.begin(), result.findings.end(), std::back_inserter(part_.findings));
    std::move(result.facts.begin(), result.facts.end(), std::back_inserter(part_.facts));
    std::move(result.credentials.begin(), result.credentials.end(),
              std::back_inserter(part_.credentials));
    for (const auto& note : result.notes) {
      auto line = path;
      part_.notes.push_back(safe_text((line += ": ") += note));
    }
  }

 private:
  void skip(const std::string& path, const char* why) {
    ++part_.summary.skipped;
    part_.notes.push_back(safe_text(path) + ' ' + why);
  }

  Part& part_;
  const LintOptions& options_;
  LintSource source_;
};

// Both cores: each thread takes the next file that nobody has.
std::vector<Part> lint_files(const std::vector<std::string>& files, const LintOptions& options) {
  constexpr std::size_t kWorthAThread = 64;
  const auto cores = std::max(1u, std::min(std::thread::hardware_concurrency(), 8u));
  const std::size_t count = files.size() < kWorthAThread ? 1 : cores;
  std::vector<Part> parts(count);
  std::atomic<std::size_t> next{0};
  const auto work = [&](Part& part) {
    Linter linter(part, options);
    while (true) {
      constexpr std::size_t kAtOnce = 16;
      const auto begin = next.fetch_add(kAtOnce);
      if (begin >= files.size()) return;
      const auto end = std::min(begin + kAtOnce, files.size());
      for (auto i = begin; i < end; ++i) linter.lint_path(files[i]);
      if (options.progress) options.progress(end, files.size());
    }
  };
  std::vector<std::thread> threads;
  for (std::size_t i = 1; i < count; ++i)
    threads.emplace_back([&work, &part = parts[i]] { work(part); });
  work(parts[0]);
  for (auto& thread : threads) thread.join();
  return parts;
}

bool is_known_path(const std::string& path) {
  struct stat status {};
  return ::stat(path.c_str(), &status) == 0;
}

bool begins_with_any(std::string_view code, const std::vector<std::string>& beginnings) {
  return std::any_of(beginnings.begin(), beginnings.end(), [code](const std::string& beginning) {
    return starts_with_ignoring_case(code, beginning);
  });
}

// The same finding has the same one when lines above it come and go: its number among its equals
// tells two of them apart.
void add_fingerprints(std::vector<LintFinding>& findings) {
  std::map<std::string, std::size_t> count;
  for (auto& finding : findings) {
    std::string text(finding.code());
    for (const auto& part :
         {finding.place.file, finding.launch, finding.message, finding.place.source.line})
      (text += '\0') += part;
    text += '\0' + std::to_string(count[text]++);
    constexpr std::size_t kDigits = 16;
    finding.fingerprint = digest(text).substr(0, kDigits);
  }
}

LintReport merged(std::vector<Part> parts, const LintOptions& options) {
  LintReport report;
  report.lists_credentials = !options.fingerprint_key.empty();
  std::vector<LintFact> facts;
  for (auto& part : parts) {
    report.summary.files += part.summary.files;
    report.summary.launches += part.summary.launches;
    report.summary.skipped += part.summary.skipped;
    report.summary.suppressed += part.summary.suppressed;
    std::move(part.findings.begin(), part.findings.end(), std::back_inserter(report.findings));
    std::move(part.facts.begin(), part.facts.end(), std::back_inserter(facts));
    std::move(part.credentials.begin(), part.credentials.end(),
              std::back_inserter(report.credentials));
    std::move(part.notes.begin(), part.notes.end(), std::back_inserter(report.notes));
    part = {};
  }
  sort_credentials(report.credentials);
  auto across = check_across(facts);
  std::move(across.begin(), across.end(), std::back_inserter(report.findings));
  std::sort(report.notes.begin(), report.notes.end());
  report.summary.suppressed += settle(report.findings, options);
  count_findings(report);
  return report;
}

// The files of one path, narrowed down as the options say.
std::vector<std::string> files_of(const std::string& path, const LintOptions& options,
                                  LintRun& run) {
  auto walked = walk(path, options.respects_ignore_files);
  for (const auto& folder : walked.unreadable) {
    run.report.notes.push_back(safe_text(folder) + " cannot be listed");
    ++run.report.summary.skipped;
  }
  if (!options.changed_since) return std::move(walked.files);
  struct stat status {};
  const bool is_file = ::stat(path.c_str(), &status) == 0 && !S_ISDIR(status.st_mode);
  const auto folder = is_file ? std::string(folder_part(path)) : path;
  const auto changed = git_changed(folder.empty() ? "." : folder, *options.changed_since);
  if (!changed) {
    run.problems.push_back({safe_text(path) + ": git does not say what changed since " +
                            safe_text(*options.changed_since)});
    return {};
  }
  const auto prefix =
      folder.empty() || folder == "." ? std::string() : folder + (folder.back() == '/' ? "" : "/");
  std::vector<std::string> files;
  for (const auto& file : *changed) {
    if (std::binary_search(walked.files.begin(), walked.files.end(), prefix + file))
      files.push_back(prefix + file);
  }
  return files;
}

// A file in the folder where the program runs.
std::string absolute(const std::string& path) {
  if (starts_with(path, "/")) return path;
  static const auto here = [] {
    std::error_code error;
    return std::filesystem::current_path(error).string();
  }();
  return here == "/" ? '/' + path : here + '/' + path;
}

}  // namespace

std::size_t settle(std::vector<LintFinding>& findings, const LintOptions& options,
                   const std::string& root) {
  std::erase_if(findings, [&](LintFinding& finding) {
    if (!is_chosen(options, finding.code())) return true;
    const auto& file = finding.place.file;
    const auto severity = options.policy.severity(
        finding.code(), finding.severity, root.empty() ? absolute(file) : root + '/' + file);
    if (severity) finding.severity = *severity;
    return !severity;
  });
  std::sort(findings.begin(), findings.end(), [](const LintFinding& a, const LintFinding& b) {
    return std::tuple(std::string_view(a.place.file), a.place.span.line, a.place.span.column,
                      a.code(), std::string_view(a.launch), std::string_view(a.message)) <
           std::tuple(std::string_view(b.place.file), b.place.span.line, b.place.span.column,
                      b.code(), std::string_view(b.launch), std::string_view(b.message));
  });
  add_fingerprints(findings);
  return drop_known(findings, options);
}

std::size_t drop_known(std::vector<LintFinding>& findings, const LintOptions& options) {
  return std::erase_if(findings, [&options](const LintFinding& finding) {
    return std::binary_search(options.baseline.begin(), options.baseline.end(),
                              finding.fingerprint);
  });
}

std::string shown_path(const std::string& path) {
  std::error_code error;
  const auto here = std::filesystem::current_path(error);
  const auto whole = std::filesystem::absolute(path, error).lexically_normal();
  if (error) return path;
  auto text = whole.lexically_relative(here).string();
  if (text.empty() || starts_with(text, "..")) text = whole.string();
  while (text.size() > 1 && text.back() == '/') text.pop_back();
  return text;
}

LintReport merged_reports(std::vector<LintReport> reports) {
  LintReport whole;
  // A list of some of them would look like all.
  whole.lists_credentials =
      !reports.empty() && std::all_of(reports.begin(), reports.end(), [](const LintReport& report) {
        return report.lists_credentials;
      });
  for (auto& report : reports) {
    whole.summary.files += report.summary.files;
    whole.summary.launches += report.summary.launches;
    whole.summary.skipped += report.summary.skipped;
    std::move(report.findings.begin(), report.findings.end(), std::back_inserter(whole.findings));
    std::move(report.notes.begin(), report.notes.end(), std::back_inserter(whole.notes));
    if (!whole.lists_credentials) continue;
    std::move(report.credentials.begin(), report.credentials.end(),
              std::back_inserter(whole.credentials));
  }
  sort_credentials(whole.credentials);
  sort_and_drop_repeated(whole.findings, [](const LintFinding& finding) {
    return std::tuple(std::string_view(finding.place.file), finding.place.span.line,
                      finding.place.span.column, finding.code(),
                      std::string_view(finding.fingerprint));
  });
  std::sort(whole.notes.begin(), whole.notes.end());
  whole.notes.erase(std::unique(whole.notes.begin(), whole.notes.end()), whole.notes.end());
  count_findings(whole);
  return whole;
}

void count_findings(LintReport& report) {
  const auto count = [&report](Severity severity) {
    return static_cast<std::size_t>(
        std::count_if(report.findings.begin(), report.findings.end(),
                      [severity](const LintFinding& f) { return f.severity == severity; }));
  };
  report.summary.findings = report.findings.size();
  report.summary.errors = count(Severity::error);
  report.summary.warnings = count(Severity::warning);
}

bool is_chosen(const LintOptions& options, std::string_view code) {
  return (options.select.empty() || begins_with_any(code, options.select)) &&
         !begins_with_any(code, options.ignore);
}

LintRun lint(const LintOptions& options) {
  LintRun run;
  std::vector<std::string> files;
  for (const auto& path : options.paths) {
    if (!is_known_path(path)) {
      run.problems.push_back({safe_text(path) + ": no such file or folder"});
      continue;
    }
    auto more = files_of(shown_path(path), options, run);
    std::move(more.begin(), more.end(), std::back_inserter(files));
  }
  std::sort(files.begin(), files.end());
  files.erase(std::unique(files.begin(), files.end()), files.end());
  std::erase_if(
      files, [&options](const std::string& file) { return options.policy.skips(absolute(file)); });
  if (options.shards > 1) {
    // By name, so that each file is in exactly one part, whatever else comes or goes.
    std::erase_if(files, [&options](const std::string& file) {
      return std::stoull(digest(file), nullptr, 16) % options.shards != options.shard;
    });
  }
  auto notes = std::move(run.report.notes);
  const auto skipped = run.report.summary.skipped;
  run.report = merged(lint_files(files, options), options);
  // Of several parts the first one tells what belongs to none.
  if (options.shard == 0) run.report.summary.skipped += skipped;
  if (options.shard == 0)
    run.report.notes.insert(run.report.notes.begin(), notes.begin(), notes.end());
  return run;
}

LintRun lint_text_as(const LintOptions& options, const std::string& path, std::string_view text) {
  std::vector<Part> parts(1);
  Linter linter(parts[0], options);
  std::string converted;
  linter.lint_piece(path.empty() ? "stdin" : path, {as_utf8(text, converted)});
  ++parts[0].summary.files;
  LintRun run;
  run.report = merged(std::move(parts), options);
  return run;
}

}  // namespace prefect_config
