// The credentials one launch has, collected from its settings.
//
// What it is not: a choice between them. The rule of a surface chooses (plan.cpp).
#pragma once

#include <prefect_config/auth.hpp>

#include <optional>
#include <string>
#include <vector>

namespace prefect_config {

/// One custom header, with the name as written: its case decides whether it replaces or joins
/// another.
struct CustomHeader {
  std::string name;
  SettingValue value;
};

/// Everything about a launch that the rules look at.
struct Credentials {
  const Resolved* url = nullptr;
  const Resolved* cloud_url = nullptr;
  const Resolved* key = nullptr;  ///< nullptr where this version has no such setting
  const Resolved* auth_string = nullptr;
  const Resolved* headers = nullptr;
  const Resolved* ephemeral = nullptr;
  std::vector<CustomHeader> custom;

  std::string api_url() const;        ///< may hold a secret: protect what is made of it
  std::string cloud_api_url() const;  ///< likewise
  Target target() const;
  bool has_key() const { return key && key->value.truthy(); }
  bool has_auth_string() const { return auth_string && auth_string->value.truthy(); }
};

Credentials collect_credentials(const Resolution& resolution, const Registry& registry);

/// `user:password` of a URL, as written; nothing where it has none.
std::optional<std::string> url_userinfo(const std::string& url);
}  // namespace prefect_config
