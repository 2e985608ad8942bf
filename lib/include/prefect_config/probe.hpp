/// \file
/// Live connections of one launch: what was opened, how far it came, and what is to blame.
///
/// What it is not: Prefect. It opens the connections of the plan (auth.hpp) with the plan's own
/// headers, subprotocols and first message, takes one answer from each, and closes. Nothing is
/// created or changed on the server, no redirect is followed, and a credential goes to the host of
/// the plan's URL alone.
///
/// In two parts: `open_connections` is in the library target prefect_config::probe, the only one
/// that links TLS; `diagnose` is pure, and in the main library.
///
/// To add a cause: a rule (finding.hpp), the place in lib/src/diagnose that sees it, its symptom in
/// symptoms.cpp, its page, and a set-up in tests/probe/setups.py.
#pragma once

#include <prefect_config/inspect.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace prefect_config {

/// What a request asks for.
enum class Asked : std::uint8_t {
  surface,             ///< what shows whether the surface works
  without_credential,  ///< the same over HTTP with no credential
  health,              ///< `/health`, which a Prefect server answers to anybody
  ui_settings,         ///< `/ui-settings` at the root of the host, likewise
  pool,                ///< one work pool
};

std::string_view asked_name(Asked asked);

/// The last step that a connection came to.
enum class NetworkLayer : std::uint8_t { name, connection, proxy, tls, answer, message };

std::string_view layer_name(NetworkLayer layer);

/// What ended an attempt at its layer; `none` where an answer came, whatever it says.
enum class Trouble : std::uint8_t {
  none,
  not_resolved,
  refused,
  timed_out,
  cut,
  malformed,           ///< no HTTP, or no WebSocket
  certificate_time,    ///< expired, or not yet valid
  certificate_host,    ///< another host's
  certificate_issuer,  ///< signed by nobody known
  certificate_wanted,  ///< the server asks for one of the client, and stops without it
  not_tls,             ///< something else than TLS answers
  only_tls,            ///< TLS answers where none was spoken
  tls,                 ///< any other failure of the handshake
  in_the_clear,        ///< nothing was sent: the way is open to others, and a credential was due
  not_tried,           ///< the probe cannot open such a connection; `detail` says why
};

/// What a body is, as far as it tells who answered.
enum class Body : std::uint8_t {
  none,
  version,       ///< a JSON text such as "3.9.1"
  yes,           ///< `true`, the answer to /health
  unauthorized,  ///< Prefect's own 401
  not_found,     ///< Prefect's own 404, or its framework's
  failure,       ///< Prefect's own 500
  csrf,          ///< Prefect's refusal of a request without a CSRF token
  settings,      ///< of /ui-settings
  list,          ///< a JSON array
  other_json,
  page,               ///< HTML
  wants_tls,          ///< a TLS server's words to who speaks none
  wants_certificate,  ///< the same to who shows no certificate
  text,               ///< anything else
};

/// One request, and what came of it. Texts of servers are cut to a few hundred bytes, and hold none
/// of the launch's own secrets; they are hostile all the same, and are escaped where they are
/// shown.
struct Attempt {
  Asked asked = Asked::surface;
  Surface surface = Surface::http;
  bool carries_credential = false;
  SettingValue url;
  std::string place;  ///< `HOST:PORT` that is talked to
  std::string proxy;  ///< the variable that names the proxy it went through; empty without
  NetworkLayer layer = NetworkLayer::name;
  Trouble trouble = Trouble::none;
  std::string detail;       ///< what the system or OpenSSL says, or the names of a certificate
  std::string issuer;       ///< of a certificate that nobody known signed
  std::string authorities;  ///< the file, or what else, that certificates were judged by

  int status = 0;  ///< of the HTTP answer; 0 where none came
  Body body = Body::none;
  std::string text;            ///< the version; the title of a page
  std::string location;        ///< of a redirect, as it came: it is cleaned where it is shown
  std::string realm;           ///< of WWW-Authenticate, where there is one
  bool asks_password = false;  ///< WWW-Authenticate came
  bool from_proxy = false;     ///< it is the proxy that answered, to CONNECT

  bool upgraded = false;
  bool authenticated = false;  ///< auth_success came
  int close_code = 0;  ///< of a WebSocket that was closed; 1006 where the connection just ended
  std::string close_reason;

  // Of `ui_settings` and of the lists of Prefect Cloud.
  std::optional<bool> asks_for_auth;
  std::optional<bool> wants_csrf;
  std::optional<bool> sees_workspace;
  std::size_t workspaces = 0;

  std::chrono::microseconds elapsed{};

  /// An HTTP answer came from where it was asked for.
  bool answered() const { return trouble == Trouble::none && status != 0 && !from_proxy; }
};

struct ProbeOptions {
  /// Of one connection, from the look-up of the name to the last byte.
  std::chrono::milliseconds timeout{5000};
  /// The connections to open; empty for those of a worker, as far as five requests reach.
  std::vector<Surface> surfaces = {};
  std::string pool = {};
  /// Also send credentials over connections that others could read.
  bool allow_insecure = false;
};

struct Probe {
  std::vector<Surface> surfaces;  ///< that were asked for, in the order of reports
  std::vector<Attempt> attempts;  ///< likewise; of one surface in the order in which they were made
  std::chrono::microseconds elapsed{};

  const Attempt* find(Surface surface, Asked asked = Asked::surface) const;
  /// How many requests reached the network.
  std::size_t requests() const;
};

/// The surfaces that a probe opens where none are named.
std::vector<Surface> default_surfaces(const AuthPlans& plans, const ProbeOptions& options);

/// Whether there is anything to connect to.
bool can_be_probed(const AuthPlans& plans);

/// Opens the connections side by side. `plans` is of `inspection`. Never throws for what a server
/// does; returns within three times the timeout.
Probe open_connections(const Inspection& inspection, const AuthPlans& plans,
                       const ProbeOptions& options);

/// One workspace that an API key can see, as Prefect Cloud's `/me/workspaces` lists it.
struct Workspace {
  std::string account_id;
  std::string account_handle;
  std::string workspace_id;
  std::string workspace_handle;
};

struct WorkspaceList {
  Attempt attempt;  ///< its `status` is 200 where there is a list
  std::vector<Workspace> workspaces;
};

/// Asks Prefect Cloud which workspaces the key of the launch can see: one request, as
/// `prefect cloud` makes it.
WorkspaceList list_workspaces(const Inspection& inspection, const AuthPlans& plans,
                              const ProbeOptions& options);

/// What became of one surface.
struct Verdict {
  enum class Outcome : std::uint8_t { works, fails, unknown, not_opened };
  Surface surface;
  Outcome outcome = Outcome::unknown;
  std::optional<RuleId> cause = {};
  std::string note = {};  ///< for people: the answer in few words
};

std::string_view verdict_name(Verdict::Outcome outcome);

struct Diagnosis {
  std::vector<Verdict> verdicts;  ///< one a surface of the probe
  std::vector<Finding> findings;  ///< the most likely cause first
  std::string server_version;     ///< as it says; empty where it does not
  std::optional<bool> asks_for_auth = {};
  std::optional<bool> sees_workspace = {};
  std::optional<bool> pool_exists = {};  ///< nothing where none was asked for, or no answer says
};

/// What the attempts mean. Pure.
Diagnosis diagnose(const Inspection& inspection, const AuthPlans& plans, const Probe& probe,
                   const ProbeOptions& options);

/// What a user of Prefect sees where this is the cause: a line as Prefect prints it, `…` for what
/// varies. Empty where nothing was recorded, and of rules that are no probe's.
std::string_view symptom_of(RuleId rule);

}  // namespace prefect_config
