#include "report/disclosure.hpp"

#include "report/names.hpp"
#include "sources/mask.hpp"

namespace prefect_config {

const Value& shown(const SettingValue& value, Disclosure secrets) {
  const auto* secret = value.secret();
  if (!secret) return *value.open();
  return secrets == Disclosure::shown ? secret->reveal() : secret->mask();
}

std::string shown_text(const SettingValue& value, Disclosure secrets) {
  return shown(value, secrets).str();
}

AuthPlans plan_auth(const Inspection& inspection, Disclosure secrets) {
  return secrets == Disclosure::shown
             ? plan_auth(inspection.resolution, inspection.registry, inspection.launch)
             : plan_auth(inspection);
}

std::string quoted_value(const SettingValue& value, Disclosure secrets) {
  if (value.is_none()) return "None";
  if (value.is_empty_text()) return "''";
  return quoted(shown_text(value, secrets));
}

std::string shown_name(std::string_view name, Disclosure secrets) {
  return secrets == Disclosure::shown ? std::string(name) : mask_text(name);
}

std::string shown_header_name(std::string_view name, Disclosure secrets) {
  return secrets == Disclosure::shown ? std::string(name) : mask_header_name(name);
}

std::string shown_credential(std::string_view name, Disclosure secrets) {
  return secrets == Disclosure::shown ? std::string(name) : mask_credential_name(name);
}

}  // namespace prefect_config
