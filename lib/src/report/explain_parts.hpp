// What the texts of `explain` share: how they name a credential, where it stands, what is sent of
// it.
#pragma once

#include <prefect_config/auth.hpp>
#include <prefect_config/inspect.hpp>
#include <prefect_config/report.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace prefect_config {

/// The credential of this name (`api_key`, `custom_header:X-Tok`), else nullptr.
const Credential* find_credential(const AuthPlans& plans, const std::string& name);

/// A name that may hold what looks like a secret.
std::string name_text(std::string_view name, Disclosure secrets);

/// Of a credential's name (`api_key`, `custom_header:X-Tok`): `API key`, `custom header X-Tok`.
std::string people_name(std::string_view id, Disclosure secrets = Disclosure::masked);

/// A text and what is said of it, which goes to a line of its own where both are too long for one.
std::string with_tail(const std::string& text, std::size_t column, const std::string& tail);

/// `env, PREFECT_API_KEY`, `profile prod, ~/.prefect/profiles.toml:5`.
std::string written_at(const Inspection& inspection, const Credential& credential);

/// `Authorization: Bearer ********`.
std::string header_text(const Header& header, Disclosure secrets);

/// The token of a first message: null, "" or its mask.
std::string token_text(const AuthPlan& plan, Disclosure secrets);

/// ` #k3f9…`; empty where credentials have no fingerprints.
std::string fingerprint_text(const Credential& credential);

/// Which credential the HTTP client, the main connection, identifies itself with.
std::string identity_text(const Inspection& inspection, const AuthPlans& plans);

/// The connections that are opened and pass the credential over. What is not opened at all says
/// nothing of a credential.
std::vector<Credential::NotUsed> passed_over(const AuthPlans& plans, const Credential& credential);

/// Why a credential is passed over, and where.
struct PassedOver {
  std::string surfaces;  ///< `http, subscriptions`
  std::string reason;
};

/// Each reason once, with the connections for which it holds, in their order.
std::vector<PassedOver> reasons_passed_over(const AuthPlans& plans, const Credential& credential);

/// Whose certificates are taken.
std::string tls_text(const AuthPlan& plan, Disclosure secrets);

}  // namespace prefect_config
