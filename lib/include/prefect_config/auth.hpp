/// \file
/// Which credentials one launch sends on each kind of connection, and by which rule.
///
/// What it is not: a connection. Nothing is sent; the plan says what a Prefect process of this
/// version would send, as recorded from real ones.
///
/// To add a rule: one row in lib/src/auth/rules.cpp, with its evidence. A new surface: an
/// enumerator, its rows, and its endpoint in plan.cpp.
#pragma once

#include <prefect_config/resolve.hpp>

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace prefect_config {

/// A kind of connection a Prefect process opens.
enum class Surface : std::uint8_t { http, events_in, worker_channel };

std::string_view surface_name(Surface surface);
std::optional<Surface> find_surface(std::string_view name);

/// What this process would talk to, as Prefect decides it.
enum class Target : std::uint8_t { cloud, self_hosted, ephemeral, none };

std::string_view target_name(Target target);

/// A credential that is set, by any source.
enum class CredentialId : std::uint8_t { api_key, auth_string, custom_header, url_userinfo };

/// What a rule sends in one place.
enum class Send : std::uint8_t {
  nothing,
  bearer_key,           ///< `Bearer KEY`
  bearer_key_lower,     ///< `bearer KEY`
  basic_auth,           ///< `Basic base64(AUTH)`
  key_else_basic,       ///< KEY as bearer, without one AUTH as basic
  basic_else_key,       ///< AUTH as basic, without one KEY as bearer
  token_auth,           ///< AUTH as it is, or null
  token_auth_else_key,  ///< AUTH as it is, else KEY, else null
};

/// One row of the rule table: on this surface, in these versions, against this target.
struct AuthRule {
  std::string_view id;
  Surface surface;
  Target target;  ///< cloud or self_hosted
  VersionRange versions;
  bool exists;       ///< false: this version opens no such connection
  Send header;       ///< the Authorization header
  Send token;        ///< the token of the first message; `nothing` where there is no such message
  bool subprotocol;  ///< offers the `prefect` subprotocol
  bool needs_key;    ///< without a key the client refuses before sending anything
  bool custom_headers;        ///< PREFECT_CLIENT_CUSTOM_HEADERS are sent, and replace Authorization
  std::string_view evidence;  ///< the recording that shows it
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

/// What one connection would carry.
struct AuthPlan {
  enum class Outcome : std::uint8_t { connects, refuses, absent };
  Surface surface;
  Outcome outcome = Outcome::connects;
  std::string transport;  ///< `http` or `websocket`
  SettingValue url;
  std::vector<Header> headers;
  std::vector<std::string> subprotocols;
  bool has_first_message = false;
  SettingValue token;  ///< of the first message: text, or None for null
  std::string token_from;
  const AuthRule* rule = nullptr;
  std::vector<std::string> notes;
};

/// One credential that is set, and what became of it.
struct Credential {
  CredentialId id;
  std::string name;  ///< `api_key`, `auth_string`, `custom_header:X-Tok`, `url_userinfo`
  const Resolved* setting = nullptr;
  SettingValue value;
  std::vector<Surface> used_on;
  struct NotUsed {
    Surface surface;
    std::string reason;
  };
  std::vector<NotUsed> not_used_on;
};

struct AuthPlans {
  Target target = Target::none;
  SettingValue api_url;
  std::vector<Credential> credentials;
  std::vector<AuthPlan> surfaces;
  bool rules_known = true;  ///< false where the table has no row for this Prefect version
};

/// Pure. Points into `resolution`, which must outlive it.
AuthPlans plan_auth(const Resolution& resolution, const Registry& registry);

}  // namespace prefect_config
