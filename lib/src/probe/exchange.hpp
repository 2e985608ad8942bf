// One request and its answer, over HTTP or as a WebSocket's handshake and first message.
//
// What it is not: the choice of what is asked (probe.cpp), or of what it means (diagnose).
// Redirects are not followed, answers are not decompressed, and of a body little is kept.
#pragma once

#include "diagnose/answer.hpp"
#include "probe/channel.hpp"
#include "probe/request.hpp"

#include <memory>
#include <optional>
#include <string>

namespace prefect_config::probing {

struct Limits {
  bool allow_insecure = false;
  std::chrono::milliseconds timeout{5000};
  Clean clean;  ///< hides the launch's own secrets in what servers say
};

/// HTTP requests to one place, one after another, over one connection as long as the server keeps
/// it.
class Conversation {
 public:
  explicit Conversation(Limits limits) : limits_(std::move(limits)) {}

  /// `body`, where given, gets the answer's, as far as it was read.
  Attempt ask(const Request& request, std::string* body = nullptr);

 private:
  Attempt ask_once(const Request& request, std::string* body);

  Limits limits_;
  std::unique_ptr<Channel> channel_;
  std::string open_to_;  ///< what the channel leads to, so that no other request takes it
};

/// The handshake, the first message where there is one, and one message back; then it is closed.
Attempt open_websocket(const Request& request, const Limits& limits);

}  // namespace prefect_config::probing
