#include "diagnose/probe_examples.hpp"

namespace prefect_config::testing {
namespace {

using enum RuleId;
using T = Trouble;
using L = NetworkLayer;

std::map<RuleId, ProbeExample> way_examples() {
  return {
      {name_not_resolved, on_the_way(T::not_resolved, L::name, "Name or service not known")},
      {nothing_listens, on_the_way(T::refused, L::connection, "Connection refused")},
      {no_answer, on_the_way(T::timed_out, L::answer, "the answer")},
      {connection_cut, on_the_way(T::cut, L::tls, "Connection reset by peer")},
      {not_http, on_the_way(T::malformed, L::answer, "bad version")},
      {not_sent_in_clear, on_the_way(T::in_the_clear, L::connection, "not encrypted",
                                     "http://prefect.example.com/api")},
      {not_probed, on_the_way(T::not_tried, L::name, "the proxy is none that the probe speaks")},
      {certificate_not_valid_now,
       on_the_way(T::certificate_time, L::tls, "expired on Jan  1 00:00:00 2020 GMT")},
      {certificate_of_other_host, on_the_way(T::certificate_host, L::tls, "other.example.com")},
      {authority_unknown, on_the_way(T::certificate_issuer, L::tls, "self-signed certificate")},
      {client_certificate_wanted, on_the_way(T::certificate_wanted, L::answer, "")},
      {https_to_plain_port, on_the_way(T::not_tls, L::tls, "wrong version number")},
      {http_to_tls_port,
       on_the_way(T::only_tls, L::answer, "bad version", "http://prefect.example.com/api")},
      {tls_failed, on_the_way(T::tls, L::tls, "unsupported protocol")},
      {proxy_unreachable,
       {with(server(), {"HTTPS_PROXY", "http://127.0.0.1:3128"}),
        [](Answers& answers) {
          answers.trouble(Surface::http, T::refused, L::connection, "Connection refused").proxy =
              "HTTPS_PROXY";
        }}},
      {proxy_refuses,
       {with(server(), {"HTTPS_PROXY", "http://127.0.0.1:3128"}),
        [](Answers& answers) {
          auto& attempt = answers.status(Surface::http, 407);
          attempt.proxy = "HTTPS_PROXY";
          attempt.from_proxy = true;
        }}},
      {proxy_of_one_transport,
       {with(server(), {"HTTPS_PROXY", "http://127.0.0.1:3128"}),
        [](Answers& answers) {
          answers.http();
          answers.probe.attempts.front().proxy = "HTTPS_PROXY";
          answers.trouble(Surface::events_out, T::timed_out, L::connection, "the connection");
        }}},
  };
}

std::map<RuleId, ProbeExample> front_examples() {
  return {
      {upgrade_lost, handshake(401, Body::unauthorized)},
      {websocket_not_routed, handshake(404, Body::page)},
      {websocket_denied, handshake(403, Body::page)},
      {subprotocol_lost, handshake(403, Body::none)},
      {redirect_to_https, redirected("https://127.0.0.1:8443/api/admin/version")},
      {redirect_elsewhere, redirected("https://login.example.com/?next=/api")},
      {not_prefect, in_front(200, Body::page, "Sign in")},
      {gate_password,
       {server(),
        [](Answers& answers) {
          auto& attempt = answers.status(Surface::http, 401, Body::page);
          attempt.asks_password = true;
          attempt.realm = "Basic realm=\"gate\"";
        }}},
      {access_denied, in_front(403, Body::page, "403 Forbidden")},
      {api_path_missing, in_front(404, Body::not_found, "", "https://prefect.example.com")},
      {api_path_doubled,
       {server(),
        [](Answers& answers) {
          answers.status(Surface::http, 404, Body::not_found);
          answers.status(Surface::http, 401, Body::unauthorized, Asked::health);
        }}},
      {api_elsewhere, in_front(404, Body::page, "404 Not Found")},
      {too_many_requests, in_front(429, Body::page)},
      {gateway_error, in_front(502, Body::page, "502 Bad Gateway")},
      {server_error, in_front(500, Body::failure)},
      {authorization_lost,
       {server(),
        [](Answers& answers) {
          answers.unauthorized();
          answers.accepted(Surface::events_out);
        }}},
      {two_passwords,
       {with(server(),
             {"PREFECT_CLIENT_CUSTOM_HEADERS", R"({"Authorization": "Basic Z2F0ZTpURVNU"})"}),
        [](Answers& answers) {
          answers.unauthorized();
          answers.accepted(Surface::events_out);
        }}},
  };
}

std::map<RuleId, ProbeExample> server_examples() {
  const auto refused = [](Answers& answers) { answers.unauthorized(); };
  const auto ui = [](Answers& answers) -> Attempt& {
    return answers.status(Surface::http, 200, Body::settings, Asked::ui_settings);
  };
  return {
      {credential_missing, {server(""), refused}},
      {credential_wrong, {server(), refused}},
      {credential_of_other_kind, {server("YWRtaW46VEVTVA=="), refused}},
      {credential_not_ascii,
       {server("admin:TEST-p\xC3\xA4ssword"),
        [](Answers& answers) { answers.status(Surface::http, 500, Body::failure); }}},
      {server_auth_empty,
       {server(),
        [ui](Answers& answers) {
          answers.unauthorized();
          ui(answers).asks_for_auth = false;
        }}},
      {csrf_first,
       {with(server(), {"PREFECT_CLIENT_CSRF_SUPPORT_ENABLED", "false"}),
        [ui](Answers& answers) {
          answers.http();
          ui(answers).wants_csrf = true;
        }}},
      {token_refused,
       {{{"PREFECT_API_URL", "https://prefect.example.com/api"},
         {"PREFECT_API_KEY", "pnu_TESTkey0123456789"}},
        [](Answers& answers) {
          answers.http("3.9.1", false);
          answers.closed(Surface::worker_channel, 1008, "authentication_failed");
        }}},
      {credential_not_asked, {server(), [](Answers& answers) { answers.http("3.9.1", false); }}},
      {events_need_newer_server,
       {server(),
        [](Answers& answers) {
          answers.http("3.6.13");
          answers.closed(Surface::events_in, 1006, "");
        }}},
      {events_need_newer_client,
       {server(),
        [](Answers& answers) {
          answers.http();
          answers.status(Surface::events_in, 403);
        },
        {3, 4, 19}}},
      {server_older, {server(), [](Answers& answers) { answers.http("3.8.8"); }}},
      {channel_missing,
       {server(),
        [](Answers& answers) {
          answers.http("3.6.29");
          answers.status(Surface::worker_channel, 403);
        }}},
      {major_versions_differ, {server(), [](Answers& answers) { answers.http("2.20.3"); }}},
      {pool_not_found,
       {server(),
        [](Answers& answers) {
          answers.http();
          answers.status(Surface::http, 404, Body::not_found, Asked::pool);
        },
        {3, 9, 1},
        [] {
          ProbeOptions options;
          options.pool = "kubernetes";
          return options;
        }()}},
  };
}

std::map<RuleId, ProbeExample> cloud_examples() {
  return {
      {key_refused,
       {cloud(), [](Answers& answers) { answers.status(Surface::http, 401, Body::other_json); }}},
      {key_without_workspace,
       {cloud(), [](Answers& answers) { answers.status(Surface::http, 403, Body::other_json); }}},
      {workspace_not_visible,
       {cloud(),
        [](Answers& answers) {
          auto& list = answers.status(Surface::cloud_client, 200, Body::list);
          list.sees_workspace = false;
          list.workspaces = 3;
        }}},
  };
}

}  // namespace

const std::map<RuleId, ProbeExample>& probe_examples() {
  static const auto table = [] {
    auto all = way_examples();
    all.merge(front_examples());
    all.merge(server_examples());
    all.merge(cloud_examples());
    return all;
  }();
  return table;
}

}  // namespace prefect_config::testing
