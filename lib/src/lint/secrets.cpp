#include "lint/secrets.hpp"

#include "sources/mask.hpp"
#include "support/base64.hpp"
#include "support/text.hpp"

#include <algorithm>
#include <array>
#include <bitset>
#include <iterator>
#include <utility>

namespace prefect_config {
namespace {

constexpr std::size_t kPrefixSize = 4;
constexpr std::size_t kKeyBody = 36;

bool is_blank(char c) { return c == ' ' || c == '\t'; }

// A key is no part of a longer word, but for one that an escape ends: `\npnu_…`, `%20pnu_…`.
bool can_begin_here(std::string_view text, std::size_t at) {
  if (at == 0 || !is_letter_or_digit(text[at - 1])) return true;
  if (at >= 2 && text[at - 2] == '\\') return true;
  return at >= 3 && text[at - 3] == '%';
}

// Behind a break of a folded text: where it goes on; else `at`.
std::size_t behind_fold(std::string_view text, std::size_t at) {
  auto next = at;
  if (next < text.size() && text[next] == '\\') ++next;
  if (next < text.size() && text[next] == '\r') ++next;
  if (next >= text.size() || text[next] != '\n') return at;
  ++next;
  const auto line = next;
  while (next < text.size() && is_blank(text[next])) ++next;
  // In double quotes a backslash keeps a blank at the line's beginning.
  if (next < text.size() && text[next] == '\\') ++next;
  // A shell joins lines behind a backslash without an indentation.
  return next == line && text[at] != '\\' ? at : next;
}

bool has_word(std::string_view lower_text, std::initializer_list<std::string_view> words) {
  return std::any_of(words.begin(), words.end(), [&](std::string_view word) {
    return lower_text.find(word) != std::string_view::npos;
  });
}

// An example's key has few different signs, or they follow one another as on a keyboard.
bool is_example_body(std::string_view body) {
  std::bitset<256> seen;
  for (const char c : body) seen.set(static_cast<unsigned char>(c));
  constexpr std::size_t kFewSigns = 9;
  if (seen.count() < kFewSigns) return true;
  std::size_t in_order = 0;
  std::size_t repeats = 0;  // of a piece: `abc123abc123`
  for (std::size_t i = 1; i < body.size(); ++i) {
    const int step = static_cast<unsigned char>(ascii_lower(body[i])) -
                     static_cast<unsigned char>(ascii_lower(body[i - 1]));
    if (step == 0 || step == 1 || step == -1) ++in_order;
  }
  for (const std::size_t period : {3u, 4u, 5u, 6u, 8u, 9u, 10u, 12u}) {
    std::size_t same = 0;
    for (std::size_t i = period; i < body.size(); ++i) same += body[i] == body[i - period];
    repeats = std::max(repeats, same * 100 / (body.size() - period));
  }
  constexpr std::size_t kMostRepeats = 80;
  return in_order * 2 >= body.size() || repeats >= kMostRepeats ||
         has_word(lower(body), {"xxxx", "your", "example", "placeholder", "redacted", "changeme",
                                "dummy", "sample", "secret", "apikey", "token", "replace", "insert",
                                "abcdef", "123456", "000000", "notreal", "fakekey"});
}

}  // namespace

ByteSpan find_key(std::string_view text, std::size_t at) {
  if (!can_begin_here(text, at)) return {};
  std::string body;
  auto end = at + kPrefixSize;
  constexpr int kMostFolds = 6;
  int folds = 0;
  while (end < text.size() && body.size() <= kKeyBody) {
    if (is_letter_or_digit(text[end])) {
      body += text[end++];
      continue;
    }
    if (body.size() == kKeyBody || body.empty() || ++folds > kMostFolds) break;
    const auto next = behind_fold(text, end);
    if (next == end || next >= text.size() || !is_letter_or_digit(text[next])) break;
    end = next;
  }
  if (body.size() != kKeyBody || is_example_body(body)) return {};
  return {at, end};
}

ByteSpan find_key_in_base64(std::string_view text, const FoundWord& word) {
  if (word.at < word.group_before) return {};
  const auto begin = word.at - word.group_before;
  // The key, what stands before it in its first group, and one group more: what follows it matters.
  constexpr std::size_t kMost = 60;
  auto end = begin;
  while (end < text.size() && end - begin < kMost &&
         (is_letter_or_digit(text[end]) || text[end] == '+' || text[end] == '/'))
    ++end;
  const auto whole = begin + (end - begin) / 4 * 4;
  auto group = std::string(text.substr(begin, end - begin));
  if (end != whole) group.append(4 - (end - whole), '=');
  const auto decoded = base64_decoded(group);
  for (const auto* prefix : {"pnu_", "pnb_"}) {
    const auto at = decoded.find(prefix);
    if (at < 4 && !find_key(decoded, at).is_empty()) return {begin, end};
  }
  return {};
}

bool is_placeholder(std::string_view text) {
  if (text.empty()) return true;
  if (text.find_first_of("<>{}[]$`") != std::string_view::npos &&
      text.find("://") == std::string_view::npos) {
    // `$` and brackets can stand in a password; a reference is closed, or stands alone.
    const bool is_reference =
        text.find("${") != std::string_view::npos || text.find("$(") != std::string_view::npos ||
        text.front() == '$' || text.find("{{") != std::string_view::npos ||
        (text.front() == '<' && text.back() == '>') ||
        (text.front() == '[' && text.back() == ']') ||
        (text.front() == '{' && text.back() == '}') || text.find('`') != std::string_view::npos ||
        text.find(":$") != std::string_view::npos || text.find(":<") != std::string_view::npos ||
        text.find(":{") != std::string_view::npos;
    if (is_reference) return true;
  }
  const auto low = lower(text);
  if (low == "none" || low == "null" || low == "true" || low == "false") return true;
  if (has_word(low,
               {"your",        "changeme", "change-me", "change_me",    "change this", "changethis",
                "placeholder", "redacted", "example",   "replace",      "insert-",     "insert_",
                "xxxx",        "****",     "...",       "\xE2\x80\xA6", "dummy",       "todo",
                "fixme",       "enc[",     "vault:",    "ref+",         "op://",       "arn:aws",
                "secretref",   "%s",       "%(",        "sops",         "my-secret",   "mysecret",
                "my_secret",   "notreal",  "not-real",  "some-",        "os.environ",  "getenv",
                "secrets."}))
    return true;
  return std::all_of(text.begin(), text.end(),
                     [&](char c) { return c == text.front() || c == ':' || c == '*'; });
}

namespace {

struct SecretName {
  std::string_view name;
  SecretKind kind;
};

constexpr SecretName kSecretNames[] = {
    {"PREFECT_API_AUTH_STRING", SecretKind::auth_string},
    {"PREFECT_SERVER_API_AUTH_STRING", SecretKind::auth_string},
    {"PREFECT_CLIENT_CUSTOM_HEADERS", SecretKind::custom_headers},
    {"PREFECT_API_DATABASE_CONNECTION_URL", SecretKind::database_password},
    {"PREFECT_SERVER_DATABASE_CONNECTION_URL", SecretKind::database_password},
    {"PREFECT_SERVER_DATABASE_PASSWORD", SecretKind::database_password},
    {"PREFECT_API_DATABASE_PASSWORD", SecretKind::database_password},
};

const SecretName* find_secret_name(std::string_view name) {
  const auto* found = std::find_if(
      std::begin(kSecretNames), std::end(kSecretNames),
      [name](const SecretName& secret) { return equal_ignoring_case(secret.name, name); });
  return found == std::end(kSecretNames) ? nullptr : found;
}

// Passwords that everybody knows: those of examples, documentation and charts. They protect a
// machine of one's own, or nothing.
bool is_well_known(std::string_view user, std::string_view password) {
  constexpr std::string_view kWellKnown[] = {"prefect",
                                             "postgres",
                                             "password",
                                             "pass",
                                             "admin",
                                             "root",
                                             "user",
                                             "test",
                                             "secret",
                                             "guest",
                                             "default",
                                             "local",
                                             "dev",
                                             "demo",
                                             "docker",
                                             "changeme",
                                             "example",
                                             "postgresql",
                                             "pwd",
                                             "1234",
                                             "12345",
                                             "123456",
                                             "yourpassword",
                                             "mypassword",
                                             "prefect_password",
                                             "prefect-password",
                                             "admin123",
                                             "password123",
                                             "postgres_password",
                                             "pw",
                                             "yourTopSecretPassword",
                                             "yourtopsecretpassword",
                                             "letmein"};
  const auto low = lower(password);
  return low == lower(user) || std::any_of(std::begin(kWellKnown), std::end(kWellKnown),
                                           [&low](std::string_view known) { return low == known; });
}

bool find_database_password(std::string_view value, FoundSecret& found) {
  const auto scheme = value.find("://");
  // A password may hold any sign, `#` and `/` too: the last `@` ends it.
  const auto at = value.rfind('@');
  if (scheme == std::string_view::npos || at == std::string_view::npos || at < scheme + 3)
    return false;
  const auto begin = scheme + 3;
  const auto user_info = value.substr(begin, at - begin);
  const auto colon = user_info.find(':');
  if (colon == std::string_view::npos || colon + 1 == user_info.size()) return false;
  const auto password = user_info.substr(colon + 1);
  if (is_placeholder(password)) return false;
  found.at = {begin + colon + 1, at};
  found.is_well_known = is_well_known(user_info.substr(0, colon), password);
  return true;
}

// A value of a JSON object that is a credential: that of a header called so.
bool find_header_value(std::string_view value, FoundSecret& found) {
  const auto low = lower(value);
  for (const auto* name : {"authorization", "token", "api-key", "apikey", "secret", "cookie",
                           "cf-access-client-secret", "password", "x-auth"}) {
    const auto at = low.find(name);
    if (at == std::string::npos) continue;
    const auto colon = value.find(':', at);
    if (colon == std::string_view::npos) continue;
    // The quotes around it can be escaped themselves.
    auto begin = value.find_first_not_of(" \t\\\"'", colon + 1);
    if (begin == std::string_view::npos) continue;
    const auto end = std::min(value.find_first_of("\\\"'}", begin), value.size());
    auto given = value.substr(begin, end - begin);
    const auto blank = given.find(' ');
    const bool has_scheme =
        blank != std::string_view::npos &&
        (starts_with_ignoring_case(given, "bearer ") || starts_with_ignoring_case(given, "basic "));
    if (has_scheme) {
      begin += blank + 1;
      given = given.substr(blank + 1);
    }
    constexpr std::size_t kShortest = 12;
    if (given.size() < kShortest || is_placeholder(given) || is_well_known("", given)) continue;
    found.at = {begin, end};
    return true;
  }
  return false;
}

bool find_auth_string(std::string_view value, FoundSecret& found) {
  // One that is cut off or is a sentence is none.
  constexpr std::size_t kLongest = 512;
  const bool is_sentence = std::count(value.begin(), value.end(), ' ') > 2;
  // A list of names is none either.
  if (value.size() > kLongest || is_sentence || is_placeholder(value) ||
      starts_with(value, "PREFECT_"))
    return false;
  const auto colon = value.find(':');
  const auto password = colon == std::string_view::npos ? value : value.substr(colon + 1);
  if (password.empty() || is_placeholder(password)) return false;
  found.at = {0, value.size()};
  const auto user = colon == std::string_view::npos ? "" : value.substr(0, colon);
  found.is_well_known = is_well_known(user, password);
  return true;
}

}  // namespace

RuleId rule_of(SecretKind kind) {
  switch (kind) {
  case SecretKind::key:
  case SecretKind::key_in_base64:
    return RuleId::key_in_clear;
  case SecretKind::auth_string:
    return RuleId::auth_string_in_clear;
  case SecretKind::custom_headers:
    return RuleId::header_in_clear;
  case SecretKind::database_password:
    return RuleId::database_password_in_clear;
  }
  return RuleId::key_in_clear;
}

bool sounds_secret(std::string_view name) {
  return has_word(lower(name), {"key", "auth", "pass", "secret", "token", "cred", "header",
                                "connection_url", "basic"});
}

bool is_secret_name(std::string_view name) { return find_secret_name(name) != nullptr; }

bool is_secret_value(std::string_view name, std::string_view value, FoundSecret& found) {
  const auto* secret = find_secret_name(name);
  if (!secret) return false;
  found.kind = secret->kind;
  found.name = std::string(secret->name);
  found.is_well_known = false;
  switch (secret->kind) {
  case SecretKind::auth_string:
    return find_auth_string(value, found);
  case SecretKind::custom_headers:
    return find_header_value(value, found);
  case SecretKind::database_password:
    if (ends_with(secret->name, "PASSWORD")) return find_auth_string(value, found);
    return find_database_password(value, found);
  case SecretKind::key:
  case SecretKind::key_in_base64:
    break;
  }
  return false;
}

namespace {

bool is_name_character(char c) { return is_letter_or_digit(c) || c == '_'; }

// What stands between a name and the value it is given: quotes and brackets around the name, blanks
// and one sign. The place of the value; npos where nothing is given.
std::size_t behind_sign(std::string_view text, std::size_t at) {
  constexpr std::size_t kMost = 24;
  const auto limit = std::min(text.size(), at + kMost);
  while (at < limit && (text[at] == '"' || text[at] == '\'' || text[at] == ']' ||
                        text[at] == '\\' || is_blank(text[at])))
    ++at;
  if (at >= limit || (text[at] != '=' && text[at] != ':' && text[at] != ','))
    return std::string_view::npos;
  const char sign = text[at++];
  if (at < limit && (text[at] == '=' || text[at] == '>')) {
    // `==` compares, `=>` and `:=` give.
    if (text[at] == '=' && sign == '=') return std::string_view::npos;
    ++at;
  }
  while (at < limit && is_blank(text[at])) ++at;
  return at < limit ? at : std::string_view::npos;
}

// The value that begins here: within its quotes, else a word.
ByteSpan value_at(std::string_view text, std::size_t at) {
  constexpr std::size_t kLongest = 4096;
  const auto limit = std::min(text.size(), at + kLongest);
  while (at < limit && text[at] == '\\') ++at;
  if (at >= limit) return {};
  const char quote = text[at];
  if (quote == '"' || quote == '\'') {
    const auto begin = at + 1;
    auto end = begin;
    for (; end < limit && text[end] != quote && text[end] != '\n'; ++end) {
      if (text[end] == '\\' && end + 1 < limit) {
        // `\"…\"` inside of another text ends at its own kind of quote.
        if (text[end + 1] == quote && begin > 1 && text[begin - 2] == '\\') break;
        ++end;
      }
    }
    if (end >= limit || text[end] == '\n') return {};
    return {begin, end};
  }
  auto end = at;
  while (end < limit && !is_blank(text[end]) && text[end] != '\n' && text[end] != '\r' &&
         text[end] != '"' && text[end] != '\'' && text[end] != ',' && text[end] != ';' &&
         text[end] != ')' && text[end] != '\\')
    ++end;
  return {at, end};
}

}  // namespace

bool find_given_secret(std::string_view text, std::size_t at, FoundSecret& found) {
  if (at > 0 && (is_name_character(text[at - 1]) || text[at - 1] == '$' || text[at - 1] == '{'))
    return false;
  constexpr std::size_t kLongestName = 60;
  auto end = at;
  while (end < text.size() && end - at < kLongestName && is_name_character(text[end])) ++end;
  const auto name = text.substr(at, end - at);
  if (!is_secret_name(name)) return false;
  const auto begin = behind_sign(text, end);
  if (begin == std::string_view::npos) return false;
  auto place = value_at(text, begin);
  // `"name": "PREFECT_…", "value": "…"`, in whatever language.
  if (equal_ignoring_case(place.of(text), "value")) {
    const auto behind_value = behind_sign(text, place.end);
    place = behind_value == std::string_view::npos ? ByteSpan{} : value_at(text, behind_value);
  }
  if (place.is_empty()) return false;
  // A quoted word before a colon is a key of something: `"name": "PREFECT_…", "value": …`.
  const auto behind = text.find_first_not_of("\"' \t\\", place.end);
  const bool is_quoted_word = text[place.begin - 1] == '"' || text[place.begin - 1] == '\'';
  if (is_quoted_word && behind != std::string_view::npos && text[behind] == ':') return false;
  // Without quotes, and not in the form of an env file, it is code: a name, a call.
  const auto value = place.of(text);
  if (!is_secret_value(name, value, found)) return false;
  const bool is_quoted = text[place.begin - 1] == '"' || text[place.begin - 1] == '\'';
  const bool looks_like_one = value.find(':') != std::string_view::npos;
  // An argument, or a row of a table.
  const auto sign = text.find_first_of("=:,", end);
  if (!is_quoted && (!looks_like_one || text[sign] == ',')) return false;
  if (!is_quoted && value.find_first_of("()[]") != std::string_view::npos) return false;
  found.at = {place.begin + found.at.begin, place.begin + found.at.end};
  return true;
}

}  // namespace prefect_config
