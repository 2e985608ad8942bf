#include "diagnose/sent_secrets.hpp"

#include "auth/credentials.hpp"
#include "sources/protect.hpp"
#include "support/base64.hpp"
#include "support/percent.hpp"
#include "support/text.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace prefect_config {
namespace {

// Less is found in any text.
constexpr std::size_t kShortest = 4;
// So much of a longer one gives it away.
constexpr std::size_t kTelling = 8;

std::string without_entities(std::string text) {
  constexpr std::pair<std::string_view, std::string_view> kEntities[] = {
      {"&lt;", "<"},   {"&gt;", ">"},   {"&quot;", "\""}, {"&#34;", "\""}, {"&#x22;", "\""},
      {"&#39;", "'"},  {"&#x27;", "'"}, {"&apos;", "'"},  {"&#43;", "+"},  {"&#x2b;", "+"},
      {"&#x2f;", "/"}, {"&#47;", "/"},  {"&#58;", ":"},   {"&#x3a;", ":"}, {"&#61;", "="},
      {"&#x3d;", "="}, {"&#64;", "@"},  {"&#x40;", "@"},  {"&amp;", "&"}};
  for (const auto& [entity, character] : kEntities) text = replace_all(text, entity, character);
  return text;
}

// The same for every way of writing it.
std::string normalised(std::string_view text) {
  return lower(without_entities(lower(percent_decoded(text))));
}

std::string userinfo_of(const std::string& url) {
  return percent_decoded(url_userinfo(url).value_or(std::string()));
}

}  // namespace

SentSecrets::SentSecrets(const AuthPlans& plans) {
  for (const auto& credential : plans.credentials) add_value(text_of(credential.value));
  for (const auto& plan : plans.surfaces) {
    for (const auto& header : plan.headers) add_value(text_of(header.value));
    add_pair(text_of(plan.token));
    add_pair(userinfo_of(text_of(plan.url)));
    if (plan.proxy) add_pair(userinfo_of(text_of(plan.proxy->url)));
  }
  std::sort(texts_.begin(), texts_.end());
  texts_.erase(std::unique(texts_.begin(), texts_.end()), texts_.end());
}

void SentSecrets::add(std::string_view text) {
  if (text.size() < kShortest) return;
  texts_.push_back(normalised(text));
  texts_.push_back(lower(base64(text)));
}

// The user's name alone is no secret, and stands in paths.
void SentSecrets::add_pair(std::string_view user_and_password) {
  add(user_and_password);
  const auto colon = user_and_password.find(':');
  if (colon != std::string_view::npos) add(user_and_password.substr(colon + 1));
}

// A header's: `Basic …` holds what is behind the encoding, `Bearer …` what is behind the word.
void SentSecrets::add_value(std::string_view value) {
  add_pair(value);
  const auto blank = value.find(' ');
  const auto rest = blank == std::string_view::npos ? value : value.substr(blank + 1);
  if (blank != std::string_view::npos) add(rest);
  if (const auto plain = base64_decoded(rest); !plain.empty()) add_pair(plain);
}

std::string SentSecrets::clean(std::string_view text) const {
  const auto plain = normalised(text);
  const bool holds_one =
      std::any_of(texts_.begin(), texts_.end(), [&plain](const std::string& secret) {
        const auto part = std::string_view(secret).substr(0, kTelling);
        return secret.size() >= kShortest && plain.find(part) != std::string::npos;
      });
  return holds_one ? std::string(kMask) : std::string(text);
}

}  // namespace prefect_config
