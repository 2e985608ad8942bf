#include "auth/tls.hpp"

#include "sources/protect.hpp"
#include "sources/quirks.hpp"
#include "support/text.hpp"

#include <algorithm>

namespace prefect_config {
namespace {

constexpr std::string_view kVariable = "SSL_CERT_FILE";

// The CA file of a setting, and what it came from: Prefect takes SSL_CERT_FILE for its default.
void take_ca_setting(Tls& tls) {
  if (!tls.ca_setting || !tls.ca_setting->value.truthy()) return;
  tls.ca_file = tls.ca_setting->value;
  const auto& from = tls.ca_setting->derived_from;
  const bool is_default = std::find(from.begin(), from.end(), kVariable) != from.end();
  tls.ca_from = std::string(is_default ? kVariable : tls.ca_setting->setting->name);
}

void take_variable(Tls& tls, const Launch& launch) {
  const auto* file = launch.non_empty(kVariable);
  if (!file) return;
  tls.ca_file = Value(*file);
  tls.ca_from = kVariable;
}

}  // namespace

bool is_encrypted(const std::string& url) {
  return starts_with_ignoring_case(url, "https://") || starts_with_ignoring_case(url, "wss://");
}

Tls tls_of(const SurfaceKind& kind, const Resolution& resolution, const Registry& registry,
           const Launch& launch) {
  const auto quirks = quirks_of(registry.version());
  Tls tls;
  // OpenTelemetry's exporter and Prefect Cloud's own client look at neither setting (3.9.1); the
  // latter is httpx, which knows the variable.
  if (kind.surface == Surface::telemetry) return tls;
  if (kind.at_cloud_url) {
    take_variable(tls, launch);
    return tls;
  }
  if (!kind.is_websocket || !quirks.websocket_ignores_skip_verify)
    tls.verify_setting = resolution.find(registry, "api.tls_insecure_skip_verify");
  tls.verify = !(tls.verify_setting && tls.verify_setting->value.truthy());
  if (!kind.is_websocket || !quirks.websocket_ignores_ca_file)
    tls.ca_setting = resolution.find(registry, "api.ssl_cert_file");
  // Without a file of Prefect's it is OpenSSL's own choice, which knows the variable too.
  tls.system_authorities = kind.is_websocket && quirks.websocket_ignores_ca_file;
  if (tls.verify && tls.system_authorities) take_variable(tls, launch);
  if (tls.verify) take_ca_setting(tls);
  return tls;
}

}  // namespace prefect_config
