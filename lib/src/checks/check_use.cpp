// What is sent where: who wins, who is passed over, what is missing, what others could read.
#include "auth/address.hpp"
#include "checks/checks.hpp"
#include "sources/protect.hpp"
#include "support/text.hpp"

#include <algorithm>
#include <iterator>
#include <string>
#include <utility>
#include <vector>

namespace prefect_config {
namespace {

std::string use_text(const AuthPlans& plans, const Credential& credential,
                     const std::string& name) {
  const auto used = credential.used_for(plans.target);
  return name + (used.empty() ? " is sent nowhere" : " goes to " + surfaces_text(used));
}

// ---- missing

// Prefect Cloud answers 401 to whoever comes without a key.
bool check_missing_key(Checked& checked) {
  const auto& plans = checked.plans;
  if (plans.target != Target::cloud || find_credential(plans, CredentialId::api_key)) return false;
  const auto* key = checked.inspection.find("api.key");
  if (key && key->winner) return true;  // set and empty: that is said already
  const auto* auth = find_credential(plans, CredentialId::auth_string);
  const bool has_custom = custom_authorization(plans) != nullptr;
  Finding finding{RuleId::cloud_without_key, {}};
  finding.arguments.emplace_back(
      has_custom ? "the clients of events and logs refuse, whatever header there is"
      : auth     ? "Prefect Cloud does not know auth strings"
                 : "every request is answered with 401");
  if (auth) finding.place = place_of(*auth->setting);
  finding.next = "prefect cloud login";
  checked.findings.push_back(std::move(finding));
  return true;
}

// The server's own setting is of no use to a client.
void check_server_name(Checked& checked) {
  const auto* server = checked.written("server.api.auth_string");
  if (!server || checked.plans.target != Target::self_hosted ||
      find_credential(checked.plans, CredentialId::auth_string) ||
      find_credential(checked.plans, CredentialId::url_userinfo) ||
      custom_authorization(checked.plans))
    return;
  auto& finding =
      checked.add(RuleId::server_name_on_client, *server, {std::string(server->setting->name)});
  finding.instead = Replacement{Replacement::Of::key, "PREFECT_API_AUTH_STRING", false};
}

// The command that takes a credential away, where the server it is wrong for was written beside it:
// in a profile whose own URL is hidden, it may be just the right one.
std::string unset_for_server(const Checked& checked, const Resolved& credential) {
  const auto* url = checked.written("api.url");
  const bool in_profile = credential.winner && is_profile(credential.winner->origin.kind);
  const bool same_source = url && credential.winner &&
                           url->winner->origin.kind == credential.winner->origin.kind &&
                           url->winner->origin.table == credential.winner->origin.table;
  return in_profile && !same_source ? std::string() : unset_command(credential);
}

// ---- both

void check_both(Checked& checked, bool url_is_wrong) {
  const auto& plans = checked.plans;
  const auto* key = find_credential(plans, CredentialId::api_key);
  const auto* auth = find_credential(plans, CredentialId::auth_string);
  const bool has_target = plans.target == Target::cloud || plans.target == Target::self_hosted;
  if (!key || !auth || !has_target) return;
  // The one that is of less use is the one to take away: against Cloud the auth string, elsewhere
  // the key.
  const bool cloud = plans.target == Target::cloud;
  const auto* wrong = cloud ? auth : key;
  const auto* right = cloud ? key : auth;
  auto& finding = checked.add(
      RuleId::both_credentials_set, *wrong->setting,
      {use_text(plans, *key, "the key") + ", " + use_text(plans, *auth, "the auth string"),
       url_is_wrong ? "one of two"
       : cloud      ? "Prefect Cloud does not know auth strings"
                    : "a self-hosted server knows no keys"});
  if (auto place = place_of(*right->setting)) {
    place->note = "the other one: " + right->setting->winner->origin.key;
    finding.related.push_back(std::move(*place));
  }
  // Which one is wrong, the URL says, if it is right itself.
  if (!url_is_wrong) finding.next = unset_for_server(checked, *wrong->setting);
}

// ---- too much

bool is_cloud_key(const SettingValue& key) {
  const auto text = text_of(key);
  return starts_with(text, "pnu_") || starts_with(text, "pnb_");
}

void check_foreign_key(Checked& checked) {
  const auto* key = find_credential(checked.plans, CredentialId::api_key);
  if (!key || checked.plans.target != Target::self_hosted ||
      key->used_for(checked.plans.target).empty() || !is_cloud_key(key->value))
    return;
  const auto* url = checked.written("api.url");
  checked
      .add(RuleId::key_to_other_host, *key->setting,
           {url ? source_of(url->winner->origin) : std::string()})
      .next = unset_for_server(checked, *key->setting);
}

void check_custom_authorization(Checked& checked) {
  const auto* found = custom_authorization(checked.plans);
  if (!found) return;
  auto text = use_text(checked.plans, *found, "it");
  for (const auto& [id, name] : {std::pair(CredentialId::api_key, "the key"),
                                 std::pair(CredentialId::auth_string, "the auth string")}) {
    if (const auto* other = find_credential(checked.plans, id))
      text += ", " + use_text(checked.plans, *other, name);
  }
  checked.add(RuleId::custom_authorization, *found->setting, {std::move(text)});
}

// Whether a header's name says that it carries a secret.
bool is_for_secrets(const std::string& name) {
  constexpr std::string_view kWords[] = {"auth",   "token",    "key",    "secret",
                                         "cookie", "password", "session"};
  const auto low = lower(name.substr(name.find(':') + 1));
  return std::any_of(std::begin(kWords), std::end(kWords),
                     [&low](auto word) { return low.find(word) != std::string::npos; });
}

void check_plain_http(Checked& checked) {
  const auto* url = checked.written("api.url");
  // Of what may be shown of it.
  const auto address = url ? parse_address(url->value.masked().str()) : std::nullopt;
  if (!address || address->scheme != "http") return;
  const auto& host = address->host;
  if (host.empty() || is_loopback_host(host) || host == "0.0.0.0") return;
  std::string sent;
  for (const auto& credential : checked.plans.credentials) {
    const bool is_header = credential.id == CredentialId::custom_header;
    if (credential.used_for(checked.plans.target).empty() ||
        (is_header && !is_for_secrets(credential.name)))
      continue;
    const auto* name = credential.id == CredentialId::api_key       ? "the key"
                       : credential.id == CredentialId::auth_string ? "the auth string"
                       : credential.id == CredentialId::url_userinfo
                           ? "user and password of the URL"
                           : "custom headers";
    if (sent.find(name) == std::string::npos) (sent += sent.empty() ? "" : ", ") += name;
  }
  if (sent.empty()) return;
  auto& finding = checked.add(RuleId::credential_in_clear, *url, {host, sent});
  if (is_internal_host(host)) finding.severity_override = Severity::info;
}

void check_verification(Checked& checked) {
  const auto* skip = checked.written("api.tls_insecure_skip_verify");
  const auto& plans = checked.plans.surfaces;
  const bool is_used = std::any_of(plans.begin(), plans.end(), [](const AuthPlan& plan) {
    return plan.tls && !plan.tls->verify;
  });
  if (skip && is_used) checked.add(RuleId::tls_not_verified, *skip, {}).next = unset_command(*skip);
}

// ---- hidden

// Whether this one is of no use to the target anyway.
bool is_useless(std::string_view path, Target target) {
  return (path == "api.auth_string" && target == Target::cloud) ||
         (path == "api.key" && target == Target::self_hosted);
}

void check_empty(Checked& checked, bool url_is_wrong) {
  struct Watched {
    const char* path;
    const char* consequence;
  };
  constexpr Watched kWatched[] = {{"api.key", "no API key is sent"},
                                  {"api.auth_string", "no auth string is sent"},
                                  {"api.url", "there is no server to talk to"}};
  for (const auto& [path, consequence] : kWatched) {
    const auto* resolved = checked.inspection.find(path);
    if (!resolved || !resolved->winner || !resolved->value.is_empty_text()) continue;
    const auto& origin = resolved->winner->origin;
    const auto target = checked.plans.target;
    const bool useless = !url_is_wrong && is_useless(path, target);
    const bool is_url = std::string_view(path) == "api.url";
    auto& finding = checked.add(
        RuleId::credential_empty, *resolved,
        {resolved->winner->group_depth == 0 ? origin.key : path + (" in " + origin.key),
         source_of(origin),
         is_url && target == Target::ephemeral ? "a temporary server is started" : consequence,
         useless                      ? "what it hides is of no use to this server anyway"
         : resolved->shadowed.empty() ? "an empty value counts as set; take it away"
                                      : "take it away, then the one it hides is used"});
    for (const auto* hidden : resolved->shadowed)
      finding.related.push_back(place_of(hidden->origin, "hidden by it"));
    if (useless) {
      finding.severity_override = Severity::info;
    } else {
      if (target == Target::cloud) finding.severity_override = Severity::error;
      finding.next = unset_command(*resolved);
    }
  }
}

// Another value of a stronger source: the key of another day in the environment.
void check_shadowed(Checked& checked) {
  for (const auto* path : {"api.url", "api.key", "api.auth_string"}) {
    const auto* resolved = checked.written(path);
    if (!resolved) continue;
    const auto text = text_of(resolved->winner->written);
    std::vector<Place> hidden;
    for (const auto* candidate : resolved->shadowed) {
      const bool is_written =
          candidate->origin.key_span.exists() || candidate->origin.kind == SourceKind::environment;
      if (is_written && candidate->written.truthy() && text_of(candidate->written) != text)
        hidden.push_back(place_of(candidate->origin, "hidden by it"));
    }
    if (hidden.empty()) continue;
    const auto& origin = resolved->winner->origin;
    auto& finding = checked.add(RuleId::value_shadowed, *resolved,
                                {std::string(resolved->setting->name), source_of(origin)});
    finding.related = std::move(hidden);
    // Another server for one command is what the environment is for.
    if (std::string_view(path) == "api.url") finding.severity_override = Severity::info;
  }
}

// ---- what the clients themselves say

// Refusals that nothing above explains, one finding a reason.
void check_refusals(Checked& checked, const std::vector<AuthPlan::Cause>& explained) {
  std::vector<std::pair<std::string, std::vector<Surface>>> reasons;
  for (const auto& plan : checked.plans.surfaces) {
    if (plan.outcome != AuthPlan::Outcome::refuses || plan.notes.empty()) continue;
    if (!concerns(plan.surface, checked.plans.target)) continue;
    if (std::find(explained.begin(), explained.end(), plan.cause) != explained.end()) continue;
    const auto found = std::find_if(reasons.begin(), reasons.end(), [&](const auto& reason) {
      return reason.first == plan.notes.front();
    });
    if (found == reasons.end()) {
      reasons.push_back({plan.notes.front(), {plan.surface}});
    } else {
      found->second.push_back(plan.surface);
    }
  }
  for (const auto& [reason, surfaces] : reasons) {
    Finding finding{RuleId::client_refuses, {surfaces_text(surfaces), reason}};
    if (checked.plans.at(surfaces.front()).unless_installed)
      finding.severity_override = Severity::warning;
    checked.findings.push_back(std::move(finding));
  }
}

}  // namespace

void check_use(Checked& checked, bool url_is_wrong, bool form_is_wrong) {
  check_both(checked, url_is_wrong);
  // Where the URL is a mistake, the key is not.
  if (!url_is_wrong) check_foreign_key(checked);
  check_empty(checked, url_is_wrong);
  check_shadowed(checked);
  check_server_name(checked);
  const bool key_is_missing = check_missing_key(checked);
  check_custom_authorization(checked);
  check_plain_http(checked);
  check_verification(checked);
  if (!checked.inspection.loads || checked.plans.target == Target::none) return;
  std::vector<AuthPlan::Cause> explained;
  if (url_is_wrong) explained.push_back(AuthPlan::Cause::url);
  if (form_is_wrong) explained.push_back(AuthPlan::Cause::header);
  if (key_is_missing)  // or empty, which makes a header that cannot be sent
    explained.insert(explained.end(), {AuthPlan::Cause::no_key, AuthPlan::Cause::header});
  check_refusals(checked, explained);
}

}  // namespace prefect_config
