#include "probe/channel.hpp"

#include "auth/address.hpp"
#include "probe/name_lookup.hpp"
#include "probe/tls.hpp"

#include <boost/asio/error.hpp>
#include <boost/beast/core/flat_static_buffer.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <poll.h>

#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <optional>
#include <string_view>
#include <utility>

namespace prefect_config::probing {
namespace {

namespace http = boost::beast::http;
using boost::beast::error_code;

constexpr std::size_t kCopy = 96u << 10;

error_code error_of(int number) { return {number, boost::system::system_category()}; }

error_code timed_out() { return boost::asio::error::timed_out; }

int milliseconds_until(Clock::time_point deadline) {
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now()).count();
  return static_cast<int>(std::clamp<long>(left, 0, 1000L * 60 * 60));
}

}  // namespace

struct Channel::Encryption {
  Encryption(const TlsWish& wish, const std::string& host) : session(wish, host) {}
  TlsSession session;
};

Channel::Channel() = default;
Channel::~Channel() { close(); }

void Channel::close() {
  if (socket_ >= 0) ::close(socket_);
  socket_ = -1;
}

bool Channel::is_refused_for_certificate() const {
  return tls_ && tls_->session.is_refused_for_certificate();
}

// ---- waiting

bool Channel::wait(short events) {
  for (;;) {
    pollfd watched{socket_, events, 0};
    const int count = ::poll(&watched, 1, milliseconds_until(deadline_));
    if (count > 0) return true;
    if (count == 0 && Clock::now() >= deadline_) return false;
    if (count < 0 && errno != EINTR) return false;
  }
}

std::size_t Channel::read_plain(void* data, std::size_t size, error_code& error) {
  error = {};
  for (;;) {
    if (Clock::now() >= deadline_) return error = timed_out(), 0;
    const auto count = ::recv(socket_, data, size, 0);
    if (count > 0) return static_cast<std::size_t>(count);
    if (count == 0) return error = boost::asio::error::eof, 0;
    if (errno == EINTR) continue;
    if (errno != EAGAIN && errno != EWOULDBLOCK) return error = error_of(errno), 0;
    if (!wait(POLLIN)) return error = timed_out(), 0;
  }
}

std::size_t Channel::write_plain(const void* data, std::size_t size, error_code& error) {
  error = {};
  for (;;) {
    if (Clock::now() >= deadline_) return error = timed_out(), 0;
    const auto count = ::send(socket_, data, size, MSG_NOSIGNAL);
    if (count >= 0) return static_cast<std::size_t>(count);
    if (errno == EINTR) continue;
    if (errno != EAGAIN && errno != EWOULDBLOCK) return error = error_of(errno), 0;
    if (!wait(POLLOUT)) return error = timed_out(), 0;
  }
}

// ---- through TLS, where there is some

void Channel::flush(error_code& error) {
  const auto bytes = tls_->session.outgoing();
  for (std::size_t sent = 0; sent < bytes.size() && !error;)
    sent += write_plain(bytes.data() + sent, bytes.size() - sent, error);
}

// Brings the session what it waits for.
void Channel::feed(error_code& error) {
  std::array<char, kPiece> piece;
  const auto count = read_plain(piece.data(), piece.size(), error);
  if (!error) tls_->session.incoming({piece.data(), count});
}

std::size_t Channel::read(void* data, std::size_t size, error_code& error) {
  if (budget_ == 0) return error = boost::asio::error::message_size, 0;
  const auto count = read_through(data, std::min(size, budget_), error);
  budget_ -= std::min(count, budget_);
  if (copy_ && copy_->size() < kCopy)
    copy_->append(static_cast<const char*>(data), std::min(count, kCopy - copy_->size()));
  return count;
}

std::size_t Channel::read_through(void* data, std::size_t size, error_code& error) {
  error = {};
  if (size == 0) return 0;
  if (!tls_) return read_plain(data, size, error);
  for (;;) {
    std::size_t count = 0;
    const auto step = tls_->session.read(data, size, count);
    flush(error);
    if (error) return 0;
    if (step == TlsSession::Step::done) return count;
    if (step == TlsSession::Step::closed) return error = boost::asio::error::eof, 0;
    if (step == TlsSession::Step::failed) return error = boost::asio::error::connection_reset, 0;
    feed(error);
    if (error) return 0;
  }
}

std::size_t Channel::write(const void* data, std::size_t size, error_code& error) {
  error = {};
  if (size == 0) return 0;
  if (!tls_) return write_plain(data, size, error);
  const auto most = std::min(size, kPiece);
  for (;;) {
    const auto step = tls_->session.write(data, most);
    flush(error);
    if (step == TlsSession::Step::failed || step == TlsSession::Step::closed)
      error = boost::asio::error::connection_reset;
    if (!error && step == TlsSession::Step::wants_bytes) feed(error);
    if (error) return 0;
    if (step == TlsSession::Step::done) return most;
  }
}

// ---- opening

namespace {

// A network that is not there is said by `refused`, too, and says least.
bool is_more_telling(Trouble left, Trouble right) {
  const auto rank = [](Trouble trouble) {
    return trouble == Trouble::timed_out ? 2 : trouble == Trouble::cut ? 1 : 0;
  };
  return rank(left) > rank(right);
}

void note_system_error(Attempt& attempt, int number) {
  attempt.trouble = number == ETIMEDOUT                       ? Trouble::timed_out
                    : number == ECONNRESET || number == EPIPE ? Trouble::cut
                                                              : Trouble::refused;
  attempt.detail = std::strerror(number);
}

}  // namespace

bool Channel::connect(const Endpoint& endpoint, Attempt& attempt) {
  attempt.layer = NetworkLayer::name;
  const auto lookup = look_up(endpoint, deadline_);
  if (!lookup || lookup->addresses.empty()) {
    attempt.trouble = lookup ? Trouble::not_resolved : Trouble::timed_out;
    attempt.detail = lookup ? lookup->problem : "the look-up of the name";
    return false;
  }
  attempt.layer = NetworkLayer::connection;
  const auto whole = deadline_;
  auto left = static_cast<long>(lookup->addresses.size());
  std::optional<Attempt> worst;
  for (const auto& address : lookup->addresses) {
    // One that is silent leaves time for the next.
    deadline_ = Clock::now() + (whole - Clock::now()) / left--;
    const int number = connect_to(address);
    deadline_ = whole;
    if (number == 0) {
      is_loopback_ = address.is_loopback();
      attempt.trouble = Trouble::none;
      attempt.detail.clear();
      return true;
    }
    note_system_error(attempt, number);
    close();
    // Of several addresses the most telling one counts: an IPv6 that leads nowhere is common.
    if (!worst || is_more_telling(attempt.trouble, worst->trouble)) worst = attempt;
  }
  if (worst) attempt = *worst;
  if (attempt.trouble == Trouble::timed_out) attempt.detail = "the connection";
  return false;
}

// 0, or the system's error.
int Channel::connect_to(const SocketAddress& address) {
  socket_ = ::socket(address.family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (socket_ < 0) return errno;
  const int on = 1;
  ::setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  const auto* raw = reinterpret_cast<const sockaddr*>(&address.storage);
  if (::connect(socket_, raw, address.size) == 0) return 0;
  if (errno != EINPROGRESS) return errno;
  if (!wait(POLLOUT)) return ETIMEDOUT;
  int number = 0;
  socklen_t size = sizeof number;
  ::getsockopt(socket_, SOL_SOCKET, SO_ERROR, &number, &size);
  return number;
}

bool Channel::tunnel(const Request& request, Attempt& attempt) {
  attempt.layer = NetworkLayer::proxy;
  const auto to = request.endpoint.text();
  auto text = "CONNECT " + to + " HTTP/1.1\r\nHost: " + to + "\r\n";
  if (!request.proxy->authorization.empty())
    text += "Proxy-Authorization: " + request.proxy->authorization + "\r\n";
  text += "\r\n";
  error_code error;
  for (std::size_t sent = 0; sent < text.size() && !error;)
    sent += write_plain(text.data() + sent, text.size() - sent, error);
  http::response_parser<http::empty_body> parser;
  parser.skip(true);
  set_budget(kPiece);
  boost::beast::flat_static_buffer<kPiece> buffer;
  if (!error) http::read_header(*this, buffer, parser, error);
  if (error) {
    attempt.trouble = error == timed_out() ? Trouble::timed_out : Trouble::cut;
    attempt.detail = error == timed_out() ? "CONNECT" : error.message();
    return false;
  }
  attempt.status = static_cast<int>(parser.get().result_int());
  if (attempt.status >= 200 && attempt.status < 300) {
    attempt.status = 0;
    return true;
  }
  attempt.from_proxy = true;
  return false;
}

bool Channel::encrypt(const Request& request, Attempt& attempt, bool is_open_allowed) {
  attempt.layer = NetworkLayer::tls;
  attempt.authorities = request.tls->ca_name;
  auto encryption = std::make_unique<Encryption>(*request.tls, request.endpoint.host);
  auto& session = encryption->session;
  if (!session.is_ready()) {
    attempt.trouble = Trouble::tls;
    attempt.detail = session.problem();
    return false;
  }
  tls_ = std::move(encryption);
  error_code error;
  auto step = TlsSession::Step::wants_bytes;
  while (!error && step == TlsSession::Step::wants_bytes) {
    step = session.handshake();
    // Also what it says where it fails.
    error_code written;
    flush(written);
    if (step == TlsSession::Step::wants_bytes) {
      error = written;
      if (!error) feed(error);
    }
  }
  if (error || step != TlsSession::Step::done) {
    const bool is_late = error == timed_out();
    attempt.trouble = is_late                                ? Trouble::timed_out
                      : session.is_other_protocol()          ? Trouble::not_tls
                      : session.is_refused_for_certificate() ? Trouble::certificate_wanted
                      : error                                ? Trouble::cut
                                                             : Trouble::tls;
    attempt.detail = is_late ? "the TLS handshake" : error ? error.message() : session.problem();
    return false;
  }
  const auto verdict = session.verdict();
  if (verdict == Trouble::none) return true;
  if (!request.tls->verify) {
    if (!request.carries_credential || is_open_allowed) return true;
    attempt.trouble = Trouble::in_the_clear;
    attempt.detail = "encrypted, and nobody verifies the certificate";
    return false;
  }
  attempt.trouble = verdict;
  attempt.detail = session.certificate_detail(verdict);
  attempt.issuer = session.issuer();
  return false;
}

bool Channel::open(const Request& request, bool allow_insecure, Clock::time_point deadline,
                   Attempt& attempt) {
  deadline_ = deadline;
  const auto& endpoint = request.proxy ? request.proxy->endpoint : request.endpoint;
  if (!connect(endpoint, attempt)) return false;
  // Nobody listens between here and there.
  const bool is_here = is_loopback_ && (!request.proxy || is_loopback_host(request.endpoint.host));
  const bool is_open_allowed = is_here || allow_insecure;
  const bool shows_password = request.proxy && !request.proxy->authorization.empty();
  if (shows_password && !is_loopback_ && !allow_insecure) {
    attempt.trouble = Trouble::in_the_clear;
    attempt.detail = "not encrypted as far as the proxy, which gets a password";
    return false;
  }
  if (!request.tls && request.carries_credential && !is_open_allowed) {
    attempt.trouble = Trouble::in_the_clear;
    attempt.detail = "not encrypted";
    return false;
  }
  const bool needs_tunnel = request.proxy && (request.tls || request.is_websocket);
  if (needs_tunnel && !tunnel(request, attempt)) return false;
  return !request.tls || encrypt(request, attempt, is_open_allowed);
}

}  // namespace prefect_config::probing
