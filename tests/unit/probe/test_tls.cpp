// Whose certificate is expected: a host that cannot be checked opens nothing.
#include "probe/tls.hpp"

#include <doctest/doctest.h>

using namespace prefect_config;
using namespace prefect_config::probing;

namespace {

TlsWish any_authority() { return {true, {}, "this machine"}; }

}  // namespace

TEST_CASE("tls: names, addresses and addresses with a zone are checked") {
  for (const auto* host : {"prefect.example.com", "127.0.0.1", "::1", "fe80::1%eth0", "::1%1"}) {
    CAPTURE(host);
    CHECK(TlsSession(any_authority(), host).is_ready());
  }
}

TEST_CASE("tls: authorities that cannot be read open nothing") {
  const TlsSession session({true, "/nonexistent/ca.pem", "/nonexistent/ca.pem"}, "h");
  CHECK_FALSE(session.is_ready());
  CHECK(session.problem().find("/nonexistent/ca.pem") != std::string::npos);
}

TEST_CASE("tls: what is no TLS is told from a failure") {
  TlsSession session(any_authority(), "prefect.example.com");
  CHECK(session.handshake() == TlsSession::Step::wants_bytes);
  CHECK_FALSE(session.outgoing().empty());
  session.incoming("HTTP/1.1 400 Bad Request\r\n\r\n");
  CHECK(session.handshake() == TlsSession::Step::failed);
  CHECK(session.is_other_protocol());
  CHECK_FALSE(session.is_refused_for_certificate());
}

TEST_CASE("tls: an alert without a wish for a certificate is no refusal for want of one") {
  TlsSession session(any_authority(), "prefect.example.com");
  (void)session.handshake();
  session.incoming(std::string("\x15\x03\x03\x00\x02\x02\x28", 7));  // handshake_failure
  CHECK(session.handshake() == TlsSession::Step::failed);
  CHECK_FALSE(session.is_refused_for_certificate());
}
