#include "auth/headers.hpp"

#include "auth/surfaces.hpp"
#include "sources/mask.hpp"
#include "sources/protect.hpp"
#include "sources/quirks.hpp"
#include "support/base64.hpp"
#include "support/percent.hpp"
#include "support/python_text.hpp"
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

bool has_other_than_ascii(const std::string& text) {
  return std::any_of(text.begin(), text.end(),
                     [](char c) { return static_cast<unsigned char>(c) >= 0x80; });
}

// httpx decodes both parts, with U+FFFD for what is no UTF-8, and writes the colon even where there
// is no password.
std::string as_httpx_reads(const std::string& userinfo) {
  const bool no_password = userinfo.find(':') == std::string::npos;
  const auto decoded = percent_decoded(userinfo) + (no_password ? ":" : "");
  std::string text;
  for (std::size_t at = 0; at < decoded.size();) {
    const auto point = code_point_at(decoded, at);
    append_utf8(text, is_surrogate(point.value) ? 0xFFFD : point.value);
    at += point.bytes;
  }
  return text;
}

// websockets takes it as it is written, but quotes all of an address that is not ASCII.
std::string as_websockets_reads(const std::string& userinfo, bool address_is_ascii) {
  return address_is_ascii ? userinfo : percent_quoted(userinfo, ":/?#[]@!$&'()*+,;=_.-~");
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
    constexpr std::string_view kWebSocket[] = {"user-agent",
                                               "host",
                                               "connection",
                                               "upgrade",
                                               "sec-websocket-key",
                                               "sec-websocket-version",
                                               "sec-websocket-extensions",
                                               "sec-websocket-protocol"};
    const auto is = [name](std::string_view other) { return equal_ignoring_case(name, other); };
    if (is_api_client_) return std::any_of(std::begin(kApi), std::end(kApi), is);
    if (!is_websocket()) return false;
    return std::any_of(std::begin(kWebSocket), std::end(kWebSocket), is);
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

  // The rule's own header gives way. The API client made it first, and it must be one that can be
  // made.
  void drop(std::optional<Header>& own, std::string reason) {
    if (is_api_client_) sent_.replaced = own;
    own.reset();
    sent_.used.clear();
    sent_.overwritten_by = std::move(reason);
  }

  static Header custom_header(const CustomHeader& header) {
    return {header.name, header.value, "custom_header:" + header.name};
  }

  void add_headers() {
    auto own = own_header();
    std::vector<Header> custom;
    bool own_is_placed = false;
    // What the version check adds to its dict of headers comes last.
    const bool own_first = rule_.surface != Surface::version_check;
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
        // In the place of what it replaces.
        if (own_first) {
          custom.insert(custom.begin(), custom_header(header));
          continue;
        }
      }
      custom.push_back(custom_header(header));
    }
    if (own_is_placed) own.reset();
    add_userinfo(own, custom);
    if (own && own_first) sent_.headers.push_back(*own);
    std::move(custom.begin(), custom.end(), std::back_inserter(sent_.headers));
    if (own && !own_first) sent_.headers.push_back(*own);
  }

  // HTTP sends one header, the URL's; a WebSocket sends the URL's and then the others.
  void add_userinfo(std::optional<Header>& own, std::vector<Header>& custom) {
    const bool at_cloud = surface_kind(rule_.surface).at_cloud_url;
    const auto url = at_cloud ? credentials_.cloud_api_url() : credentials_.api_url();
    const auto userinfo = url_userinfo(url);
    const bool http = !is_websocket();
    // httpx passes over one without a user and without a password.
    if (!userinfo || (http && (userinfo->empty() || *userinfo == ":"))) return;
    const auto content = base64(http ? as_httpx_reads(*userinfo)
                                     : as_websockets_reads(*userinfo, !has_other_than_ascii(url)));
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

// Why httpx or h11 would refuse a header; empty where it would not.
std::string header_problem(const std::string& what, const std::string& value) {
  if (has_other_than_ascii(value))
    return what + " holds characters that are not ASCII: the client raises UnicodeEncodeError";
  const auto is_blank = [](char c) { return c == ' ' || c == '\t'; };
  const bool blank_end = !value.empty() && (is_blank(value.back()) || is_blank(value.front()));
  if (blank_end || value.find_first_of(std::string_view("\0\r\n\v\f", 5)) != std::string::npos)
    return what + " ends in a blank or holds a line end: the client raises LocalProtocolError";
  return {};
}

}  // namespace

Sent send(const AuthRule& rule, const Credentials& credentials) {
  return Sender(rule, credentials).run();
}

bool is_beyond_latin_1(std::string_view text) {
  // In UTF-8 what Latin-1 does not have begins with a byte above C3.
  return std::any_of(text.begin(), text.end(),
                     [](char c) { return static_cast<unsigned char>(c) > 0xC3; });
}

bool is_not_ascii(const Sent& sent, const Credentials& credentials) {
  if (contains(sent.used, CredentialId::api_key) &&
      has_other_than_ascii(text_of(credentials.key->value)))
    return true;
  if (sent.replaced && has_other_than_ascii(text_of(sent.replaced->value))) return true;
  return std::any_of(sent.headers.begin(), sent.headers.end(), [&](const Header& header) {
    return starts_with(header.from, "custom_header:") &&
           has_other_than_ascii(text_of(header.value));
  });
}

std::optional<std::string> unsendable_on_websocket(const Sent& sent, Version version) {
  if (!quirks_of(version).websocket_headers_are_latin_1) return std::nullopt;
  for (const auto& header : sent.headers) {
    const auto text = text_of(header.value);
    const bool control = std::any_of(text.begin(), text.end(), [](char c) {
      return (static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == 0x7F;
    });
    if (control || is_beyond_latin_1(text))
      return "a header holds a control character, or what is no Latin-1: the connection is closed "
             "before it "
             "is opened";
  }
  return std::nullopt;
}

std::optional<std::string> unsendable(const Sent& sent, const Credentials& credentials) {
  if (contains(sent.used, CredentialId::api_key)) {
    const auto key = text_of(credentials.key->value);
    if (key.empty())
      return "the key is empty, and its header ends in a blank: the client raises "
             "LocalProtocolError";
    auto problem = header_problem("the key", "Bearer " + key);
    if (!problem.empty()) return problem;
  }
  if (sent.replaced && has_other_than_ascii(text_of(sent.replaced->value)))
    return header_problem("the key", text_of(sent.replaced->value));
  for (const auto& header : sent.headers) {
    if (!starts_with(header.from, "custom_header:")) continue;
    if (!is_header_name(header.name)) return "a custom header has no valid name: the client raises";
    auto problem = header_problem("a custom header", text_of(header.value));
    if (!problem.empty()) return problem;
  }
  return std::nullopt;
}

}  // namespace prefect_config
