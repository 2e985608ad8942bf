// Secrets that are recognised by what they look like, and texts in which they are masked.
//
// What it is not: the decision which settings are secret (protect.hpp), or what --show-secrets
// shows (report/disclosure.hpp). It knows texts only, and rather masks too much.
//
// To add a kind of secret: a function in mask.cpp that finds its stretches, called by
// `secret_stretches`, and a line in tests/unit/report/test_text.cpp. It must look at each byte a
// bounded number of times: a value can be megabytes.
#pragma once

#include <prefect_config/value.hpp>

#include <string>
#include <string_view>

namespace prefect_config {

/// A text with these masked: user-info of URLs, keys that begin as Prefect Cloud's and those of
/// code hosts do, JSON Web Tokens, what follows `Bearer` and `Basic`, and what is given to a name
/// such as `token=`.
std::string mask_text(std::string_view text);

/// The same for what should be a URL: its user-info is found even where the scheme is missing.
std::string mask_url(std::string_view text);

/// Every text of a value masked, whatever its kind; of a list also the text it was split from.
Value mask_value(const Value& value);

/// The name of an HTTP header. What is no such name is masked from its first wrong character:
/// people write `Authorization: Bearer …` where the name belongs.
std::string mask_header_name(std::string_view name);

/// The name of a credential: that of a custom header holds the header's (`custom_header:X-Tok`).
std::string mask_credential_name(std::string_view name);

/// Whether a header can have this name (RFC 9110, token).
bool is_header_name(std::string_view name);

}  // namespace prefect_config
