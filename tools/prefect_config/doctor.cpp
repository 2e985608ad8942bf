#include "doctor.hpp"

#include "live.hpp"
#include "outputs.hpp"
#include "probing.hpp"
#include "support/descriptor.hpp"

#include <unistd.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace prefect_config::tool {
namespace {

struct Options {
  std::vector<std::string> outputs;
  std::string fail_on = "error";
  bool probe = false;
  std::vector<std::string> surfaces;
  std::string pool;
  bool pool_given = false;
  ProbeLimits limits;

  bool is_about_probe() const { return !surfaces.empty() || pool_given || limits.is_given(); }
};

const std::vector<std::string> kFormats = {"text", "json", "html"};

std::variant<ProbeOptions, Outcome> probe_options(const Options& options) {
  ProbeOptions probe;
  if (auto wrong = take_limits(options.limits, probe)) return std::move(*wrong);
  for (const auto& name : options.surfaces) {
    const auto surface = find_surface(name);
    if (!surface) return failed_with(status_usage, "--surface: there is no such connection");
    if (std::find(probe.surfaces.begin(), probe.surfaces.end(), *surface) == probe.surfaces.end())
      probe.surfaces.push_back(*surface);
  }
  std::sort(probe.surfaces.begin(), probe.surfaces.end());
  if (options.pool_given && options.pool.empty())
    return failed_with(status_usage, "--pool is the name of a work pool");
  probe.pool = options.pool;
  return probe;
}

// Findings are the data here, and so on stdout, of every severity.
bool is_reached(const Inspection& inspection, const std::string& fail_on) {
  return std::any_of(inspection.findings.begin(), inspection.findings.end(),
                     [&fail_on](const Finding& finding) {
                       const auto severity = finding.severity();
                       return fail_on == "info" || severity_word(severity) == fail_on ||
                              (fail_on == "warning" && severity == Severity::error);
                     });
}

// Stderr says why there is nothing to connect to.
std::string why_not_probed(const Inspection& inspection, const AuthPlans& plans) {
  if (!inspection.loads) return "Prefect does not start with these settings: nothing was opened";
  if (!can_be_probed(plans)) return "there is no API URL: nothing was opened";
  return {};
}

// What was seen is likelier than what a rule supposes, where both are as severe.
void add_first(std::vector<Finding>& findings, const std::vector<Finding>& more) {
  findings.insert(findings.begin(), more.begin(), more.end());
  std::stable_sort(findings.begin(), findings.end(),
                   [](const Finding& a, const Finding& b) { return a.severity() < b.severity(); });
}

// It can take as long as --timeout says, and longer.
void say_that_it_asks(const Context& context, const AuthPlans& plans) {
  if (!context.err_is_terminal || context.options.quiet) return;
  write_whole(STDERR_FILENO, "asking " + safe_text(plans.api_url.masked().str()) + "\n");
}

Outcome run(const Options& options, const Context& context) {
  ProbeOptions wanted;
  if (!options.probe && options.is_about_probe())
    return failed_with(status_usage,
                       "--timeout, --surface, --pool and --allow-insecure are about --probe");
  std::vector<Output> outputs;
  if (const auto wrong = read_outputs(options.outputs, OnStdout::last_counts, outputs);
      !wrong.empty())
    return failed_with(status_usage, "doctor: " + wrong);
  if (options.probe) {
    auto read = probe_options(options);
    if (auto* wrong = std::get_if<Outcome>(&read)) return std::move(*wrong);
    wanted = std::get<ProbeOptions>(std::move(read));
    if (auto failed = go_live(context)) return std::move(*failed);
  }
  auto inspection = inspect_launch(context);
  const auto plans = plans_of(context.options, inspection);
  add_credential_findings(inspection, plans);
  Outcome outcome;
  Probe probe;
  Diagnosis diagnosis;
  std::optional<ProbeReport> report;
  const auto why_not = options.probe ? why_not_probed(inspection, plans) : std::string();
  if (!why_not.empty() && !context.options.quiet) outcome.err = "note: " + why_not + '\n';
  if (options.probe && why_not.empty()) {
    say_that_it_asks(context, plans);
    probe = probe_live(inspection, plans, wanted);
    diagnosis = diagnose(inspection, plans, probe, wanted);
    report.emplace(ProbeReport{plans, probe, diagnosis, context.options.verbose});
    drop_disproved(inspection.findings, probe);
    add_first(inspection.findings, diagnosis.findings);
  }
  outcome.status = status_of(inspection);
  if (outcome.status == status_fine && is_reached(inspection, options.fail_on))
    outcome.status = status_negative;
  const auto* shown = report ? &*report : nullptr;
  const auto asked = options.probe ? ProbeAsked::yes : ProbeAsked::no;
  const auto write = [&](const std::string& format, bool is_file) {
    if (format == "json") return doctor_json(inspection, shown, asked);
    if (format == "html") return doctor_html(inspection, shown, asked);
    if (context.options.quiet && !is_file) return std::string();
    return doctor_text(inspection, shown, lines_for(context.out_is_terminal && !is_file));
  };
  write_outputs(outputs, Disclosure::masked, write, outcome);  // findings show none
  return outcome;
}

}  // namespace

Command doctor_command() {
  const auto options = std::make_shared<Options>();
  Command command;
  command.name = "doctor";
  command.help = "What is wrong with this launch, and what to type next";
  command.values = {output_option("text, json or html", options->outputs, kFormats),
                    {"--fail-on",
                     "SEVERITY",
                     "Exit status 1 from here on: error, warning, info, never",
                     &options->fail_on,
                     {"error", "warning", "info", "never"}},
                    timeout_option(options->limits),
                    {"--surface", "SURFACE", "Only this connection; repeatable", nullptr,
                     surface_names(), false, &options->surfaces},
                    {"--pool",
                     "NAME",
                     "Look for this work pool, too",
                     &options->pool,
                     {},
                     false,
                     nullptr,
                     WordKind::text,
                     &options->pool_given}};
  command.flags = {{"--probe", "Open the connections and say which layer refuses", &options->probe},
                   allow_insecure_flag(options->limits)};
  command.run = [options](const Context& context) { return run(*options, context); };
  return command;
}

}  // namespace prefect_config::tool
