// What ends a connection, before it is said: a rule, its arguments, and what it is about.
//
// What it is not: a finding. Several connections can have one cause; `diagnose` makes one finding
// of them.
//
// To add a cause: the file that sees it (way: before an answer came; api: HTTP; websocket; cloud;
// releases: pairs of versions), a unit test with the attempt it is seen in, and the rest of the
// list in probe.hpp.
#pragma once

#include <prefect_config/probe.hpp>

#include "diagnose/sent_secrets.hpp"

#include <optional>
#include <string>
#include <vector>

namespace prefect_config {

/// Stands in the arguments for the connections that share the cause.
inline constexpr const char* kConnections = "\x01";

/// What a finding points at.
enum class About : std::uint8_t { nothing, api_url, sent, custom_headers };

struct Cause {
  RuleId rule;
  std::vector<std::string> arguments = {};
  About about = About::nothing;
  std::string next = {};
  std::optional<Severity> severity = {};

  bool operator==(const Cause&) const = default;
};

/// All that the causes are found in.
struct Evidence {
  Evidence(const Inspection& of, const AuthPlans& sent_plans, const Probe& made,
           const ProbeOptions& asked);

  const Inspection& inspection;
  const AuthPlans& plans;
  const Probe& probe;
  const ProbeOptions& options;
  SentSecrets sent;
  const AuthPlan& http_plan;
  const Attempt* http;          ///< nullptr where it was not asked
  const Attempt* unauthorized;  ///< the same without a credential
  const Attempt* health;
  const Attempt* ui_settings;
  const Attempt* pool;
  const Attempt* cloud;
  std::optional<Version> server;  ///< where it says so
  std::optional<bool> asks_for_auth;

  Version client() const { return inspection.registry.version(); }
  bool is_cloud() const { return plans.target == Target::cloud; }
  bool http_works() const;
  /// Whether a WebSocket accepted what the plan calls the auth string, or the key.
  bool token_is_accepted() const;
  /// The path of the API URL, such as `/api`; empty where there is none.
  std::string api_path() const;
  /// The API URL as it may be shown.
  std::string shown_url() const;
};

/// Before any answer: names, addresses, proxies, TLS, time. `none` of these: nothing.
std::optional<Cause> cause_on_the_way(const Evidence& evidence, const Attempt& attempt);

/// What stands before a server answers with its own status and page, over HTTP and on WebSockets:
/// redirects, limits, gateways, gates. Nothing where it is the server's own.
std::optional<Cause> cause_in_front(const Evidence& evidence, const Attempt& attempt);

/// Of a server's HTTP answers.
std::optional<Cause> cause_of_api(const Evidence& evidence, const Attempt& attempt);
std::optional<Cause> cause_of_websocket(const Evidence& evidence, const Attempt& attempt);
std::optional<Cause> cause_at_cloud(const Evidence& evidence, const Attempt& attempt);
/// A redirect that the API's client follows with all that it sends.
bool is_followed(const Evidence& evidence, const Attempt& attempt);
/// A Prefect server answers, and not its API.
Cause no_path(const Evidence& evidence, const Attempt& attempt);
Cause missing_auth_string(const Evidence& evidence);
/// Of the credential that HTTP sends and a Prefect server refuses.
Cause cause_of_refusal(const Evidence& evidence);

/// The credential that a connection sends as Authorization, by its name; empty where that header is
/// no credential's, nothing where there is none.
std::optional<std::string> authorization_from(const AuthPlan& plan);

/// The first release whose servers want the events of a client authenticated.
inline constexpr Version kEventsAuthenticate{3, 6, 14};

/// What is wrong, or worth knowing, beside what a connection showed.
std::vector<Cause> causes_of_releases(const Evidence& evidence);

/// The first release of a server that has the connection; nothing where all have it.
std::optional<Version> first_server_with(Surface surface);
Cause no_such_route(const Evidence& evidence, Surface surface);

}  // namespace prefect_config
