// What a run of `lint` found: findings of many files, whole in themselves.
//
// What it is not: text (report/lint_*.cpp), or files: their texts are gone when the report is
// written, so that memory does not grow with what is linted.
#pragma once

#include <prefect_config/finding.hpp>

#include <cstddef>
#include <string>
#include <vector>

namespace prefect_config {

/// One line of a file, as it may be shown.
struct ShownSource {
  std::string line;        ///< printable, secrets masked in place; empty where there is none
  std::size_t column = 0;  ///< of the first caret, in columns of `line`, from 0
  std::size_t width = 0;   ///< how many carets
};

struct LintPlace {
  std::string file;  ///< relative to the folder that is linted
  Span span;
  std::string note;  ///< what is said of it
  ShownSource source;
};

/// One change of a file, by its bytes.
struct LintEdit {
  std::string file;
  std::size_t begin = 0;
  std::size_t end = 0;
  std::string text;
};

struct LintFix {
  bool is_safe = false;  ///< means the same, or what was meant beyond doubt
  std::vector<LintEdit> edits;
  /// A new text is a secret, or one in base64: it is written into the file and nowhere else.
  bool holds_secret = false;

  bool is_wanted(bool with_unsafe) const { return is_safe || with_unsafe; }
};

struct LintFinding {
  RuleId rule{};
  Severity severity = Severity::warning;
  std::string message;  ///< secrets masked
  LintPlace place;      ///< `note` is the label under the carets
  std::string launch;   ///< `compose service worker`; empty where it is about the file
  std::vector<LintPlace> related;
  std::string help;
  std::string next;  ///< a command to run, where there is one
  std::vector<LintFix> fixes;
  /// Equal for the same finding when lines move; 16 hexadecimal digits.
  std::string fingerprint;

  std::string_view code() const { return prefect_config::rule(rule).code; }
};

/// A credential that stands in the clear in a file.
struct LintCredential {
  std::string id;           ///< as `explain` calls it; `database_password` besides
  std::string fingerprint;  ///< under the key that was given; never the secret itself
  LintPlace place;
  std::string launch;                ///< that has it; empty where none is known to
  std::vector<std::string> used_on;  ///< the connections on which that launch sends it
};

struct LintSummary {
  std::size_t files = 0;     ///< looked at
  std::size_t launches = 0;  ///< found in them
  std::size_t findings = 0;
  std::size_t errors = 0;
  std::size_t warnings = 0;
  std::size_t skipped = 0;     ///< files that were not looked at, each with a note
  std::size_t suppressed = 0;  ///< by comments, baseline or policy
};

struct LintReport {
  LintSummary summary;
  std::vector<LintFinding> findings;  ///< by file, line, column, code
  std::vector<std::string> notes;  ///< what was skipped, and why; file names in them are printable
  bool lists_credentials = false;
  std::vector<LintCredential> credentials;  ///< where they are listed, by place
};

}  // namespace prefect_config
