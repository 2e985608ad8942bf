// One request as it goes over the wire: made of a plan, and of nothing else.
//
// What it is not: a connection (exchange.hpp). A request holds secrets, in the open: it lives no
// longer than the exchange, and nothing prints it.
#pragma once

#include <prefect_config/probe.hpp>

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace prefect_config::probing {

/// Where a connection goes first.
struct Endpoint {
  std::string host;  ///< without brackets
  std::string port;

  std::string text() const;  ///< `HOST:PORT`
};

struct ProxyHop {
  Endpoint endpoint;
  std::string variable;
  std::string authorization;  ///< of Proxy-Authorization; empty without user and password
};

struct TlsWish {
  bool verify = true;
  std::string ca_file;  ///< empty: the system's
  std::string ca_name;  ///< the same for people
};

struct Request {
  Asked asked = Asked::surface;
  Surface surface = Surface::http;
  bool is_websocket = false;
  std::string method = "GET";
  Endpoint endpoint;
  std::string host_header;
  std::string target;  ///< path and query
  std::vector<std::pair<std::string, std::string>> headers;
  std::vector<std::string> subprotocols;
  std::optional<std::string> first_message;
  std::string body;
  std::optional<TlsWish> tls;
  std::optional<ProxyHop> proxy;
  bool carries_credential = false;
  SettingValue url;       ///< for reports
  std::string not_tried;  ///< why there is no such connection; empty where there is

  /// The same connection with another path and without any credential.
  Request without_credential(Asked what, std::string path) const;
};

/// What asks the surface of this plan whether it works. `plan.outcome` is `connects`.
Request request_of(const Inspection& inspection, const AuthPlan& plan, const ProbeOptions& options);

/// `GET {api}/work_pools/NAME`, as the API client sends it.
Request pool_request(const Inspection& inspection, const AuthPlan& http, const std::string& pool);

/// The path of the API below which every path of `http` stands, with a slash behind it.
std::string api_path(const AuthPlan& http);

}  // namespace prefect_config::probing
