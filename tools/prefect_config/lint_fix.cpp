#include "lint_fix.hpp"

#include "lint/apply.hpp"
#include "profiles/store.hpp"
#include "report/lint.hpp"
#include "support/byte_order_mark.hpp"
#include "support/descriptor.hpp"

#include <fcntl.h>

#include <cerrno>
#include <cstring>
#include <string_view>

namespace prefect_config::tool {
namespace {

constexpr std::size_t kLargest = std::size_t{16} << 20;

bool read_file(const std::string& path, std::string& text) {
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK));
  return file && read_whole(file.number(), text, kLargest);
}

}  // namespace

std::string diff_of_fixes(const LintOptions& options, LintRun& run, bool with_unsafe) {
  std::string diff;
  for (const auto& path : files_with_fixes(run.report, with_unsafe)) {
    std::string text;
    if (!read_file(path, text)) {
      run.problems.push_back({safe_text(path) + ": " + std::strerror(errno)});
      continue;
    }
    const auto mended = mend(options, path, text, with_unsafe);
    if (mended.fixed.fixed == 0) continue;
    diff += lint_diff(path, without_byte_order_mark(text), mended);
  }
  return diff;
}

Fixed write_fixes(const LintOptions& options, LintRun& run, bool with_unsafe) {
  Fixed fixed;
  for (const auto& path : files_with_fixes(run.report, with_unsafe)) {
    std::size_t count = 0;
    const auto result = rewrite_file(path, [&](std::string_view text) -> EditResult {
      auto mended = mended_text(options, path, text, with_unsafe);
      count = mended.fixed;
      return std::move(mended.text);
    });
    if (!result.is_fine()) {
      run.problems.push_back({safe_text(path) + ' ' + result.reason});
    } else if (result.outcome == StoreResult::Outcome::written) {
      fixed.findings += count;
      ++fixed.files;
    }
    if (!result.warning.empty()) run.warnings.push_back(safe_text(path) + ": " + result.warning);
  }
  return fixed;
}

}  // namespace prefect_config::tool
