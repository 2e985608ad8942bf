// One plan a surface: the row of the rule table that applies, carried out on the credentials of the
// launch.
#include <prefect_config/auth.hpp>

#include "auth/address.hpp"
#include "auth/credentials.hpp"
#include "auth/headers.hpp"
#include "auth/proxies.hpp"
#include "auth/reasons.hpp"
#include "auth/surfaces.hpp"
#include "auth/tls.hpp"
#include "sources/protect.hpp"
#include "sources/quirks.hpp"
#include "support/digest.hpp"
#include "support/percent.hpp"
#include "support/text.hpp"

#include <algorithm>
#include <iterator>
#include <optional>
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
  if (auto userinfo = url_userinfo(credentials.api_url()); userinfo && !userinfo->empty())
    add(CredentialId::url_userinfo, "url_userinfo", credentials.url,
        Secret(Value(std::move(*userinfo))));
  return list;
}

// The whole address of a surface below the API's URL. Prefect replaces texts: another case of the
// scheme stays as it is, and is refused later.
std::string address_below(const SurfaceKind& kind, std::string url) {
  if (kind.is_websocket && kind.replaces_first_http) {
    if (const auto at = url.find("http"); at != std::string::npos) url.replace(at, 4, "ws");
  } else if (kind.is_websocket) {
    url = replace_all(replace_all(url, "https://", "wss://"), "http://", "ws://");
  }
  while (kind.drops_trailing_slash && !url.empty() && url.back() == '/') url.pop_back();
  return url + std::string(kind.path);
}

// The address as the client writes it: Python's parser drops blanks before it and line ends in it;
// what is no ASCII is percent-encoded, over HTTP a blank too, and a fragment is not sent.
std::string as_sent(const SurfaceKind& kind, std::string_view url) {
  url.remove_prefix(std::min(url.find_first_not_of(' '), url.size()));
  if (!kind.is_websocket) url = url.substr(0, url.find('#'));
  // httpx takes a WebSocket's scheme for its own.
  if (!kind.is_websocket && starts_with_ignoring_case(url, "ws"))
    return "http" + as_sent(kind, url.substr(2));
  const auto scheme_end = url.find("://");
  const auto host = scheme_end == std::string_view::npos ? url.size() : scheme_end + 3;
  const auto authority_end = std::min(url.find_first_of("/?#", host), url.size());
  const auto userinfo_end = url.substr(0, authority_end).rfind('@');
  const auto host_begin =
      userinfo_end == std::string_view::npos || userinfo_end < host ? host : userinfo_end + 1;
  std::string sent;
  for (std::size_t at = 0; at < url.size(); ++at) {
    const char c = url[at];
    const auto byte = static_cast<unsigned char>(c);
    const bool is_host = at >= host_begin && at < authority_end;
    if (c == '\n' || c == '\r' || c == '\t') continue;
    if ((byte >= 0x80 && at >= authority_end) || (c == ' ' && !kind.is_websocket)) {
      append_percent(sent, c);
    } else {
      sent += is_host || at < host ? ascii_lower(c) : c;
    }
  }
  return sent;
}

bool has_control_character(std::string_view url) {
  return std::any_of(url.begin(), url.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte < 0x20 || byte == 0x7F;
  });
}

// Why an HTTP client cannot make a request of a URL; empty where it can.
std::string http_problem(const std::string& url) {
  if (has_control_character(url))
    return "the URL holds a control character: the client raises InvalidURL";
  if (!has_known_scheme(url))
    return "the URL does not begin with http:// or https://: the client raises "
           "UnsupportedProtocol";
  const auto address = parse_address(url);
  if (!address) return "the URL's host or port is none: the client raises InvalidURL";
  if (!address->has_possible_port()) return "the URL's port is above 65535: the client raises";
  return address->host.empty() ? "the URL has no host: the client raises UnsupportedProtocol"
                               : std::string();
}

// The same of the WebSocket client. Blanks in front are stripped by its URL parser, and only there.
std::string websocket_problem(const std::string& url) {
  const auto address =
      std::string_view(url).substr(std::min(url.find_first_not_of(' '), url.size()));
  if (url.find('#') != std::string::npos)
    return "the URL has a fragment: the WebSocket client raises InvalidURI";
  const auto userinfo = url_userinfo(url);
  if (userinfo && userinfo->find(':') == std::string::npos)
    return "the URL has a user without a password; the WebSocket client raises InvalidURI";
  // Prefect replaces `http` in lower case only; the client knows its own schemes in any.
  const bool has_scheme = starts_with(address, "http://") || starts_with(address, "https://") ||
                          starts_with_ignoring_case(address, "ws://") ||
                          starts_with_ignoring_case(address, "wss://");
  if (!has_scheme)
    return "the URL does not begin with http:// or https:// in lower case: the "
           "WebSocket client raises InvalidURI";
  const auto parsed = parse_address(address);
  if (!parsed || !parsed->has_possible_port())
    return "the URL's port is none: the WebSocket client raises ValueError";
  return parsed->host.empty() ? "the URL has no host: the WebSocket client raises InvalidURI"
                              : std::string();
}

class Planner {
 public:
  using Cause = AuthPlan::Cause;

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
    if (surface == Surface::telemetry && quirks_.metrics_follow_otel_endpoint) {
      if (const auto endpoint = otel_endpoint(); !endpoint.empty())
        return to_collector(std::move(plan), endpoint);
    }
    const bool has_url = result_.target == Target::cloud || result_.target == Target::self_hosted;
    if (!has_url && !kind.at_cloud_url) return without_url(std::move(plan));
    plan.rule =
        find_auth_rule(surface, has_url ? result_.target : Target::cloud, registry_.version());
    if (!plan.rule) {
      result_.rules_known = false;
      return absent(std::move(plan), "no rule for Prefect " + registry_.version().text());
    }
    const auto& rule = *plan.rule;
    if (!rule.exists()) return absent(std::move(plan), std::string(rule.absent));
    if (!has_what_it_needs(rule)) return without_setting(std::move(plan));
    return carry_out(std::move(plan), kind);
  }

  // Where OpenTelemetry's own variables send run metrics; empty where they do not.
  std::string otel_endpoint() const {
    if (const auto* whole = launch_.non_empty("OTEL_EXPORTER_OTLP_METRICS_ENDPOINT")) return *whole;
    const auto* base = launch_.non_empty("OTEL_EXPORTER_OTLP_ENDPOINT");
    if (!base) return {};
    return base->substr(0, base->find_last_not_of('/') + 1) + "/v1/metrics";
  }

  // Another's collector: Prefect's credentials do not go there.
  AuthPlan to_collector(AuthPlan plan, const std::string& endpoint) {
    plan.rule = find_auth_rule(plan.surface, Target::cloud, registry_.version());
    if (!has_what_it_needs(*plan.rule)) return without_setting(std::move(plan));
    plan.url = protect_url(endpoint);
    plan.notes.emplace_back("a collector that OTEL_EXPORTER_OTLP_… names; only where the "
                            "OpenTelemetry exporter is installed");
    if (is_encrypted(endpoint))
      plan.tls = tls_of(surface_kind(plan.surface), resolution_, registry_, launch_);
    auto choice = proxy_of(surface_kind(plan.surface), endpoint, registry_.version(), launch_);
    plan.proxy = std::move(choice.proxy);
    return unused(std::move(plan), "OTEL_EXPORTER_OTLP_… names a collector, which gets no key");
  }

  AuthPlan without_url(AuthPlan plan) {
    if (result_.target == Target::ephemeral) {
      // Its address is known when it runs. That it gets the same credentials was seen, and says
      // nothing of another server: neither used nor unused.
      plan.outcome = AuthPlan::Outcome::absent;
      plan.notes.emplace_back("there is no API URL, a temporary server on this machine is started; "
                              "it asks for no credential");
      return plan;
    }
    plan.outcome = AuthPlan::Outcome::refuses;
    plan.notes.emplace_back(
        "there is no API URL, the client raises \"No Prefect API URL provided\"");
    return unused(std::move(plan), "there is no API URL to send it to");
  }

  AuthPlan absent(AuthPlan plan, const std::string& why) {
    plan.outcome = AuthPlan::Outcome::absent;
    plan.notes.push_back(why);
    return unused(std::move(plan), why);
  }

  AuthPlan refuse(AuthPlan plan, AuthPlan::Cause cause, std::string why) {
    plan.cause = cause;
    plan.outcome = AuthPlan::Outcome::refuses;
    plan.headers.clear();
    plan.notes.push_back(std::move(why));
    return unused(std::move(plan), kRefusesFirst);
  }

  // A setting that this version does not have stands in no way.
  bool has_what_it_needs(const AuthRule& rule) const {
    const auto* needed =
        rule.needs_setting.empty() ? nullptr : resolution_.find(registry_, rule.needs_setting);
    return !needed || needed->value.truthy();
  }

  AuthPlan without_setting(AuthPlan plan) {
    const auto name = std::string(registry_.find_path(plan.rule->needs_setting)->name);
    if (plan.rule->refuses_without)
      return refuse(std::move(plan), Cause::setting,
                    name + " is off: the client raises RuntimeError");
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
      return refuse(std::move(plan), Cause::no_key,
                    "api_url and api_key must be provided: without an API key the client raises "
                    "ValueError");
    if (auto problem = url_problem(kind, url); !problem.empty())
      return refuse(std::move(plan), Cause::url, std::move(problem));
    auto sent = send(rule, credentials_);
    if (auto problem = header_problem(kind, sent))
      return refuse(std::move(plan), Cause::header, std::move(*problem));
    const auto address = text_of(plan.url);
    const bool encrypted = is_encrypted(address);
    auto tls = tls_of(kind, resolution_, registry_, launch_);
    // The HTTP clients read the CA file when they are made, also for a URL that is not encrypted.
    if (!tls.system_authorities && (encrypted || !kind.is_websocket || is_asked_first(kind))) {
      if (is_missing(tls.ca_file))
        return refuse(std::move(plan), Cause::way,
                      "the CA file of " + tls.ca_from +
                          " is not there: the client raises FileNotFoundError");
      if (is_no_file(tls.ca_file))
        return refuse(std::move(plan), Cause::way,
                      "the CA file of " + tls.ca_from +
                          " is no file: the client raises IsADirectoryError");
    }
    if (kind.is_websocket && !encrypted && !tls.verify &&
        quirks_.skip_verify_breaks_plain_websocket)
      return refuse(std::move(plan), Cause::way,
                    "PREFECT_API_TLS_INSECURE_SKIP_VERIFY is on and the URL is "
                    "not encrypted: the WebSocket client raises ValueError");
    auto choice = proxy_of(kind, address, registry_.version(), launch_);
    // A worker's channel has an HTTP client beside it, which is made first.
    if (kind.surface == Surface::worker_channel) {
      auto http = proxy_of(surface_kind(Surface::http), url, registry_.version(), launch_);
      if (!http.problem.empty()) choice = std::move(http);
    }
    if (!choice.problem.empty()) {
      plan.unless_installed = choice.unless_installed;
      return refuse(std::move(plan), Cause::way, std::move(choice.problem));
    }
    if (encrypted) plan.tls = std::move(tls);
    plan.proxy = std::move(choice.proxy);
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

  // A worker's channel asks over HTTP first, with the same URL.
  static std::string url_problem(const SurfaceKind& kind, const std::string& url) {
    auto problem = kind.is_websocket ? websocket_problem(url) : std::string();
    const bool http = !kind.is_websocket ||
                      (kind.surface == Surface::worker_channel && has_control_character(url));
    return problem.empty() && http ? http_problem(url) : problem;
  }

  std::optional<std::string> header_problem(const SurfaceKind& kind, const Sent& sent) const {
    if (kind.surface == Surface::telemetry) return telemetry_problem();
    if (!kind.is_websocket) return unsendable(sent, credentials_);
    if (kind.surface == Surface::worker_channel) {
      const auto* http = find_auth_rule(Surface::http, result_.target, registry_.version());
      if (http && is_not_ascii(send(*http, credentials_), credentials_))
        return "a header of its HTTP client is not ASCII: the client raises UnicodeEncodeError";
    }
    return unsendable_on_websocket(sent, registry_.version());
  }

  // OpenTelemetry's client takes blanks around a key, and gives up without a word at other things.
  std::optional<std::string> telemetry_problem() const {
    const auto key = credentials_.key ? text_of(credentials_.key->value) : std::string();
    if (!is_beyond_latin_1(key) && key.find_first_of("\r\n") == std::string::npos)
      return std::nullopt;
    return "the key is no Latin-1 or holds a line end: nothing is sent, without a word";
  }

  bool is_missing(const SettingValue& file) const {
    return file.truthy() && !launch_.files->exists(launch_.absolute(text_of(file)));
  }

  // Whether an HTTP client asks the server before the WebSocket is opened.
  bool is_asked_first(const SurfaceKind& kind) const {
    if (kind.surface == Surface::worker_channel) return true;
    const bool of_events =
        kind.surface == Surface::events_in || kind.surface == Surface::events_out;
    const auto* check = find_auth_rule(Surface::version_check, result_.target, registry_.version());
    return of_events && check && check->exists() && has_what_it_needs(*check);
  }

  bool is_no_file(const SettingValue& path) const {
    return path.truthy() && !launch_.files->is_file(launch_.absolute(text_of(path)));
  }

  // What hides a part of the API URL hides it here too.
  SettingValue protected_url(const SurfaceKind& kind) const {
    const auto* setting = kind.at_cloud_url ? credentials_.cloud_url : credentials_.url;
    auto url = as_sent(kind, address_below(kind, text_of(setting->value)));
    const auto* secret = setting->value.secret();
    if (!secret) return protect_url(std::move(url));
    auto mask = protect_url(as_sent(kind, address_below(kind, secret->mask().str()))).masked();
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
            {plan.surface, reason_not_used(credential, *plan.rule, sent, credentials_),
             is_overwritten(credential, sent)});
      }
    }
  }

  const Credentials& credentials_;
  const Resolution& resolution_;
  const Registry& registry_;
  const Launch& launch_;
  const Quirks quirks_ = quirks_of(registry_.version());
  AuthPlans result_;
};

}  // namespace

const AuthPlan& AuthPlans::at(Surface surface) const {
  return *std::find_if(surfaces.begin(), surfaces.end(),
                       [surface](const AuthPlan& plan) { return plan.surface == surface; });
}

bool concerns(Surface surface, Target target) {
  return target == Target::cloud || !surface_kind(surface).at_cloud_url;
}

std::vector<Surface> Credential::used_for(Target target) const {
  auto result = used_on;
  std::erase_if(result, [target](Surface surface) { return !concerns(surface, target); });
  return result;
}

std::vector<Credential::NotUsed> Credential::not_used_for(Target target) const {
  auto result = not_used_on;
  std::erase_if(result, [target](const NotUsed& n) { return !concerns(n.surface, target); });
  return result;
}

void add_fingerprints(AuthPlans& plans, std::string_view key) {
  // Which key it was, so that what two keys made is not compared.
  constexpr std::size_t kKeyName = 3;
  const auto name = keyed_digest("key", key).substr(0, kKeyName);
  for (auto& credential : plans.credentials) {
    if (credential.value.truthy())
      credential.fingerprint = name + '.' + keyed_digest(text_of(credential.value), key);
  }
}

AuthPlans plan_auth(const Resolution& resolution, const Registry& registry, const Launch& launch) {
  const auto credentials = collect_credentials(resolution, registry);
  return Planner(credentials, resolution, registry, launch).run();
}

}  // namespace prefect_config
