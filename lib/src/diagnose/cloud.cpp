// Prefect Cloud's answers: which key it does not know, and which workspace the key does not reach.
//
// From Prefect's documentation and its clients' own messages; no real Prefect Cloud was measured.
#include "checks/checks.hpp"
#include "diagnose/cause.hpp"
#include "diagnose/forms.hpp"
#include "diagnose/workspaces.hpp"
#include "sources/protect.hpp"
#include "support/text.hpp"

#include <algorithm>
#include <string>
#include <utility>

namespace prefect_config {
namespace {

constexpr const char* kMakeRoom =
    "prefect-config profile create NAME --cloud --workspace ACCOUNT/WORKSPACE --key-stdin";

Cause refused_key(const Evidence& evidence) {
  const auto* key = find_credential(evidence.plans, CredentialId::api_key);
  const auto form = key ? wrong_key(text_of(key->value)) : std::string();
  if (!form.empty())
    return {RuleId::credential_of_other_kind,
            {"Prefect Cloud", "an API key", form, "write the key, and nothing around it"},
            About::sent,
            command_for_secret(evidence.inspection, "api.key")};
  // `prefect cloud login` refuses where the environment has another key.
  const bool in_profile =
      key && key->setting->winner && is_profile(key->setting->winner->origin.kind);
  return {RuleId::key_refused, {}, About::sent, in_profile ? "prefect cloud login" : ""};
}

Cause refused(const Evidence& evidence, Surface surface) {
  const auto& plan = evidence.plans.at(surface);
  const auto header = authorization_from(plan);
  const auto from = header.value_or(plan.token_from);
  if (from == "api_key") return refused_key(evidence);
  // Without a key the client of Prefect Cloud sends the words `Bearer None`.
  const bool has_credential =
      std::any_of(evidence.plans.credentials.begin(), evidence.plans.credentials.end(),
                  [&from](const Credential& credential) { return credential.name == from; });
  if (!has_credential)
    return {RuleId::credential_missing,
            {"an API key", kConnections, "set PREFECT_API_KEY, or log in"},
            About::nothing,
            "prefect cloud login"};
  return {RuleId::credential_of_other_kind,
          {"Prefect Cloud", "an API key",
           from == "auth_string" ? "the auth string of a self-hosted server"
                                 : "an Authorization of another kind",
           from == "auth_string" ? "unset PREFECT_API_AUTH_STRING"
                                 : "take Authorization out of PREFECT_CLIENT_CUSTOM_HEADERS"},
          About::sent};
}

std::string denied_text(const Evidence& evidence, const Attempt& attempt) {
  if (attempt.surface == Surface::cloud_client) return "its workspaces";
  return evidence.cloud && evidence.cloud->sees_workspace == true
             ? "this workspace, which it sees: its role is too small, or an allowlist of addresses "
               "is in force"
             : "this workspace";
}

std::optional<Cause> other_workspace(const Evidence& evidence) {
  const auto* list = evidence.cloud;
  if (!list || list->sees_workspace != false) return std::nullopt;
  // A URL that names none is another mistake.
  if (evidence.shown_url().find("/workspaces/") == std::string::npos) return std::nullopt;
  return Cause{RuleId::workspace_not_visible,
               {counted_workspaces(list->workspaces)},
               About::api_url,
               kMakeRoom};
}

bool is_refusal_of_token(const Attempt& attempt) {
  return attempt.upgraded && !attempt.authenticated && attempt.close_code >= 1000 &&
         attempt.close_code != 1006;
}

}  // namespace

std::optional<Cause> cause_at_cloud(const Evidence& evidence, const Attempt& attempt) {
  if (auto cause = cause_on_the_way(evidence, attempt)) return cause;
  // Something before Prefect Cloud, which answers in JSON.
  if (!attempt.upgraded && (attempt.body == Body::page || attempt.asks_password)) {
    if (auto cause = cause_in_front(evidence, attempt)) return cause;
    return Cause{RuleId::access_denied,
                 {attempt.place, "status " + std::to_string(attempt.status)}};
  }
  // Why a key is refused, a WebSocket's closing does not say: HTTP does.
  if (is_refusal_of_token(attempt)) {
    for (const auto* heard : {evidence.http, evidence.cloud}) {
      if (heard && heard->status != 101 && heard->answered()) {
        if (auto cause = cause_at_cloud(evidence, *heard)) return cause;
      }
    }
  }
  if (attempt.status == 401 || is_refusal_of_token(attempt))
    return refused(evidence, attempt.surface);
  const bool is_denied = attempt.status == 403 || attempt.status == 404;
  if (is_denied) {
    if (auto cause = other_workspace(evidence)) return cause;
  }
  if (attempt.surface == Surface::cloud_client && attempt.status == 200)
    return attempt.sees_workspace ? other_workspace(evidence)
                                  : std::optional(Cause{RuleId::not_prefect,
                                                        {attempt.place, "no list of workspaces"}});
  if (attempt.status == 403)
    return Cause{RuleId::key_without_workspace, {denied_text(evidence, attempt)}, About::sent};
  if (auto cause = cause_in_front(evidence, attempt)) return cause;
  if (attempt.upgraded) {
    if (!evidence.plans.at(attempt.surface).has_first_message || attempt.authenticated)
      return std::nullopt;
    return Cause{RuleId::connection_cut, {attempt.place, "after the first message"}};
  }
  if (attempt.status == 200 && attempt.body == Body::list) return std::nullopt;
  if (attempt.status == 404)
    return Cause{RuleId::api_elsewhere, {evidence.shown_url(), "status 404"}, About::api_url};
  return Cause{RuleId::server_error, {attempt.place, "status " + std::to_string(attempt.status)}};
}

}  // namespace prefect_config
