#include "sources/mask.hpp"

#include <prefect_config/secret.hpp>

#include "support/text.hpp"

#include <algorithm>
#include <utility>
#include <vector>

namespace prefect_config {
namespace {

constexpr auto kNone = std::string_view::npos;

// A stretch of a text, in bytes: [begin, end).
struct Stretch {
  std::size_t begin;
  std::size_t end;
};
using Stretches = std::vector<Stretch>;

constexpr bool is_word(char c) { return is_letter_or_digit(c) || c == '_' || c == '-'; }
constexpr bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

// What stands between two URLs of one text.
constexpr std::string_view kBetweenUrls = " \t\r\n,;'\"`|<>()[]{}";

// The end of the first `:/`, with all slashes that follow: a path may have lost one of the two.
std::size_t behind_scheme(std::string_view text, std::size_t from) {
  const auto colon = text.find(":/", from);
  return colon == kNone ? kNone : std::min(text.find_first_not_of('/', colon + 1), text.size());
}

// The last `@`, which may be written `%40`.
std::size_t last_at(std::string_view text) {
  const auto plain = text.rfind('@');
  const auto encoded = text.rfind("%40");
  if (plain == kNone || encoded == kNone) return std::min(plain, encoded);
  return std::max(plain, encoded);
}

bool has_colon(std::string_view text) {
  return text.find(':') != kNone || text.find("%3A") != kNone || text.find("%3a") != kNone;
}

bool has_at(std::string_view text) { return last_at(text) != kNone; }

// How much of the text behind a `://` is user and password: up to the last `@`, unless that `@`
// stands in a path behind a host without a colon. A password may hold anything, written correctly
// or not, and hiding too much is right.
std::size_t userinfo_end(std::string_view rest) {
  const auto at = last_at(rest);
  if (at == kNone) return 0;
  const auto before = rest.substr(0, at);
  const bool in_path = before.find('/') != kNone && !has_colon(before);
  return in_path && !has_at(before) ? 0 : at;
}

void find_userinfo(std::string_view text, Stretches& found) {
  for (auto begin = behind_scheme(text, 0); begin != kNone;) {
    // Up to the next URL. A `://` with nothing between it and this one belongs to this one.
    auto end = text.size();
    auto looked_at = begin;
    auto next = behind_scheme(text, begin);
    for (; next != kNone; next = behind_scheme(text, next)) {
      const auto between = text.substr(looked_at, next - looked_at).find_last_of(kBetweenUrls);
      looked_at = next;
      if (between == kNone) continue;
      end = next;
      break;
    }
    const auto length = userinfo_end(text.substr(begin, end - begin));
    if (length != 0) found.push_back({begin, begin + length});
    begin = next;
  }
}

// Keys that say what they are by how they begin: Prefect Cloud's, of users (pnu_) and of service
// accounts (pnb_), and those that stand beside them in the same files.
constexpr std::string_view kKeyPrefixes[] = {"pnu_", "pnb_",  "ghp_",  "gho_",   "ghs_",
                                             "ghr_", "xoxb-", "xoxp-", "glpat-", "github_pat_"};

void find_keys(std::string_view text, Stretches& found) {
  for (const auto prefix : kKeyPrefixes) {
    for (auto at = text.find(prefix); at != kNone; at = text.find(prefix, at + 1)) {
      const auto begin = at + prefix.size();
      auto end = begin;
      while (end < text.size() && is_word(text[end])) ++end;
      if (end > begin) found.push_back({begin, end});
      at = end - 1;
    }
  }
}

// JSON Web Tokens: three parts in base64url, the first of which begins with `{"`.
void find_web_tokens(std::string_view text, Stretches& found) {
  for (auto at = text.find("eyJ"); at != kNone; at = text.find("eyJ", at + 1)) {
    auto end = at;
    int dots = 0;
    while (end < text.size() && (is_word(text[end]) || text[end] == '.'))
      dots += text[end++] == '.';
    if (dots >= 2) found.push_back({at, end});
    at = end - 1;
  }
}

// What follows `Bearer` and `Basic`.
void find_authorizations(std::string_view text, Stretches& found) {
  for (auto blank = text.find(' '); blank != kNone; blank = text.find(' ', blank + 1)) {
    const auto before = text.substr(0, blank);
    const auto follows = [before](std::string_view scheme) {
      if (before.size() < scheme.size()) return false;
      const auto start = before.size() - scheme.size();
      return equal_ignoring_case(before.substr(start), scheme) &&
             (start == 0 || !is_letter(before[start - 1]));
    };
    if (!follows("bearer") && !follows("basic")) continue;
    const auto begin = text.find_first_not_of(' ', blank);
    if (begin == kNone) return;
    auto end = begin;
    while (end < text.size() && !is_blank(text[end]) && text[end] != '"' && text[end] != '\'' &&
           text[end] != '`')
      ++end;
    // The client of Prefect Cloud writes Python's None where it has no key.
    if (end > begin && text.substr(begin, end - begin) != "None") found.push_back({begin, end});
    blank = begin;
  }
}

// `name` as the last word of another (`access_token`, `X-Amz-Signature`, PREFECT_API_KEY).
bool is_secret_name(std::string_view name, bool in_query) {
  constexpr std::string_view kEndings[] = {
      "token",      "secret",           "password",    "passwd",      "pwd",
      "passphrase", "api_key",          "api-key",     "apikey",      "access_key",
      "access-key", "accesskey",        "account_key", "accountkey",  "private_key",
      "signature",  "credential",       "credentials", "auth_string", "session_id",
      "sessionid",  "subscription-key", "assertion",   "cookie",      "jwt"};
  constexpr std::string_view kInQueries[] = {
      "key", "sig", "auth", "pass",   "code",    "pat",    "pw",    "sas",          "hmac",
      "sid", "otp", "csrf", "bearer", "session", "ticket", "creds", "authorization"};
  // Longer ones are no names: a bound on the work.
  constexpr std::size_t kLongestName = 64;
  const auto word = lower(name.substr(name.size() - std::min(name.size(), kLongestName)));
  const auto ends = [&word](std::string_view ending) { return ends_with(word, ending); };
  const auto is = [&word](std::string_view other) { return word == other; };
  return std::any_of(std::begin(kEndings), std::end(kEndings), ends) ||
         (in_query && std::any_of(std::begin(kInQueries), std::end(kInQueries), is));
}

// What is given to a name that says it is secret: `?token=…`, `PASSWORD = '…'`, `"token": "…"`,
// `token: …`.
void find_parameters(std::string_view text, Stretches& found) {
  std::size_t looked_at = 0;
  for (auto equals = text.find_first_of("=:"); equals != kNone;
       equals = text.find_first_of("=:", equals + 1)) {
    auto name_end = equals;
    while (name_end > looked_at && is_blank(text[name_end - 1])) --name_end;
    const bool is_quoted =
        name_end > looked_at && (text[name_end - 1] == '"' || text[name_end - 1] == '\'');
    if (is_quoted) --name_end;
    auto name = name_end;
    while (name > looked_at && is_word(text[name - 1])) --name;
    looked_at = equals + 1;
    // `token: x` of a note or of YAML; a colon without a blank may be a part of anything.
    const bool has_blank = equals + 1 < text.size() && is_blank(text[equals + 1]);
    if (text[equals] == ':' && !is_quoted && !has_blank) continue;
    const bool in_query = name > 0 && (text[name - 1] == '?' || text[name - 1] == '&');
    if (!is_secret_name(text.substr(name, name_end - name), in_query)) continue;
    auto begin = equals + 1;
    while (begin < text.size() && is_blank(text[begin])) ++begin;
    if (begin == text.size()) return;
    const char quote = text[begin] == '"' || text[begin] == '\'' ? text[begin] : '\0';
    if (quote) ++begin;
    const auto stop = quote ? std::string_view(&quote, 1) : std::string_view("&#; \t\r\n'\"`");
    const auto end = std::min(text.find_first_of(stop, begin), text.size());
    if (end > begin) found.push_back({begin, end});
    equals = std::max(equals, end - 1);
    looked_at = equals;
  }
}

// In the order of the text, none touching another.
Stretches secret_stretches(std::string_view text) {
  Stretches found;
  find_userinfo(text, found);
  find_keys(text, found);
  find_web_tokens(text, found);
  find_authorizations(text, found);
  find_parameters(text, found);
  std::sort(found.begin(), found.end(),
            [](const Stretch& a, const Stretch& b) { return a.begin < b.begin; });
  Stretches merged;
  for (const auto& stretch : found) {
    if (!merged.empty() && stretch.begin <= merged.back().end) {
      merged.back().end = std::max(merged.back().end, stretch.end);
    } else {
      merged.push_back(stretch);
    }
  }
  return merged;
}

template <typename Collection>
Collection mask_items(const Collection& collection) {
  Collection masked;
  std::string joined;
  for (const auto& item : collection.items) {
    masked.items.push_back(mask_value(item));
    const auto* text = masked.items.back().template get<std::string>();
    if (!text) continue;
    if (!joined.empty()) joined += ',';
    joined += *text;
  }
  // A text that was split at its commas may have held a password with one.
  auto whole = mask_text(joined);
  return whole == joined ? masked : Collection{{Value(std::move(whole))}};
}

Dict mask_entries(const Dict& dict) {
  Dict masked;
  for (const auto& [key, value] : dict.entries) {
    const bool hidden = is_secret_name(key, true) && value.truthy();
    masked.entries.push_back(
        {mask_text(key), hidden ? Value(std::string(kMask)) : mask_value(value)});
  }
  return masked;
}

constexpr std::string_view kTokenCharacters =
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789!#$%&'*+-.^_`|~";

}  // namespace

std::string mask_text(std::string_view text) {
  std::string result;
  std::size_t at = 0;
  for (const auto& stretch : secret_stretches(text)) {
    result += text.substr(at, stretch.begin - at);
    result += kMask;
    at = stretch.end;
  }
  return result += text.substr(at);
}

std::string mask_url(std::string_view text) {
  const auto at = last_at(text);
  if (at == kNone || behind_scheme(text, 0) != kNone) return mask_text(text);
  return std::string(kMask) + mask_text(text.substr(at));
}

Value mask_value(const Value& value) {
  if (const auto* text = value.get<std::string>()) return mask_text(*text);
  if (const auto* path = value.get<Path>()) return Path{mask_text(path->text)};
  if (const auto* moment = value.get<Moment>()) return Moment{mask_text(moment->text)};
  if (const auto* list = value.get<List>()) return mask_items(*list);
  if (const auto* set = value.get<Set>()) return mask_items(*set);
  if (const auto* dict = value.get<Dict>()) return mask_entries(*dict);
  return value;
}

std::string mask_header_name(std::string_view name) {
  const auto wrong = name.find_first_not_of(kTokenCharacters);
  auto masked = mask_text(name.substr(0, wrong));
  return wrong == kNone ? masked : masked + std::string(kMask);
}

std::string mask_credential_name(std::string_view name) {
  constexpr std::string_view kCustom = "custom_header:";
  if (!starts_with(name, kCustom)) return std::string(name);
  return std::string(kCustom) + mask_header_name(name.substr(kCustom.size()));
}

bool is_header_name(std::string_view name) {
  return !name.empty() && name.find_first_not_of(kTokenCharacters) == kNone;
}

}  // namespace prefect_config
