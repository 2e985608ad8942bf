// One plan a surface: the row of the rule table that applies, carried out on the credentials of the
// launch.
#include <prefect_config/auth.hpp>

#include "auth/credentials.hpp"
#include "auth/headers.hpp"
#include "auth/reasons.hpp"
#include "auth/surfaces.hpp"
#include "auth/transport.hpp"
#include "sources/protect.hpp"
#include "support/text.hpp"

#include <algorithm>
#include <set>
#include <utility>

namespace prefect_config {
namespace {

constexpr const char* kRefusesFirst = "the client refuses before it sends anything";

std::vector<Credential> list_credentials(const Credentials& credentials) {
  std::vector<Credential> list;
  const auto add = [&](CredentialId id, std::string name, const Resolved* setting,
                       SettingValue value) {
    Credential credential;
    credential.id = id;
    credential.name = std::move(name);
    credential.setting = setting;
    credential.value = std::move(value);
    list.push_back(std::move(credential));
  };
  const auto is_set = [](const Resolved* resolved) {
    return resolved && !resolved->value.is_none();
  };
  if (is_set(credentials.key))
    add(CredentialId::api_key, "api_key", credentials.key, credentials.key->value);
  if (is_set(credentials.auth_string))
    add(CredentialId::auth_string, "auth_string", credentials.auth_string,
        credentials.auth_string->value);
  for (const auto& header : credentials.custom)
    add(CredentialId::custom_header, "custom_header:" + header.name, credentials.headers,
        header.value);
  if (auto userinfo = url_userinfo(credentials.api_url()))
    add(CredentialId::url_userinfo, "url_userinfo", credentials.url,
        Secret(Value(std::move(*userinfo))));
  return list;
}

// The whole address of a surface below the API's URL. Prefect replaces texts: another case of the
// scheme stays as it is, and is refused later.
std::string address_below(const SurfaceKind& kind, std::string url) {
  if (kind.is_websocket)
    url = replace_all(replace_all(url, "https://", "wss://"), "http://", "ws://");
  while (kind.drops_trailing_slash && !url.empty() && url.back() == '/') url.pop_back();
  return url + std::string(kind.path);
}

// Why an HTTP client cannot make a request of a URL; empty where it can.
std::string http_problem(const std::string& url) {
  const bool has_scheme =
      starts_with_ignoring_case(url, "http://") || starts_with_ignoring_case(url, "https://");
  return has_scheme ? std::string()
                    : "the URL does not begin with http:// or https://: the client raises "
                      "UnsupportedProtocol";
}

// The same of the WebSocket client. Blanks in front are stripped by its URL parser, and only there.
std::string websocket_problem(const std::string& url) {
  const auto address =
      std::string_view(url).substr(std::min(url.find_first_not_of(' '), url.size()));
  const auto userinfo = url_userinfo(url);
  if (userinfo && userinfo->find(':') == std::string::npos)
    return "the URL has a user and no password: the WebSocket client raises InvalidURI";
  const bool has_scheme = starts_with(address, "http://") || starts_with(address, "https://");
  return has_scheme ? std::string()
                    : "the URL does not begin with http:// or https:// in lower case: the "
                      "WebSocket client raises InvalidURI";
}

class Planner {
 public:
  Planner(const Credentials& credentials, const Resolution& resolution, const Registry& registry,
          const Launch& launch)
      : credentials_(credentials), resolution_(resolution), registry_(registry), launch_(launch) {
    result_.target = credentials.target();
    if (credentials.url) result_.api_url = credentials.url->value;
    result_.credentials = list_credentials(credentials);
  }

  AuthPlans run() {
    for (const auto surface : surfaces()) result_.surfaces.push_back(plan(surface));
    return std::move(result_);
  }

 private:
  AuthPlan plan(Surface surface) {
    const auto& kind = surface_kind(surface);
    AuthPlan plan;
    plan.surface = surface;
    plan.transport = kind.is_websocket ? "websocket" : "http";
    const bool has_url = result_.target == Target::cloud || result_.target == Target::self_hosted;
    if (!has_url && !kind.at_cloud_url) return without_url(std::move(plan));
    plan.rule =
        find_auth_rule(surface, has_url ? result_.target : Target::cloud, registry_.version());
    if (!plan.rule) {
      result_.rules_known = false;
      return absent(std::move(plan), "no rule for Prefect " + registry_.version().text());
    }
    if (!plan.rule->exists()) return absent(std::move(plan), std::string(plan.rule->absent));
    if (!has_what_it_needs(*plan.rule)) return without_setting(std::move(plan));
    return carry_out(std::move(plan), kind);
  }

  AuthPlan without_url(AuthPlan plan) {
    const bool temporary = result_.target == Target::ephemeral;
    plan.outcome = temporary ? AuthPlan::Outcome::absent : AuthPlan::Outcome::refuses;
    plan.notes.emplace_back(
        temporary ? "there is no API URL, a temporary server on this machine is started"
                  : "there is no API URL, the client raises \"No Prefect API URL provided\"");
    return unused(std::move(plan), "there is no API URL to send it to");
  }

  AuthPlan absent(AuthPlan plan, std::string why) {
    plan.outcome = AuthPlan::Outcome::absent;
    plan.notes.push_back(why);
    return unused(std::move(plan), why);
  }

  AuthPlan refuse(AuthPlan plan, std::string why) {
    plan.outcome = AuthPlan::Outcome::refuses;
    plan.headers.clear();
    plan.notes.push_back(std::move(why));
    return unused(std::move(plan), kRefusesFirst);
  }

  // A setting that this version does not have stands in no way.
  bool has_what_it_needs(const AuthRule& rule) const {
    const auto* setting =
        rule.needs_setting.empty() ? nullptr : registry_.find_path(rule.needs_setting);
    return !setting || resolution_.settings[registry_.index_of(*setting)].value.truthy();
  }

  AuthPlan without_setting(AuthPlan plan) {
    const auto name = std::string(registry_.find_path(plan.rule->needs_setting)->name);
    if (plan.rule->refuses_without)
      return refuse(std::move(plan), name + " is off: the client raises RuntimeError");
    return absent(std::move(plan), name + " is off");
  }

  AuthPlan unused(AuthPlan plan, const std::string& reason) {
    for (auto& credential : result_.credentials)
      credential.not_used_on.push_back({plan.surface, reason});
    return plan;
  }

  AuthPlan carry_out(AuthPlan plan, const SurfaceKind& kind) {
    const auto& rule = *plan.rule;
    const auto url = kind.at_cloud_url ? credentials_.cloud_api_url() : credentials_.api_url();
    plan.url = protected_url(kind);
    if (rule.subprotocol) plan.subprotocols.emplace_back("prefect");
    if (rule.needs_key && !credentials_.has_key())
      return refuse(std::move(plan),
                    "api_url and api_key must be provided: without an API key the client raises "
                    "ValueError");
    if (auto problem = kind.is_websocket ? websocket_problem(url) : http_problem(url);
        !problem.empty())
      return refuse(std::move(plan), std::move(problem));
    auto sent = send(rule, credentials_);
    if (auto problem = kind.is_websocket ? std::nullopt : unsendable(sent, credentials_))
      return refuse(std::move(plan), std::move(*problem));
    const auto address = text_of(plan.url);
    plan.tls = tls_of(kind, address, resolution_, registry_);
    plan.proxy = proxy_of(kind, address, registry_.version(), launch_);
    plan.headers = sent.headers;
    plan.has_first_message = rule.token != Send::nothing;
    plan.token = sent.token;
    plan.token_from = sent.token_from;
    if (kind.is_websocket && url.find(' ') != std::string::npos)
      plan.notes.emplace_back("the URL holds a blank, where the path is cut; credentials are sent");
    if (plan.surface == Surface::telemetry)
      plan.notes.emplace_back("only where the OpenTelemetry exporter is installed");
    note_use(plan, sent);
    return plan;
  }

  // What hides a part of the API URL hides it here too.
  SettingValue protected_url(const SurfaceKind& kind) const {
    const auto* setting = kind.at_cloud_url ? credentials_.cloud_url : credentials_.url;
    auto url = address_below(kind, text_of(setting->value));
    const auto* secret = setting->value.secret();
    if (!secret) return protect_url(std::move(url));
    auto mask = protect_url(address_below(kind, secret->mask().str())).masked();
    return Secret(Value(std::move(url)), std::move(mask));
  }

  void note_use(const AuthPlan& plan, const Sent& sent) {
    std::set<std::string_view> names;
    for (const auto& header : plan.headers) names.insert(header.from);
    for (auto& credential : result_.credentials) {
      const bool used =
          credential.id == CredentialId::custom_header
              ? names.count(credential.name) != 0
              : std::find(sent.used.begin(), sent.used.end(), credential.id) != sent.used.end();
      if (used) {
        credential.used_on.push_back(plan.surface);
      } else {
        credential.not_used_on.push_back(
            {plan.surface, reason_not_used(credential, *plan.rule, sent, credentials_)});
      }
    }
  }

  const Credentials& credentials_;
  const Resolution& resolution_;
  const Registry& registry_;
  const Launch& launch_;
  AuthPlans result_;
};

}  // namespace

AuthPlans plan_auth(const Resolution& resolution, const Registry& registry, const Launch& launch) {
  const auto credentials = collect_credentials(resolution, registry);
  return Planner(credentials, resolution, registry, launch).run();
}

}  // namespace prefect_config
