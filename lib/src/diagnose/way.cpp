// Everything before an answer: the name, the address, this machine's proxy, TLS, time.
#include "checks/checks.hpp"
#include "diagnose/cause.hpp"
#include "support/text.hpp"

#include <string>
#include <utility>

namespace prefect_config {
namespace {

std::string seconds_text(std::chrono::milliseconds time) {
  const auto whole = time.count() / 1000;
  const auto rest = time.count() % 1000;
  if (rest == 0) return std::to_string(whole) + " s";
  return std::to_string(time.count()) + " ms";
}

// What was not answered in time.
std::string awaited(NetworkLayer layer) {
  switch (layer) {
  case NetworkLayer::name:
    return "the look-up of its name";
  case NetworkLayer::connection:
    return "a connection";
  case NetworkLayer::tls:
    return "the TLS handshake";
  default:
    return "what it was asked";
  }
}

std::string host_of(const std::string& place) { return place.substr(0, place.rfind(':')); }

// The API URL with another scheme, as the command that writes it.
std::string with_scheme(const Evidence& evidence, const std::string& scheme) {
  const auto* url = evidence.inspection.find("api.url");
  const auto shown = evidence.shown_url();
  const auto end = shown.find("://");
  if (!url || end == std::string::npos || url->value.is_secret()) return {};
  return set_command(*url, scheme + shown.substr(end));
}

// The proxy is reached first: what fails before TLS or an answer is its.
std::optional<Cause> cause_at_proxy(const Attempt& attempt) {
  if (attempt.proxy.empty()) return std::nullopt;
  if (attempt.from_proxy)
    return Cause{RuleId::proxy_refuses,
                 {attempt.proxy, attempt.place, std::to_string(attempt.status)}};
  const bool is_ours = attempt.trouble == Trouble::none || attempt.trouble == Trouble::in_the_clear;
  if (is_ours) return std::nullopt;
  if (attempt.layer == NetworkLayer::name || attempt.layer == NetworkLayer::connection)
    return Cause{RuleId::proxy_unreachable, {attempt.proxy, attempt.detail}};
  if (attempt.layer == NetworkLayer::proxy)
    return Cause{RuleId::proxy_refuses,
                 {attempt.proxy, attempt.place,
                  attempt.trouble == Trouble::timed_out ? "nothing in time" : "nothing, and cuts"}};
  return std::nullopt;
}

std::optional<Cause> cause_of_certificate(const Evidence& evidence, const Attempt& attempt) {
  switch (attempt.trouble) {
  case Trouble::certificate_time:
    return Cause{RuleId::certificate_not_valid_now, {attempt.place, attempt.detail}};
  case Trouble::certificate_host:
    return Cause{
        RuleId::certificate_of_other_host, {attempt.place, attempt.detail}, About::api_url};
  case Trouble::certificate_issuer:
    return Cause{RuleId::authority_unknown, {attempt.place, attempt.issuer, attempt.authorities}};
  case Trouble::certificate_wanted:
    return Cause{RuleId::client_certificate_wanted, {attempt.place}};
  case Trouble::not_tls:
    return Cause{RuleId::https_to_plain_port,
                 {attempt.place},
                 About::api_url,
                 with_scheme(evidence, "http")};
  case Trouble::only_tls:
    return Cause{
        RuleId::http_to_tls_port, {attempt.place}, About::api_url, with_scheme(evidence, "https")};
  case Trouble::tls:
    return Cause{RuleId::tls_failed, {attempt.place, attempt.detail}};
  default:
    return std::nullopt;
  }
}

}  // namespace

std::optional<Cause> cause_on_the_way(const Evidence& evidence, const Attempt& attempt) {
  if (auto cause = cause_at_proxy(attempt)) return cause;
  if (auto cause = cause_of_certificate(evidence, attempt)) return cause;
  switch (attempt.trouble) {
  case Trouble::not_resolved:
    return Cause{
        RuleId::name_not_resolved, {host_of(attempt.place), attempt.detail}, About::api_url};
  case Trouble::refused:
    return Cause{RuleId::nothing_listens, {attempt.place, attempt.detail}, About::api_url};
  case Trouble::timed_out:
    return Cause{RuleId::no_answer,
                 {attempt.place, awaited(attempt.layer), seconds_text(evidence.options.timeout)},
                 attempt.layer == NetworkLayer::connection ? About::api_url : About::nothing};
  case Trouble::cut:
    return Cause{RuleId::connection_cut,
                 {attempt.place, attempt.layer == NetworkLayer::tls ? "during the TLS handshake"
                                                                    : "before it answered"}};
  case Trouble::malformed:
    return Cause{RuleId::not_http, {attempt.place, attempt.detail}, About::api_url};
  case Trouble::in_the_clear:
    return Cause{RuleId::not_sent_in_clear, {attempt.place, attempt.detail}, About::api_url};
  case Trouble::not_tried:
    return Cause{RuleId::not_probed, {kConnections, attempt.detail}};
  default:
    return std::nullopt;
  }
}

}  // namespace prefect_config
