#include "lint/request.hpp"

#include "adapters/git.hpp"
#include "lint/launches.hpp"
#include "sources/protect.hpp"
#include "support/descriptor.hpp"
#include "support/text.hpp"

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <filesystem>
#include <iterator>
#include <string_view>
#include <utility>
#include <vector>

namespace prefect_config {
namespace {

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

// The folder of what is linted first; this one where nothing is named.
std::string folder_of_run(const LintRequest& request, const std::string& here) {
  if (request.paths.empty()) return here;
  std::error_code error;
  const auto path = std::filesystem::path(here) / request.paths.front();
  const bool is_folder = std::filesystem::is_directory(path, error);
  auto folder = (is_folder ? path : path.parent_path()).lexically_normal().string();
  while (folder.size() > 1 && folder.back() == '/') folder.pop_back();
  return folder;
}

// The policy that counts: the one that is named, else that of the folder where the program runs, or
// of what is linted first. A text where it cannot be used.
std::string read_policy_of(const LintRequest& request, LintPolicy& policy) {
  if (!request.takes_policy) return {};
  std::error_code error;
  const auto here = std::filesystem::current_path(error).string();
  auto path = request.policy.empty()
                  ? find_policy(here)
                  : (std::filesystem::path(here) / request.policy).lexically_normal().string();
  if (path.empty()) path = find_policy(folder_of_run(request, here));
  if (path.empty()) return {};
  const auto name = shown_path(path);
  const auto text = text_of_report(path);
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
  if (!url || !url->winner) return;
  const auto host = host_of(text_of(url->value));
  if (host.empty() || policy.allows_host(host)) return;
  Finding finding{RuleId::host_not_allowed, {host, policy.name}};
  auto one = with_words_of(finding);
  one.launch = "this launch";
  one.place.file = url->winner->origin.where;
  one.place.span = url->winner->origin.value_span;
  run.report.findings.push_back(std::move(one));
}

// Known findings into `options`; a refusal where they cannot be had.
std::optional<LintRefusal> add_baseline(const std::string& path, LintOptions& options) {
  if (path.empty()) return std::nullopt;
  const auto text = text_of_report(path);
  if (!text) return LintRefusal{path + ": " + std::strerror(errno), true};
  if (!read_baseline(*text, options.baseline))
    return LintRefusal{path + ": no report of lint", true};
  return std::nullopt;
}

}  // namespace

std::optional<std::string> text_of_report(const std::string& path) {
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

std::variant<LintOptions, LintRefusal> read_lint_request(const LintRequest& request,
                                                         std::optional<Version> release) {
  constexpr std::string_view kLimits[] = {"", "error", "warning", "info", "never"};
  if (std::find(std::begin(kLimits), std::end(kLimits), request.fail_on) == std::end(kLimits))
    return LintRefusal{"fail_on takes one of error, warning, info, never"};
  LintOptions asked;
  std::string unknown;
  asked.select = codes_of(request.select, unknown);
  asked.ignore = codes_of(request.ignore, unknown);
  if (!unknown.empty()) return LintRefusal{"there is no rule `" + unknown + '`'};
  if (asked.select.empty() && !request.select.empty()) return LintRefusal{"--select names no rule"};
  if (!request.shard.empty() && !read_shard(request.shard, asked))
    return LintRefusal{"--shard takes I/N, as 2/4: the second of four parts"};
  asked.paths = request.paths;
  if (asked.paths.empty()) {
    // The past is that of the repository, wherever one stands in it.
    const auto root = request.looks_into_history ? git_root(".") : std::string();
    asked.paths = {root.empty() ? "." : root};
  }
  asked.respects_ignore_files = request.respects_ignore_files;
  asked.release = release;
  asked.changed_since = request.changed_since;
  asked.progress = request.progress;
  if (request.lists_credentials) {
    const auto key = request.fingerprint_key ? request.fingerprint_key : fingerprint_key();
    if (!key || key->empty()) return LintRefusal{"there is no key for fingerprints", true};
    asked.fingerprint_key = *key;
  }
  if (auto refusal = add_baseline(request.baseline, asked)) return std::move(*refusal);
  if (auto wrong = read_policy_of(request, asked.policy); !wrong.empty())
    return LintRefusal{std::move(wrong)};
  return asked;
}

LintRun lint_launch(Inspection& inspection, const AuthPlans& plans, const LintOptions& options) {
  add_credential_findings(inspection, plans);
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

bool reaches_limit(const LintReport& report, const std::string& fail_on, const LintPolicy& policy) {
  const auto& limit = !fail_on.empty() ? fail_on : policy.fail_on;
  if (limit == "never") return false;
  if (limit == "info") return report.summary.findings > 0;
  return report.summary.errors > 0 || (limit == "warning" && report.summary.warnings > 0);
}

}  // namespace prefect_config
