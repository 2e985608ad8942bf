// The changes that fixes would make, as a unified diff. Its lines are shown as everywhere, with
// secrets masked: it is for eyes, and where a line holds one, no program can apply it.
#include <prefect_config/report.hpp>

#include "report/lint.hpp"
#include "support/text.hpp"

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

namespace prefect_config {
namespace {

// None: lines around a change can hold anything, and nobody asked for them.
constexpr std::size_t kContext = 0;

// Lines that are replaced: from 0, without the last one.
struct Change {
  std::size_t old_begin = 0;
  std::size_t old_end = 0;
  std::size_t new_begin = 0;
  std::size_t new_end = 0;
};

std::size_t line_ends(std::string_view text) {
  return static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
}

// The lines that each edit touches, joined where they are the same.
std::vector<Change> changes_of(std::string_view text, const std::vector<LintEdit>& edits) {
  std::vector<Change> changes;
  std::size_t shift = 0;  // of later lines; wraps where there are fewer
  for (const auto& edit : edits) {
    const auto piece = text.substr(edit.begin, edit.end - edit.begin);
    const auto first = line_ends(text.substr(0, edit.begin));
    const bool is_whole_lines = (edit.begin == 0 || text[edit.begin - 1] == '\n') &&
                                ends_with(piece, "\n") &&
                                (edit.text.empty() || ends_with(edit.text, "\n"));
    const auto last = first + line_ends(piece) + (is_whole_lines ? 0 : 1);
    const auto begin = first + shift;
    shift += line_ends(edit.text) - line_ends(piece);
    if (!changes.empty() && changes.back().old_end > first) {
      changes.back().old_end = std::max(changes.back().old_end, last);
      changes.back().new_end = changes.back().old_end + shift;
    } else {
      changes.push_back({first, last, begin, last + shift});
    }
  }
  return changes;
}

std::string range(std::size_t begin, std::size_t count) {
  auto text = std::to_string(count == 0 ? begin : begin + 1);
  return count == 1 ? text : text + ',' + std::to_string(count);
}

void append_lines(std::string& text, char sign, const std::vector<std::string>& lines,
                  std::size_t begin, std::size_t end) {
  for (auto line = begin; line < std::min(end, lines.size()); ++line)
    ((text += sign) += lines[line]) += '\n';
}

}  // namespace

std::string lint_diff(const std::string& file, std::string_view old_text,
                      const MendedFile& mended) {
  const auto& old_lines = mended.old_lines;
  const auto& new_lines = mended.new_lines;
  const auto changes = changes_of(old_text, mended.fixed.edits);
  const auto name = safe_text(file);
  std::string text = "--- a/" + name + "\n+++ b/" + name + '\n';
  for (std::size_t at = 0; at < changes.size();) {
    auto next = at + 1;
    while (next < changes.size() &&
           changes[next].old_begin <= changes[next - 1].old_end + 2 * kContext)
      ++next;
    const auto& first = changes[at];
    const auto& last = changes[next - 1];
    const auto before = std::min(kContext, first.old_begin);
    const auto old_begin = first.old_begin - before;
    const auto old_end = std::min(last.old_end + kContext, old_lines.size());
    const auto new_begin = first.new_begin - before;
    const auto new_end = last.new_end + (old_end - last.old_end);
    text += "@@ -" + range(old_begin, old_end - old_begin) + " +" +
            range(new_begin, new_end - new_begin) + " @@\n";
    auto done = old_begin;
    for (; at < next; ++at) {
      append_lines(text, ' ', old_lines, done, changes[at].old_begin);
      append_lines(text, '-', old_lines, changes[at].old_begin, changes[at].old_end);
      append_lines(text, '+', new_lines, changes[at].new_begin, changes[at].new_end);
      done = changes[at].old_end;
    }
    append_lines(text, ' ', old_lines, done, old_end);
  }
  return text;
}

}  // namespace prefect_config
