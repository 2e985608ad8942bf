#include "report/disclosure.hpp"

#include "sources/mask.hpp"
#include "support/text.hpp"

namespace prefect_config {

const Value& shown(const SettingValue& value, Disclosure secrets) {
  const auto* secret = value.secret();
  if (!secret) return *value.open();
  return secrets == Disclosure::shown ? secret->reveal() : secret->mask();
}

std::string shown_text(const SettingValue& value, Disclosure secrets) {
  return shown(value, secrets).str();
}

std::string shown_name(std::string_view name, Disclosure secrets) {
  return secrets == Disclosure::shown ? std::string(name) : mask_text(name);
}

std::string shown_header_name(std::string_view name, Disclosure secrets) {
  return secrets == Disclosure::shown ? std::string(name) : mask_header_name(name);
}

std::string shown_credential(std::string_view name, Disclosure secrets) {
  constexpr std::string_view kCustom = "custom_header:";
  if (!starts_with(name, kCustom)) return std::string(name);
  return std::string(kCustom) + shown_header_name(name.substr(kCustom.size()), secrets);
}

}  // namespace prefect_config
