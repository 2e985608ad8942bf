#include "diagnose/answer.hpp"

#include "adapters/json.hpp"
#include "support/text.hpp"

#include <algorithm>
#include <iterator>
#include <utility>
#include <variant>

namespace prefect_config {
namespace {

constexpr std::size_t kLongest = 200;
constexpr std::size_t kLongestLocation = 2000;

}  // namespace

// The first of a stranger's text; its secrets are hidden before it is cut, so that no half of one
// is left.
std::string short_text(std::string_view text, const Clean& clean) {
  auto whole = clean(text);
  if (whole.size() <= kLongest) return whole;
  auto end = kLongest;
  while (end > 0 && (static_cast<unsigned char>(whole[end]) & 0xC0) == 0x80) --end;
  return whole.substr(0, end) + "…";
}

namespace {

std::string_view stripped(std::string_view text) {
  constexpr std::string_view kBlanks = " \t\r\n";
  const auto begin = std::min(text.find_first_not_of(kBlanks), text.size());
  text.remove_prefix(begin);
  return text.substr(0, text.find_last_not_of(kBlanks) + 1);
}

const Value* member(const Value& value, std::string_view key) {
  const auto* dict = value.get<Dict>();
  return dict ? dict->find(key) : nullptr;
}

std::string text_member(const Value& value, std::string_view key) {
  const auto* found = member(value, key);
  const auto* text = found ? found->get<std::string>() : nullptr;
  return text ? *text : std::string();
}

bool is_page(std::string_view content_type, std::string_view body) {
  const auto start = stripped(body.substr(0, kLongest));
  return starts_with_ignoring_case(content_type, "text/html") ||
         starts_with_ignoring_case(start, "<!doctype html") ||
         starts_with_ignoring_case(start, "<html");
}

std::string_view title_of(std::string_view page) {
  constexpr std::string_view kOpen = "<title>";
  constexpr std::string_view kClose = "</title>";
  const auto small = lower(page.substr(0, 4096));
  const auto open = small.find(kOpen);
  if (open == std::string::npos) return {};
  const auto begin = open + kOpen.size();
  const auto close = small.find(kClose, begin);
  return close == std::string::npos ? std::string_view()
                                    : stripped(page.substr(begin, close - begin));
}

// Of `Basic realm="gate"`: the name of what the password is for; else the whole.
std::string_view realm_of(std::string_view authenticate) {
  constexpr std::string_view kRealm = "realm=\"";
  const auto at = authenticate.find(kRealm);
  if (at == std::string_view::npos) return authenticate;
  const auto realm = authenticate.substr(at + kRealm.size());
  return realm.substr(0, realm.find('"'));
}

// `3.9.1`, `3.10.0rc1`, `3.4.19+2.gabc`, `0+unknown`.
bool is_version(std::string_view text) {
  return !text.empty() && text.size() <= 40 && is_digit(text.front()) &&
         std::all_of(text.begin(), text.end(), [](char c) {
           return is_letter_or_digit(c) || c == '.' || c == '+' || c == '-';
         });
}

bool holds(std::string_view text, std::string_view words) {
  return text.find(words) != std::string_view::npos;
}

// What a server that speaks TLS says to who does not, or shows no certificate: nginx, Go (Caddy,
// Traefik), Apache.
std::optional<Body> wish_of(int status, std::string_view body) {
  if (status != 400) return std::nullopt;
  if (holds(body, "plain HTTP request was sent to HTTPS port") ||
      holds(body, "sent an HTTP request to an HTTPS server") ||
      holds(body, "speaking plain HTTP to an SSL-enabled server port"))
    return Body::wants_tls;
  if (holds(body, "No required SSL certificate was sent") ||
      holds(body, "The SSL certificate error"))
    return Body::wants_certificate;
  return std::nullopt;
}

Body body_of_object(Attempt& attempt, const Value& value) {
  const auto exception = text_member(value, "exception_message");
  const auto detail = text_member(value, "detail");
  if (exception == "Unauthorized") return Body::unauthorized;
  if (exception == "Internal Server Error") return Body::failure;
  if (exception.find("CSRF") != std::string::npos || detail.find("CSRF") != std::string::npos)
    return Body::csrf;
  if (detail == "Not Found" || !exception.empty() || detail.find("not found") != std::string::npos)
    return Body::not_found;
  const auto* csrf = member(value, "csrf_enabled");
  const auto* auth = member(value, "auth");
  if (member(value, "api_url") && (csrf || auth)) {
    if (auth) attempt.asks_for_auth = !auth->is_none();
    if (csrf) attempt.wants_csrf = csrf->truthy();
    return Body::settings;
  }
  return Body::other_json;
}

Body body_of_json(Attempt& attempt, const Value& value, const Clean& clean) {
  if (const auto* text = value.get<std::string>()) {
    if (!is_version(*text)) return Body::other_json;
    attempt.text = short_text(*text, clean);
    return Body::version;
  }
  if (const auto* truth = value.get<bool>()) return *truth ? Body::yes : Body::other_json;
  if (value.get<List>()) return Body::list;
  return body_of_object(attempt, value);
}

}  // namespace

void take_answer(Attempt& attempt, const RawAnswer& raw, const Clean& clean) {
  attempt.status = raw.status;
  attempt.location = std::string(raw.location.substr(0, kLongestLocation));
  attempt.asks_password = raw.has_authenticate;
  const auto whole = short_text(raw.authenticate, clean);
  attempt.realm = std::string(realm_of(whole));
  const auto body = stripped(raw.body);
  if (body.empty()) {
    attempt.body = Body::none;
    return;
  }
  if (const auto wish = wish_of(raw.status, body)) {
    attempt.body = *wish;
    return;
  }
  if (is_page(raw.content_type, body)) {
    attempt.body = Body::page;
    attempt.text = short_text(title_of(body), clean);
    return;
  }
  const auto parsed = parse_json(body, JsonDialect::python);
  const auto* value = std::get_if<Value>(&parsed);
  attempt.body = value ? body_of_json(attempt, *value, clean) : Body::text;
}

bool is_auth_success(std::string_view message) {
  const auto parsed = parse_json(message, JsonDialect::python);
  const auto* value = std::get_if<Value>(&parsed);
  return value && text_member(*value, "type") == "auth_success";
}

std::optional<std::vector<Workspace>> workspaces_of(std::string_view body) {
  const auto parsed = parse_json(body, JsonDialect::python);
  const auto* value = std::get_if<Value>(&parsed);
  const auto* list = value ? value->get<List>() : nullptr;
  if (!list) return std::nullopt;
  std::vector<Workspace> found;
  for (const auto& item : list->items) {
    Workspace workspace{text_member(item, "account_id"), text_member(item, "account_handle"),
                        text_member(item, "workspace_id"), text_member(item, "workspace_handle")};
    if (!workspace.workspace_id.empty()) found.push_back(std::move(workspace));
  }
  return found;
}

bool is_listed(const std::vector<Workspace>& list, std::string_view api_url) {
  const auto url = lower(api_url);
  return std::any_of(list.begin(), list.end(), [&url](const Workspace& workspace) {
    return url.find("/accounts/" + lower(workspace.account_id) + "/workspaces/" +
                    lower(workspace.workspace_id)) != std::string::npos;
  });
}

}  // namespace prefect_config
