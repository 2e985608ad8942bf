// What stands before a server and answers for it: redirects, limits, gateways, gates, other pages.
//
// nginx puts its name on the answers it passes on: the body tells who speaks, not the Server header
// (measured, nginx 1.22.1).
#include "auth/address.hpp"
#include "checks/checks.hpp"
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
std::string api_behind(const Evidence& evidence, const Attempt& attempt) {
  const auto asked = path_in(attempt.url.masked().str());
  const auto api = evidence.api_path();
  if (!starts_with(asked, api)) return {};
  const auto below = asked.substr(api.size());
  const std::string_view location = attempt.location;
  return below.size() > 1 && ends_with(location, below)
             ? std::string(location.substr(0, location.size() - below.size()))
             : std::string();
}

Cause redirect(const Evidence& evidence, const Attempt& attempt) {
  const auto to = parse_address(attempt.location);
  const bool is_absolute = to && !to->host.empty();
  const auto here = parse_address(evidence.shown_url());
  const auto api = api_behind(evidence, attempt);
  // The same path at the same host: the address was only written otherwise.
  const bool is_same = is_absolute && here && to->host == here->host && !api.empty();
  const auto where = mask_url(attempt.location);
  if (!is_same) return {RuleId::redirect_elsewhere, {attempt.place, where}, About::api_url};
  Cause cause{RuleId::redirect_to_https, {attempt.place, mask_url(api)}, About::api_url};
  if (const auto* url = evidence.inspection.find("api.url"))
    cause.next = set_command(*url, mask_url(api));
  return cause;
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

Cause bad_request(const Evidence& evidence, const Attempt& attempt) {
  if (says(attempt, "plain HTTP request was sent to HTTPS port")) {
    auto with_tls = attempt;
    with_tls.trouble = Trouble::only_tls;
    return *cause_on_the_way(evidence, with_tls);
  }
  if (says(attempt, "SSL certificate")) return {RuleId::client_certificate_wanted, {attempt.place}};
  return {RuleId::not_prefect, {attempt.place, page_text(attempt)}, About::api_url};
}

bool is_prefects_page(const Attempt& attempt) {
  return says(attempt, "Prefect") && !says(attempt, "ogin");
}

}  // namespace

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
  if (status == 502 || status == 503 || status == 504)
    return Cause{RuleId::gateway_error, {attempt.place, std::to_string(status)}};
  // It is the proxy of this machine that asks for a password of its own.
  if (status == 407 && !attempt.proxy.empty())
    return Cause{RuleId::proxy_refuses, {attempt.proxy, attempt.place, "407"}};
  if (status == 407 || (attempt.asks_password && (status == 401 || status == 403)))
    return Cause{RuleId::gate_password,
                 {attempt.place, attempt.realm, path_in(evidence.shown_url())}};
  if (attempt.body != Body::page) return std::nullopt;
  if (status == 400) return bad_request(evidence, attempt);
  if (status == 401)
    return Cause{RuleId::gate_password,
                 {attempt.place, page_text(attempt), path_in(evidence.shown_url())}};
  // The user interface of a server answers for every path of its own (up to 3.6.29).
  if (status == 200 && is_prefects_page(attempt) && evidence.api_path() != "/api")
    return no_path(evidence, attempt);
  if (status == 200)
    return Cause{RuleId::not_prefect, {attempt.place, page_text(attempt)}, About::api_url};
  return std::nullopt;
}

}  // namespace prefect_config
