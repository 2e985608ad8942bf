#include "auth/credentials.hpp"

#include "sources/protect.hpp"
#include "support/text.hpp"

#include <algorithm>

namespace prefect_config {
namespace {

std::string text_of(const Resolved* resolved) {
  return resolved ? text_of(resolved->value) : std::string();
}

}  // namespace

std::string Credentials::api_url() const { return text_of(url); }

std::string Credentials::cloud_api_url() const { return text_of(cloud_url); }

Target Credentials::target() const {
  const auto address = api_url();
  if (address.empty())
    // A release without the setting (2.20) always has a server inside its own process.
    return !ephemeral || ephemeral->value.truthy() ? Target::ephemeral : Target::none;
  // Prefect's own test: a plain prefix, without a boundary at `/` and with regard to case.
  const auto cloud = text_of(cloud_url);
  return starts_with(address, cloud) ? Target::cloud : Target::self_hosted;
}

Credentials collect_credentials(const Resolution& resolution, const Registry& registry) {
  const auto find = [&](std::string_view path) { return resolution.find(registry, path); };
  Credentials result;
  result.url = find("api.url");
  result.cloud_url = find("cloud.api_url");
  result.key = find("api.key");
  result.auth_string = find("api.auth_string");
  result.headers = find("client.custom_headers");
  result.ephemeral = find("server.ephemeral.enabled");
  if (!result.headers) return result;
  result.headers->value.with([&](const Value& value) {
    const auto* dict = value.get<Dict>();
    if (!dict) return;
    for (const auto& entry : dict->entries)
      result.custom.push_back({entry.key, Secret(entry.value)});
  });
  return result;
}

std::optional<std::string> url_userinfo(const std::string& url) {
  const auto scheme = url.find("://");
  if (scheme == std::string::npos) return std::nullopt;
  const auto authority = std::string_view(url).substr(scheme + 3);
  const auto host = authority.substr(0, authority.find_first_of("/?#"));
  const auto at = host.rfind('@');
  if (at == std::string_view::npos) return std::nullopt;
  return std::string(host.substr(0, at));
}

}  // namespace prefect_config
