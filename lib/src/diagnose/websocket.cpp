// Answers to a WebSocket's handshake and to its first message, by a Prefect server or on the way to
// one.
//
// A server refuses before the handshake with 403 and an empty body, and after it with code 1008;
// JSON never answers a handshake that arrived as one (measured, 3.4.19 to 3.9.1).
#include "auth/surfaces.hpp"
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

std::string status_text(const Attempt& attempt) {
  return "status " + std::to_string(attempt.status);
}

// Whether a server of Prefect's was heard over HTTP, whatever it said.
bool is_prefect_heard(const Evidence& evidence) {
  const auto* http = evidence.http;
  const bool by_first = http && (http->body == Body::version || http->body == Body::unauthorized);
  return by_first || (evidence.health && evidence.health->body == Body::yes);
}

bool is_path_known(const Evidence& evidence) {
  return evidence.http_works() || (evidence.health && evidence.health->body == Body::yes);
}

bool server_is_before(const Evidence& evidence, Version release) {
  return evidence.server && *evidence.server < release;
}

// ---- before the handshake is done

// 403 and nothing else: no such path, no subprotocol, or no such connection in this release.
Cause refused_at_once(const Evidence& evidence, const Attempt& attempt) {
  const auto& plan = evidence.plans.at(attempt.surface);
  const auto first = first_server_with(attempt.surface);
  if (first && server_is_before(evidence, *first)) return no_such_route(evidence, attempt.surface);
  const bool is_old_client = attempt.surface == Surface::events_in && plan.subprotocols.empty();
  if (is_old_client && !server_is_before(evidence, kEventsAuthenticate))
    return {RuleId::events_need_newer_client,
            {evidence.client().text(),
             evidence.server ? evidence.server->text() : "3.6.14 or later",
             ", and a worker exits"}};
  return {RuleId::subprotocol_lost, {kConnections}};
}

std::optional<Cause> declined(const Evidence& evidence, const Attempt& attempt) {
  const bool is_prefects_json = attempt.body == Body::unauthorized ||
                                attempt.body == Body::not_found ||
                                (attempt.body == Body::other_json && attempt.status == 405);
  if (is_prefects_json && is_path_known(evidence))
    return Cause{RuleId::upgrade_lost, {kConnections}};
  if (attempt.status == 404 && is_prefect_heard(evidence))
    return Cause{RuleId::websocket_not_routed,
                 {kConnections, status_text(attempt), evidence.api_path()}};
  if (attempt.status == 403 && attempt.body == Body::none && is_path_known(evidence))
    return refused_at_once(evidence, attempt);
  // What HTTP is told explains this too.
  if (evidence.http && !evidence.http_works()) {
    if (auto cause = cause_of_api(evidence, *evidence.http);
        cause && (!is_prefect_heard(evidence) || attempt.body == Body::none))
      return cause;
  }
  if (is_prefect_heard(evidence))
    return Cause{RuleId::websocket_denied, {kConnections, status_text(attempt)}};
  return cause_of_api(evidence, attempt);
}

// ---- after it

Cause token_refused(const Evidence& evidence, const Attempt& attempt) {
  const auto& plan = evidence.plans.at(attempt.surface);
  const auto reason =
      attempt.close_reason.empty() ? std::string("code 1008") : attempt.close_reason;
  // Only with this code is it the token that is refused.
  constexpr int kRefused = 1008;
  if (attempt.close_code != kRefused)
    return {RuleId::server_error,
            {attempt.place, "code " + std::to_string(attempt.close_code) + ' ' + reason}};
  // One cause for HTTP and this: the server refuses the same credential.
  if (evidence.http && evidence.http->body == Body::unauthorized && !evidence.token_is_accepted())
    return cause_of_refusal(evidence);
  if (evidence.http && !evidence.http_works() && !evidence.token_is_accepted()) {
    if (auto cause = cause_of_api(evidence, *evidence.http)) return *cause;
  }
  // Some releases send none here, whatever is set.
  const bool is_set = find_credential(evidence.plans, CredentialId::auth_string) != nullptr;
  if (plan.token.is_none() && !is_set) return missing_auth_string(evidence);
  const bool sends_key = plan.token_from == "api_key";
  return {RuleId::token_refused,
          {kConnections, reason,
           plan.token.is_none() ? "Prefect " + evidence.client().text() +
                                      " sends no auth string on this connection: a later one does"
           : sends_key ? "it sends the API key, and the server asks for the auth string"
                       : "a server compares the token with its auth string, byte for byte"},
          About::sent};
}

Cause ended(const Evidence& evidence, const Attempt& attempt) {
  const auto& plan = evidence.plans.at(attempt.surface);
  if (attempt.surface == Surface::events_in && server_is_before(evidence, kEventsAuthenticate)) {
    // The pair's own words: the connection shows what they say.
    if (auto causes = causes_of_releases(evidence); !causes.empty()) return causes.front();
  }
  if (is_not_ascii(text_of(plan.token))) return {RuleId::credential_not_ascii, {}, About::sent};
  return {RuleId::connection_cut, {attempt.place, "after the first message"}};
}

}  // namespace

std::optional<Cause> cause_of_websocket(const Evidence& evidence, const Attempt& attempt) {
  if (auto cause = cause_on_the_way(evidence, attempt)) return cause;
  if (!attempt.upgraded) {
    // A page on this connection alone is no wrong URL.
    const bool is_only_here = evidence.http_works() && attempt.body == Body::page &&
                              (attempt.status == 200 || attempt.status == 400);
    if (is_only_here) return Cause{RuleId::websocket_denied, {kConnections, status_text(attempt)}};
    if (auto cause = cause_in_front(evidence, attempt)) return cause;
    return declined(evidence, attempt);
  }
  const auto& plan = evidence.plans.at(attempt.surface);
  const bool is_open = !plan.has_first_message && attempt.close_code == 0;
  if (is_open || attempt.authenticated) return std::nullopt;
  if (attempt.close_code == 0)
    return Cause{RuleId::not_http, {attempt.place, attempt.detail}, About::api_url};
  return attempt.close_code == 1006 ? ended(evidence, attempt) : token_refused(evidence, attempt);
}

}  // namespace prefect_config
