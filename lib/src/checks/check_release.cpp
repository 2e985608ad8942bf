// Releases whose own faults stand in the way of credentials that are set right.
//
// What it is not: a second table of what is sent. A connection that lacks a credential is found in
// the rules themselves (auth/rules.cpp), and so is the release that sends it.
#include "auth/address.hpp"
#include "checks/checks.hpp"
#include "sources/protect.hpp"
#include "support/text.hpp"

#include <algorithm>
#include <functional>
#include <iterator>
#include <string>
#include <utility>
#include <vector>

namespace prefect_config {
namespace {

// The first release after `rule` whose rule of the same connection is as asked; empty where none
// is.
template <typename Asked>
std::string first_with(const AuthRule& rule, Asked asked) {
  for (const auto& later : auth_rules()) {
    const bool is_later = later.surface == rule.surface && later.target == rule.target &&
                          rule.versions.last < later.versions.first;
    if (is_later && later.exists() && std::invoke(asked, later)) return later.versions.first.text();
  }
  return {};
}

class ReleaseCheck {
 public:
  explicit ReleaseCheck(Checked& checked)
      : checked_(checked), version_(checked.inspection.registry.version()) {}

  void run() {
    check_proxies();
    if (checked_.plans.target != Target::self_hosted) return;
    const auto* auth = find_credential(checked_.plans, CredentialId::auth_string);
    if (auth && is_used(*auth, Surface::http)) {
      check_left_out(*auth);
      check_handshake(*auth);
    }
    check_custom_headers();
  }

 private:
  static bool is_used(const Credential& credential, Surface surface) {
    return std::find(credential.used_on.begin(), credential.used_on.end(), surface) !=
           credential.used_on.end();
  }

  const AuthPlan& plan(Surface surface) const { return checked_.plans.at(surface); }

  bool connects(Surface surface) const {
    return plan(surface).outcome == AuthPlan::Outcome::connects && plan(surface).rule;
  }

  Finding& add(const Resolved* about, std::string what, const std::string& fixed) {
    Finding finding{RuleId::release_at_fault, {version_.text(), std::move(what)}};
    finding.arguments.push_back(fixed.empty() ? "no later release does otherwise"
                                              : "since Prefect " + fixed + " it is otherwise");
    if (about) finding.place = place_of(*about);
    checked_.findings.push_back(std::move(finding));
    return checked_.findings.back();
  }

  // HTTP sends the auth string, and a WebSocket does not: a server that asks for it refuses that.
  void check_left_out(const Credential& auth) {
    std::vector<Surface> lacking;
    std::string fixed;
    for (const auto surface : surfaces()) {
      if (!connects(surface) || plan(surface).transport != "websocket" || is_used(auth, surface) ||
          plan(surface).rule->sends_auth_string())
        continue;
      const auto first = first_with(*plan(surface).rule, &AuthRule::sends_auth_string);
      if (first.empty()) continue;
      lacking.push_back(surface);
      if (fixed.empty() || *Version::parse(fixed) < *Version::parse(first)) fixed = first;
    }
    if (lacking.empty()) return;
    // A server of the same release does not ask for it there; a later one does.
    add(auth.setting,
        "does not send the auth string on " + surfaces_text(lacking) +
            ": a later server that asks for it refuses them",
        fixed)
        .severity_override = Severity::info;
  }

  // The message comes after the handshake, at which a proxy asks. (#22812; measured 3.8.2, 3.8.3)
  void check_handshake(const Credential& auth) {
    const auto& events = plan(Surface::events_in);
    if (!connects(Surface::events_in) || events.rule->token != Send::token_auth ||
        events.rule->header != Send::nothing || !is_used(auth, Surface::events_in))
      return;
    const auto* url = checked_.written("api.url");
    const auto address = url ? parse_address(text_of(url->value)) : std::nullopt;
    if (!address || is_internal_host(address->host)) return;  // hardly behind a proxy
    const auto has_header = [](const AuthRule& rule) { return rule.header == Send::basic_auth; };
    add(auth.setting,
        "sends the auth string to events-in after the handshake only, where a proxy that asks for "
        "it answers 401",
        first_with(*events.rule, has_header));
  }

  // HTTP sends them, and the version check before a WebSocket does not, or not in the same way.
  void check_custom_headers() {
    const auto* headers = checked_.written("client.custom_headers");
    if (!headers || !connects(Surface::http) || !connects(Surface::version_check)) return;
    const auto& rule = *plan(Surface::version_check).rule;
    if (plan(Surface::http).rule->custom_headers == CustomHeaders::not_sent) return;
    const auto as_now = [](const AuthRule& later) {
      return later.custom_headers == CustomHeaders::replace_key;
    };
    const auto sends = [](const AuthRule& later) {
      return later.custom_headers != CustomHeaders::not_sent;
    };
    if (rule.custom_headers == CustomHeaders::not_sent) {
      add(headers, "does not send custom headers when it asks for the server's version",
          first_with(rule, sends));
    } else if (rule.custom_headers == CustomHeaders::give_way &&
               custom_authorization(checked_.plans) &&
               find_credential(checked_.plans, CredentialId::api_key) &&
               !find_credential(checked_.plans, CredentialId::auth_string)) {
      add(headers,
          "sends the key instead of the custom Authorization header when it asks for "
          "the server's version",
          first_with(rule, as_now));
    }
  }

  // A proxy that only HTTP goes through. (#15474: WebSockets have none up to 3.1.6)
  void check_proxies() {
    const auto& http = plan(Surface::http);
    if (!http.proxy || !connects(Surface::events_out)) return;
    constexpr Version kFirstWithProxies{3, 1, 7};
    if (version_ < kFirstWithProxies && !plan(Surface::events_out).proxy)
      add(nullptr, "opens WebSockets without the proxy of " + http.proxy->variable,
          kFirstWithProxies.text());
  }

  Checked& checked_;
  Version version_;
};

}  // namespace

void check_release(Checked& checked) { ReleaseCheck(checked).run(); }

}  // namespace prefect_config
