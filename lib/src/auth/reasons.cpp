#include "auth/reasons.hpp"

#include <algorithm>
#include <functional>

namespace prefect_config {
namespace {

bool sends_custom(const AuthRule& rule) { return rule.custom_headers != CustomHeaders::not_sent; }

// Whether two rows agree on which of key and auth string comes first.
bool has_order_of(const AuthRule& a, const AuthRule& b) {
  return a.header == b.header &&
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
    const bool same = row.exists() == rule.exists() && alike(row, rule);
    if (&row == &rule) {
      before = false;
    } else if (before) {
      range.first = same ? std::min(range.first, row.versions.first) : rule.versions.first;
    } else if (same) {
      range.last = row.versions.last;
    } else {
      break;
    }
  }
  return " (" + range.text() + ")";
}

// ` (since 3.4.1)`: the releases that agree in one yes or no.
template <typename Property>
std::string while_same(const AuthRule& rule, Property property) {
  return releases(rule, [property](const AuthRule& a, const AuthRule& b) {
    return std::invoke(property, a) == std::invoke(property, b);
  });
}

}  // namespace

bool is_overwritten(const Credential& credential, const Sent& sent) {
  return !sent.overwritten_by.empty() && credential.id != CredentialId::url_userinfo;
}

std::string reason_not_used(const Credential& credential, const AuthRule& rule, const Sent& sent,
                            const Credentials& credentials) {
  if (is_overwritten(credential, sent)) return sent.overwritten_by;
  const auto name =
      std::string(target_name(rule.target)) + ' ' + std::string(surface_name(rule.surface));
  switch (credential.id) {
  case CredentialId::api_key:
    if (!credentials.has_key()) return "it is empty";
    if (rule.sends_key()) return "the auth string wins" + releases(rule, has_order_of);
    return name + " never uses a key" + while_same(rule, &AuthRule::sends_key);
  case CredentialId::auth_string:
    if (!credentials.has_auth_string()) return "it is empty";
    if (rule.sends_auth_string()) return "the key wins" + releases(rule, has_order_of);
    return name + " never uses an auth string" + while_same(rule, &AuthRule::sends_auth_string);
  case CredentialId::custom_header:
    if (sends_custom(rule)) return "this header cannot be set here, or another takes its place";
    return "custom headers are not sent" + while_same(rule, sends_custom);
  case CredentialId::url_userinfo:
    return "not sent: this connection goes to another URL";
  }
  return {};
}

}  // namespace prefect_config
