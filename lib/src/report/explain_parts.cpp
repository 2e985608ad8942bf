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

}  // namespace prefect_config
