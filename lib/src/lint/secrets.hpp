// Secrets in the clear in any text: keys of Prefect Cloud, also in base64 and cut over lines, and
// what is given to the names of Prefect's secret settings.
//
// What it is not: a judge of where a secret is used, and no reader of files: it knows texts only.
//
// To add a kind: a row in `SecretKind`, the function that finds it, its rule, and its lines in
// tests/unit/lint/test_secrets.cpp.
#pragma once

#include <prefect_config/finding.hpp>

#include "lint/prefilter.hpp"
#include "support/byte_span.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace prefect_config {

enum class SecretKind : std::uint8_t {
  key,
  key_in_base64,
  auth_string,
  custom_headers,
  database_password,
};

/// The rule that is about secrets of this kind.
RuleId rule_of(SecretKind kind);

struct FoundSecret {
  SecretKind kind{};
  ByteSpan at;       ///< of the text; what is to be hidden
  std::string name;  ///< of the setting; empty where it is only known by its form
  /// Everybody's: an example's password in a setting for one machine (`prefect:prefect`).
  bool is_well_known = false;
};

/// The key that begins at `at` (`pnu_` or `pnb_`), whole, also where line ends of a folded text
/// stand in it; empty where there is none, or it is an example's.
ByteSpan find_key(std::string_view text, std::size_t at);

/// The stretch of base64 in which a key stands, given where one of its words was found.
ByteSpan find_key_in_base64(std::string_view text, const FoundWord& word);

/// The secret that is given to a name which begins at `at`, by `=`, `:` or `,` and with any quotes;
/// of kind none where the name is no secret's, or the value is no secret.
bool find_given_secret(std::string_view text, std::size_t at, FoundSecret& found);

/// Whether a value for a secret setting is one, and which part of it; `value` is whole.
bool is_secret_value(std::string_view name, std::string_view value, FoundSecret& found);

/// Whether a text only stands in a secret's place: `<your-key>`, `changeme`, `${KEY}`, `xxxx`.
bool is_placeholder(std::string_view text);

/// Whether a name, in whatever case, says that its value is secret: a misspelt one does too.
bool sounds_secret(std::string_view name);

/// Whether this name's values are secrets that are looked for: PREFECT_API_AUTH_STRING and others.
bool is_secret_name(std::string_view name);

}  // namespace prefect_config
