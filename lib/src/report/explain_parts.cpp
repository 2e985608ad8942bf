#include "report/explain_parts.hpp"

#include "report/disclosure.hpp"
#include "report/names.hpp"
#include "sources/mask.hpp"

#include <algorithm>

namespace prefect_config {

const Credential* find_credential(const AuthPlans& plans, const std::string& name) {
  const auto found = std::find_if(plans.credentials.begin(), plans.credentials.end(),
                                  [&](const Credential& c) { return c.name == name; });
  return found == plans.credentials.end() ? nullptr : &*found;
}

std::string people_name(const Credential& credential) {
  switch (credential.id) {
  case CredentialId::api_key:
    return "API key";
  case CredentialId::auth_string:
    return "auth string";
  case CredentialId::custom_header:
    return "custom header " +
           printable(mask_header_name(credential.name.substr(credential.name.find(':') + 1)));
  case CredentialId::url_userinfo:
    return "user and password in the URL";
  }
  return {};
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

}  // namespace prefect_config
