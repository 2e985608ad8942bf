// A Prefect server's answers over HTTP: the path, and the credential.
//
// The forms were measured on servers 3.4.19 to 3.9.1 (docs/decisions.md, "What the probe goes by").
#include "checks/checks.hpp"
#include "diagnose/cause.hpp"
#include "diagnose/forms.hpp"
#include "sources/protect.hpp"
#include "support/text.hpp"

#include <algorithm>
#include <string>
#include <utility>

namespace prefect_config {
namespace {

constexpr std::string_view kAuthString = "api.auth_string";

std::string set_auth_string(const Evidence& evidence) {
  return command_for_secret(evidence.inspection, kAuthString);
}

// ---- the path

bool is_doubled(std::string_view url) { return url.find("/api/api") != std::string_view::npos; }

Cause not_there(const Evidence& evidence, const Attempt& attempt) {
  const bool has_api = ends_with(evidence.api_path(), "/api");
  if (!has_api && attempt.body == Body::not_found) return no_path(evidence, attempt);
  const auto who =
      attempt.body == Body::not_found ? "the server's own 404" : "another program's 404";
  return {RuleId::api_elsewhere,
          {evidence.shown_url(), attempt.status == 404 ? who : std::to_string(attempt.status)},
          About::api_url};
}

Cause doubled(const Evidence& evidence, const Attempt& attempt) {
  // Another path than a server's own is simply another.
  if (!ends_with(evidence.api_path(), "/api")) return not_there(evidence, attempt);
  Cause cause{RuleId::api_path_doubled, {attempt.place}, About::nothing};
  if (is_doubled(evidence.shown_url())) cause.about = About::api_url;
  return cause;
}

// Below a wrong path a server asks even /health for a credential.
bool path_is_doubled(const Evidence& evidence) {
  return evidence.health && evidence.health->body == Body::unauthorized;
}

// ---- the credential

bool sends_not_ascii(const Evidence& evidence) {
  const auto* auth = find_credential(evidence.plans, CredentialId::auth_string);
  return auth && is_not_ascii(text_of(auth->value));
}

Cause refused_auth_string(const Evidence& evidence) {
  const auto* auth = find_credential(evidence.plans, CredentialId::auth_string);
  const auto form = auth ? wrong_auth_string(text_of(auth->value)) : std::string();
  if (!form.empty())
    return {RuleId::credential_of_other_kind,
            {"the server", "the auth string as it is", form,
             "write it as the server has it, and nothing around it; the client encodes it"},
            About::sent,
            set_auth_string(evidence)};
  const auto* own = evidence.inspection.find("server.api.auth_string");
  const bool differs = auth && own && own->winner && own->value.truthy() &&
                       text_of(own->value) != text_of(auth->value);
  return {RuleId::credential_wrong,
          {"the auth string", differs
                                  ? "this launch's own PREFECT_SERVER_API_AUTH_STRING is another"
                                  : "prefect-config why PREFECT_API_AUTH_STRING"},
          About::sent,
          set_auth_string(evidence)};
}

}  // namespace

Cause missing_auth_string(const Evidence& evidence) {
  return {RuleId::credential_missing,
          {"an auth string", kConnections,
           evidence.inspection.find("api.auth_string")
               ? "set PREFECT_API_AUTH_STRING to the server's PREFECT_SERVER_API_AUTH_STRING"
               : "this release of Prefect has no setting for it: it came with 3.1.8"},
          About::nothing,
          set_auth_string(evidence)};
}

namespace {

// Who accepts a token for an auth string that the same server refuses over HTTP, does not see it
// there.
Cause lost_or_two(const std::string& from) {
  if (starts_with(from, "custom_header:"))
    return {RuleId::two_passwords,
            {"the Authorization of PREFECT_CLIENT_CUSTOM_HEADERS",
             "one header cannot hold the gate's password and the server's: let the gate set the "
             "server's Authorization behind it, or take its own in another header"},
            About::custom_headers};
  if (from == "url_userinfo")
    return {RuleId::two_passwords,
            {"the user and password of the API URL", "take them out of the API URL"},
            About::api_url};
  return {RuleId::authorization_lost, {"auth string"}};
}

bool a_token_is_refused(const Evidence& evidence) {
  return std::any_of(evidence.probe.attempts.begin(), evidence.probe.attempts.end(),
                     [](const Attempt& attempt) { return attempt.close_code == 1008; });
}

Cause refusal(const Evidence& evidence, const Attempt& attempt) {
  if (path_is_doubled(evidence)) return doubled(evidence, attempt);
  return cause_of_refusal(evidence);
}

}  // namespace

Cause cause_of_refusal(const Evidence& evidence) {
  const auto* ui = evidence.ui_settings;
  // Set and empty: over HTTP nothing is equal to it, and WebSockets take it for none (3.4.19,
  // 3.9.1).
  if (ui && ui->asks_for_auth == false && !a_token_is_refused(evidence))
    return {RuleId::server_auth_empty, {}};
  const auto from = authorization_from(evidence.http_plan).value_or(std::string());
  if (from.empty() && evidence.http && !evidence.http->carries_credential)
    return missing_auth_string(evidence);
  if (evidence.token_is_accepted()) return lost_or_two(from);
  if (from == "api_key")
    return {RuleId::credential_of_other_kind,
            {"the server", "an auth string", "an API key",
             "set PREFECT_API_AUTH_STRING to the server's PREFECT_SERVER_API_AUTH_STRING"},
            About::sent,
            set_auth_string(evidence)};
  if (from == "auth_string") return refused_auth_string(evidence);
  if (from.empty()) return missing_auth_string(evidence);
  return {RuleId::credential_wrong,
          {starts_with(from, "custom_header:")
               ? "the Authorization of PREFECT_CLIENT_CUSTOM_HEADERS"
               : "the user and password of the API URL",
           "prefect-config explain says where it comes from"},
          starts_with(from, "custom_header:") ? About::custom_headers : About::api_url};
}

std::optional<Cause> cause_of_api(const Evidence& evidence, const Attempt& attempt) {
  if (auto cause = cause_on_the_way(evidence, attempt)) return cause;
  if (is_followed(evidence, attempt)) return std::nullopt;
  if (auto cause = cause_in_front(evidence, attempt)) return cause;
  const int status = attempt.status;
  if (status == 200 && attempt.body == Body::version) return std::nullopt;
  if (attempt.body == Body::csrf)
    return Cause{RuleId::csrf_first, {"gets none", "set PREFECT_CLIENT_CSRF_SUPPORT_ENABLED=true"}};
  if (attempt.body == Body::unauthorized) return refusal(evidence, attempt);
  if (status == 404 && path_is_doubled(evidence)) return doubled(evidence, attempt);
  if (status == 404 || status == 405 || status == 410) return not_there(evidence, attempt);
  if (status == 401 || status == 403)
    return Cause{RuleId::access_denied, {attempt.place, "status " + std::to_string(status)}};
  // hmac.compare_digest takes ASCII alone (servers since 3.6.14).
  if (status == 500 && attempt.carries_credential && sends_not_ascii(evidence))
    return Cause{RuleId::credential_not_ascii, {}, About::sent};
  if (status >= 500)
    return Cause{RuleId::server_error, {attempt.place, "status " + std::to_string(status)}};
  return Cause{RuleId::not_prefect,
               {attempt.place, "status " + std::to_string(status) + " with another body"},
               About::api_url};
}

}  // namespace prefect_config
