// What a project has decided about its findings: `.prefect-config.yaml`, beside its files.
//
// What it is not: a way to find more. It gives rules another severity, leaves files out, and says
// which hosts an API URL may lead to.
//
// To add a key: its member, its row in `read_policy`, its line in docs/cli.md and in
// tests/unit/lint/test_policy.cpp.
#pragma once

#include <prefect_config/finding.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace prefect_config {

struct LintPolicy {
  /// Another severity for a rule, or for all whose codes begin so; nothing: off.
  struct Weight {
    std::string code;
    std::optional<Severity> severity;
  };
  /// What is different for some files.
  struct Files {
    std::vector<std::string> patterns;
    bool are_skipped = false;
    std::vector<Weight> weights;
  };

  std::string folder;  ///< absolute; what its patterns begin at
  std::string name;    ///< the file, for people
  std::string fail_on;
  std::vector<Weight> weights;
  std::vector<Files> files;
  std::vector<std::string> allowed_hosts;  ///< patterns; none: every host is

  /// `file` is absolute.
  bool skips(std::string_view file) const;
  /// The severity that a finding of a rule gets in a file; nothing: it is off. Of several weights
  /// the one with the longest code counts, of equal ones the last, and those for files before those
  /// for all.
  std::optional<Severity> severity(std::string_view code, Severity own,
                                   std::string_view file) const;
  bool allows_host(std::string_view host) const;
};

/// Why a text is no policy, and where.
struct PolicyProblem {
  Span place;
  std::string reason;
};

std::variant<LintPolicy, PolicyProblem> read_policy(std::string_view text);

/// The policy of a folder: in it, or in the nearest one above up to the repository's; empty where
/// there is none. Absolute, as `folder` is.
std::string find_policy(const std::string& folder);

/// Whether a text matches a pattern: `*` is any text, also over `/`; `?` a character; `[ab]` one of
/// several; a pattern that names a folder stands for all below it.
bool matches_pattern(std::string_view pattern, std::string_view text);

/// Whether a code, or the beginning of one, is that of a rule.
bool names_a_rule(std::string_view code);

}  // namespace prefect_config
