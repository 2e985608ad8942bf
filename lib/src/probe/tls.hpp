// OpenSSL, as far as a probe needs it: one client's session over bytes that others carry, and what
// its certificate says.
//
// What it is not: sockets (channel.hpp), or a decision: it verifies, and whether that counts is
// asked elsewhere.
#pragma once

#include "probe/request.hpp"

#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace prefect_config::probing {

class TlsSession {
 public:
  /// What became of one step.
  enum class Step { done, wants_bytes, closed, failed };

  TlsSession(const TlsWish& wish, const std::string& host);
  ~TlsSession();
  TlsSession(const TlsSession&) = delete;
  TlsSession& operator=(const TlsSession&) = delete;

  /// Whether the authorities could be read; `problem()` says why not.
  bool is_ready() const;

  // Each leaves bytes for the other side in `outgoing`; where more are wanted, the caller brings
  // them with `incoming` and asks again.
  Step handshake();
  Step read(void* data, std::size_t size, std::size_t& count);
  Step write(const void* data, std::size_t size);
  void incoming(std::string_view bytes);
  std::string outgoing();

  /// What is wrong with the server's certificate; `none` where nothing is.
  Trouble verdict() const;
  /// For people: when it is valid, or what it is for.
  std::string certificate_detail(Trouble verdict) const;
  std::string issuer() const;

  /// A certificate of the client was asked for, and an alert ended the session.
  bool is_refused_for_certificate() const;
  /// What answered was no TLS.
  bool is_other_protocol() const;
  std::string problem() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace prefect_config::probing
