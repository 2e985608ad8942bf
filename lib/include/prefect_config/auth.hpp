/// \file
/// Which credentials one launch sends on each kind of connection, and by which rule.
///
/// What it is not: a connection. Nothing is sent; the plan says what a Prefect process of this
/// version would send, as recorded from real ones (tests/conformance/auth).
///
/// To add a rule: one row in lib/src/auth/rules.cpp, with its evidence. A new surface: an
/// enumerator, its row in lib/src/auth/surfaces.cpp, and its rules.
#pragma once

#include <prefect_config/launch.hpp>
#include <prefect_config/resolve.hpp>

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace prefect_config {

/// A kind of connection a Prefect process opens.
enum class Surface : std::uint8_t {
  http,            ///< the API client: everything a worker or a flow asks the server
  version_check,   ///< asks a self-hosted server for its version, before a WebSocket is opened
  cloud_client,    ///< asks Prefect Cloud for accounts and workspaces: `prefect cloud`
  events_in,       ///< events that this process emits
  events_out,      ///< events it listens to
  logs_out,        ///< logs it listens to
  subscriptions,   ///< task runs for a task worker
  worker_channel,  ///< a worker's own connection
  telemetry,       ///< OpenTelemetry, to Prefect Cloud
};

/// Every surface, in the order in which reports list them.
std::span<const Surface> surfaces();
std::string_view surface_name(Surface surface);
std::optional<Surface> find_surface(std::string_view name);

/// What this process would talk to, as Prefect decides it.
enum class Target : std::uint8_t { cloud, self_hosted, ephemeral, none };

std::string_view target_name(Target target);

/// Whether a connection says something of what is talked to: `prefect cloud` asks Prefect Cloud
/// wherever the API is.
bool concerns(Surface surface, Target target);

/// A credential that is set, by any source.
enum class CredentialId : std::uint8_t { api_key, auth_string, custom_header, url_userinfo };

/// What a rule sends in one place.
enum class Send : std::uint8_t {
  nothing,
  bearer_key,             ///< `Bearer KEY`
  bearer_key_or_none,     ///< `Bearer KEY`, and without a key the literal `Bearer None`
  bearer_key_lower,       ///< `bearer KEY`
  bearer_key_lower_name,  ///< `Bearer KEY`, in a header called `authorization`
  basic_auth,             ///< `Basic base64(AUTH)`
  key_else_basic,         ///< KEY as bearer, without one AUTH as basic
  basic_else_key,         ///< AUTH as basic, without one KEY as bearer
  token_null,             ///< null, whatever is set
  token_auth,             ///< AUTH as it is, or null
  token_key,              ///< KEY as it is, or null
  token_auth_else_key,    ///< AUTH as it is, else KEY, else null
};

/// What becomes of PREFECT_CLIENT_CUSTOM_HEADERS.
enum class CustomHeaders : std::uint8_t {
  not_sent,
  replace,      ///< sent; one called Authorization takes the place of the rule's own
  replace_key,  ///< sent; one called Authorization replaces the key, and not the auth string
  give_way,     ///< sent; one called Authorization gives way to key and auth string
};

/// One row of the rule table: on this surface, in these versions, against this target.
struct AuthRule {
  std::string_view id;
  Surface surface;
  Target target;  ///< cloud or self_hosted
  VersionRange versions;
  /// Empty where the connection exists; else why it does not.
  std::string_view absent;
  Send header;       ///< the Authorization header
  Send token;        ///< of the first message; `nothing` where there is no such message
  bool subprotocol;  ///< offers the `prefect` subprotocol
  bool needs_key;    ///< without a key the client refuses before sending anything
  CustomHeaders custom_headers;
  /// A setting, by its path, that must be true: else there is no such connection, or, where
  /// `refuses_without` says so, the client raises.
  std::string_view needs_setting;
  bool refuses_without;
  std::string_view evidence;  ///< the recordings that show it

  bool exists() const { return absent.empty(); }
  /// Whether the header or the message can carry it, where nothing else wins.
  bool sends_key() const;
  bool sends_auth_string() const;
};

/// The whole table, for tests and documentation.
std::span<const AuthRule> auth_rules();
/// The row that applies; nullptr where none covers this version.
const AuthRule* find_auth_rule(Surface surface, Target target, Version version);

struct Header {
  std::string name;
  SettingValue value;
  std::string from;  ///< the credential it came from, for people
};

/// How a connection is encrypted. Only of `https` and `wss`.
struct Tls {
  bool verify = true;  ///< false: any certificate is taken
  const Resolved* verify_setting = nullptr;
  SettingValue ca_file;  ///< None: the certificates that come with certifi, or the system's
  const Resolved* ca_setting = nullptr;
  std::string ca_from;              ///< the setting or variable that names the file
  bool system_authorities = false;  ///< without a file, those of the system and not certifi's
};

/// The proxy a connection goes through.
struct Proxy {
  SettingValue url;
  std::string variable;  ///< of the environment, as spelled
};

/// What one connection would carry.
struct AuthPlan {
  enum class Outcome : std::uint8_t { connects, refuses, absent };
  /// What a client refuses for.
  enum class Cause : std::uint8_t { none, url, header, no_key, way, setting };
  Surface surface;
  Outcome outcome = Outcome::connects;
  std::string transport;  ///< `http` or `websocket`
  SettingValue url;       ///< whole; of http what every path is added to
  std::vector<Header> headers;
  std::vector<std::string> subprotocols;
  bool has_first_message = false;
  SettingValue token;  ///< of the first message: text, or None for null
  std::string token_from;
  std::optional<Tls> tls;
  std::optional<Proxy> proxy;
  const AuthRule* rule = nullptr;
  Cause cause = Cause::none;
  bool unless_installed = false;  ///< it refuses for want of a package that may be there
  std::vector<std::string> notes;
};

std::string_view outcome_name(AuthPlan::Outcome outcome);

/// One credential that is set, and what became of it.
struct Credential {
  CredentialId id;
  std::string name;  ///< `api_key`, `auth_string`, `custom_header:X-Tok`, `url_userinfo`
  const Resolved* setting = nullptr;
  SettingValue value;
  /// A keyed digest of the value, for comparing it with another without showing either; empty until
  /// add_fingerprints, and where the value is.
  std::string fingerprint = {};
  std::vector<Surface> used_on;
  struct NotUsed {
    Surface surface;
    std::string reason;
    bool overwritten = false;  ///< something else took its place in the header
  };
  std::vector<NotUsed> not_used_on;

  /// `used_on` and `not_used_on`, of the connections that concern the target.
  std::vector<Surface> used_for(Target target) const;
  std::vector<NotUsed> not_used_for(Target target) const;
};

struct AuthPlans {
  Target target = Target::none;
  SettingValue api_url;
  std::vector<Credential> credentials;
  std::vector<AuthPlan> surfaces;  ///< one a surface, in the order of surfaces()

  const AuthPlan& at(Surface surface) const;
  bool rules_known = true;  ///< false where the table has no row for this Prefect version
};

/// Pure but for the proxy variables of the launch's environment. Points into `resolution`, which
/// must outlive it.
AuthPlans plan_auth(const Resolution& resolution, const Registry& registry, const Launch& launch);

/// Gives every credential its fingerprint under a key: equal for equal secrets, and useless for
/// guessing one without the key.
void add_fingerprints(AuthPlans& plans, std::string_view key);

/// This user's key: PREFECT_CONFIG_FINGERPRINT_KEY, else what stands in
/// ~/.config/prefect-config/fingerprint.key (below XDG_CONFIG_HOME where that is set), which is
/// made, for nobody else to read, where it is not there. Nothing where neither can be had: then
/// there are no fingerprints.
std::optional<std::string> fingerprint_key();

/// One variable that a worker of this launch adds to the environment of the flow runs it starts.
struct InjectedVariable {
  std::string name;
  SettingValue value;
  const Resolved* setting = nullptr;  ///< nullptr for what Prefect adds by itself
  bool in_clear = false;              ///< a secret, and readable by whoever sees the flow run's job
};

/// What a worker of any type puts into the environment of a flow run. Pure.
std::vector<InjectedVariable> flow_run_environment(const Resolution& resolution,
                                                   const Registry& registry);

}  // namespace prefect_config
