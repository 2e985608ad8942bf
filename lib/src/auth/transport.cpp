#include "auth/transport.hpp"

#include "sources/protect.hpp"
#include "support/python_text.hpp"
#include "support/text.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <iterator>
#include <span>
#include <vector>

namespace prefect_config {
namespace {

// ---------------------------------------------------------------------------------------------
// Who reads which variables

/// How a client finds its proxy. (tests/conformance/auth, the `proxy: …` cases)
enum class Finds : std::uint8_t {
  nothing,     ///< it has no proxies
  by_scheme,   ///< httpx: the scheme's own, else all_proxy
  upper_case,  ///< Prefect's own: HTTP_PROXY of ws, HTTPS_PROXY of wss, in upper case only
  both,        ///< Prefect's own, and without it as websockets
  websockets,  ///< websockets: that of https also for ws
};

struct ProxyRow {
  bool is_websocket;
  VersionRange versions;
  Finds finds;
};

constexpr Version kLast{UINT16_MAX, UINT16_MAX, UINT16_MAX};
constexpr ProxyRow kProxyRows[] = {
    {false, {{0, 0, 0}, kLast}, Finds::by_scheme},
    {true, {{0, 0, 0}, {3, 1, 6}}, Finds::nothing},
    {true, {{3, 1, 7}, {3, 2, 7}}, Finds::upper_case},
    {true, {{3, 2, 8}, {3, 4, 23}}, Finds::both},  // first came with websockets 15
    {true, {{3, 4, 24}, kLast}, Finds::websockets},
};

Finds finds(bool is_websocket, Version version) {
  const auto* row = std::find_if(std::begin(kProxyRows), std::end(kProxyRows), [&](const auto& r) {
    return r.is_websocket == is_websocket && r.versions.contains(version);
  });
  return row->finds;
}

// ---------------------------------------------------------------------------------------------
// URLs

struct Address {
  std::string scheme;  // in lower case
  std::string host;    // likewise, without brackets
  std::string port;    // empty where it is the scheme's own
};

Address address_of(const std::string& url) {
  Address address;
  const auto colon = url.find("://");
  if (colon == std::string::npos) return address;
  address.scheme = lower(url.substr(0, colon));
  const auto rest = std::string_view(url).substr(colon + 3);
  auto host = rest.substr(0, rest.find_first_of("/?#"));
  host = host.substr(host.rfind('@') + 1);
  const auto bracket = host.rfind(']');
  const auto last = host.rfind(':');
  if (last != std::string_view::npos && (bracket == std::string_view::npos || last > bracket)) {
    address.port = std::string(host.substr(last + 1));
    host = host.substr(0, last);
  }
  if (host.size() > 1 && host.front() == '[') host = host.substr(1, host.size() - 2);
  address.host = lower(host);
  return address;
}

// ---------------------------------------------------------------------------------------------
// The environment, as Python's urllib reads it

struct Found {
  std::string name;  // as spelled
  std::string value;
};

// `SCHEME_proxy`: the last spelling in any case, and the lower-case one above all. An empty
// lower-case one takes away what was found. HTTP_PROXY of a CGI program is not believed.
std::optional<Found> variable_of(const Launch& launch, const std::string& name) {
  std::optional<Found> found;
  const bool is_cgi = launch.variable("REQUEST_METHOD") != nullptr;
  for (const auto& [spelled, value] : launch.environment) {
    if (lower(spelled) != name || value.empty()) continue;
    if (name == "http_proxy" && is_cgi && spelled != name) continue;
    found = Found{spelled, value};
  }
  if (const auto* exact = launch.variable(name))
    return exact->empty() ? std::nullopt : std::optional(Found{name, *exact});
  return found;
}

std::vector<std::string_view> excepted_hosts(std::string_view list) {
  std::vector<std::string_view> hosts;
  for (const auto part : split(list, ',')) {
    const auto begin = part.find_first_not_of(" \t");
    if (begin == std::string_view::npos) continue;
    hosts.push_back(part.substr(begin, part.find_last_not_of(" \t") + 1 - begin));
  }
  return hosts;
}

// urllib's proxy_bypass_environment: a name stands for itself and everything below it.
bool is_excepted(const Launch& launch, const Address& address) {
  const auto found = variable_of(launch, "no_proxy");
  if (!found) return false;
  if (found->value == "*") return true;
  const auto with_port = address.port.empty() ? address.host : address.host + ':' + address.port;
  for (auto name : excepted_hosts(found->value)) {
    if (!name.empty() && name.front() == '.') name.remove_prefix(1);
    const auto one = lower(name);
    const auto is_below = [&one](const std::string& host) {
      return host == one || ends_with(host, '.' + one);
    };
    if (is_below(address.host) || is_below(with_port)) return true;
  }
  return false;
}

std::optional<Found> first_of(const Launch& launch, std::span<const char* const> names) {
  for (const auto* name : names) {
    if (auto found = variable_of(launch, name)) return found;
  }
  return std::nullopt;
}

std::optional<Found> by_scheme(const Launch& launch, bool secure) {
  constexpr const char* kHttps[] = {"https_proxy", "all_proxy"};
  constexpr const char* kHttp[] = {"http_proxy", "all_proxy"};
  return first_of(launch, secure ? kHttps : kHttp);
}

std::optional<Found> in_upper_case(const Launch& launch, bool secure) {
  const auto* name = secure ? "HTTPS_PROXY" : "HTTP_PROXY";
  const auto* value = launch.non_empty(name);
  return value ? std::optional(Found{name, *value}) : std::nullopt;
}

std::optional<Found> by_websockets(const Launch& launch, bool secure) {
  constexpr const char* kWss[] = {"wss_proxy", "socks_proxy", "https_proxy"};
  constexpr const char* kWs[] = {"ws_proxy", "socks_proxy", "https_proxy", "http_proxy"};
  return secure ? first_of(launch, kWss) : first_of(launch, kWs);
}

}  // namespace

std::optional<Tls> tls_of(const SurfaceKind& kind, const std::string& url,
                          const Resolution& resolution, const Registry& registry) {
  const auto scheme = address_of(url).scheme;
  if (scheme != "https" && scheme != "wss") return std::nullopt;
  const auto find = [&](std::string_view path) -> const Resolved* {
    const auto* setting = registry.find_path(path);
    return setting ? &resolution.settings[registry.index_of(*setting)] : nullptr;
  };
  Tls tls;
  // Prefect Cloud's own client and OpenTelemetry's exporter look at neither setting. (3.9.1)
  if (kind.at_cloud_url || kind.surface == Surface::telemetry) return tls;
  tls.verify_setting = find("api.tls_insecure_skip_verify");
  tls.verify = !(tls.verify_setting && tls.verify_setting->value.truthy());
  tls.ca_setting = find("api.ssl_cert_file");
  if (tls.verify && tls.ca_setting && tls.ca_setting->value.truthy())
    tls.ca_file = text_of(tls.ca_setting->value);
  return tls;
}

std::optional<Proxy> proxy_of(const SurfaceKind& kind, const std::string& url, Version version,
                              const Launch& launch) {
  const auto address = address_of(url);
  const bool secure = address.scheme == "https" || address.scheme == "wss";
  std::optional<Found> found;
  switch (finds(kind.is_websocket, version)) {
  case Finds::nothing:
    return std::nullopt;
  case Finds::by_scheme:
    found = by_scheme(launch, secure);
    break;
  case Finds::upper_case:
    found = in_upper_case(launch, secure);
    break;
  case Finds::both:
    found = in_upper_case(launch, secure);
    if (!found) found = by_websockets(launch, secure);
    break;
  case Finds::websockets:
    found = by_websockets(launch, secure);
    break;
  }
  if (!found || is_excepted(launch, address)) return std::nullopt;
  return Proxy{protect_url(std::move(found->value)), std::move(found->name)};
}

}  // namespace prefect_config
