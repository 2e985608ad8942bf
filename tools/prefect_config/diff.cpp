#include "diff.hpp"

#include "support/descriptor.hpp"
#include "support/text.hpp"

#include <unistd.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>

namespace prefect_config::tool {
namespace {

struct Options {
  std::string a;
  std::string b;
  std::string output = "text";
};

constexpr std::string_view kStandardInput = "-";

bool is_document(const std::string& word) {
  return word == kStandardInput || (ends_with(word, ".json") && real_files().exists(word));
}

// One of the two, and the launch it was made of where it was; `failure` where it could not be had.
struct Side {
  DiffSide side;
  std::optional<Inspection> inspection;
  bool profile_unknown = false;
  std::optional<Outcome> failure;
};

Side failed_side(const std::string& what, int status) {
  Side side;
  side.failure = failed_with(status, what);
  return side;
}

FileText read_standard_input() {
  std::string text;
  if (!read_whole(STDIN_FILENO, text, FileSystem::kLargestFile)) return FileError::failed;
  if (text.size() > FileSystem::kLargestFile) return FileError::too_large;
  return text;
}

Side document_side(const std::string& word) {
  const bool is_input = word == kStandardInput;
  const std::string name = is_input ? "standard input" : word;
  const auto content = is_input ? read_standard_input() : real_files().read(word);
  if (const auto* error = std::get_if<FileError>(&content))
    return failed_side(name + ": " + std::string(file_error_text(*error)), status_failed);
  auto read = side_of_document(std::get<std::string>(content), name);
  if (const auto* problem = std::get_if<DocumentProblem>(&read)) {
    return failed_side(name + ": not what `explain -o json` prints: " + problem->reason,
                       status_failed);
  }
  Side side;
  side.side = std::get<DiffSide>(std::move(read));
  return side;
}

// `word` is the profile; where it is empty, the one that the launch has anyway.
Side launch_side(GlobalOptions options, const std::string& word, bool with_fingerprints) {
  if (!word.empty()) {
    options.profile = word;
    options.profile_given = true;
  }
  auto launch = launch_of(options);
  if (const auto* problem = std::get_if<LaunchProblem>(&launch))
    return failed_side(problem->reason, status_usage);
  const auto& given = std::get<Launch>(launch);
  if (!word.empty() && (given.profile != word || given.override_profile))
    return failed_side("--command: it names a profile, and so do A and B", status_usage);
  Side side;
  side.inspection = inspect(std::get<Launch>(std::move(launch)));
  const auto& inspection = *side.inspection;
  auto plans = plans_of(options, inspection);
  const auto key = with_fingerprints ? fingerprint_key() : std::nullopt;
  if (key) add_fingerprints(plans, *key);
  side.side = side_of_launch(inspection, plans, word);
  side.profile_unknown = !word.empty() && !inspection.command_line.selection.found;
  return side;
}

// A document has no more of a secret than its fingerprint.
Side side_of(const GlobalOptions& options, const std::string& word, const std::string& other) {
  return is_document(word) ? document_side(word) : launch_side(options, word, is_document(other));
}

// What is wrong with the words and options together; empty where nothing is.
std::string wrong_use(const Options& options, const GlobalOptions& global) {
  const bool has_range = !global.prefect_version_to.empty();
  if (options.a.empty() != options.b.empty()) return "diff takes two, A and B, or none";
  if (options.a.empty())
    return has_range ? "" : "diff takes A and B, or two releases: --prefect-version V..V";
  if (options.a == kStandardInput && options.b == kStandardInput)
    return "standard input can be one side only";
  const bool has_document = is_document(options.a) || is_document(options.b);
  if (has_range && has_document) return "a saved explanation is of one release: no V..V with it";
  if (global.profile_given) return "--profile: A and B say the profiles";
  return {};
}

void report_unknown(const Context& context, const Side& side, const std::string& word,
                    Outcome& outcome) {
  if (!side.profile_unknown || context.options.quiet) return;
  for (const auto& finding : side.side.findings) {
    if (finding.rule == RuleId::profile_unknown)
      outcome.err += finding_text(*side.inspection, finding, lines_for(context.err_is_terminal));
  }
  if (ends_with(word, ".json"))
    outcome.err += "there is no such file either: " + safe_text(word) + '\n';
}

// Whether the findings of both are the same but for the release that they name.
bool report_alike(const Side& a, const Side& b) {
  if (!a.inspection || !b.inspection || a.side.loads != b.side.loads) return false;
  const auto line = [](const Finding& finding) {
    return finding.place ? finding.place->where + ':' + std::to_string(finding.place->span.line)
                         : std::string();
  };
  return std::equal(a.side.findings.begin(), a.side.findings.end(), b.side.findings.begin(),
                    b.side.findings.end(), [&](const Finding& one, const Finding& other) {
                      const auto message = replace_all(one.message(), a.side.prefect_version,
                                                       b.side.prefect_version);
                      return one.rule == other.rule && line(one) == line(other) &&
                             message == other.message();
                    });
}

void report_side(const Context& context, const Side& side, const char* head, Outcome& outcome) {
  if (!side.inspection) return;
  Outcome part;
  report_findings(context, *side.inspection, side.side.findings, part);
  if (!part.err.empty()) outcome.err += head + part.err;
}

Outcome run(const Options& options, const Context& context) {
  if (const auto wrong = wrong_use(options, context.options); !wrong.empty())
    return {{}, "prefect-config: " + wrong + "\nnext: prefect-config diff --help\n", status_usage};
  auto second = context.options;
  if (!second.prefect_version_to.empty()) second.prefect_version = second.prefect_version_to;
  const auto a = side_of(context.options, options.a, options.b);
  if (a.failure) return *a.failure;
  const auto b = side_of(second, options.b, options.a);
  if (b.failure) return *b.failure;

  const auto diff = compare_sides(a.side, b.side);
  Outcome outcome;
  const bool is_known = !a.profile_unknown && !b.profile_unknown;
  const bool is_complete = a.side.complete && b.side.complete;
  const bool is_fine = diff.sides() == Same::yes && a.side.loads && b.side.loads && is_known;
  outcome.status = !is_complete ? status_failed : is_fine ? status_fine : status_negative;
  if (options.output == "json") {
    outcome.out = diff_json(diff, context.secrets());
  } else if (is_complete && is_known) {
    outcome.out = diff_text(diff, context.secrets());
  }
  if (!is_known) {
    report_unknown(context, a, options.a, outcome);
    report_unknown(context, b, options.b, outcome);
  } else if (report_alike(a, b)) {
    report_side(context, a, "", outcome);
  } else {
    report_side(context, a, "A:\n", outcome);
    report_side(context, b, "B:\n", outcome);
  }
  return outcome;
}

}  // namespace

Command diff_command() {
  const auto options = std::make_shared<Options>();
  Command command;
  command.name = "diff";
  command.help = "What differs: two profiles, releases or saved explanations";
  command.values = {
      {"a",
       "[A]",
       "A profile, or a file that `explain -o json` made",
       &options->a,
       {},
       false,
       nullptr,
       WordKind::profile_or_file},
      {"b",
       "[B]",
       "Another; for two releases --prefect-version V..V",
       &options->b,
       {},
       false,
       nullptr,
       WordKind::profile_or_file},
      {"-o,--output", "FORMAT", "text or json", &options->output, {"text", "json"}},
  };
  command.takes_releases = true;
  command.run = [options](const Context& context) { return run(*options, context); };
  return command;
}

}  // namespace prefect_config::tool
