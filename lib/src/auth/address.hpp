// Where a URL points, as httpx reads it.
//
// What it is not: a whole URL: its path and user are looked at where they count.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace prefect_config {

struct Address {
  std::string scheme;        ///< in lower case
  std::string host;          ///< likewise, without brackets
  std::string port;          ///< empty where it is not written, or the scheme's own
  std::string written_port;  ///< empty where it is not written

  /// At most 65535, or none.
  bool has_possible_port() const;
  bool secure() const { return scheme == "https" || scheme == "wss"; }
  /// `HOST:PORT`, the scheme's own port too.
  std::string with_port() const {
    return host + ':' + (!port.empty() ? port : secure() ? "443" : "80");
  }
};

/// Whether a URL begins with http://, https://, ws:// or wss://, in any case: HTTP takes a
/// WebSocket's scheme for its own.
bool has_known_scheme(std::string_view url);

/// Nothing where httpx raises InvalidURL; empty where there is no `://`.
std::optional<Address> parse_address(std::string_view url);

bool is_number(std::string_view text);
bool is_ipv4(std::string_view text);
/// A host that only this machine or a private network knows: a loopback, private or link-local
/// address, a single word, a name that ends in `.local` or the like.
bool is_internal_host(const std::string& host);
/// `localhost` and the addresses of this machine.
bool is_loopback_host(std::string_view host);
/// Without brackets; a zone may follow.
bool is_ipv6(std::string_view text);

}  // namespace prefect_config
