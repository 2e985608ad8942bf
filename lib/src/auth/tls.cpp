#include "auth/tls.hpp"

#include "sources/protect.hpp"
#include "support/text.hpp"

namespace prefect_config {

bool is_encrypted(const std::string& url) {
  return starts_with_ignoring_case(url, "https://") || starts_with_ignoring_case(url, "wss://");
}

Tls tls_of(const SurfaceKind& kind, const Resolution& resolution, const Registry& registry) {
  Tls tls;
  // Prefect Cloud's own client and OpenTelemetry's exporter look at neither setting. (3.9.1)
  if (kind.at_cloud_url || kind.surface == Surface::telemetry) return tls;
  tls.verify_setting = resolution.find(registry, "api.tls_insecure_skip_verify");
  tls.verify = !(tls.verify_setting && tls.verify_setting->value.truthy());
  tls.ca_setting = resolution.find(registry, "api.ssl_cert_file");
  if (tls.verify && tls.ca_setting && tls.ca_setting->value.truthy())
    tls.ca_file = text_of(tls.ca_setting->value);
  return tls;
}

}  // namespace prefect_config
