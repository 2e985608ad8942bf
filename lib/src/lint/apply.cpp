#include "lint/apply.hpp"

#include "lint/source.hpp"
#include "support/text.hpp"

#include <algorithm>
#include <utility>

namespace prefect_config {
namespace {

constexpr std::string_view kMark = "\xEF\xBB\xBF";

LintFileResult lint_now(const LintOptions& options, const std::string& path, std::string_view text,
                        bool takes_fixes, std::vector<ByteSpan> also_hidden = {}) {
  LintInput input;
  input.path = path;
  input.text = text;
  input.sibling = siblings_of(path);
  input.policy = &options.policy;
  input.release = options.release;
  input.takes_fixes = takes_fixes;
  input.wants_shown_lines = true;
  input.also_hidden = std::move(also_hidden);
  return lint_file(input);
}

// Where stretches of a text come to stand when it is edited; what an edit writes is none of them. A
// name that is right now may say of its value that anybody may see it.
std::vector<ByteSpan> moved(const std::vector<ByteSpan>& spans,
                            const std::vector<LintEdit>& edits) {
  std::vector<ByteSpan> result;
  for (const auto& span : spans) {
    auto begin = span.begin;
    std::size_t shift = 0;  // wraps where texts become shorter
    for (const auto& edit : edits) {
      if (edit.begin >= span.end) break;
      if (edit.begin > begin) result.push_back({begin + shift, edit.begin + shift});
      begin = std::max(begin, edit.end);
      shift += edit.text.size() - (edit.end - edit.begin);
    }
    if (begin < span.end) result.push_back({begin + shift, span.end + shift});
  }
  return result;
}

}  // namespace

MendedFile mend(const LintOptions& options, const std::string& path, std::string_view text,
                bool with_unsafe) {
  const auto mark = starts_with(text, kMark) ? kMark : std::string_view();
  text.remove_prefix(mark.size());
  auto before = lint_now(options, path, text, true);
  settle(before.findings, options);
  MendedFile file;
  file.fixed = fixed_text(text, before.findings, with_unsafe);
  file.old_lines = std::move(before.shown_lines);
  file.new_lines =
      lint_now(options, path, file.fixed.text, false, moved(before.hidden, file.fixed.edits))
          .shown_lines;
  file.fixed.text.insert(0, mark);
  return file;
}

std::vector<std::string> files_with_fixes(const LintReport& report, bool with_unsafe) {
  std::vector<std::string> files;
  for (const auto& finding : report.findings) {
    const bool has_one =
        std::any_of(finding.fixes.begin(), finding.fixes.end(),
                    [with_unsafe](const LintFix& fix) { return fix.is_safe || with_unsafe; });
    if (has_one) files.push_back(finding.place.file);
  }
  std::sort(files.begin(), files.end());
  files.erase(std::unique(files.begin(), files.end()), files.end());
  return files;
}

}  // namespace prefect_config
