// What stands before a server and answers for it: redirects, limits, gateways, gates, other pages.
//
// nginx puts its name on the answers it passes on: the body tells who speaks, not the Server header
// (measured, nginx 1.22.1).
#include "auth/address.hpp"
#include "checks/checks.hpp"
#include "diagnose/answer.hpp"
#include "diagnose/cause.hpp"
#include "sources/mask.hpp"
#include "support/text.hpp"

#include <string>
#include <utility>

namespace prefect_config {
namespace {

bool is_redirect(int status) {
  return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

std::string path_in(std::string_view url) {
  const auto scheme = url.find("://");
  const auto begin = scheme == std::string_view::npos ? url.find('/') : url.find('/', scheme + 3);
  return begin == std::string_view::npos ? "/" : std::string(url.substr(begin));
}

// The API URL that a redirect leads to: what was asked for below the API, taken away from its end.
// Empty where it leads to another path.
std::string api_behind(const Evidence& evidence, const Attempt& attempt,
                       std::string_view location) {
  const auto asked = path_in(attempt.url.masked().str());
  const auto api = evidence.api_path();
  if (!starts_with(asked, api)) return {};
  const auto below = asked.substr(api.size());
  return below.size() > 1 && ends_with(location, below)
             ? std::string(location.substr(0, location.size() - below.size()))
             : std::string();
}

// Where a redirect leads, with scheme and host.
std::string resolved_location(const Evidence& evidence, const Attempt& attempt) {
  const auto& location = attempt.location;
  if (location.empty() || location.front() != '/') return location;
  const auto url = evidence.shown_url();
  const auto scheme = url.find("://");
  if (starts_with(location, "//")) return url.substr(0, scheme + 1) + location;
  return url.substr(0, url.find('/', scheme + 3)) + location;
}

Cause redirect(const Evidence& evidence, const Attempt& attempt) {
  const auto location = resolved_location(evidence, attempt);
  const auto to = parse_address(location);
  const auto here = parse_address(evidence.shown_url());
  const bool is_here = to && here && to->host == here->host;
  const auto api = is_here ? api_behind(evidence, attempt, location) : std::string();
  const auto shown = [&evidence](const std::string& url) {
    return mask_url(
        short_text(url, [&evidence](std::string_view text) { return evidence.sent.clean(text); }));
  };
  // The same path at the same host: the address was only written otherwise.
  if (!api.empty()) {
    Cause cause{RuleId::redirect_to_https, {attempt.place, shown(api)}, About::api_url};
    const auto* url = evidence.inspection.find("api.url");
    if (url && shown(api) == api) cause.next = set_command(*url, api);
    return cause;
  }
  return {RuleId::redirect_elsewhere, {attempt.place, shown(location)}, About::api_url};
}

// What a page says of itself.
std::string page_text(const Attempt& attempt) {
  auto text = "status " + std::to_string(attempt.status);
  if (attempt.body == Body::page)
    text += attempt.text.empty() ? " with a page" : " with the page `" + attempt.text + '`';
  return text;
}

bool says(const Attempt& attempt, std::string_view words) {
  return attempt.body == Body::page && attempt.text.find(words) != std::string::npos;
}

bool is_prefects_page(const Attempt& attempt) {
  return says(attempt, "Prefect") && !says(attempt, "ogin");
}

}  // namespace

bool is_followed(const Evidence& evidence, const Attempt& attempt) {
  if (attempt.status != 307 && attempt.status != 308) return false;
  const auto location = resolved_location(evidence, attempt);
  // To itself, for ever.
  if (location == attempt.url.masked().str()) return false;
  const auto to = parse_address(location);
  const auto here = parse_address(evidence.shown_url());
  return to && here && to->host == here->host && to->with_port() == here->with_port() &&
         to->scheme == here->scheme;
}

Cause no_path(const Evidence& evidence, const Attempt& attempt) {
  Cause cause{RuleId::api_path_missing, {attempt.place}, About::api_url};
  // Where a path stands, which part of it is wrong is not known.
  const auto url = evidence.shown_url();
  const auto* setting = evidence.inspection.find("api.url");
  const bool is_bare = evidence.api_path().empty() && url.find_first_of("?# ") == std::string::npos;
  if (!setting || setting->value.is_secret() || !is_bare) return cause;
  cause.next = set_command(*setting, url.substr(0, url.find_last_not_of('/') + 1) + "/api");
  return cause;
}

std::optional<Cause> cause_in_front(const Evidence& evidence, const Attempt& attempt) {
  const int status = attempt.status;
  if (is_redirect(status)) return redirect(evidence, attempt);
  if (status == 429) return Cause{RuleId::too_many_requests, {attempt.place}};
  // Cloudflare has codes of its own for a server that it cannot reach.
  const bool is_gateways = (status >= 502 && status <= 504) || (status >= 520 && status <= 530);
  if (is_gateways) return Cause{RuleId::gateway_error, {attempt.place, std::to_string(status)}};
  // It is the proxy of this machine that asks for a password of its own.
  if (status == 407 && !attempt.proxy.empty())
    return Cause{RuleId::proxy_refuses, {attempt.proxy, attempt.place, "407"}};
  if (status == 407 || (attempt.asks_password && (status == 401 || status == 403)))
    return Cause{RuleId::gate_password,
                 {attempt.place, attempt.realm, path_in(evidence.shown_url())}};
  if (attempt.body == Body::wants_tls) {
    auto with_tls = attempt;
    with_tls.trouble = Trouble::only_tls;
    return cause_on_the_way(evidence, with_tls);
  }
  if (attempt.body == Body::wants_certificate)
    return Cause{RuleId::client_certificate_wanted, {attempt.place}};
  if (attempt.body != Body::page) return std::nullopt;
  if (status == 400)
    return Cause{RuleId::not_prefect, {attempt.place, page_text(attempt)}, About::api_url};
  if (status == 401)
    return Cause{RuleId::gate_password,
                 {attempt.place, page_text(attempt), path_in(evidence.shown_url())}};
  // The user interface of a server answers for every path of its own (up to 3.6.29).
  if (status == 200 && is_prefects_page(attempt) && !ends_with(evidence.api_path(), "/api"))
    return no_path(evidence, attempt);
  if (status == 200)
    return Cause{RuleId::not_prefect, {attempt.place, page_text(attempt)}, About::api_url};
  return std::nullopt;
}

}  // namespace prefect_config
