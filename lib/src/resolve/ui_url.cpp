#include "resolve/ui_url.hpp"

#include "support/text.hpp"

#include <arpa/inet.h>

namespace prefect_config {
namespace {

constexpr std::string_view kApi = "/api";

// Python's \w, where every byte beyond ASCII counts as a letter.
constexpr bool is_word(char c) {
  return is_letter_or_digit(c) || c == '_' || static_cast<unsigned char>(c) >= 0x80;
}

// Python's re.match(r"^https://api[\.\w]*.prefect.[^\.]+/", url): tried at every length of the
// first part.
bool is_cloud_api(std::string_view url) {
  constexpr std::string_view kStart = "https://api";
  constexpr std::string_view kName = "prefect";
  if (!starts_with(url, kStart)) return false;
  for (std::size_t end = kStart.size();; ++end) {
    const auto name = end + 1;
    if (name + kName.size() + 1 < url.size() && url[end] != '\n' &&
        url.substr(name, kName.size()) == kName && url[name + kName.size()] != '\n') {
      const auto rest = url.substr(name + kName.size() + 1);
      const auto slash = rest.substr(0, rest.find('.')).rfind('/');
      if (slash != std::string_view::npos && slash > 0) return true;
    }
    if (end >= url.size() || !(is_word(url[end]) || url[end] == '.')) return false;
  }
}

// Python's ipaddress takes a scope after `%`; urlparse also takes the form `v1.anything`.
bool is_address(std::string_view text) {
  if (!text.empty() && ascii_lower(text.front()) == 'v') {
    const auto dot = text.find('.');
    if (dot == std::string_view::npos || dot < 2 || dot + 1 == text.size()) return false;
    return text.substr(1, dot - 1).find_first_not_of("0123456789abcdefABCDEF") ==
           std::string_view::npos;
  }
  const auto scope = text.find('%');
  if (scope != std::string_view::npos && scope + 1 == text.size()) return false;
  const std::string address(text.substr(0, scope));
  in6_addr ignored{};
  return ::inet_pton(AF_INET6, address.c_str(), &ignored) == 1;
}

// Where the host begins, behind `//` at the start or after a scheme; npos where the URL has none.
std::size_t host_start(std::string_view url) {
  constexpr std::string_view kScheme =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+-.";
  const auto colon = url.find(':');
  const bool begins_with_letter =
      !url.empty() && ascii_upper(url[0]) >= 'A' && ascii_upper(url[0]) <= 'Z';
  const bool has_scheme = colon != std::string_view::npos && begins_with_letter &&
                          url.substr(0, colon).find_first_not_of(kScheme) == std::string_view::npos;
  const auto slashes = has_scheme ? colon + 1 : 0;
  return url.substr(slashes, 2) == "//" ? slashes + 2 : std::string_view::npos;
}

}  // namespace

bool has_valid_brackets(std::string_view url) {
  // urlparse strips control characters and blanks in front.
  while (!url.empty() && static_cast<unsigned char>(url.front()) <= ' ') url.remove_prefix(1);
  const auto start = host_start(url);
  if (start == std::string_view::npos) return true;
  const auto authority = url.substr(start);
  const auto host = authority.substr(0, authority.find_first_of("/?#"));
  const auto open = host.find('[');
  const auto close = host.find(']');
  if ((open == std::string_view::npos) != (close == std::string_view::npos)) return false;
  return open == std::string_view::npos ||
         (close > open && is_address(host.substr(open + 1, close - open - 1)));
}

std::string cloud_ui_url(std::string_view cloud_api_url) {
  std::string url(cloud_api_url);
  if (is_cloud_api(url)) url.replace(0, std::string_view("https://api").size(), "https://app");
  if (ends_with(url, kApi)) url.resize(url.size() - kApi.size());
  return url;
}

std::string ui_url(std::string_view api_url, std::string_view cloud_api_url,
                   std::string_view cloud_ui_url) {
  std::string url(api_url);
  if (starts_with(api_url, cloud_api_url) && !cloud_ui_url.empty())
    url = replace_all(url, cloud_api_url, cloud_ui_url);
  if (ends_with(url, kApi)) url.resize(url.size() - kApi.size());
  url = replace_all(url, "/api/", "/");
  url = replace_all(url, "/accounts/", "/account/");
  return replace_all(url, "/workspaces/", "/workspace/");
}

}  // namespace prefect_config
