#include "auth/headers.hpp"

#include "auth/surfaces.hpp"
#include "sources/mask.hpp"
#include "sources/protect.hpp"
#include "sources/quirks.hpp"
#include "support/base64.hpp"
#include "support/text.hpp"

#include <algorithm>
#include <iterator>
#include <map>
#include <utility>

namespace prefect_config {
namespace {

constexpr std::string_view kAuthorization = "Authorization";

// A header value that keeps its scheme when masked: `Bearer ********`.
SettingValue header_value(std::string_view scheme, const std::string& content) {
  return Secret(Value(std::string(scheme) + ' ' + content),
                Value(std::string(scheme) + ' ' + std::string(kMask)));
}

bool contains(const std::vector<CredentialId>& used, CredentialId id) {
  return std::find(used.begin(), used.end(), id) != used.end();
}

class Sender {
 public:
  Sender(const AuthRule& rule, const Credentials& credentials)
      : rule_(rule), credentials_(credentials),
        is_api_client_(rule.surface == Surface::http || rule.surface == Surface::cloud_client) {
    for (const auto& header : credentials.custom) last_names_[lower(header.name)] = &header;
  }

  Sent run() {
    add_headers();
    if (rule_.token != Send::nothing) add_token();
    return std::move(sent_);
  }

 private:
  bool is_websocket() const { return surface_kind(rule_.surface).is_websocket; }

  Header bearer(std::string_view scheme) {
    sent_.used.push_back(CredentialId::api_key);
    const bool lower_name = rule_.header == Send::bearer_key_lower_name;
    return {lower_name ? lower(kAuthorization) : std::string(kAuthorization),
            header_value(scheme, text_of(credentials_.key->value)), "api_key"};
  }
  Header basic() {
    sent_.used.push_back(CredentialId::auth_string);
    return {std::string(kAuthorization),
            header_value("Basic", base64(text_of(credentials_.auth_string->value))), "auth_string"};
  }
  // A key that is empty is written into the header as it is; one that is not set is Python's None.
  Header bearer_or_none() {
    if (credentials_.key && !credentials_.key->value.is_none()) return bearer("Bearer");
    return {std::string(kAuthorization), Value("Bearer None"), "none"};
  }

  // The Authorization header that the rule makes of key and auth string.
  std::optional<Header> own_header() {
    const bool key = credentials_.has_key();
    const bool auth = credentials_.has_auth_string();
    switch (rule_.header) {
    case Send::bearer_key:
    case Send::bearer_key_lower_name:
      return key ? std::optional(bearer("Bearer")) : std::nullopt;
    case Send::bearer_key_or_none:
      return bearer_or_none();
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

  bool is_protected(std::string_view name) const {
    constexpr std::string_view kApi[] = {"user-agent", "prefect-csrf-token", "prefect-csrf-client"};
    constexpr std::string_view kWebSocket[] = {"user-agent", "host", "connection", "upgrade"};
    const auto is = [name](std::string_view other) { return equal_ignoring_case(name, other); };
    if (is_api_client_) return std::any_of(std::begin(kApi), std::end(kApi), is);
    if (!is_websocket()) return false;
    return std::any_of(std::begin(kWebSocket), std::end(kWebSocket), is) ||
           starts_with_ignoring_case(name, "sec-websocket-");
  }

  // Whether a later custom header has the same name, its case aside.
  bool is_repeated(const CustomHeader& header) const {
    const auto last = last_names_.find(lower(header.name));
    return last != last_names_.end() && last->second != &header;
  }

  // For the API client the case of a header's name does not count; the others join headers whose
  // names differ in case.
  bool is_authorization(std::string_view name) const {
    return is_api_client_ ? equal_ignoring_case(name, kAuthorization) : name == kAuthorization;
  }

  // The rule's own header gives way.
  void drop(std::optional<Header>& own, std::string reason) {
    own.reset();
    sent_.used.clear();
    sent_.overwritten_by = std::move(reason);
  }

  void add_headers() {
    auto own = own_header();
    std::vector<Header> custom;
    bool own_is_placed = false;
    for (const auto& header : credentials_.custom) {
      if (rule_.custom_headers == CustomHeaders::not_sent || is_protected(header.name)) continue;
      // For the API client a name counts once in whatever case, and the last one stands.
      if (is_api_client_ && is_repeated(header)) continue;
      if (own && is_authorization(header.name)) {
        const bool stays = rule_.custom_headers == CustomHeaders::give_way ||
                           (rule_.custom_headers == CustomHeaders::replace_key &&
                            contains(sent_.used, CredentialId::auth_string));
        if (stays) {
          custom.push_back(*own);
          own_is_placed = true;
          continue;
        }
        drop(own, "a custom Authorization header replaces it");
      }
      custom.push_back({header.name, header.value, "custom_header:" + header.name});
    }
    if (own_is_placed) own.reset();
    // What the version check adds to its dict of headers comes last.
    const bool own_first = rule_.surface != Surface::version_check;
    add_userinfo(own, custom);
    if (own && own_first) sent_.headers.push_back(*own);
    std::move(custom.begin(), custom.end(), std::back_inserter(sent_.headers));
    if (own && !own_first) sent_.headers.push_back(*own);
  }

  // HTTP sends one header, the URL's; a WebSocket sends the URL's and then the others.
  void add_userinfo(std::optional<Header>& own, std::vector<Header>& custom) {
    const bool at_cloud = surface_kind(rule_.surface).at_cloud_url;
    const auto userinfo =
        url_userinfo(at_cloud ? credentials_.cloud_api_url() : credentials_.api_url());
    if (!userinfo) return;
    const bool http = !is_websocket();
    // httpx writes the colon even where there is no password.
    const bool no_password = userinfo->find(':') == std::string::npos;
    const auto content =
        base64(http ? percent_decoded(*userinfo) + (no_password ? ":" : "") : *userinfo);
    if (http) {
      drop(own, "the user and password in the URL are sent instead");
      custom.erase(std::remove_if(custom.begin(), custom.end(),
                                  [](const Header& header) {
                                    return equal_ignoring_case(header.name, kAuthorization);
                                  }),
                   custom.end());
    }
    sent_.headers.push_back(
        {std::string(kAuthorization), header_value("Basic", content), "url_userinfo"});
    sent_.used.push_back(CredentialId::url_userinfo);
  }

  void use_token(const Resolved& setting, const char* from, CredentialId id) {
    sent_.token = setting.value;
    sent_.token_from = from;
    sent_.used.push_back(id);
  }

  void add_token() {
    const auto is_set = [](const Resolved* resolved) {
      return resolved && !resolved->value.is_none();
    };
    // An empty text is a token of its own where only one credential is looked at, and nothing where
    // another could take its place.
    switch (rule_.token) {
    case Send::token_auth:
      if (is_set(credentials_.auth_string))
        use_token(*credentials_.auth_string, "auth_string", CredentialId::auth_string);
      return;
    case Send::token_key:
      if (is_set(credentials_.key)) use_token(*credentials_.key, "api_key", CredentialId::api_key);
      return;
    case Send::token_auth_else_key:
      if (credentials_.has_auth_string()) {
        use_token(*credentials_.auth_string, "auth_string", CredentialId::auth_string);
      } else if (credentials_.has_key()) {
        use_token(*credentials_.key, "api_key", CredentialId::api_key);
      }
      return;
    default:
      return;
    }
  }

  const AuthRule& rule_;
  const Credentials& credentials_;
  bool is_api_client_;
  std::map<std::string, const CustomHeader*> last_names_;  // in lower case
  Sent sent_;
};

bool has_other_than_ascii(const std::string& text) {
  return std::any_of(text.begin(), text.end(),
                     [](char c) { return static_cast<unsigned char>(c) >= 0x80; });
}

// Why httpx or h11 would refuse a header; empty where it would not.
std::string header_problem(const std::string& what, const std::string& value) {
  if (has_other_than_ascii(value))
    return what + " holds characters that are not ASCII: the client raises UnicodeEncodeError";
  const auto is_blank = [](char c) { return c == ' ' || c == '\t'; };
  const bool blank_end = !value.empty() && (is_blank(value.back()) || is_blank(value.front()));
  if (blank_end || value.find_first_of(std::string_view("\0\r\n", 3)) != std::string::npos)
    return what + " ends in a blank or holds a line end: the client raises LocalProtocolError";
  return {};
}

}  // namespace

Sent send(const AuthRule& rule, const Credentials& credentials) {
  return Sender(rule, credentials).run();
}

bool is_not_ascii(const Sent& sent, const Credentials& credentials) {
  if (contains(sent.used, CredentialId::api_key) &&
      has_other_than_ascii(text_of(credentials.key->value)))
    return true;
  return std::any_of(sent.headers.begin(), sent.headers.end(), [&](const Header& header) {
    return starts_with(header.from, "custom_header:") && has_other_than_ascii(text_of(header.value));
  });
}

std::optional<std::string> unsendable_on_websocket(const Sent& sent, Version version) {
  if (!quirks_of(version).websocket_headers_are_latin_1) return std::nullopt;
  for (const auto& header : sent.headers) {
    const auto text = text_of(header.value);
    const bool line_end = text.find_first_of("\r\n") != std::string::npos;
    // In UTF-8 what Latin-1 does not have begins with a byte above C3.
    const bool beyond = std::any_of(text.begin(), text.end(),
                                    [](char c) { return static_cast<unsigned char>(c) > 0xC3; });
    if (line_end || beyond)
      return "a header holds a line end, or what is no Latin-1: the connection is closed before it "
             "is opened";
  }
  return std::nullopt;
}

std::optional<std::string> unsendable(const Sent& sent, const Credentials& credentials) {
  if (contains(sent.used, CredentialId::api_key)) {
    auto problem = header_problem("the key", "Bearer " + text_of(credentials.key->value));
    if (!problem.empty()) return problem;
  }
  for (const auto& header : sent.headers) {
    if (!starts_with(header.from, "custom_header:")) continue;
    if (!is_header_name(header.name)) return "a custom header has no valid name: the client raises";
    auto problem = header_problem("a custom header", text_of(header.value));
    if (!problem.empty()) return problem;
  }
  return std::nullopt;
}

}  // namespace prefect_config
