#include "auth/address.hpp"

#include "support/python_text.hpp"
#include "support/text.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <iterator>

namespace prefect_config {
namespace {

bool is_ip(int family, const std::string& text) {
  std::array<unsigned char, sizeof(in6_addr)> bytes{};
  return inet_pton(family, text.c_str(), bytes.data()) == 1;
}

// Four numbers with points between them, whatever they are.
bool is_like_ipv4(std::string_view host) {
  const auto parts = split(host, '.');
  return parts.size() == 4 && std::all_of(parts.begin(), parts.end(), is_number);
}

bool is_private_address(const std::string& host) {
  std::array<unsigned char, 16> bytes{};
  if (inet_pton(AF_INET, host.c_str(), bytes.data()) == 1) {
    const auto first = bytes[0];
    const auto second = bytes[1];
    return first == 10 || (first == 172 && (second & 0xF0) == 16) ||
           (first == 192 && second == 168) || (first == 100 && (second & 0xC0) == 64) ||
           (first == 169 && second == 254);
  }
  const auto plain = host.substr(0, host.find('%'));
  return inet_pton(AF_INET6, plain.c_str(), bytes.data()) == 1 &&
         ((bytes[0] & 0xFE) == 0xFC || (bytes[0] == 0xFE && (bytes[1] & 0xC0) == 0x80));
}

}  // namespace

bool is_number(std::string_view text) {
  return !text.empty() &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

bool is_ipv4(std::string_view text) { return is_ip(AF_INET, std::string(text)); }
bool is_ipv6(std::string_view text) {
  return is_ip(AF_INET6, std::string(text.substr(0, text.find('%'))));
}

bool Address::has_possible_port() const {
  constexpr std::size_t kDigits = 5;
  return port.empty() || (port.size() <= kDigits && std::stoul(port) <= 65535);
}

bool is_loopback_host(std::string_view host) {
  return host == "localhost" || ends_with(host, ".localhost") || host == "::1" ||
         (is_ipv4(host) && starts_with(host, "127."));
}

bool is_internal_host(const std::string& host) {
  constexpr std::string_view kEndings[] = {".local", ".internal", ".svc", ".lan", ".home.arpa"};
  const bool single = host.find('.') == std::string::npos && host.find(':') == std::string::npos;
  return single || is_loopback_host(host) || is_private_address(host) ||
         std::any_of(std::begin(kEndings), std::end(kEndings),
                     [&host](auto ending) { return ends_with(host, ending); });
}

bool has_known_scheme(std::string_view url) {
  constexpr std::string_view kSchemes[] = {"http://", "https://", "ws://", "wss://"};
  return std::any_of(std::begin(kSchemes), std::end(kSchemes),
                     [url](auto scheme) { return starts_with_ignoring_case(url, scheme); });
}

std::optional<Address> parse_address(std::string_view url) {
  Address address;
  const auto begin = url.find("://");
  if (begin == std::string_view::npos) return address;
  address.scheme = lower(url.substr(0, begin));
  auto authority = url.substr(begin + 3);
  authority = authority.substr(0, authority.find_first_of("/?#"));
  authority = authority.substr(authority.rfind('@') + 1);
  const auto bracket = authority.rfind(']');
  const bool in_brackets =
      !authority.empty() && authority.front() == '[' && bracket != std::string_view::npos;
  const auto host = authority.substr(0, in_brackets ? bracket + 1 : authority.find(':'));
  auto port = authority.substr(host.size());
  if (!port.empty() && port.front() == ':') port.remove_prefix(1);
  if (!port.empty() && !is_number(port)) return std::nullopt;
  if (in_brackets && !is_ipv6(host.substr(1, host.size() - 2))) return std::nullopt;
  if (is_like_ipv4(host) && !is_ipv4(host)) return std::nullopt;
  // Which names IDNA refuses is not known here; a star among other than ASCII it does.
  if (host.find('*') != std::string_view::npos &&
      std::any_of(host.begin(), host.end(), [](char c) { return (c & 0x80) != 0; }))
    return std::nullopt;
  address.host = lower(in_brackets ? host.substr(1, host.size() - 2) : host);
  address.written_port = std::string(port);
  port.remove_prefix(std::min(port.find_first_not_of('0'), port.size()));
  const bool is_plain = address.scheme == "http" || address.scheme == "ws";
  if (!(port == "80" && is_plain) && !(port == "443" && address.secure()))
    address.port = std::string(port);
  return address;
}

}  // namespace prefect_config
