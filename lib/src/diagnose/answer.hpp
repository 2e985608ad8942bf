// What an HTTP answer or a WebSocket's message says of who gave it: Prefect, something before it,
// or something else.
//
// What it is not: a judgement (diagnose.cpp). It knows the forms that servers were measured to
// answer in; everything here is from strangers, bounded, and pure.
#pragma once

#include <prefect_config/probe.hpp>

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace prefect_config {

/// What came back, as it came.
struct RawAnswer {
  int status = 0;
  std::string_view content_type;
  std::string_view location;
  std::string_view authenticate;  ///< WWW-Authenticate
  bool has_authenticate = false;
  std::string_view body;
};

/// Takes what matters of an answer into the attempt. `clean` hides the launch's own secrets: a
/// server may say back what it was sent.
using Clean = std::function<std::string(std::string_view)>;
/// A stranger's text, as far as it may be shown.
std::string short_text(std::string_view text, const Clean& clean);
void take_answer(Attempt& attempt, const RawAnswer& raw, const Clean& clean);

/// Whether a WebSocket's message is `{"type": "auth_success"}`.
bool is_auth_success(std::string_view message);

/// The list of a body; nothing where it is none.
std::optional<std::vector<Workspace>> workspaces_of(std::string_view body);

/// Whether the workspace of an API URL is among them.
bool is_listed(const std::vector<Workspace>& list, std::string_view api_url);

}  // namespace prefect_config
