// What the connections of a launch send as secrets, for hiding it in what strangers say back.
//
// What it is not: KnownSecrets (sources/known_secrets.hpp), which looks into the launch's own texts
// and must not hide what only resembles a secret there. A server's words are worth little: where
// one of them holds anything of a secret, in any of the usual encodings, none of it is shown.
#pragma once

#include <prefect_config/auth.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace prefect_config {

class SentSecrets {
 public:
  explicit SentSecrets(const AuthPlans& plans);

  /// The text, or a mask in its place. Percent-encoding, HTML's entities, base64 and letter case do
  /// not hide a secret from it, nor does its being cut short.
  std::string clean(std::string_view text) const;

 private:
  void add(std::string_view text);
  void add_pair(std::string_view user_and_password);
  void add_value(std::string_view value);

  std::vector<std::string> texts_;  ///< normalised
};

}  // namespace prefect_config
