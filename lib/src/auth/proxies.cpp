#include "auth/proxies.hpp"

#include "auth/address.hpp"
#include "sources/protect.hpp"
#include "sources/quirks.hpp"
#include "support/python_text.hpp"
#include "support/text.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <iterator>
#include <set>
#include <span>
#include <string_view>
#include <vector>

namespace prefect_config {
namespace {

// ---------------------------------------------------------------------------------------------
// Who reads which variables

/// What finds the proxy of a client.
enum class Finder : std::uint8_t {
  nobody,      ///< it has no proxies
  httpx,       ///< the scheme's own, else all_proxy
  requests,    ///< the same, with another NO_PROXY
  prefect,     ///< Prefect's own: HTTP_PROXY of ws, HTTPS_PROXY of wss, in upper case only
  both,        ///< Prefect's own, and without it websockets
  websockets,  ///< websockets: that of https also for ws
};

struct Row {
  bool is_websocket;
  VersionRange versions;
  Finder finder;
};

constexpr Version kLast{UINT16_MAX, UINT16_MAX, UINT16_MAX};
constexpr Row kRows[] = {
    {false, {{0, 0, 0}, kLast}, Finder::httpx},
    {true, {{0, 0, 0}, {3, 1, 6}}, Finder::nobody},
    {true, {{3, 1, 7}, {3, 2, 7}}, Finder::prefect},
    {true, {{3, 2, 8}, {3, 4, 23}}, Finder::both},  // first came with websockets 15
    {true, {{3, 4, 24}, kLast}, Finder::websockets},
};

Finder finder_of(const SurfaceKind& kind, Version version) {
  // OpenTelemetry's exporter.
  if (kind.surface == Surface::telemetry) return Finder::requests;
  const auto* row = std::find_if(std::begin(kRows), std::end(kRows), [&](const auto& r) {
    return r.is_websocket == kind.is_websocket && r.versions.contains(version);
  });
  return row->finder;
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
  for (const auto& variable : launch.environment) {
    if (variable.value.empty() || !equal_ignoring_case(variable.name, name)) continue;
    if (name == "http_proxy" && is_cgi && variable.name != name) continue;
    found = Found{variable.name, variable.value};
  }
  if (const auto* exact = launch.variable(name))
    return exact->empty() ? std::nullopt : std::optional(Found{name, *exact});
  return found;
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
  auto found = secure ? first_of(launch, kWss) : first_of(launch, kWs);
  constexpr std::string_view kHttp = "http://";
  if (found && lower(found->name) == "socks_proxy" && starts_with(found->value, kHttp))
    found->value.replace(0, kHttp.size(), "socks5h://");
  return found;
}

// The entries of a list, blanks around them and empty ones dropped.
std::vector<std::string_view> entries_of(std::string_view list) {
  std::vector<std::string_view> entries;
  for (const auto part : split(list, ',')) {
    if (const auto entry = python_strip(part); !entry.empty()) entries.push_back(entry);
  }
  return entries;
}

// ---------------------------------------------------------------------------------------------
// NO_PROXY, as each library reads it

bool is_or_is_below(std::string_view host, const std::string& name) {
  return host == name || ends_with(host, '.' + name);
}

// urllib's proxy_bypass_environment: a name stands for itself and everything below it.
// `host` may end in a port.
bool urllib_excepts(const Launch& launch, const std::string& host) {
  const auto list = variable_of(launch, "no_proxy");
  if (!list) return false;
  if (list->value == "*") return true;
  const auto colon = host.rfind(':');
  const bool has_port = colon != std::string::npos && is_number(host.substr(colon + 1));
  const auto alone = has_port ? host.substr(0, colon) : host;
  for (auto entry : entries_of(list->value)) {
    entry.remove_prefix(std::min(entry.find_first_not_of('.'), entry.size()));
    const auto name = lower(entry);
    if (is_or_is_below(alone, name) || is_or_is_below(host, name)) return true;
  }
  return false;
}

enum class Excepts : std::uint8_t {
  no,
  yes,
  all_proxy,  ///< this URL, where only the proxy for all schemes would take it
  everything,
  invalid,  ///< httpx raises InvalidURL
};

// One entry, as the pattern that httpx makes of it: `example.com` is that and everything below it,
// `.example.com` only what is below, an IP address and `localhost` are only themselves, with
// `SCHEME://` it is a URL whose host counts alone.
Excepts httpx_excepts(std::string_view entry, const Address& address) {
  if (entry == "*") return Excepts::everything;
  const auto first = std::string(entry.substr(0, entry.find('/')));
  const auto text = std::string(entry);
  const bool is_url = text.find("://") != std::string::npos;
  const bool is_v6 = !is_url && is_ipv6(first);
  const bool alone = is_url || is_v6 || is_ipv4(first) || equal_ignoring_case(entry, "localhost");
  const auto pattern = parse_address(is_url  ? text
                                     : is_v6 ? "all://[" + text + ']'
                                     : alone ? "all://" + text
                                             : "all://*" + text);
  if (!pattern) return Excepts::invalid;
  if (pattern->scheme != "all" && pattern->scheme != address.scheme) return Excepts::no;
  if (!pattern->port.empty() && pattern->port != address.port) return Excepts::no;
  const auto& host = pattern->host;
  // Of two patterns without a host, that of the scheme comes first; the very same key is replaced.
  if (host.empty() || host == "*")
    return entry == address.scheme + "://" ? Excepts::yes : Excepts::all_proxy;
  if (starts_with(host, "*."))
    return ends_with(address.host, host.substr(1)) ? Excepts::yes : Excepts::no;
  const bool matches =
      host.front() == '*' ? is_or_is_below(address.host, host.substr(1)) : address.host == host;
  return matches ? Excepts::yes : Excepts::no;
}

bool is_in_network(const std::string& host, const std::string& network) {
  const auto slash = network.find('/');
  const auto bits_text = network.substr(slash + 1);
  if (!is_number(bits_text) || bits_text.size() > 2) return false;
  const int bits = std::stoi(bits_text);
  in_addr mine{};
  in_addr theirs{};
  if (bits < 1 || bits > 32 || inet_pton(AF_INET, host.c_str(), &mine) != 1 ||
      inet_aton(network.substr(0, slash).c_str(), &theirs) == 0)
    return false;
  const auto mask = htonl(~std::uint32_t{0} << (32 - bits));
  return (mine.s_addr & mask) == (theirs.s_addr & mask);
}

// requests: networks of IP addresses too; and what urllib says.
bool requests_excepts(const Launch& launch, const Address& address, bool ends_words) {
  const auto* list = launch.non_empty("no_proxy");
  if (!list) list = launch.non_empty("NO_PROXY");
  const auto plain = list ? replace_all(*list, " ", "") : std::string();
  const auto with_port =
      address.written_port.empty() ? address.host : address.host + ':' + address.written_port;
  const bool is_address = is_ipv4(address.host);
  for (const auto part : split(plain, ',')) {
    const std::string entry(part);
    if (entry.empty()) continue;
    const auto name = entry.substr(std::min(entry.find_first_not_of('.'), entry.size()));
    const bool matches =
        !is_address && ends_words ? ends_with(address.host, entry) || ends_with(with_port, entry)
        : !is_address ? is_or_is_below(address.host, name) || is_or_is_below(with_port, name)
        : std::count(entry.begin(), entry.end(), '/') == 1 ? is_in_network(address.host, entry)
                                                           : address.host == entry;
    if (matches) return true;
  }
  return urllib_excepts(launch, address.host);
}

// ---------------------------------------------------------------------------------------------
// One finder each

std::string scheme_of(std::string_view proxy) {
  const auto end = proxy.find("://");
  return end == std::string_view::npos ? std::string() : lower(proxy.substr(0, end));
}

bool is_one_of(std::string_view text, std::span<const std::string_view> words) {
  return std::find(words.begin(), words.end(), text) != words.end();
}

// Nothing but a host, and a user only with a password.
bool is_plain_proxy(const std::string& proxy) {
  const auto authority = proxy.find("://") + 3;
  const auto path = proxy.find_first_of("/?#", authority);
  const auto at = proxy.substr(0, path).rfind('@');
  const bool has_user = at != std::string::npos && at >= authority;
  const bool has_password =
      has_user && proxy.substr(authority, at - authority).find(':') != std::string::npos;
  const bool has_path = path != std::string::npos && proxy.substr(path) != "/";
  return (has_password || !has_user) && !has_path;
}

ProxyChoice chosen(std::optional<Found> found) {
  if (!found) return {};
  return {Proxy{protect_url(std::move(found->value)), std::move(found->name)}, {}};
}

// httpx makes the proxies of all schemes when the client is made, also those it does not need.
ProxyChoice httpx_problem(const Launch& launch) {
  for (const auto* name : {"http_proxy", "https_proxy", "all_proxy"}) {
    const auto found = variable_of(launch, name);
    if (!found) continue;
    const bool has_scheme = found->value.find("://") != std::string::npos;
    const auto scheme = has_scheme ? scheme_of(found->value) : "http";
    constexpr std::string_view kSocks[] = {"socks5", "socks5h"};
    if (is_one_of(scheme, kSocks))
      return {{},
              found->name +
                  " is a SOCKS proxy: the client raises ImportError unless httpx[socks] is "
                  "installed",
              true};
    constexpr std::string_view kHttp[] = {"http", "https"};
    if (!is_one_of(scheme, kHttp))
      return {{}, found->name + " has a scheme that is no proxy's: the client raises ValueError"};
    if (!parse_address(has_scheme ? found->value : "http://" + found->value))
      return {{}, found->name + " is no URL: the client raises InvalidURL"};
  }
  return {};
}

ProxyChoice by_httpx(const Launch& launch, const Address& address) {
  const auto list = variable_of(launch, "no_proxy");
  std::set<Excepts> answers;
  if (list) {
    for (const auto entry : entries_of(list->value)) answers.insert(httpx_excepts(entry, address));
  }
  if (answers.count(Excepts::everything) != 0) return {};
  if (answers.count(Excepts::invalid) != 0)
    return {{}, list->name + " has an entry that is no host: the client raises InvalidURL"};
  if (auto choice = httpx_problem(launch); !choice.problem.empty()) return choice;
  if (answers.count(Excepts::yes) != 0) return {};
  auto found = by_scheme(launch, address.secure());
  const bool is_for_all = found && lower(found->name) == "all_proxy";
  if (is_for_all && answers.count(Excepts::all_proxy) != 0) return {};
  return chosen(std::move(found));
}

ProxyChoice by_requests(const Launch& launch, const Address& address, bool ends_words) {
  return requests_excepts(launch, address, ends_words)
             ? ProxyChoice()
             : chosen(by_scheme(launch, address.secure()));
}

// Prefect's own, with the package python-socks.
ProxyChoice by_prefect(const Launch& launch, const Address& address, bool looks_at_no_proxy) {
  if (looks_at_no_proxy && urllib_excepts(launch, address.host)) return {};
  auto found = in_upper_case(launch, address.secure());
  if (!found) return {};
  constexpr std::string_view kSchemes[] = {"http", "socks5", "socks4"};
  if (!is_one_of(scheme_of(found->value), kSchemes))
    return {{}, found->name + " has a scheme that is no proxy's: the WebSocket client refuses it"};
  const auto proxy = parse_address(found->value);
  if (!proxy || proxy->host.empty() || proxy->written_port.empty())
    return {{}, found->name + " names no host and port: the WebSocket client refuses it"};
  return chosen(std::move(found));
}

ProxyChoice by_websockets_library(const Launch& launch, const Address& address, bool has_socks) {
  if (urllib_excepts(launch, address.with_port())) return {};
  auto found = by_websockets(launch, address.secure());
  if (!found) return {};
  const auto scheme = scheme_of(found->value);
  if (scheme.empty())
    return {{}, found->name + " has no scheme: the WebSocket client refuses the proxy"};
  constexpr std::string_view kSocks[] = {"socks5h", "socks5", "socks4a", "socks4"};
  if (is_one_of(scheme, kSocks) && !has_socks)
    return {{},
            found->name + " is a SOCKS proxy: the WebSocket client raises ImportError unless "
                          "python-socks is installed"};
  constexpr std::string_view kHttp[] = {"http", "https"};
  if (!is_one_of(scheme, kHttp) && !is_one_of(scheme, kSocks))
    return {{}, found->name + " has a scheme that is no proxy's: the WebSocket client refuses it"};
  if (!is_plain_proxy(found->value))
    return {{},
            found->name +
                " has a path, or a user without a password: the WebSocket client refuses it"};
  return chosen(std::move(found));
}

}  // namespace

ProxyChoice proxy_of(const SurfaceKind& kind, const std::string& url, Version version,
                     const Launch& launch) {
  const auto parsed = parse_address(url);
  if (!parsed) return {};
  const auto& address = *parsed;
  switch (finder_of(kind, version)) {
  case Finder::nobody:
    return {};
  case Finder::httpx:
    return by_httpx(launch, address);
  case Finder::requests:
    return by_requests(launch, address, quirks_of(version).no_proxy_ends_words);
  case Finder::prefect:
    return by_prefect(launch, address, !quirks_of(version).websocket_proxy_ignores_no_proxy);
  case Finder::both: {
    auto choice = by_prefect(launch, address, true);
    if (choice.proxy || !choice.problem.empty()) return choice;
    return by_websockets_library(launch, address, true);
  }
  case Finder::websockets:
    return by_websockets_library(launch, address, false);
  }
  return {};
}

}  // namespace prefect_config
