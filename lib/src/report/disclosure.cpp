#include "report/disclosure.hpp"

namespace prefect_config {

const Value& shown(const SettingValue& value, Disclosure secrets) {
  const auto* secret = value.secret();
  if (!secret) return *value.open();
  return secrets == Disclosure::shown ? secret->reveal() : secret->mask();
}

std::string shown_text(const SettingValue& value, Disclosure secrets) {
  return shown(value, secrets).str();
}

}  // namespace prefect_config
