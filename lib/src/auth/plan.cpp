// One plan a surface: the row of the rule table that applies, carried out on the credentials of the
// launch.
#include <prefect_config/auth.hpp>

#include "auth/credentials.hpp"
#include "sources/mask.hpp"
#include "sources/protect.hpp"
#include "support/base64.hpp"
#include "support/text.hpp"

#include <algorithm>
#include <map>
#include <set>

namespace prefect_config {
namespace {

constexpr std::string_view kAuthorization = "Authorization";

// A header value that keeps its scheme when masked: `Bearer ********`.
SettingValue header_value(std::string_view scheme, const std::string& content) {
  return Secret(Value(std::string(scheme) + ' ' + content),
                Value(std::string(scheme) + ' ' + std::string(kMask)));
}

// Why the HTTP client (httpx, h11) would refuse a header; empty where it would not.
std::string header_problem(const std::string& what, const std::string& value) {
  const auto is_not_ascii = [](char c) { return static_cast<unsigned char>(c) >= 0x80; };
  if (std::any_of(value.begin(), value.end(), is_not_ascii)) {
    return what + " holds characters that are not ASCII: the client raises UnicodeEncodeError";
  }
  const auto is_blank = [](char c) { return c == ' ' || c == '\t'; };
  const bool blank_end = !value.empty() && (is_blank(value.back()) || is_blank(value.front()));
  if (blank_end || value.find_first_of(std::string_view("\0\r\n", 3)) != std::string::npos) {
    return what + " ends in a blank or holds a line end: the client raises LocalProtocolError";
  }
  return {};
}

bool sends_key(const AuthRule& rule) {
  return rule.header == Send::bearer_key || rule.header == Send::bearer_key_lower ||
         rule.header == Send::key_else_basic || rule.header == Send::basic_else_key ||
         rule.token == Send::token_auth_else_key;
}

bool sends_auth(const AuthRule& rule) {
  return rule.header == Send::basic_auth || rule.header == Send::key_else_basic ||
         rule.header == Send::basic_else_key || rule.token == Send::token_auth ||
         rule.token == Send::token_auth_else_key;
}

// Whether two rows agree on which of key and auth string comes first.
bool has_order_of(const AuthRule& a, const AuthRule& b) {
  return a.exists == b.exists && a.header == b.header &&
         (a.token == Send::token_auth_else_key) == (b.token == Send::token_auth_else_key);
}

// ` (since 3.4.1)`: the releases around a row for which the rows of its surface and target are
// alike in what is asked. A row ends where anything changes; a reason may hold for longer.
template <typename Alike>
std::string releases(const AuthRule& rule, Alike alike) {
  VersionRange range = rule.versions;
  bool before = true;
  for (const auto& row : auth_rules()) {
    if (row.surface != rule.surface || row.target != rule.target) continue;
    if (&row == &rule) {
      before = false;
    } else if (before) {
      range.first = alike(row, rule) && row.exists == rule.exists
                        ? std::min(range.first, row.versions.first)
                        : rule.versions.first;
    } else if (alike(row, rule) && row.exists == rule.exists) {
      range.last = row.versions.last;
    } else {
      break;
    }
  }
  return " (" + range.text() + ")";
}

class Planner {
 public:
  Planner(const Credentials& credentials, Version version)
      : credentials_(credentials), version_(version) {
    result_.target = credentials.target();
    if (credentials.url) result_.api_url = credentials.url->value;
    list_credentials();
    for (const auto& header : credentials.custom) last_names_[lower(header.name)] = &header;
  }

  AuthPlans run() {
    for (const auto surface : {Surface::http, Surface::events_in, Surface::worker_channel}) {
      result_.surfaces.push_back(plan(surface));
    }
    return std::move(result_);
  }

 private:
  void list_credentials() {
    const auto add = [&](CredentialId id, std::string name, const Resolved* setting,
                         SettingValue value) {
      Credential credential;
      credential.id = id;
      credential.name = std::move(name);
      credential.setting = setting;
      credential.value = std::move(value);
      result_.credentials.push_back(std::move(credential));
    };
    const auto is_set = [](const Resolved* resolved) {
      return resolved && !resolved->value.is_none();
    };
    if (is_set(credentials_.key))
      add(CredentialId::api_key, "api_key", credentials_.key, credentials_.key->value);
    if (is_set(credentials_.auth_string))
      add(CredentialId::auth_string, "auth_string", credentials_.auth_string,
          credentials_.auth_string->value);
    for (const auto& header : credentials_.custom) {
      add(CredentialId::custom_header, "custom_header:" + header.name, credentials_.headers,
          header.value);
    }
    if (auto userinfo = url_userinfo(credentials_.api_url())) {
      add(CredentialId::url_userinfo, "url_userinfo", credentials_.url,
          Secret(Value(std::move(*userinfo))));
    }
  }

  AuthPlan plan(Surface surface) {
    AuthPlan plan;
    plan.surface = surface;
    plan.transport = surface == Surface::http ? "http" : "websocket";
    if (result_.target == Target::none || result_.target == Target::ephemeral)
      return without_url(std::move(plan));
    plan.rule = find_auth_rule(surface, result_.target, version_);
    if (!plan.rule) {
      result_.rules_known = false;
      plan.outcome = AuthPlan::Outcome::absent;
      plan.notes.emplace_back("no rule for Prefect " + version_.text());
      return plan;
    }
    if (!plan.rule->exists) {
      plan.outcome = AuthPlan::Outcome::absent;
      plan.notes.emplace_back("Prefect " + version_.text() + " has no such connection");
      return unused(std::move(plan), "this version has no such connection");
    }
    return carry_out(std::move(plan));
  }

  AuthPlan without_url(AuthPlan plan) {
    const bool temporary = result_.target == Target::ephemeral;
    plan.outcome = temporary ? AuthPlan::Outcome::absent : AuthPlan::Outcome::refuses;
    plan.notes.emplace_back(
        temporary ? "there is no API URL, a temporary server on this machine is started"
                  : "there is no API URL, the client raises \"No Prefect API URL provided\"");
    return unused(std::move(plan), "there is no API URL to send it to");
  }

  AuthPlan unused(AuthPlan plan, const std::string& reason) {
    for (auto& credential : result_.credentials)
      credential.not_used_on.push_back({plan.surface, reason});
    return plan;
  }

  AuthPlan carry_out(AuthPlan plan) {
    const auto& rule = *plan.rule;
    used_.clear();
    overwritten_by_.clear();
    plan.url = protected_url(plan.surface);
    if (rule.subprotocol) plan.subprotocols.emplace_back("prefect");
    if (auto problem = refusal(plan); !problem.empty()) {
      plan.outcome = AuthPlan::Outcome::refuses;
      plan.notes.emplace_back(problem);
      return unused(std::move(plan), "the client refuses before it sends anything");
    }
    add_headers(plan);
    if (rule.token != Send::nothing) {
      plan.has_first_message = true;
      add_token(plan);
    }
    if (auto problem = unsendable(plan); !problem.empty()) {
      plan.outcome = AuthPlan::Outcome::refuses;
      plan.notes.push_back(std::move(problem));
      plan.headers.clear();
      return unused(std::move(plan), "the client refuses before it sends anything");
    }
    if (plan.surface != Surface::http && credentials_.api_url().find(' ') != std::string::npos) {
      plan.notes.emplace_back("the URL holds a blank, where the path is cut; credentials are sent");
    }
    note_use(plan);
    return plan;
  }

  // What in the headers of an HTTP request makes its client raise, and send nothing.
  std::string unsendable(const AuthPlan& plan) const {
    if (plan.surface != Surface::http) return {};
    if (sends(CredentialId::api_key)) {
      auto problem = header_problem("the key", "Bearer " + text_of(credentials_.key->value));
      if (!problem.empty()) return problem;
    }
    for (const auto& header : plan.headers) {
      if (!starts_with(header.from, "custom_header:")) continue;
      if (!is_header_name(header.name))
        return "a custom header has no valid name: the client raises";
      auto problem = header_problem("a custom header", text_of(header.value));
      if (!problem.empty()) return problem;
    }
    return {};
  }

  // What hides a part of the API URL hides it here too.
  SettingValue protected_url(Surface surface) const {
    auto url = url_of(surface, credentials_.api_url());
    const auto* secret = credentials_.url->value.secret();
    if (!secret) return protect_url(std::move(url));
    auto mask = protect_url(url_of(surface, secret->mask().str())).masked();
    return Secret(Value(std::move(url)), std::move(mask));
  }

  static std::string url_of(Surface surface, std::string url) {
    if (surface == Surface::http) return url;
    // Prefect's text replacements; another case of the scheme stays as it is, and is refused later.
    url = replace_all(replace_all(url, "https://", "wss://"), "http://", "ws://");
    while (!url.empty() && url.back() == '/') url.pop_back();
    return url +
           (surface == Surface::events_in ? "/events/in" : "/work_pools/<pool>/workers/connect");
  }

  std::string refusal(const AuthPlan& plan) const {
    if (plan.rule->needs_key && !credentials_.has_key())
      return "api_url and api_key must be provided: without an API key the client raises "
             "ValueError";
    const auto url = credentials_.api_url();
    if (plan.surface == Surface::http) {
      const bool has_scheme =
          starts_with_ignoring_case(url, "http://") || starts_with_ignoring_case(url, "https://");
      return has_scheme ? std::string()
                        : "the URL does not begin with http:// or https://: the client raises "
                          "UnsupportedProtocol";
    }
    // Blanks in front are stripped by the WebSocket client's URL parser, and only there.
    const auto address =
        std::string_view(url).substr(std::min(url.find_first_not_of(' '), url.size()));
    const auto userinfo = url_userinfo(url);
    if (userinfo && userinfo->find(':') == std::string::npos) {
      return "the URL has a user and no password: the WebSocket client raises InvalidURI";
    }
    const bool has_scheme = starts_with(address, "http://") || starts_with(address, "https://");
    return has_scheme ? std::string()
                      : "the URL does not begin with http:// or https:// in lower case: the "
                        "WebSocket client raises InvalidURI";
  }

  bool sends(CredentialId id) const {
    return std::find(used_.begin(), used_.end(), id) != used_.end();
  }

  // The Authorization header that the rule makes of key and auth string.
  std::optional<Header> own_header(Send send) {
    const bool key = credentials_.has_key();
    const bool auth = credentials_.has_auth_string();
    const auto bearer = [&](std::string_view scheme) {
      used_.push_back(CredentialId::api_key);
      return Header{std::string(kAuthorization),
                    header_value(scheme, text_of(credentials_.key->value)), "api_key"};
    };
    const auto basic = [&] {
      used_.push_back(CredentialId::auth_string);
      return Header{std::string(kAuthorization),
                    header_value("Basic", base64(text_of(credentials_.auth_string->value))),
                    "auth_string"};
    };
    switch (send) {
    case Send::bearer_key:
      return key ? std::optional(bearer("Bearer")) : std::nullopt;
    case Send::bearer_key_lower:
      return key ? std::optional(bearer("bearer")) : std::nullopt;
    case Send::basic_auth:
      return auth ? std::optional(basic()) : std::nullopt;
    case Send::key_else_basic:
      return key ? std::optional(bearer("Bearer")) : auth ? std::optional(basic()) : std::nullopt;
    case Send::basic_else_key:
      return auth ? std::optional(basic()) : key ? std::optional(bearer("Bearer")) : std::nullopt;
    default:
      return std::nullopt;
    }
  }

  static bool is_protected(Surface surface, std::string_view name) {
    constexpr std::string_view kHttp[] = {"user-agent", "prefect-csrf-token",
                                          "prefect-csrf-client"};
    constexpr std::string_view kWebSocket[] = {"user-agent", "host", "connection", "upgrade"};
    const auto is = [name](std::string_view other) { return equal_ignoring_case(name, other); };
    if (surface == Surface::http) return std::any_of(std::begin(kHttp), std::end(kHttp), is);
    return std::any_of(std::begin(kWebSocket), std::end(kWebSocket), is) ||
           starts_with_ignoring_case(name, "sec-websocket-");
  }

  // Whether a later custom header has the same name, its case aside.
  bool is_repeated(const CustomHeader& header) const {
    const auto last = last_names_.find(lower(header.name));
    return last != last_names_.end() && last->second != &header;
  }

  // Over HTTP the case of a header's name does not count; the WebSocket client joins headers whose
  // names differ in case.
  static bool is_authorization(Surface surface, std::string_view name) {
    return surface == Surface::http ? equal_ignoring_case(name, kAuthorization)
                                    : name == kAuthorization;
  }

  // The rule's own header gives way.
  void replace(std::optional<Header>& own, std::string reason) {
    own.reset();
    used_.clear();
    overwritten_by_ = std::move(reason);
  }

  void add_headers(AuthPlan& plan) {
    auto own = own_header(plan.rule->header);
    std::vector<Header> custom;
    if (plan.rule->custom_headers) {
      for (const auto& header : credentials_.custom) {
        if (is_protected(plan.surface, header.name)) continue;
        // Over HTTP a name counts once in whatever case, and the last one stands.
        if (plan.surface == Surface::http && is_repeated(header)) continue;
        custom.push_back({header.name, header.value, "custom_header:" + header.name});
        if (own && is_authorization(plan.surface, header.name))
          replace(own, "a custom Authorization header replaces it");
      }
    }
    if (auto userinfo = url_userinfo(credentials_.api_url())) {
      // HTTP sends one header, the URL's; a WebSocket sends the URL's and then the others.
      const bool http = plan.surface == Surface::http;
      // httpx writes the colon even where there is no password.
      const bool no_password = userinfo->find(':') == std::string::npos;
      const auto content =
          base64(http ? percent_decoded(*userinfo) + (no_password ? ":" : "") : *userinfo);
      if (http) {
        replace(own, "the user and password in the URL are sent instead");
        custom.erase(
            std::remove_if(custom.begin(), custom.end(),
                           [&](const Header& h) { return is_authorization(plan.surface, h.name); }),
            custom.end());
      }
      plan.headers.push_back(
          {std::string(kAuthorization), header_value("Basic", content), "url_userinfo"});
      used_.push_back(CredentialId::url_userinfo);
    }
    if (own) plan.headers.push_back(std::move(*own));
    for (auto& header : custom) plan.headers.push_back(std::move(header));
  }

  void add_token(AuthPlan& plan) {
    // An empty auth string is a token of its own on events-in, and nothing on the worker channel.
    const bool is_set = credentials_.auth_string && !credentials_.auth_string->value.is_none();
    if (plan.rule->token == Send::token_auth ? is_set : credentials_.has_auth_string()) {
      plan.token = credentials_.auth_string->value;
      plan.token_from = "auth_string";
      used_.push_back(CredentialId::auth_string);
    } else if (plan.rule->token == Send::token_auth_else_key && credentials_.has_key()) {
      plan.token = credentials_.key->value;
      plan.token_from = "api_key";
      used_.push_back(CredentialId::api_key);
    }
  }

  // Why the rule of this surface passed over a credential, and for which releases that holds.
  std::string reason(const Credential& credential, const AuthPlan& plan) const {
    if (!overwritten_by_.empty() && credential.id != CredentialId::url_userinfo)
      return overwritten_by_;
    const auto& rule = *plan.rule;
    const auto name =
        std::string(target_name(rule.target)) + ' ' + std::string(surface_name(rule.surface));
    switch (credential.id) {
    case CredentialId::api_key:
      if (!credentials_.has_key()) return "it is empty";
      if (sends_key(rule)) return "the auth string wins" + releases(rule, has_order_of);
      return name + " never uses a key" + releases(rule, [](const AuthRule& a, const AuthRule& b) {
               return sends_key(a) == sends_key(b);
             });
    case CredentialId::auth_string:
      if (!credentials_.has_auth_string()) return "it is empty";
      if (sends_auth(rule)) return "the key wins" + releases(rule, has_order_of);
      return name + " never uses an auth string" +
             releases(rule, [](const AuthRule& a, const AuthRule& b) {
               return sends_auth(a) == sends_auth(b);
             });
    case CredentialId::custom_header:
      if (rule.custom_headers) return "this header cannot be set, or a later one has its name";
      return "custom headers are not sent" +
             releases(rule, [](const AuthRule& a, const AuthRule& b) {
               return a.custom_headers == b.custom_headers;
             });
    case CredentialId::url_userinfo:
      return "not sent";
    }
    return {};
  }

  void note_use(const AuthPlan& plan) {
    std::set<std::string_view> sent;
    for (const auto& header : plan.headers) sent.insert(header.from);
    for (auto& credential : result_.credentials) {
      const bool used = credential.id == CredentialId::custom_header
                            ? sent.count(credential.name) != 0
                            : sends(credential.id);
      if (used) {
        credential.used_on.push_back(plan.surface);
      } else {
        credential.not_used_on.push_back({plan.surface, reason(credential, plan)});
      }
    }
  }

  const Credentials& credentials_;
  Version version_;
  std::vector<CredentialId> used_;
  std::map<std::string, const CustomHeader*> last_names_;  // in lower case
  std::string overwritten_by_;
  AuthPlans result_;
};

}  // namespace

AuthPlans plan_auth(const Resolution& resolution, const Registry& registry) {
  const auto credentials = collect_credentials(resolution, registry);
  return Planner(credentials, registry.version()).run();
}

}  // namespace prefect_config
