#include "probe/request.hpp"

#include "auth/address.hpp"
#include "auth/credentials.hpp"
#include "auth/surfaces.hpp"
#include "sources/protect.hpp"
#include "support/base64.hpp"
#include "support/percent.hpp"
#include "support/text.hpp"

#include <algorithm>
#include <string_view>

namespace prefect_config::probing {
namespace {

constexpr std::string_view kPoolSlot = "<pool>";
// Of a worker's channel where no pool is named: it is left before a pool is asked for.
constexpr std::string_view kAnyPool = "default";

std::size_t authority_begin(std::string_view url) {
  const auto scheme = url.find("://");
  return scheme == std::string_view::npos ? url.size() : scheme + 3;
}

// What stands behind the host, without a fragment, which is not sent.
std::string path_of(std::string_view url) {
  const auto begin = url.find_first_of("/?#", authority_begin(url));
  auto path = begin == std::string_view::npos ? std::string_view() : url.substr(begin);
  path = path.substr(0, path.find('#'));
  return path.empty() || path.front() != '/' ? '/' + std::string(path) : std::string(path);
}

SettingValue with_text(const SettingValue& url, std::string_view from, const std::string& to) {
  const auto change = [&](const std::string& text) { return replace_all(text, from, to); };
  if (const auto* secret = url.secret())
    return Secret(Value(change(text_of(url))), Value(change(secret->mask().str())));
  return Value(change(text_of(url)));
}

SettingValue with_path(const SettingValue& url, const std::string& path) {
  const auto change = [&path](const std::string& text) {
    const auto begin = text.find_first_of("/?#", authority_begin(text));
    return text.substr(0, begin) + path;
  };
  if (const auto* secret = url.secret())
    return Secret(Value(change(text_of(url))), Value(change(secret->mask().str())));
  return Value(change(text_of(url)));
}

Endpoint endpoint_of(const Address& address) {
  return {address.host, !address.port.empty() ? address.port : address.secure() ? "443" : "80"};
}

std::string host_header(const Address& address) {
  const bool is_v6 = address.host.find(':') != std::string::npos;
  const auto host = is_v6 ? '[' + address.host + ']' : address.host;
  return address.port.empty() ? host : host + ':' + address.port;
}

// ---- TLS

// The authorities that come with the Prefect of this launch: a package beside it.
std::string certifi_of(const Launch& launch) {
  constexpr std::string_view kBin = "/bin/";
  const auto bin = launch.version_reason.rfind(kBin);
  if (launch.version_reason.empty() || launch.version_reason.front() != '/' ||
      bin == std::string::npos)
    return {};
  const auto lib = launch.version_reason.substr(0, bin) + "/lib";
  for (const auto& name : launch.files->list(lib)) {
    auto file = lib;
    file.append("/").append(name).append("/site-packages/certifi/cacert.pem");
    if (starts_with(name, "python3") && launch.files->is_file(file)) return file;
  }
  return {};
}

TlsWish wish_of(const Inspection& inspection, const Tls& tls) {
  TlsWish wish;
  wish.verify = tls.verify;
  if (tls.ca_file.truthy()) {
    wish.ca_file = inspection.launch.absolute(text_of(tls.ca_file));
    wish.ca_name = tls.ca_file.masked().str();
    if (!tls.ca_from.empty()) wish.ca_name += " (" + tls.ca_from + ')';
    return wish;
  }
  if (!tls.system_authorities) wish.ca_file = certifi_of(inspection.launch);
  wish.ca_name = wish.ca_file.empty()
                     ? tls.system_authorities
                           ? "this machine"
                           : "this machine (certifi, which Prefect uses, is not found)"
                     : "certifi, which comes with that Prefect";
  return wish;
}

// ---- proxies

void add_proxy(Request& request, const Proxy& proxy) {
  auto url = text_of(proxy.url);
  if (url.find("://") == std::string::npos) url.insert(0, "http://");
  const auto address = parse_address(url);
  if (!address || address->host.empty() || address->scheme != "http") {
    request.not_tried =
        "the proxy of " + proxy.variable + " is none that the probe speaks: it is not http://";
    return;
  }
  ProxyHop hop{endpoint_of(*address), proxy.variable, {}};
  if (const auto written = url_userinfo(url)) {
    auto user = percent_decoded(*written);
    if (written->find(':') == std::string::npos) user += ':';
    hop.authorization = "Basic " + base64(user);
  }
  request.proxy = std::move(hop);
}

// ---- what a plan sends

// Servers take less, and Beast no more.
constexpr std::size_t kLongestHeader = 60'000;

bool can_be_sent(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return (byte >= 0x20 && byte != 0x7F) || c == '\t';
  });
}

// Compact, and other than ASCII as it is: as orjson writes it.
std::string auth_message(const AuthPlan& plan) {
  const auto token = plan.token.is_none() ? std::string("null") : json_string(text_of(plan.token));
  return R"({"type":"auth","token":)" + token + '}';
}

void add_headers(Request& request, const AuthPlan& plan) {
  for (const auto& header : plan.headers) {
    auto value = text_of(header.value);
    if (!can_be_sent(header.name) || !can_be_sent(value)) {
      request.not_tried = "a header holds a control character";
      return;
    }
    if (value.size() > kLongestHeader) {
      request.not_tried = "a header is longer than servers take";
      return;
    }
    request.carries_credential |= !header.from.empty();
    request.headers.emplace_back(header.name, std::move(value));
  }
}

Request request_to(const Inspection& inspection, const AuthPlan& plan) {
  Request request;
  request.surface = plan.surface;
  request.url = plan.url;
  const auto address = parse_address(text_of(plan.url));
  if (!address || address->host.empty()) {
    request.not_tried = "the URL has no host";
    return request;
  }
  if (std::any_of(address->host.begin(), address->host.end(), [](char c) { return c & 0x80; })) {
    request.not_tried = "the host is not ASCII, and the probe does not translate such names";
    return request;
  }
  request.endpoint = endpoint_of(*address);
  request.host_header = host_header(*address);
  request.target = path_of(text_of(plan.url));
  if (plan.tls) request.tls = wish_of(inspection, *plan.tls);
  // What is masked in the URL is sent with it.
  request.carries_credential = plan.url.is_secret();
  add_headers(request, plan);
  if (plan.proxy) add_proxy(request, *plan.proxy);
  return request;
}

void set_path(Request& request, std::string path) {
  request.target = std::move(path);
  request.url = with_path(request.url, request.target);
}

}  // namespace

std::string Endpoint::text() const {
  const bool is_v6 = host.find(':') != std::string::npos;
  return (is_v6 ? '[' + host + ']' : host) + ':' + port;
}

Request Request::without_credential(Asked what, std::string path) const {
  auto request = *this;
  request.asked = what;
  request.method = "GET";
  request.body.clear();
  request.headers.clear();
  request.carries_credential = false;
  set_path(request, std::move(path));
  return request;
}

std::string api_path(const AuthPlan& http) {
  auto path = path_of(text_of(http.url));
  path.resize(std::min(path.find('?'), path.size()));
  if (path.empty() || path.back() != '/') path += '/';
  return path;
}

Request pool_request(const Inspection& inspection, const AuthPlan& http, const std::string& pool) {
  auto request = request_to(inspection, http);
  request.asked = Asked::pool;
  set_path(request, api_path(http) + "work_pools/" + percent_quoted(pool, {}));
  return request;
}

Request request_of(const Inspection& inspection, const AuthPlan& plan,
                   const ProbeOptions& options) {
  auto named = plan;
  const auto pool = options.pool.empty() ? std::string(kAnyPool) : percent_quoted(options.pool, {});
  named.url = with_text(plan.url, kPoolSlot, pool);
  auto request = request_to(inspection, named);
  if (!request.not_tried.empty()) return request;
  if (surface_kind(plan.surface).is_websocket) {
    request.is_websocket = true;
    request.subprotocols = plan.subprotocols;
    if (plan.has_first_message) {
      request.first_message = auth_message(plan);
      request.carries_credential |= plan.token.truthy();
    }
    return request;
  }
  if (plan.surface == Surface::cloud_client) {
    set_path(request, api_path(plan) + "me/workspaces");
  } else if (plan.surface == Surface::http && plan.rule->target == Target::cloud) {
    // Reads: one work pool at most.
    request.method = "POST";
    request.body = R"({"limit":1})";
    set_path(request, api_path(plan) + "work_pools/filter");
  } else if (plan.surface == Surface::http) {
    set_path(request, api_path(plan) + "admin/version");
  }
  return request;
}

}  // namespace prefect_config::probing
