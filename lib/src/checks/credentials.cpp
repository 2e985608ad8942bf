// What is wrong with the credentials of one launch, given what its connections would send.
//
// What it is not: the choice of what is sent (auth/plan.cpp).
#include <prefect_config/inspect.hpp>

#include "support/text.hpp"

#include <algorithm>

namespace prefect_config {
namespace {

std::optional<Place> place_of(const Resolved& resolved) {
  return resolved.winner ? std::optional(place_of(resolved.winner->origin)) : std::nullopt;
}

const Credential* find(const AuthPlans& plans, CredentialId id) {
  const auto found = std::find_if(plans.credentials.begin(), plans.credentials.end(),
                                  [id](const Credential& c) { return c.id == id; });
  return found == plans.credentials.end() || !found->value.truthy() ? nullptr : &*found;
}

std::string surfaces_text(const std::vector<Surface>& surfaces) {
  std::string text;
  for (const auto surface : surfaces) (text += text.empty() ? "" : ", ") += surface_name(surface);
  return text;
}

std::string use_text(const Credential& credential, const char* name) {
  return std::string(name) + (credential.used_on.empty()
                                  ? " is sent nowhere"
                                  : " goes to " + surfaces_text(credential.used_on));
}

// The command that takes a value away where it was written.
// The command that takes a value away; nothing where only an editor does: in a file of the project,
// and in JSON for a whole group, where more would go.
std::string unset_command(const Resolved& resolved) {
  const auto& winner = *resolved.winner;
  const auto& origin = winner.origin;
  if (winner.group_depth != 0) return {};
  if (origin.kind == SourceKind::environment) return "unset " + origin.key;
  if (!is_profile(origin.kind)) return {};
  return "prefect --profile " + shell_quoted(origin.table) + " config unset " +
         std::string(resolved.setting->name);
}

void check_both(const AuthPlans& plans, std::vector<Finding>& findings) {
  const auto* key = find(plans, CredentialId::api_key);
  const auto* auth = find(plans, CredentialId::auth_string);
  if (!key || !auth) return;
  // The one that is of less use is the one to take away: against Cloud the auth string, elsewhere
  // the key.
  const auto* wrong = plans.target == Target::cloud ? auth : key;
  const auto* right = plans.target == Target::cloud ? key : auth;
  Finding finding{RuleId::both_credentials_set, {}};
  finding.arguments.emplace_back(use_text(*key, "the key") + ", " +
                                 use_text(*auth, "the auth string"));
  finding.arguments.emplace_back(plans.target == Target::cloud
                                     ? "Prefect Cloud does not know auth strings"
                                     : "a self-hosted server does not know keys");
  finding.arguments.emplace_back(
      "Prefect's documentation says the key wins: over HTTP that was so up to 3.4.0 only");
  finding.place = place_of(*wrong->setting);
  if (auto place = place_of(*right->setting)) {
    place->note = "the other one: " + right->setting->winner->origin.key;
    finding.related.push_back(std::move(*place));
  }
  if (wrong->setting->winner) finding.next = unset_command(*wrong->setting);
  findings.push_back(std::move(finding));
}

bool is_cloud_key(const SettingValue& key) {
  return key.with([](const Value& value) {
    const auto* text = value.get<std::string>();
    return text && (starts_with(*text, "pnu_") || starts_with(*text, "pnb_"));
  });
}

void check_foreign_key(const AuthPlans& plans, std::vector<Finding>& findings) {
  const auto* key = find(plans, CredentialId::api_key);
  if (!key || plans.target != Target::self_hosted || key->used_on.empty() ||
      !is_cloud_key(key->value))
    return;
  Finding finding{RuleId::key_to_other_host, {}};
  finding.place = place_of(*key->setting);
  if (key->setting->winner) finding.next = unset_command(*key->setting);
  findings.push_back(std::move(finding));
}

void check_empty(const Inspection& inspection, std::vector<Finding>& findings) {
  struct Watched {
    const char* path;
    const char* consequence;
  };
  constexpr Watched kWatched[] = {{"api.key", "no API key is sent"},
                                  {"api.auth_string", "no auth string is sent"},
                                  {"api.url", "there is no server to talk to"}};
  for (const auto& [path, consequence] : kWatched) {
    const auto* resolved = inspection.find(path);
    if (!resolved || !resolved->winner || !resolved->value.is_empty_text()) continue;
    const auto& origin = resolved->winner->origin;
    const bool in_file = is_profile(origin.kind);
    Finding finding{RuleId::credential_empty,
                    {origin.key, in_file ? "profile " + origin.table : origin.where, consequence}};
    finding.arguments.emplace_back(resolved->shadowed.empty()
                                       ? "an empty value counts as set; take it away"
                                       : "take it away, then the one it hides is used");
    finding.place = place_of(*resolved);
    for (const auto* hidden : resolved->shadowed)
      finding.related.push_back(place_of(hidden->origin, "hidden by it"));
    finding.next = unset_command(*resolved);
    findings.push_back(std::move(finding));
  }
}

}  // namespace

std::vector<Finding> check_credentials(const Inspection& inspection, const AuthPlans& plans) {
  std::vector<Finding> findings;
  if (plans.target == Target::ephemeral) {
    findings.push_back({RuleId::temporary_server, {}});
  }
  check_both(plans, findings);
  check_foreign_key(plans, findings);
  check_empty(inspection, findings);
  return findings;
}

}  // namespace prefect_config
