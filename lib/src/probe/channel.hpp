// A stream of bytes to one server, within a deadline: TCP, through a proxy if there is one, and
// TLS where the URL wants it.
//
// What it is not: HTTP (exchange.hpp). It reads and writes what it is given, in the open or
// encrypted, and says at which step it failed.
//
// Every wait ends at the deadline, whatever the other side does. Beast's blocking functions work on
// it as on any synchronous stream.
#pragma once

#include "probe/request.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/beast/core/error.hpp>
#include <boost/beast/core/role.hpp>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <memory>
#include <string>

namespace prefect_config::probing {

using Clock = std::chrono::steady_clock;

struct SocketAddress;

class Channel {
 public:
  Channel();
  ~Channel();
  Channel(const Channel&) = delete;
  Channel& operator=(const Channel&) = delete;

  /// Connects, as far as bytes of the request itself may go; false where it failed, and `attempt`
  /// says at what. `attempt.trouble` is `in_the_clear` where a credential would have gone over an
  /// open connection.
  bool open(const Request& request, bool allow_insecure, Clock::time_point deadline,
            Attempt& attempt);
  void set_deadline(Clock::time_point deadline) { deadline_ = deadline; }
  void close();
  /// Also keeps the first bytes that are read, without the encryption; nullptr ends it.
  void keep_in(std::string* copy) { copy_ = copy; }

  /// So many bytes may be read from now on; then reading fails with `message_size`.
  void set_budget(std::size_t bytes) { budget_ = bytes; }

  /// Whether the server ended it for want of a certificate of the client.
  bool is_refused_for_certificate() const;

  // What Beast wants of a synchronous stream.
  using executor_type = boost::asio::io_context::executor_type;
  executor_type get_executor() { return context_.get_executor(); }

  template <typename Buffers>
  std::size_t read_some(const Buffers& buffers, boost::beast::error_code& error) {
    const auto first = first_of(buffers);
    return read(first.data(), first.size(), error);
  }
  template <typename Buffers>
  std::size_t write_some(const Buffers& buffers, boost::beast::error_code& error) {
    // In one piece: a request's head is several buffers, and would be as many packets.
    const auto piece = joined(buffers);
    return write(piece.data(), piece.size(), error);
  }
  template <typename Buffers>
  std::size_t read_some(const Buffers& buffers) {
    boost::beast::error_code error;
    const auto count = read_some(buffers, error);
    if (error) throw boost::beast::system_error(error);
    return count;
  }
  template <typename Buffers>
  std::size_t write_some(const Buffers& buffers) {
    boost::beast::error_code error;
    const auto count = write_some(buffers, error);
    if (error) throw boost::beast::system_error(error);
    return count;
  }

 private:
  struct Encryption;

  // The first buffer that holds anything; reading or writing less than all is allowed.
  template <typename Buffers>
  static auto first_of(const Buffers& buffers) {
    auto at = boost::asio::buffer_sequence_begin(buffers);
    const auto end = boost::asio::buffer_sequence_end(buffers);
    typename std::decay<decltype(*at)>::type first;
    for (; at != end && first.size() == 0; ++at) first = *at;
    return first;
  }

  static constexpr std::size_t kPiece = 16u << 10;

  template <typename Buffers>
  static std::string joined(const Buffers& buffers) {
    std::string piece;
    auto at = boost::asio::buffer_sequence_begin(buffers);
    const auto end = boost::asio::buffer_sequence_end(buffers);
    for (; at != end && piece.size() < kPiece; ++at) {
      const boost::asio::const_buffer buffer = *at;
      piece.append(static_cast<const char*>(buffer.data()),
                   std::min(buffer.size(), kPiece - piece.size()));
    }
    return piece;
  }

  std::size_t read(void* data, std::size_t size, boost::beast::error_code& error);
  std::size_t read_through(void* data, std::size_t size, boost::beast::error_code& error);
  std::size_t write(const void* data, std::size_t size, boost::beast::error_code& error);
  std::size_t read_plain(void* data, std::size_t size, boost::beast::error_code& error);
  std::size_t write_plain(const void* data, std::size_t size, boost::beast::error_code& error);

  bool connect(const Endpoint& endpoint, Attempt& attempt);
  bool tunnel(const Request& request, Attempt& attempt);
  bool encrypt(const Request& request, Attempt& attempt, bool is_open_allowed);
  int connect_to(const SocketAddress& address);
  void flush(boost::beast::error_code& error);
  void feed(boost::beast::error_code& error);
  bool wait(short events);

  boost::asio::io_context context_;
  int socket_ = -1;
  bool is_loopback_ = false;
  Clock::time_point deadline_;
  std::unique_ptr<Encryption> tls_;
  std::string* copy_ = nullptr;
  std::size_t budget_ = 0;
};

/// Beast closes a WebSocket's stream with these; the channel closes itself.
inline void teardown(boost::beast::role_type, Channel& channel, boost::beast::error_code& error) {
  channel.close();
  error = {};
}
inline void beast_close_socket(Channel& channel) { channel.close(); }

}  // namespace prefect_config::probing
