// A request to lint and its document: what tools/prefect_config/lint.cpp does for `-o json`.
//
// What it is not: fixes, merged reports and other formats; those are the program's.
#include <prefect_config/request.hpp>

#include "lint/request.hpp"
#include "report/lint.hpp"

#include <utility>

namespace prefect_config {
namespace {

LintRun run_of(const LintRequest& request, const LintOptions& options, Launch launch) {
  if (request.looks_into_history) return lint_history(options);
  if (!request.paths.empty() || request.changed_since) return lint(options);
  auto inspection = inspect(std::move(launch));
  const auto plans =
      plan_auth(inspection, request.shows_secrets ? Disclosure::shown : Disclosure::masked);
  return lint_launch(inspection, plans, options);
}

}  // namespace

std::variant<LintAnswer, LintRefusal> lint_answer(const LintRequest& request, Launch launch,
                                                  bool has_release) {
  if (request.lists_credentials && request.paths.empty() && !request.changed_since)
    return LintRefusal{"credentials are listed of files and folders"};
  auto read = read_lint_request(request,
                                has_release ? std::optional(launch.prefect_version) : std::nullopt);
  if (auto* refusal = std::get_if<LintRefusal>(&read)) return std::move(*refusal);
  const auto& options = std::get<LintOptions>(read);
  auto run = run_of(request, options, std::move(launch));
  LintAnswer answer;
  answer.json = lint_json(run.report);
  answer.is_reached = reaches_limit(run.report, request.fail_on, options.policy);
  for (auto& problem : run.problems) answer.problems.push_back(std::move(problem.reason));
  answer.warnings = std::move(run.warnings);
  return answer;
}

}  // namespace prefect_config
