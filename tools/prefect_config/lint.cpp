#include "lint.hpp"

#include "adapters/git.hpp"
#include "lint/launches.hpp"
#include "lint/run.hpp"
#include "lint_fix.hpp"
#include "outputs.hpp"
#include "progress.hpp"
#include "report/lint.hpp"
#include "sources/protect.hpp"
#include "support/descriptor.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <filesystem>
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
  std::vector<std::string> paths;
  std::vector<std::string> outputs;
  std::string fail_on;
  std::vector<std::string> select;
  std::vector<std::string> ignore;
  std::string baseline;
  std::string changed;
  bool changed_given = false;
  std::string shard;
  std::string stdin_name;
  bool stdin_name_given = false;
  std::string policy;
  bool no_policy = false;
  bool no_ignore = false;
  bool from_stdin = false;
  bool fix = false;
  bool diff = false;
  bool unsafe = false;
  bool history = false;
  bool merge = false;
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

// `PC301,PC302` and several of them.
std::vector<std::string> codes_of(const std::vector<std::string>& words, std::string& unknown) {
  std::vector<std::string> codes;
  for (const auto& word : words) {
    for (std::size_t at = 0; at <= word.size();) {
      const auto end = std::min(word.find(',', at), word.size());
      auto code = word.substr(at, end - at);
      if (!code.empty() && !names_a_rule(code)) unknown = code;
      if (!code.empty()) codes.push_back(std::move(code));
      at = end + 1;
    }
  }
  return codes;
}

// `2/4`: the second of four parts.
bool read_shard(const std::string& text, LintOptions& options) {
  const auto slash = text.find('/');
  if (slash == std::string::npos) return false;
  const auto number = [](std::string_view digits, std::size_t& value) {
    const auto end = digits.data() + digits.size();
    const auto read = std::from_chars(digits.data(), end, value);
    return read.ec == std::errc() && read.ptr == end;
  };
  std::size_t part = 0;
  std::size_t parts = 0;
  const std::string_view view = text;
  if (!number(view.substr(0, slash), part) || !number(view.substr(slash + 1), parts) || part == 0 ||
      part > parts)
    return false;
  options.shard = part - 1;
  options.shards = parts;
  return true;
}

// A file or a pipe, of a size that a report has.
std::optional<std::string> text_of_file(const std::string& path) {
  constexpr std::size_t kLargest = std::size_t{1} << 30;
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK));
  struct stat status {};
  if (!file || ::fstat(file.number(), &status) != 0) return std::nullopt;
  std::string text;
  errno = S_ISDIR(status.st_mode) ? EISDIR : EINVAL;
  // A pipe that the shell made is waited for.
  if (S_ISFIFO(status.st_mode)) ::fcntl(file.number(), F_SETFL, 0);
  if (!(S_ISREG(status.st_mode) || S_ISFIFO(status.st_mode)) ||
      !read_whole(file.number(), text, kLargest))
    return std::nullopt;
  return text;
}

// The fingerprints of a former report, in JSON, SARIF or GitLab's format; false where a text is
// none.
bool read_baseline(std::string_view text, std::vector<std::string>& fingerprints) {
  constexpr std::size_t kDigits = 16;
  for (const std::string_view key : {"\"fingerprint\"", "\"prefectConfig/v1\""}) {
    for (auto at = text.find(key); at != std::string_view::npos; at = text.find(key, at + 1)) {
      const auto begin = text.find('"', at + key.size());
      if (begin != std::string_view::npos)
        fingerprints.emplace_back(text.substr(begin + 1, kDigits));
    }
  }
  std::sort(fingerprints.begin(), fingerprints.end());
  const auto first = text.find_first_not_of(" \t\r\n");
  const auto is_empty_list = first != std::string_view::npos && text[first] == '[';
  return !fingerprints.empty() || is_empty_list ||
         text.find("prefect-config/lint/v1") != std::string_view::npos ||
         text.find("sarif") != std::string_view::npos;
}

std::string read_all_of_stdin() {
  std::string text;
  (void)read_whole(STDIN_FILENO, text, text.max_size() - 1);
  return text;
}

// The folder of what is linted first; this one where nothing is named.
std::string folder_of_run(const Options& options, const std::string& here) {
  if (options.paths.empty() || options.merge) return here;
  std::error_code error;
  const auto path = std::filesystem::path(here) / options.paths.front();
  const bool is_folder = std::filesystem::is_directory(path, error);
  auto folder = (is_folder ? path : path.parent_path()).lexically_normal().string();
  while (folder.size() > 1 && folder.back() == '/') folder.pop_back();
  return folder;
}

// The policy that counts: the one that is named, else that of the folder where the program runs, or
// of what is linted first. A text where it cannot be used.
std::string read_policy_of(const Options& options, LintPolicy& policy) {
  if (options.no_policy) return {};
  std::error_code error;
  const auto here = std::filesystem::current_path(error).string();
  auto path = options.policy.empty()
                  ? find_policy(here)
                  : (std::filesystem::path(here) / options.policy).lexically_normal().string();
  if (path.empty()) path = find_policy(folder_of_run(options, here));
  if (path.empty()) return {};
  const auto name = shown_path(path);
  const auto text = text_of_file(path);
  if (!text) return name + ": " + std::strerror(errno);
  auto read = read_policy(*text);
  if (const auto* problem = std::get_if<PolicyProblem>(&read)) {
    const auto& at = problem->place;
    return name +
           (at.exists() ? ':' + std::to_string(at.line) + ':' + std::to_string(at.column)
                        : std::string()) +
           ": " + problem->reason;
  }
  policy = std::move(std::get<LintPolicy>(read));
  policy.name = name;
  policy.folder = path.substr(0, std::max<std::size_t>(path.rfind('/'), 1));
  return {};
}

// A host that the policy does not allow, of the API URL that is in force.
void check_host(const Inspection& inspection, const LintPolicy& policy, LintRun& run) {
  const auto* url = inspection.find("api.url");
  const auto host = url && url->winner ? host_of(text_of(url->value)) : std::string();
  if (host.empty() || policy.allows_host(host)) return;
  Finding finding{RuleId::host_not_allowed, {host, policy.name}};
  auto one = with_words_of(finding);
  one.launch = "this launch";
  one.place.file = url->winner->origin.where;
  one.place.span = url->winner->origin.value_span;
  run.report.findings.push_back(std::move(one));
}

// This launch, as a report: what doctor says, in the formats of CI.
LintRun lint_here(const Context& context, const LintOptions& options) {
  auto inspection = inspect_launch(context);
  add_credential_findings(inspection, plans_of(context.options, inspection));
  LintRun run;
  run.report.summary.launches = 1;
  for (const auto& finding : inspection.findings) {
    auto one = with_words_of(finding);
    one.launch = "this launch";
    one.place.file = finding.place ? finding.place->where : "environment";
    if (finding.place) one.place.span = finding.place->span;
    if (!finding.place) one.place.note.clear();
    run.report.findings.push_back(std::move(one));
  }
  check_host(inspection, options.policy, run);
  run.report.summary.suppressed = settle(run.report.findings, options);
  count_findings(run.report);
  return run;
}

// Reports of parts, as one.
LintRun merge_reports(const LintOptions& options) {
  LintRun run;
  std::vector<LintReport> reports;
  for (const auto& path : options.paths) {
    const auto text = text_of_file(path);
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

bool is_reached(const LintReport& report, const std::string& fail_on) {
  if (fail_on == "never") return false;
  if (fail_on == "info") return report.summary.findings > 0;
  return report.summary.errors > 0 || (fail_on == "warning" && report.summary.warnings > 0);
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
  const bool is_about_files =
      !options.paths.empty() && !options.from_stdin && !options.history && !options.merge;
  if ((options.fix || options.diff) && !is_about_files)
    return std::string(options.fix ? "--fix" : "--diff") + " takes files or folders";
  if (options.stdin_name_given && !options.from_stdin) return "--stdin-filename belongs to --stdin";
  if (options.from_stdin && !options.paths.empty()) return "--stdin takes no PATH";
  if (options.fix && options.diff) return "--diff shows what --fix would do: one of them";
  if (options.unsafe && !options.fix && !options.diff) return "--unsafe belongs to --fix or --diff";
  if (options.merge && options.paths.empty()) return "--merge takes reports of `lint -o json`";
  if (options.history && (options.from_stdin || options.merge))
    return "--history takes no --stdin or --merge";
  const bool is_narrowed = options.changed_given || !options.shard.empty() || options.no_ignore;
  if ((options.history || options.merge) && is_narrowed)
    return std::string(options.history ? "--history" : "--merge") +
           " takes no --changed, --shard or --no-ignore";
  if (!options.policy.empty() && options.no_policy) return "--policy or --no-policy: one of them";
  const bool has_other = std::any_of(outputs.begin(), outputs.end(), [](const Output& output) {
    return output.file.empty() && output.format != "text";
  });
  if (options.diff && has_other) return "with --diff a report needs a file: -o FORMAT=FILE";
  return {};
}

LintRun lint_what(const Options& options, const LintOptions& lint_options, const Context& context) {
  if (options.merge) return merge_reports(lint_options);
  if (options.history) return lint_history(lint_options);
  if (options.from_stdin)
    return lint_text_as(lint_options, options.stdin_name, read_all_of_stdin());
  if (options.paths.empty() && !options.changed_given) return lint_here(context, lint_options);
  return lint(lint_options);
}

// What is asked for; a refusal where it cannot be.
std::optional<Outcome> read_options(const Options& options, const Context& context,
                                    const std::vector<Output>& outputs, LintOptions& asked) {
  std::string unknown;
  asked.select = codes_of(options.select, unknown);
  asked.ignore = codes_of(options.ignore, unknown);
  if (!unknown.empty()) return usage("there is no rule `" + unknown + '`');
  if (asked.select.empty() && !options.select.empty()) return usage("--select names no rule");
  if (!options.shard.empty() && !read_shard(options.shard, asked))
    return usage("--shard takes I/N, as 2/4: the second of four parts");
  asked.paths = options.paths;
  if (asked.paths.empty()) {
    // The past is that of the repository, wherever one stands in it.
    const auto root = options.history ? git_root(".") : std::string();
    asked.paths = {root.empty() ? "." : root};
  }
  asked.respects_ignore_files = !options.no_ignore;
  if (context.options.prefect_version != "auto") asked.release = context.launch.prefect_version;
  if (options.changed_given) asked.changed_since = options.changed;
  if (!options.baseline.empty()) {
    const auto text = text_of_file(options.baseline);
    if (!text)
      return failed_with(status_failed, "lint: " + options.baseline + ": " + std::strerror(errno));
    if (!read_baseline(*text, asked.baseline))
      return failed_with(status_failed, "lint: " + options.baseline + ": no report of lint");
  }
  if (const auto wrong = read_policy_of(options, asked.policy); !wrong.empty()) return usage(wrong);
  if (const auto wrong = wrong_together(options, outputs); !wrong.empty()) return usage(wrong);
  return std::nullopt;
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
  LintOptions asked;
  if (auto refusal = read_options(options, context, outputs, asked)) return std::move(*refusal);
  const auto fail_on = !options.fail_on.empty()        ? options.fail_on
                       : !asked.policy.fail_on.empty() ? asked.policy.fail_on
                                                       : "error";

  Progress progress(context.err_is_terminal && !context.options.quiet);
  asked.progress = [&progress](std::size_t done, std::size_t all) { progress.show(done, all); };
  auto run = lint_what(options, asked, context);
  Outcome outcome;
  if (options.fix) run = mended(options, asked, std::move(run), context.options.quiet, outcome.err);
  progress.clear();
  if (options.diff) outcome.out = diff_of_fixes(asked, run, options.unsafe);
  outcome.status = (options.diff ? !outcome.out.empty() : is_reached(run.report, fail_on))
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
  command.flags = {{"--no-ignore", "Also files that .gitignore names", &options->no_ignore},
                   {"--stdin", "One file, from standard input", &options->from_stdin},
                   {"--diff", "Show what --fix would change", &options->diff},
                   {"--fix", "Change the files where the right text is sure", &options->fix},
                   {"--unsafe", "With --fix or --diff: also where it is likely", &options->unsafe},
                   {"--history", "Secrets of all commits instead", &options->history},
                   {"--merge", "PATHs are reports in JSON, to be one", &options->merge},
                   {"--no-policy", "Without .prefect-config.yaml", &options->no_policy}};
  command.values = {output_option("text, json, html, sarif, github, gitlab or junit",
                                  options->outputs, format_names()),
                    {"--fail-on",
                     "SEVERITY",
                     "Exit status 1 from here on: error, warning, info, never",
                     &options->fail_on,
                     {"error", "warning", "info", "never"}},
                    {"--policy",
                     "FILE",
                     "Severities, paths and hosts, instead of .prefect-config.yaml",
                     &options->policy,
                     {},
                     false,
                     nullptr,
                     WordKind::file},
                    list("--select", "CODES", "Only these rules, or those that begin so: PC3,PC202",
                         options->select),
                    list("--ignore", "CODES", "Without these", options->ignore),
                    {"--baseline", "FILE",
                     "A former report in JSON: what is in it is not told again",
                     &options->baseline},
                    {"--changed",
                     "BASE",
                     "Only files that git says differ from this commit",
                     &options->changed,
                     {},
                     false,
                     nullptr,
                     WordKind::text,
                     &options->changed_given},
                    {"--shard", "I/N", "The I-th of N parts of the files", &options->shard},
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
                     "PATH...",
                     "Files and folders; without any, this launch",
                     nullptr,
                     {},
                     false,
                     &options->paths,
                     WordKind::file}};
  command.run = [options](const Context& context) { return run(*options, context); };
  return command;
}

}  // namespace prefect_config::tool
