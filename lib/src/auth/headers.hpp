// The headers and the token that a rule makes of a launch's credentials.
//
// What it is not: the choice of the rule, or whether the connection comes about (plan.cpp).
#pragma once

#include "auth/credentials.hpp"

#include <optional>
#include <string>
#include <vector>

namespace prefect_config {

/// What is sent, and what became of each credential on the way.
struct Sent {
  std::vector<Header> headers;
  SettingValue token;  ///< of the first message, where the rule has one
  std::string token_from;
  std::vector<CredentialId> used;  ///< key, auth string, user-info
  /// Of the API client: the rule's own header, where another took its place.
  std::optional<Header> replaced;
  std::string overwritten_by;  ///< why the rule's own header was not sent; empty where it was
};

Sent send(const AuthRule& rule, const Credentials& credentials);

/// Whether a header that httpx would send holds what is no ASCII.
bool is_not_ascii(const Sent& sent, const Credentials& credentials);

bool is_beyond_latin_1(std::string_view text);

/// Why the WebSocket client refuses to send this, where it does.
std::optional<std::string> unsendable_on_websocket(const Sent& sent, Version version);

/// Why the client (httpx) refuses to send this, where it does: it raises, and sends nothing.
std::optional<std::string> unsendable(const Sent& sent, const Credentials& credentials);

}  // namespace prefect_config
