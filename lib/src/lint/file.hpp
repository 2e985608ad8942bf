// One file linted: scanned, read as what it is, its launches given to the engine.
//
// What it is not: a walk over files (run.cpp), or what follows from several of them (across.hpp).
//
// To add a rule of launches: a row in checks/rules.cpp, a function in launches.cpp, its page
// docs/rules/CODE.md with a bad example, and its line in tests/unit/lint.
#pragma once

#include <prefect_config/version.hpp>

#include "launch/written.hpp"
#include "lint/policy.hpp"
#include "lint/report.hpp"
#include "lint/secrets.hpp"
#include "support/byte_span.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace prefect_config {

struct LintInput {
  std::string path;  ///< relative to the folder that is linted
  std::string_view text;
  std::size_t first_line = 1;  ///< where the text is a piece of a larger file
  /// Another file, by its path relative to this one's folder.
  std::function<std::shared_ptr<const std::string>(const std::string& path)> sibling = {};
  const LintPolicy* policy = nullptr;     ///< for the hosts that it allows
  std::optional<Version> release = {};    ///< of Prefect, where a file does not say which
  std::string_view fingerprint_key = {};  ///< where credentials are to be listed; else empty
  /// Whether the text is the file as it is, so that changes of it can be proposed.
  bool takes_fixes = false;
  std::size_t offset = 0;  ///< of the text in its file, for the places of fixes
  bool wants_shown_lines = false;
  std::vector<ByteSpan> also_hidden = {};  ///< of the text, wherever its lines are shown
};

/// An auth string, which those of other files may be compared with.
struct LintFact {
  bool is_server = false;  ///< the server's own; else a client's
  std::string value;       ///< a secret; never shown
  std::string launch_kind;
  std::string launch_name;  ///< empty where its file has one launch
  /// Of a client where its API URL leads, as far as that can be read; of a server those it has.
  std::vector<std::string> hosts;
  LintPlace place;

  std::string launch() const {
    return launch_kind + (launch_name.empty() ? "" : ' ' + launch_name);
  }
};

struct LintFileResult {
  std::vector<LintFinding> findings;  ///< without fingerprints
  std::vector<LintFact> facts;
  std::vector<LintCredential> credentials;
  std::vector<std::string> notes;
  std::size_t launches = 0;
  std::size_t variables = 0;  ///< of all launches, and settings
  std::size_t names = 0;      ///< how many different ones in each, added up
  std::size_t suppressed = 0;
  std::vector<std::string> shown_lines;  ///< where they are wanted: secrets masked in place
  std::vector<ByteSpan> hidden;          ///< the same: what is masked in them
};

/// Whether one of the words of prefilter.hpp is in it: else nothing is found in it.
bool can_matter(std::string_view text);

LintFileResult lint_file(const LintInput& input);

}  // namespace prefect_config
