#include "report/explain_parts.hpp"

#include "report/disclosure.hpp"
#include "report/names.hpp"
#include "support/text.hpp"

#include <algorithm>

namespace prefect_config {

const Credential* find_credential(const AuthPlans& plans, const std::string& name) {
  const auto found = std::find_if(plans.credentials.begin(), plans.credentials.end(),
                                  [&](const Credential& c) { return c.name == name; });
  return found == plans.credentials.end() ? nullptr : &*found;
}

std::string name_text(std::string_view name, Disclosure secrets) {
  return printable(shown_name(name, secrets));
}

std::string people_name(std::string_view id, Disclosure secrets) {
  if (id == "api_key") return "API key";
  if (id == "auth_string") return "auth string";
  if (id == "url_userinfo") return "user and password in the URL";
  constexpr std::string_view kCustom = "custom_header:";
  if (!starts_with(id, kCustom)) return name_text(id, secrets);
  return "custom header " +
         name_text(shown_header_name(id.substr(kCustom.size()), secrets), secrets);
}

std::string with_tail(const std::string& text, std::size_t column, const std::string& tail) {
  if (column + display_width(text) + display_width(tail) <= kLineWidth) return text + tail;
  return text + '\n' + std::string(column + 2, ' ') + tail.substr(tail.find_first_not_of(' '));
}

std::string written_at(const Inspection& inspection, const Credential& credential) {
  const auto* winner = credential.setting->winner;
  if (!winner) return "defaults";
  return source_name(winner->origin) + ", " + place_name(inspection, winner->origin);
}

std::string header_text(const Header& header, Disclosure secrets) {
  return printable(shown_header_name(header.name, secrets)) + ": " +
         printable(shown_text(header.value, secrets));
}

std::string token_text(const AuthPlan& plan, Disclosure secrets) {
  if (plan.token.is_none()) return "null";
  return plan.token.is_empty_text() ? "\"\"" : printable(shown_text(plan.token, secrets));
}

std::string fingerprint_text(const Credential& credential) {
  return credential.fingerprint.empty() ? std::string() : " #" + credential.fingerprint;
}

std::string identity_text(const Inspection& inspection, const AuthPlans& plans) {
  std::string text;
  for (const auto& credential : plans.credentials) {
    if (std::find(credential.used_on.begin(), credential.used_on.end(), Surface::http) ==
        credential.used_on.end())
      continue;
    if (credential.id == CredentialId::custom_header &&
        !ends_with(lower(credential.name), ":authorization"))
      continue;
    if (!text.empty()) text += " and ";
    text += people_name(credential.name) + fingerprint_text(credential) + " (" +
            written_at(inspection, credential) + ')';
  }
  if (!plans.rules_known) return "not known: connections of this release were not measured";
  if (!text.empty()) return text;
  const auto& http = plans.at(Surface::http);
  return http.outcome == AuthPlan::Outcome::refuses ? "nobody: HTTP is refused by the client"
                                                    : "nobody: HTTP sends no credential";
}

std::vector<Credential::NotUsed> passed_over(const AuthPlans& plans, const Credential& credential) {
  auto result = credential.not_used_for(plans.target);
  std::erase_if(result, [&](const Credential::NotUsed& unused) {
    return plans.at(unused.surface).outcome == AuthPlan::Outcome::absent;
  });
  return result;
}

std::vector<PassedOver> reasons_passed_over(const AuthPlans& plans, const Credential& credential) {
  std::vector<PassedOver> reasons;
  for (const auto& unused : passed_over(plans, credential)) {
    const auto said = std::find_if(reasons.begin(), reasons.end(), [&](const PassedOver& reason) {
      return reason.reason == unused.reason;
    });
    if (said == reasons.end()) {
      reasons.push_back({std::string(surface_name(unused.surface)), unused.reason});
    } else {
      (said->surfaces += ", ") += surface_name(unused.surface);
    }
  }
  return reasons;
}

std::string tls_text(const AuthPlan& plan, Disclosure secrets) {
  if (!plan.tls) return "none";
  if (!plan.tls->verify) return "any certificate is taken: PREFECT_API_TLS_INSECURE_SKIP_VERIFY";
  if (!plan.tls->ca_file.is_none())
    return "authorities of " + printable(shown_text(plan.tls->ca_file, secrets)) + " (" +
           plan.tls->ca_from + ')';
  return plan.tls->system_authorities ? "authorities of the system"
                                      : "authorities that come with certifi";
}

}  // namespace prefect_config
