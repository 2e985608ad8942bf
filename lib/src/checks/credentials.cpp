#include "checks/checks.hpp"
#include "sources/known_secrets.hpp"
#include "sources/protect.hpp"
#include "support/text.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace prefect_config {

const Resolved* Checked::written(std::string_view path) const {
  const auto* resolved = inspection.find(path);
  return resolved && resolved->winner && resolved->value.truthy() ? resolved : nullptr;
}

bool Checked::http_refuses() const {
  return plans.at(Surface::http).outcome == AuthPlan::Outcome::refuses;
}

Finding& Checked::add(RuleId rule, const Resolved& about, std::vector<std::string> arguments) {
  Finding finding{rule, std::move(arguments)};
  finding.place = place_of(about);
  findings.push_back(std::move(finding));
  return findings.back();
}

std::optional<Place> place_of(const Resolved& resolved) {
  if (!resolved.winner) return std::nullopt;
  auto place = place_of(resolved.winner->origin);
  // There is no line to show, so that the variable itself is shown.
  if (resolved.winner->origin.kind == SourceKind::environment &&
      !resolved.winner->origin.key_span.exists() && resolved.winner->group_depth == 0) {
    place.variable = resolved.winner->origin.key;
    const auto& written = resolved.winner->written;
    place.shown_value = written.is_empty_text() ? std::string() : written.masked().str();
  }
  return place;
}

std::string unset_command(const Resolved& resolved) {
  if (!resolved.winner || resolved.winner->group_depth != 0) return {};
  const auto& origin = resolved.winner->origin;
  // What stands in a file is for an editor.
  if (origin.kind == SourceKind::environment)
    return origin.key_span.exists() ? std::string() : "unset " + origin.key;
  if (!is_profile(origin.kind)) return {};
  return "prefect-config --profile " + shell_quoted(origin.table) + " unset " +
         std::string(resolved.setting->name);
}

std::string set_command(const Resolved& resolved, const std::string& value) {
  if (!resolved.winner || resolved.winner->group_depth != 0) return {};
  const auto& origin = resolved.winner->origin;
  if (origin.kind == SourceKind::environment && origin.key_span.exists()) return {};
  if (origin.kind == SourceKind::environment)
    return "export " + origin.key + '=' + shell_quoted(value);
  if (!is_profile(origin.kind)) return {};
  return "prefect-config --profile " + shell_quoted(origin.table) + " set " +
         shell_quoted(std::string(resolved.setting->name) + '=' + value);
}

std::string source_of(const Origin& origin) {
  return is_profile(origin.kind) ? "profile " + origin.table : origin.where;
}

bool is_template(std::string_view text) {
  const auto holds = [text](std::string_view open, std::string_view close) {
    const auto begin = text.find(open);
    return begin != std::string_view::npos &&
           text.find(close, begin + open.size()) != std::string_view::npos;
  };
  // `$NAME`; a password may begin like it, and is hardly all capitals.
  const bool is_variable =
      text.size() > 1 && text[0] == '$' && std::all_of(text.begin() + 1, text.end(), [](char c) {
        return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
      });
  return is_variable || holds("${", "}") || holds("{{", "}}") || holds("$(", ")") ||
         (starts_with(text, "<") && ends_with(text, ">"));
}

bool is_quoted(std::string_view text) {
  return text.size() > 1 && (text.front() == '"' || text.front() == '\'') &&
         text.back() == text.front();
}

std::string blanks_in(const std::string& text, bool also_inside) {
  const auto is_blank = [](char c) { return static_cast<unsigned char>(c) <= ' ' || c == 0x7F; };
  const auto is_line_end = [](char c) { return c == '\n' || c == '\r'; };
  if (is_line_end(text.back())) return "ends in a line end";
  if (is_blank(text.back())) return "ends in a blank";
  if (is_blank(text.front())) return "begins with a blank";
  if (std::any_of(text.begin(), text.end(), is_line_end)) return "holds a line end";
  if (also_inside && std::any_of(text.begin(), text.end(), is_blank)) return "holds a blank";
  return {};
}

std::string help_with_blanks(std::string_view blanks) {
  return ends_with(blanks, "line end")
             ? "`echo` adds a line end, also before `base64`; `printf %s` and `echo -n` do not"
             : "take it away";
}

void add_template(Checked& checked, const Resolved& about, const std::string& text) {
  auto& finding = checked.add(RuleId::value_is_template, about, {std::string(about.setting->name)});
  // What only holds one can be meant: a password may look like anything.
  const bool is_whole = text.front() == '$' || text.front() == '{' || text.front() == '<';
  if (!is_whole) finding.severity_override = Severity::warning;
}

const Credential* find_credential(const AuthPlans& plans, CredentialId id) {
  const auto found = std::find_if(plans.credentials.begin(), plans.credentials.end(),
                                  [id](const Credential& c) { return c.id == id; });
  return found == plans.credentials.end() || !found->value.truthy() ? nullptr : &*found;
}

const Credential* custom_authorization(const AuthPlans& plans) {
  const auto found = std::find_if(plans.credentials.begin(), plans.credentials.end(),
                                  [](const Credential& credential) {
                                    return credential.id == CredentialId::custom_header &&
                                           ends_with(lower(credential.name), ":authorization");
                                  });
  return found == plans.credentials.end() ? nullptr : &*found;
}

std::string surfaces_text(const std::vector<Surface>& surfaces) {
  std::string text;
  for (const auto surface : surfaces) (text += text.empty() ? "" : ", ") += surface_name(surface);
  return text;
}

namespace {

void hide_in(Finding& finding, const KnownSecrets& known) {
  for (auto& argument : finding.arguments) argument = known.masked(std::move(argument));
  finding.next = known.masked(std::move(finding.next));
}

}  // namespace

std::vector<Finding> check_credentials(const Inspection& inspection, const AuthPlans& plans) {
  std::vector<Finding> findings;
  Checked checked{inspection, plans, findings};
  const bool url_is_wrong = check_url(checked);
  const bool form_is_wrong = check_forms(checked);
  check_use(checked, url_is_wrong, form_is_wrong);
  check_release(checked);
  check_files(checked);
  if (const auto& known = inspection.known_secrets) {
    for (auto& finding : findings) hide_in(finding, *known);
  }
  return findings;
}

void add_credential_findings(Inspection& inspection, const AuthPlans& plans) {
  auto& findings = inspection.findings;
  auto more = check_credentials(inspection, plans);
  findings.insert(findings.end(), std::make_move_iterator(more.begin()),
                  std::make_move_iterator(more.end()));
  std::stable_sort(findings.begin(), findings.end(),
                   [](const Finding& a, const Finding& b) { return a.severity() < b.severity(); });
}

}  // namespace prefect_config
