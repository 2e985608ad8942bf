// What the attempts of a probe mean: a verdict for each connection, and each cause once.
#include "auth/surfaces.hpp"
#include "checks/checks.hpp"
#include "diagnose/cause.hpp"
#include "sources/protect.hpp"
#include "support/text.hpp"

#include <algorithm>
#include <iterator>
#include <string>
#include <utility>

namespace prefect_config {
namespace {

// `3.9.0rc1`, `3.4.19+2.gabc`: the release that it counts as.
std::optional<Version> release_in(std::string_view text) {
  const auto end = text.find_first_not_of("0123456789.");
  auto digits = text.substr(0, end);
  while (ends_with(digits, ".")) digits.remove_suffix(1);
  return Version::parse(digits);
}

// One that says nothing is none.
const Attempt* answered(const Attempt* attempt) {
  return attempt && attempt->answered() ? attempt : nullptr;
}

}  // namespace

Evidence::Evidence(const Inspection& of, const AuthPlans& sent_plans, const Probe& made,
                   const ProbeOptions& asked)
    : inspection(of), plans(sent_plans), probe(made), options(asked), sent(sent_plans),
      http_plan(sent_plans.at(Surface::http)), http(made.find(Surface::http)),
      unauthorized(answered(made.find(Surface::http, Asked::without_credential))),
      health(answered(made.find(Surface::http, Asked::health))),
      ui_settings(answered(made.find(Surface::http, Asked::ui_settings))),
      pool(made.find(Surface::http, Asked::pool)), cloud(made.find(Surface::cloud_client)) {
  const auto* versioned = http ? http : made.find(Surface::version_check);
  if (versioned && versioned->answered() && versioned->body == Body::version)
    server = release_in(versioned->text);
  if (is_cloud()) return;
  if (http_works() && !http->carries_credential) asks_for_auth = false;
  if (unauthorized && unauthorized->body == Body::unauthorized) asks_for_auth = true;
  if (unauthorized && unauthorized->body == Body::version) asks_for_auth = false;
  if (ui_settings && ui_settings->asks_for_auth) asks_for_auth = ui_settings->asks_for_auth;
  if (!http || http->body != Body::unauthorized) return;
  // Who says that it asks for nothing, and refuses, has an empty auth string: neither is so.
  asks_for_auth = asks_for_auth == false ? std::nullopt : std::optional(true);
}

bool Evidence::http_works() const {
  if (!http || !http->answered()) return false;
  if (is_cloud()) return http->status == 200 && http->body == Body::list;
  return (http->status == 200 && http->body == Body::version) || is_followed(*this, *http);
}

bool Evidence::token_is_accepted() const {
  return std::any_of(probe.attempts.begin(), probe.attempts.end(), [this](const Attempt& attempt) {
    return attempt.authenticated && plans.at(attempt.surface).token.truthy();
  });
}

std::optional<std::string> authorization_from(const AuthPlan& plan) {
  for (const auto& header : plan.headers) {
    if (equal_ignoring_case(header.name, "Authorization")) return header.from;
  }
  return std::nullopt;
}

std::string Evidence::shown_url() const { return plans.api_url.masked().str(); }

std::string Evidence::api_path() const {
  const auto url = shown_url();
  const auto scheme = url.find("://");
  const auto begin = scheme == std::string::npos ? std::string::npos : url.find('/', scheme + 3);
  if (begin == std::string::npos) return {};
  auto path = url.substr(begin);
  while (!path.empty() && path.back() == '/') path.pop_back();
  return path;
}

namespace {

using Outcome = Verdict::Outcome;

class Judge {
 public:
  Judge(const Inspection& inspection, const AuthPlans& plans, const Probe& probe,
        const ProbeOptions& options)
      : evidence_(inspection, plans, probe, options) {}

  Diagnosis run() {
    for (const auto surface : evidence_.probe.surfaces) judge(surface);
    judge_pool();
    judge_proxies();
    judge_csrf();
    for (auto& cause : causes_of_releases(evidence_)) add(std::move(cause), {});
    judge_need();
    Diagnosis diagnosis;
    diagnosis.verdicts = verdicts_;
    diagnosis.findings = findings();
    if (evidence_.http) diagnosis.server_version = version_text();
    diagnosis.asks_for_auth = evidence_.asks_for_auth;
    diagnosis.pool_exists = pool_exists_;
    if (evidence_.cloud) diagnosis.sees_workspace = evidence_.cloud->sees_workspace;
    return diagnosis;
  }

 private:
  struct Known {
    Cause cause;
    std::vector<Surface> surfaces;
  };

  std::string version_text() const {
    return evidence_.http->body == Body::version ? evidence_.http->text : std::string();
  }

  void add(Cause cause, std::optional<Surface> surface) {
    auto found = std::find_if(known_.begin(), known_.end(),
                              [&cause](const Known& known) { return known.cause == cause; });
    if (found == known_.end()) {
      known_.push_back({std::move(cause), {}});
      found = std::prev(known_.end());
    }
    if (surface) found->surfaces.push_back(*surface);
  }

  void judge(Surface surface) {
    const auto& plan = evidence_.plans.at(surface);
    Verdict verdict{surface};
    const auto* attempt = evidence_.probe.find(surface);
    if (!attempt) {
      verdict.outcome = Outcome::not_opened;
      verdict.note = plan.notes.empty() ? "the probe sends nothing there" : plan.notes.front();
      verdicts_.push_back(std::move(verdict));
      return;
    }
    verdict.note = note_of(plan, *attempt);
    auto cause = cause_of(surface, *attempt);
    if (!cause && is_checked_first(surface)) {
      cause = version_cause();
      if (cause) verdict.note += ", but the version check fails";
    }
    if (!cause) {
      verdict.outcome = Outcome::works;
    } else {
      verdict.cause = cause->rule;
      const bool is_open =
          cause->rule == RuleId::not_sent_in_clear || cause->rule == RuleId::not_probed;
      verdict.outcome = is_open ? Outcome::unknown : Outcome::fails;
      add(std::move(*cause), surface);
    }
    verdicts_.push_back(std::move(verdict));
  }

  std::optional<Cause> cause_of(Surface surface, const Attempt& attempt) const {
    if (evidence_.is_cloud()) return cause_at_cloud(evidence_, attempt);
    if (surface == Surface::http && evidence_.http_works()) {
      // Said when an API client is made, before it asks for anything.
      auto causes = causes_of_releases(evidence_);
      const bool is_other = !causes.empty() && causes.front().rule == RuleId::major_versions_differ;
      return is_other ? std::optional(causes.front()) : csrf_cause();
    }
    if (surface_kind(surface).is_websocket) return cause_of_websocket(evidence_, attempt);
    return cause_of_api(evidence_, attempt);
  }

  // Clients since 3.6.22 ask for the server's version before they open one of these.
  bool is_checked_first(Surface surface) const {
    const bool asks = surface == Surface::events_in || surface == Surface::events_out ||
                      surface == Surface::logs_out;
    return asks &&
           evidence_.plans.at(Surface::version_check).outcome == AuthPlan::Outcome::connects;
  }

  // Of the version check: a request of its own where it sends other headers than the API client.
  std::optional<Cause> version_cause() const {
    const auto* check = evidence_.probe.find(Surface::version_check);
    if (!check) check = evidence_.http;
    return check ? cause_of_api(evidence_, *check) : std::nullopt;
  }

  void judge_pool() {
    const auto* pool = evidence_.pool;
    const bool is_json = pool && (pool->body == Body::not_found ||
                                  (evidence_.is_cloud() && pool->body == Body::other_json));
    const bool is_missing = is_json && pool->answered() && pool->status == 404;
    if (pool && pool->answered() && pool->status == 200 && pool->body == Body::other_json)
      pool_exists_ = true;
    if (is_missing && evidence_.http_works()) pool_exists_ = false;
    if (pool_exists_ == false)
      add({RuleId::pool_not_found, {evidence_.options.pool, evidence_.shown_url()}, About::api_url},
          {});
  }

  // A proxy that some connections take, where they fare otherwise than those that do not.
  void judge_proxies() {
    std::vector<Surface> with;
    std::vector<Surface> without;
    std::string variable;
    std::size_t with_fail = 0;
    std::size_t without_fail = 0;
    for (const auto& verdict : verdicts_) {
      const auto* attempt = evidence_.probe.find(verdict.surface);
      if (!attempt) continue;
      const bool fails = attempt->trouble != Trouble::none || attempt->from_proxy;
      (attempt->proxy.empty() ? without : with).push_back(verdict.surface);
      (attempt->proxy.empty() ? without_fail : with_fail) += fails ? 1 : 0;
      if (!attempt->proxy.empty()) variable = attempt->proxy;
    }
    if (with.empty() || without.empty() || (with_fail > 0) == (without_fail > 0)) return;
    add({RuleId::proxy_of_one_transport,
         {surfaces_text(with), variable, surfaces_text(without),
          with_fail > 0 ? "without the proxy it works: name the server in NO_PROXY"
                        : "name a proxy for both: HTTP_PROXY and HTTPS_PROXY; WebSockets take one "
                          "since Prefect 3.1.7"}},
        {});
  }

  bool server_wants_csrf() const {
    return evidence_.ui_settings && evidence_.ui_settings->wants_csrf == true;
  }

  // Reads work; what writes is refused for want of a token.
  std::optional<Cause> csrf_cause() const {
    const auto* support = evidence_.inspection.find("client.csrf_support_enabled");
    if (!server_wants_csrf() || !support || support->value.truthy()) return std::nullopt;
    return Cause{
        RuleId::csrf_first,
        {"PREFECT_CLIENT_CSRF_SUPPORT_ENABLED is off", "set it to true: it is Prefect's default"}};
  }

  // Refused for want of a token before anybody looks at the credential.
  void judge_csrf() {
    const bool is_refused = evidence_.http && evidence_.http->body == Body::unauthorized;
    if (server_wants_csrf() && is_refused) {
      Cause cause{RuleId::csrf_first,
                  {"asks for it before it looks at a credential: what writes without one gets 403 "
                   "and not 401",
                   "the credential comes first: its finding says what to do"}};
      cause.severity = Severity::info;
      add(std::move(cause), {});
    }
  }

  void judge_need() {
    const bool is_idle = evidence_.http_works() && evidence_.http->carries_credential &&
                         evidence_.asks_for_auth == false && !evidence_.is_cloud();
    if (!is_idle) return;
    std::string sent;
    for (const auto& header : evidence_.http_plan.headers) {
      if (header.from == "api_key") sent = "an API key";
      if (header.from == "auth_string") sent = "an auth string";
    }
    if (!sent.empty()) add({RuleId::credential_not_asked, {sent}}, {});
  }

  // The answer in few words.
  static std::string note_of(const AuthPlan& plan, const Attempt& attempt) {
    if (attempt.trouble == Trouble::in_the_clear) return "not sent";
    if (attempt.trouble == Trouble::not_tried) return "not tried";
    if (attempt.from_proxy) return "the proxy says " + std::to_string(attempt.status);
    if (attempt.trouble != Trouble::none) return attempt.detail.empty() ? "failed" : attempt.detail;
    if (!attempt.upgraded) return "status " + std::to_string(attempt.status);
    if (attempt.authenticated) return "accepted";
    if (!plan.has_first_message && attempt.close_code == 0) return "opened";
    if (attempt.close_code == 1006) return "cut after the first message";
    if (attempt.close_code == 0) return attempt.detail;
    return "closed, " + std::to_string(attempt.close_code) + ' ' + attempt.close_reason;
  }

  // ---- findings

  const Resolved* setting_of(const Known& known) const {
    const auto& inspection = evidence_.inspection;
    switch (known.cause.about) {
    case About::nothing:
      return nullptr;
    case About::api_url:
      return inspection.find("api.url");
    case About::custom_headers:
      return inspection.find("client.custom_headers");
    case About::sent:
      return sent_by(known.surfaces.empty() ? Surface::http : known.surfaces.front());
    }
    return nullptr;
  }

  // The setting of what a connection sends as a credential.
  const Resolved* sent_by(Surface surface) const {
    const auto& plan = evidence_.plans.at(surface);
    for (const auto& credential : evidence_.plans.credentials) {
      const bool in_header =
          std::any_of(plan.headers.begin(), plan.headers.end(), [&](const Header& header) {
            return header.from == credential.name &&
                   equal_ignoring_case(header.name, "Authorization");
          });
      if (in_header || plan.token_from == credential.name) return credential.setting;
    }
    return nullptr;
  }

  Finding finding_of(const Known& known) const {
    Finding finding{known.cause.rule, known.cause.arguments};
    for (auto& argument : finding.arguments) {
      if (argument == kConnections) argument = surfaces_text(known.surfaces);
    }
    if (const auto* setting = setting_of(known)) finding.place = place_of(*setting);
    finding.next = known.cause.next;
    finding.severity_override = known.cause.severity;
    return finding;
  }

  std::vector<Finding> findings() const {
    std::vector<Finding> list;
    for (const auto& known : known_) list.push_back(finding_of(known));
    std::stable_sort(list.begin(), list.end(), [](const Finding& left, const Finding& right) {
      return left.severity() < right.severity();
    });
    return list;
  }

  Evidence evidence_;
  std::vector<Verdict> verdicts_;
  std::vector<Known> known_;
  std::optional<bool> pool_exists_;
};

}  // namespace

Diagnosis diagnose(const Inspection& inspection, const AuthPlans& plans, const Probe& probe,
                   const ProbeOptions& options) {
  return Judge(inspection, plans, probe, options).run();
}

}  // namespace prefect_config
