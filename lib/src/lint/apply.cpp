#include "lint/apply.hpp"

#include "lint/source.hpp"
#include "support/byte_order_mark.hpp"

#include <algorithm>
#include <utility>

namespace prefect_config {
namespace {

enum class Lines : bool { not_shown, shown };

LintInput input_of(const LintOptions& options, const std::string& path, std::string_view text,
                   Lines lines) {
  LintInput input;
  input.path = path;
  input.text = text;
  input.sibling = siblings_of(path);
  input.policy = &options.policy;
  input.release = options.release;
  input.wants_shown_lines = lines == Lines::shown;
  return input;
}

// A text linted, with the fixes of what is chosen made in it.
struct Linted {
  LintFileResult result;
  FixedText fixed;
};
Linted lint_and_fix(const LintOptions& options, const std::string& path, std::string_view text,
                    bool with_unsafe, Lines lines) {
  auto input = input_of(options, path, text, lines);
  input.takes_fixes = true;
  Linted linted{lint_file(input), {}};
  settle(linted.result.findings, options);
  linted.fixed = fixed_text(text, linted.result.findings, with_unsafe);
  return linted;
}

// With the byte order mark of the old one.
void mark_as(std::string_view old_text, FixedText& fixed) {
  if (has_byte_order_mark(old_text)) fixed.text.insert(0, kByteOrderMark);
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

FixedText mended_text(const LintOptions& options, const std::string& path, std::string_view text,
                      bool with_unsafe) {
  auto fixed =
      lint_and_fix(options, path, without_byte_order_mark(text), with_unsafe, Lines::not_shown)
          .fixed;
  mark_as(text, fixed);
  return fixed;
}

MendedFile mend(const LintOptions& options, const std::string& path, std::string_view text,
                bool with_unsafe) {
  auto before =
      lint_and_fix(options, path, without_byte_order_mark(text), with_unsafe, Lines::shown);
  auto input = input_of(options, path, before.fixed.text, Lines::shown);
  input.also_hidden = moved(before.result.hidden, before.fixed.edits);
  MendedFile file;
  file.old_lines = std::move(before.result.shown_lines);
  file.new_lines = lint_file(input).shown_lines;
  file.fixed = std::move(before.fixed);
  mark_as(text, file.fixed);
  return file;
}

std::vector<std::string> files_with_fixes(const LintReport& report, bool with_unsafe) {
  std::vector<std::string> files;
  for (const auto& finding : report.findings) {
    if (has_fix(finding, with_unsafe)) files.push_back(finding.place.file);
  }
  std::sort(files.begin(), files.end());
  files.erase(std::unique(files.begin(), files.end()), files.end());
  return files;
}

}  // namespace prefect_config
