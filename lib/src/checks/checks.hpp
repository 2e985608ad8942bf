// What is wrong with the credentials of one launch: one function a subject, each of which adds
// findings.
//
// What it is not: the choice of what is sent (auth/plan.cpp), or a word of text (rules.cpp).
//
// To add a check: a rule in rules.cpp, the function that sees it in the file of its subject, a page
// docs/rules/CODE.md, and its launch in tests/unit/checks/test_rules.cpp.
#pragma once

#include <prefect_config/inspect.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace prefect_config {

/// What the checks look at, and where their findings go.
struct Checked {
  const Inspection& inspection;
  const AuthPlans& plans;
  std::vector<Finding>& findings;

  /// What is set by somebody and not empty; else nullptr.
  const Resolved* written(std::string_view path) const;
  /// Whether the API client sends nothing at all.
  bool http_refuses() const;
  /// Adds a finding about a setting, at the place where it was written.
  Finding& add(RuleId rule, const Resolved& about, std::vector<std::string> arguments);
};

/// The API's URL. True where it cannot be the one that was meant: then what follows from it is no
/// news.
bool check_url(Checked& checked);

/// How keys and auth strings are written. True where a client cannot send one of them.
bool check_forms(Checked& checked);

/// What is sent where: winners, losers, and what nobody sends.
void check_use(Checked& checked, bool url_is_wrong, bool form_is_wrong);

/// Files: who can read them, and which were not read.
void check_files(Checked& checked);

/// Releases whose own faults stand in the way of these credentials.
void check_release(Checked& checked);

/// Where a value was written; nothing of a default.
std::optional<Place> place_of(const Resolved& resolved);

/// The command that takes a value away; empty where only an editor does: in a file of the project,
/// and in JSON for a whole group, where more would go.
std::string unset_command(const Resolved& resolved);
/// The command that writes another value in its place; empty likewise.
std::string set_command(const Resolved& resolved, const std::string& value);

/// `profile prod`, `environment`, a path.
std::string source_of(const Origin& origin);

/// Whether a text is a template that something was to fill in: `${KEY}`, `{{ key }}`, `$KEY`.
bool is_template(std::string_view text);
/// Whether quotes stand around it.
bool is_quoted(std::string_view text);

/// A blank or control character that no credential is written with on purpose, in words; empty
/// where there is none. Blanks inside an auth string can be meant. `text` is not empty.
std::string blanks_in(const std::string& text, bool also_inside);
/// What to do about it.
std::string help_with_blanks(std::string_view blanks);

/// Adds the finding of a value that is, or holds, a template.
void add_template(Checked& checked, const Resolved& about, const std::string& text);

const Credential* find_credential(const AuthPlans& plans, CredentialId id);
/// The custom header called Authorization, in whatever case; else nullptr.
const Credential* custom_authorization(const AuthPlans& plans);
/// The connections of a list, by name.
std::string surfaces_text(const std::vector<Surface>& surfaces);

}  // namespace prefect_config
