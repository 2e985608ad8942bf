// Any text as any kind of file: every reader, the engine on what it finds, every report.
//
// The first byte chooses the file's name. Nothing may crash, and no report may hold a key of the
// text or of its changes.
#include "lint/apply.hpp"
#include "lint/run.hpp"
#include "report/lint.hpp"
#include "support/text.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <iterator>
#include <string>
#include <string_view>

namespace {

std::string_view without_mark(std::string_view text) {
  return text.substr(text.rfind("\xEF\xBB\xBF", 0) == 0 ? 3 : 0);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  constexpr const char* kNames[] = {"compose.yaml", "Dockerfile", "run.sh",     ".env",
                                    "prefect.toml", "x.service",  "deploy.yml", "pyproject.toml",
                                    "run.bat",      "run.ps1",    "task.json",  "profiles.toml",
                                    "notes.md",     "Makefile"};
  constexpr std::size_t kLargest = 1 << 16;
  if (size == 0 || size > kLargest) return 0;
  const auto* name = kNames[data[0] % std::size(kNames)];
  const std::string_view input(reinterpret_cast<const char*>(data) + 1, size - 1);
  // A corpus with a key in it would be what this program warns of.
  const std::string secret = "q7Rk2mZ9xW4vB8nL1cY6dH3sJ5fG0pQa";
  const auto text = prefect_config::replace_all(input, "@KEY@", "pnu_TEST" + secret);
  const auto run = prefect_config::lint_text_as({}, name, text);
  for (const auto& format : prefect_config::lint_formats()) {
    const auto report = format.write(run.report);
    if (report.find(secret) != std::string::npos && input.find(secret) == std::string_view::npos)
      std::abort();
  }
  // Fixes change nothing where there are none, and a report is the same when it is read back.
  const auto mended = prefect_config::mend({}, name, text, true);
  if (mended.fixed.fixed == 0 && mended.fixed.text != text) std::abort();
  const auto diff = prefect_config::lint_diff(name, without_mark(text), mended);
  if (diff.find(secret) != std::string::npos && input.find(secret) == std::string_view::npos)
    std::abort();
  const auto json = prefect_config::lint_json(run.report);
  const auto again = prefect_config::read_lint_json(json);
  if (!again || again->findings.size() != run.report.findings.size()) std::abort();
  return 0;
}
