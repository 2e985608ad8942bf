/// \file
/// What is asked for, in the words of the program's options: a launch, or files to lint.
///
/// What it is not: a command line. Texts are taken as they are given; what is wrong with them is
/// said in a sentence that names the option.
#pragma once

#include <prefect_config/launch.hpp>
#include <prefect_config/version.hpp>

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace prefect_config {

/// Which launch is meant. Of `pid` and `from` one at most; with neither it is this process's.
/// Relative paths begin where this process is.
struct LaunchRequest {
  std::optional<std::string> profile = {};
  std::string prefect_version = "auto";  ///< a release, or `auto`: the installed one
  std::string venv = {};                 ///< this folder's Prefect
  std::string python = {};  ///< without a release or a `venv`: this Python's Prefect, if it has one
  std::string working_directory = {};
  std::string user_home = {};
  std::string env_file = {};                ///< laid over the environment
  std::string pid = {};                     ///< of a running process (Linux)
  std::string from = {};                    ///< `FILE#NAME`, or FILE where it holds one launch
  std::optional<std::string> command = {};  ///< what is started from there
  /// Instead of this process's own environment.
  std::optional<std::vector<EnvironmentVariable>> environment = {};
  bool clean_environment = false;
};

/// `3.8.8`, or `v3.8.8` as tags are written.
std::optional<Version> release_of(const std::string& text);

/// `2.20.0 to 2.20.27, 3.0.0 to 3.9.1`: one range for each major version.
std::string known_releases();

/// What is wrong with a release that is asked for; empty where nothing is.
std::string wrong_release(const std::string& text);

/// What is wrong with a request before anything is read for it: a release that is none, a folder
/// that is not there, options that do not go together. Empty where nothing is.
std::string wrong_request(const LaunchRequest& request);

/// The launch that is asked for, or why there is none.
std::variant<Launch, LaunchProblem> requested_launch(const LaunchRequest& request);

/// What is linted, and how.
struct LintRequest {
  std::vector<std::string> paths = {};   ///< files and folders; none: the launch
  std::vector<std::string> select = {};  ///< codes, or their beginnings; none: all
  std::vector<std::string> ignore = {};
  std::string fail_on = {};   ///< error, warning, info or never; empty: what the policy says
  std::string policy = {};    ///< a file, instead of the project's own
  std::string baseline = {};  ///< a former report: what is in it is not told again
  std::string shard = {};     ///< `2/4`
  std::optional<std::string> changed_since = {};  ///< only what differs from this commit
  bool takes_policy = true;
  bool respects_ignore_files = true;
  bool looks_into_history = false;  ///< the secrets of every commit instead
  bool lists_credentials =
      false;  ///< in the document also what stands in the clear, by fingerprint
  std::optional<std::string> fingerprint_key =
      {};                      ///< for `lists_credentials`; none: this user's own
  bool shows_secrets = false;  ///< of the launch; files' are never shown
  /// Called now and then, from any thread, where somebody watches.
  std::function<void(std::size_t done, std::size_t all)> progress = {};
};

/// A request that cannot be answered.
struct LintRefusal {
  std::string reason;
  bool is_unreadable = false;  ///< a file could not be read; else the request is wrong
};

/// A report of lint as its document (docs/schema/lint.v1.schema.json).
struct LintAnswer {
  std::string json;
  bool is_reached = false;            ///< a finding is at or above `fail_on`
  std::vector<std::string> problems;  ///< what could not be done: a path that is not there
  std::vector<std::string> warnings;  ///< what makes the answer less than it seems
};

/// What `prefect-config lint -o json` prints. `launch` counts where no path is named, and gives the
/// release where `has_release` says that one was asked for.
std::variant<LintAnswer, LintRefusal> lint_answer(const LintRequest& request, Launch launch,
                                                  bool has_release);

}  // namespace prefect_config
