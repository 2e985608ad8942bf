#include "lint.hpp"

#include "lint/request.hpp"
#include "lint/run.hpp"
#include "lint_fix.hpp"
#include "outputs.hpp"
#include "progress.hpp"
#include "report/lint.hpp"
#include "support/descriptor.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <iterator>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace prefect_config::tool {
namespace {

struct Options {
  LintRequest request;
  std::vector<std::string> outputs;
  std::string changed;
  bool changed_given = false;
  std::string stdin_name;
  bool stdin_name_given = false;
  bool from_stdin = false;
  bool fix = false;
  bool diff = false;
  bool unsafe = false;
  bool merge = false;
  bool no_policy = false;
  bool no_ignore = false;
};

Outcome usage(const std::string& text) { return failed_with(status_usage, "lint: " + text); }

std::vector<std::string> format_names() {
  std::vector<std::string> names;
  for (const auto& format : lint_formats()) names.emplace_back(format.name);
  return names;
}

const LintFormat& format_named(const std::string& name) {
  const auto formats = lint_formats();
  return *std::find_if(formats.begin(), formats.end(),
                       [&](const LintFormat& format) { return format.name == name; });
}

std::string read_all_of_stdin() {
  std::string text;
  (void)read_whole(STDIN_FILENO, text, text.max_size() - 1);
  return text;
}

// Reports of parts, as one.
LintRun merge_reports(const LintOptions& options, const std::vector<std::string>& paths) {
  LintRun run;
  std::vector<LintReport> reports;
  for (const auto& path : paths) {
    const auto text = text_of_report(path);
    auto report = text ? read_lint_json(*text) : std::nullopt;
    if (report) {
      reports.push_back(std::move(*report));
    } else {
      run.problems.push_back(
          {safe_text(path) + (text ? ": no report of `lint -o json`" : ": cannot be read")});
    }
  }
  run.report = merged_reports(std::move(reports));
  std::erase_if(run.report.findings, [&options](const LintFinding& finding) {
    return !is_chosen(options, finding.code());
  });
  drop_known(run.report.findings, options);
  count_findings(run.report);
  return run;
}

// Info findings are for -v in text; programs get all.
LintReport shown_in_text(const LintReport& report, bool is_verbose) {
  auto shown = report;
  if (is_verbose) return shown;
  std::erase_if(shown.findings,
                [](const LintFinding& finding) { return finding.severity == Severity::info; });
  return shown;
}

// Options that do not go together; empty where they do.
std::string wrong_together(const Options& options, const std::vector<Output>& outputs) {
  const auto& asked = options.request;
  const bool is_about_files =
      !asked.paths.empty() && !options.from_stdin && !asked.looks_into_history && !options.merge;
  if ((options.fix || options.diff) && !is_about_files)
    return std::string(options.fix ? "--fix" : "--diff") + " takes files or folders";
  if (options.stdin_name_given && !options.from_stdin) return "--stdin-filename belongs to --stdin";
  if (options.from_stdin && !asked.paths.empty()) return "--stdin takes no PATH";
  if (options.fix && options.diff) return "--diff shows what --fix would do: one of them";
  if (options.unsafe && !options.fix && !options.diff) return "--unsafe belongs to --fix or --diff";
  if (options.merge && asked.paths.empty()) return "--merge takes reports of `lint -o json`";
  if (asked.looks_into_history && (options.from_stdin || options.merge))
    return "--history takes no --stdin or --merge";
  const bool is_narrowed = options.changed_given || !asked.shard.empty() || options.no_ignore;
  if ((asked.looks_into_history || options.merge) && is_narrowed)
    return std::string(asked.looks_into_history ? "--history" : "--merge") +
           " takes no --changed, --shard or --no-ignore";
  if (!asked.policy.empty() && options.no_policy) return "--policy or --no-policy: one of them";
  const bool has_other = std::any_of(outputs.begin(), outputs.end(), [](const Output& output) {
    return output.file.empty() && output.format != "text";
  });
  const bool has_json = std::any_of(outputs.begin(), outputs.end(),
                                    [](const Output& output) { return output.format == "json"; });
  if (asked.lists_credentials && !has_json) return "--credentials are listed by -o json";
  if (asked.lists_credentials && !is_about_files && !options.from_stdin && !options.changed_given)
    return "--credentials takes files or folders";
  if (options.diff && has_other) return "with --diff a report needs a file: -o FORMAT=FILE";
  return {};
}

LintRun lint_what(const Options& options, const LintOptions& lint_options, const Context& context) {
  const auto& asked = options.request;
  if (options.merge) return merge_reports(lint_options, asked.paths);
  if (asked.looks_into_history) return lint_history(lint_options);
  if (options.from_stdin)
    return lint_text_as(lint_options, options.stdin_name, read_all_of_stdin());
  if (!asked.paths.empty() || options.changed_given) return lint(lint_options);
  auto inspection = inspect_launch(context);
  const auto plans = plans_of(context.options, inspection);
  return lint_launch(inspection, plans, lint_options);
}

// What is asked for; a refusal where it cannot be.
std::variant<LintOptions, Outcome> read_options(const Options& options, const Context& context,
                                                const std::vector<Output>& outputs) {
  if (const auto wrong = wrong_together(options, outputs); !wrong.empty()) return usage(wrong);
  auto request = options.request;
  if (options.merge) request.paths.clear();  // they are reports
  if (options.changed_given) request.changed_since = options.changed;
  request.takes_policy = !options.no_policy;
  request.respects_ignore_files = !options.no_ignore;
  const bool has_release = context.options.prefect_version != "auto";
  auto read = read_lint_request(request, has_release ? std::optional(context.launch.prefect_version)
                                                     : std::nullopt);
  if (const auto* refusal = std::get_if<LintRefusal>(&read))
    return refusal->is_unreadable ? failed_with(status_failed, "lint: " + refusal->reason)
                                  : usage(refusal->reason);
  return std::get<LintOptions>(std::move(read));
}

// Mends the files of a run; what is left is a run of its own.
LintRun mended(const Options& options, const LintOptions& asked, LintRun run, bool is_quiet,
               std::string& said) {
  const auto fixed = write_fixes(asked, run, options.unsafe);
  auto again = lint(asked);
  std::move(run.problems.begin(), run.problems.end(), std::back_inserter(again.problems));
  std::move(run.warnings.begin(), run.warnings.end(), std::back_inserter(again.warnings));
  if (!is_quiet)
    said += "mended " + std::to_string(fixed.findings) +
            (fixed.findings == 1 ? " finding in " : " findings in ") + std::to_string(fixed.files) +
            (fixed.files == 1 ? " file\n" : " files\n");
  return again;
}

void write_reports(const std::vector<Output>& outputs, const Options& options,
                   const Context& context, LintRun& run, Outcome& outcome) {
  for (const auto& output : outputs) {
    const bool is_text = output.format == "text";
    auto text = is_text ? lint_text(shown_in_text(run.report, context.options.verbose),
                                    lines_for(context.out_is_terminal && output.file.empty()))
                        : format_named(output.format).write(run.report);
    if (output.file.empty()) {
      if (options.diff) continue;
      if (!is_text || !context.options.quiet) outcome.out = std::move(text);
    } else if (!write_report(output.file, text, Disclosure::masked)) {
      run.problems.push_back({safe_text(output.file) + ": " + std::strerror(errno)});
    }
  }
}

Outcome run(const Options& options, const Context& context) {
  std::vector<Output> outputs;
  if (const auto wrong = read_outputs(options.outputs, OnStdout::one_only, outputs); !wrong.empty())
    return usage(wrong);
  auto read = read_options(options, context, outputs);
  if (auto* refusal = std::get_if<Outcome>(&read)) return std::move(*refusal);
  auto& asked = std::get<LintOptions>(read);

  Progress progress(context.err_is_terminal && !context.options.quiet);
  asked.progress = [&progress](std::size_t done, std::size_t all) { progress.show(done, all); };
  auto run = lint_what(options, asked, context);
  Outcome outcome;
  if (options.fix) run = mended(options, asked, std::move(run), context.options.quiet, outcome.err);
  progress.clear();
  if (options.diff) outcome.out = diff_of_fixes(asked, run, options.unsafe);
  outcome.status = (options.diff ? !outcome.out.empty()
                                 : reaches_limit(run.report, options.request.fail_on, asked.policy))
                       ? status_negative
                       : status_fine;
  write_reports(outputs, options, context, run, outcome);
  if (context.options.verbose) {
    for (const auto& note : run.report.notes) outcome.err += "note: " + safe_text(note) + '\n';
  }
  for (const auto& warning : run.warnings) outcome.err += "prefect-config: lint: " + warning + '\n';
  for (const auto& problem : run.problems) {
    outcome.err += "prefect-config: lint: " + problem.reason + '\n';
    outcome.status = status_failed;
  }
  return outcome;
}

}  // namespace

Command lint_command() {
  const auto options = std::make_shared<Options>();
  const auto list = [](const char* names, const char* type, const char* help,
                       std::vector<std::string>& target) {
    return ValueOption{names, type, help, nullptr, {}, false, &target};
  };
  Command command;
  command.name = "lint";
  command.help = "Wrong, conflicting or leaked credentials in files; or this launch";
  command.flags = {
      {"--no-ignore", "Also files that .gitignore names", &options->no_ignore},
      {"--stdin", "One file, from standard input", &options->from_stdin},
      {"--diff", "Show what --fix would change", &options->diff},
      {"--fix", "Change the files where the right text is sure", &options->fix},
      {"--unsafe", "With --fix or --diff: also where it is likely", &options->unsafe},
      {"--history", "Secrets of all commits instead", &options->request.looks_into_history},
      {"--merge", "PATHs are reports in JSON, to be one", &options->merge},
      {"--credentials", "In JSON: also which credentials stand where, by fingerprint",
       &options->request.lists_credentials},
      {"--no-policy", "Without .prefect-config.yaml", &options->no_policy}};
  command.values = {output_option("text, json, html, sarif, github, gitlab or junit",
                                  options->outputs, format_names()),
                    {"--fail-on",
                     "SEVERITY",
                     "Exit status 1 from here on: error, warning, info, never",
                     &options->request.fail_on,
                     {"error", "warning", "info", "never"}},
                    {"--policy",
                     "FILE",
                     "Severities, paths and hosts, instead of .prefect-config.yaml",
                     &options->request.policy,
                     {},
                     false,
                     nullptr,
                     WordKind::file},
                    list("--select", "CODES", "Only these rules, or those that begin so: PC3,PC202",
                         options->request.select),
                    list("--ignore", "CODES", "Without these", options->request.ignore),
                    {"--baseline", "FILE",
                     "A former report in JSON: what is in it is not told again",
                     &options->request.baseline},
                    {"--changed",
                     "BASE",
                     "Only files that git says differ from this commit",
                     &options->changed,
                     {},
                     false,
                     nullptr,
                     WordKind::text,
                     &options->changed_given},
                    {"--shard", "I/N", "The I-th of N parts of the files", &options->request.shard},
                    {"--stdin-filename",
                     "NAME",
                     "What the file on standard input is called",
                     &options->stdin_name,
                     {},
                     false,
                     nullptr,
                     WordKind::text,
                     &options->stdin_name_given},
                    {"paths",
                     "[PATH...]",
                     "Files and folders; without any, this launch",
                     nullptr,
                     {},
                     false,
                     &options->request.paths,
                     WordKind::file}};
  command.run = [options](const Context& context) { return run(*options, context); };
  return command;
}

}  // namespace prefect_config::tool
