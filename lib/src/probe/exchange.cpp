#include "probe/exchange.hpp"

#include "support/text.hpp"

#include <boost/asio/error.hpp>
#include <boost/beast/core/buffers_to_string.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>
#include <boost/beast/websocket/stream.hpp>

#include <algorithm>
#include <string_view>
#include <utility>

namespace prefect_config::probing {
namespace {

namespace beast = boost::beast;
namespace http = beast::http;
namespace websocket = beast::websocket;
using beast::error_code;

constexpr std::size_t kHeaderLimit = 32u << 10;
constexpr std::size_t kBodyLimit = 64u << 10;
constexpr std::size_t kListLimit = 4u << 20;  // of workspaces
constexpr std::size_t kMessageLimit = 64u << 10;
// For the server's part of a farewell; it is not needed.
constexpr auto kFarewell = std::chrono::milliseconds(10);

constexpr const char* kUserAgent = "prefect-config/" PREFECT_CONFIG_VERSION;

using Fields = http::fields;

bool has_header(const Request& request, std::string_view name) {
  return std::any_of(request.headers.begin(), request.headers.end(), [name](const auto& header) {
    return equal_ignoring_case(header.first, name);
  });
}

// In the order of the plan; a name can come twice.
void add_headers(Fields& fields, const Request& request) {
  if (!has_header(request, "User-Agent")) fields.set(http::field::user_agent, kUserAgent);
  for (const auto& [name, value] : request.headers) fields.insert(name, value);
}

http::request<http::string_body> message_of(const Request& request) {
  http::request<http::string_body> message;
  message.version(11);
  message.method_string(request.method);
  message.target(request.target);
  if (request.proxy && !request.tls)
    message.target("http://" + request.host_header + request.target);
  if (!has_header(request, "Host")) message.set(http::field::host, request.host_header);
  message.set(http::field::accept, "*/*");
  add_headers(message, request);
  if (request.proxy && !request.tls && !request.proxy->authorization.empty())
    message.set(http::field::proxy_authorization, request.proxy->authorization);
  if (!request.body.empty()) {
    message.set(http::field::content_type, "application/json");
    message.body() = request.body;
    message.prepare_payload();
  }
  return message;
}

std::string_view view_of(const Fields& fields, http::field name) {
  const auto found = fields.find(name);
  if (found == fields.end()) return {};
  return {found->value().data(), found->value().size()};
}

void take(Attempt& attempt, const http::response<http::string_body>& response, const Clean& clean) {
  RawAnswer raw;
  raw.status = static_cast<int>(response.result_int());
  raw.content_type = view_of(response, http::field::content_type);
  raw.location = view_of(response, http::field::location);
  raw.authenticate = view_of(response, http::field::www_authenticate);
  raw.has_authenticate = response.find(http::field::www_authenticate) != response.end();
  raw.body = response.body();
  take_answer(attempt, raw, clean);
}

// What ended it before an answer came whole.
void note_error(Attempt& attempt, const error_code& error, const Channel& channel,
                const char* awaited) {
  if (error == boost::asio::error::timed_out) {
    attempt.trouble = Trouble::timed_out;
    attempt.detail = awaited;
  } else if (channel.wanted_certificate()) {
    attempt.trouble = Trouble::certificate_wanted;
  } else if (error == http::error::end_of_stream || error == boost::asio::error::eof ||
             error.category() == boost::system::system_category()) {
    attempt.trouble = Trouble::cut;
    attempt.detail = "before it answered";
  } else {
    attempt.trouble = Trouble::malformed;
    attempt.detail = error.message();
  }
}

// A new attempt, as far as the request tells it.
Attempt attempt_of(const Request& request) {
  Attempt attempt;
  attempt.asked = request.asked;
  attempt.surface = request.surface;
  attempt.carries_credential = request.carries_credential;
  attempt.url = request.url;
  attempt.place = request.endpoint.text();
  if (request.proxy) attempt.proxy = request.proxy->variable;
  if (!request.not_tried.empty()) {
    attempt.trouble = Trouble::not_tried;
    attempt.detail = request.not_tried;
  }
  return attempt;
}

// An alert, as a TLS server answers who does not speak it.
bool is_tls_record(std::string_view bytes) {
  return bytes.size() > 2 && bytes[0] == '\x15' && bytes[1] == '\x03';
}

// The answer to a handshake that was declined: Beast keeps it to itself (1.74).
void take_declined(Attempt& attempt, const std::string& bytes, const Clean& clean) {
  http::response_parser<http::string_body> parser;
  parser.eager(true);
  parser.header_limit(kHeaderLimit);
  parser.body_limit(kBodyLimit);
  error_code error;
  parser.put(boost::asio::buffer(bytes), error);
  if (parser.is_header_done()) {
    take(attempt, parser.get(), clean);
  } else {
    attempt.trouble = Trouble::malformed;
    attempt.detail = error.message();
  }
}

std::chrono::microseconds since(Clock::time_point start) {
  return std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() - start);
}

}  // namespace

Attempt Conversation::ask(const Request& request, std::string* body) {
  auto attempt = attempt_of(request);
  if (attempt.trouble != Trouble::none) return attempt;
  const auto start = Clock::now();
  const auto deadline = start + limits_.timeout;
  const auto to = request.endpoint.text();
  if (channel_ && open_to_ == to) {
    channel_->set_deadline(deadline);
  } else {
    channel_ = std::make_unique<Channel>();
    open_to_ = to;
    if (!channel_->open(request, limits_.allow_insecure, deadline, attempt)) {
      channel_.reset();
      attempt.elapsed = since(start);
      return attempt;
    }
  }
  attempt.layer = NetworkLayer::answer;
  error_code error;
  auto message = message_of(request);
  http::write(*channel_, message, error);
  http::response_parser<http::string_body> parser;
  parser.header_limit(kHeaderLimit);
  const auto body_limit = body ? kListLimit : kBodyLimit;
  parser.body_limit(body_limit);
  beast::flat_buffer buffer(kHeaderLimit + kBodyLimit);
  std::string copy;
  channel_->keep_in(&copy);
  // A server may answer before it has read all, and cut the rest.
  error_code read_error;
  http::read_header(*channel_, buffer, parser, read_error);
  // Beast (1.74) forgets this error of a length that is told where the body has begun with it.
  if (!read_error && parser.content_length().value_or(0) > body_limit)
    read_error = http::error::body_limit;
  if (!read_error) http::read(*channel_, buffer, parser, read_error);
  channel_->keep_in(nullptr);
  if (!parser.is_header_done()) {
    note_error(attempt, read_error ? read_error : error, *channel_, "the answer");
    if (attempt.trouble == Trouble::malformed && is_tls_record(copy))
      attempt.trouble = Trouble::only_tls;
  } else {
    take(attempt, parser.get(), limits_.clean);
    if (body) *body = parser.get().body();
    // Of a refusal the status is enough; what should say yes must come whole.
    const bool is_cut_off = read_error && read_error != http::error::body_limit;
    if (is_cut_off && attempt.status == 200)
      note_error(attempt, read_error, *channel_, "the rest of the answer");
  }
  if (read_error || !parser.is_done() || !parser.keep_alive()) channel_.reset();
  attempt.elapsed = since(start);
  return attempt;
}

namespace {

void take_closing(Attempt& attempt, int code, std::string_view reason, const Clean& clean) {
  attempt.close_code = code;
  attempt.close_reason = clean(reason);
}

// The first message and what comes back.
void talk(websocket::stream<Channel&>& socket, const Request& request, const Clean& clean,
          Attempt& attempt) {
  attempt.layer = NetworkLayer::message;
  error_code error;
  socket.text(true);
  socket.write(boost::asio::buffer(*request.first_message), error);
  beast::flat_buffer buffer(kMessageLimit);
  if (!error) socket.read(buffer, error);
  if (!error) {
    attempt.authenticated = is_auth_success(beast::buffers_to_string(buffer.data()));
    if (!attempt.authenticated) attempt.detail = "another message than auth_success";
  } else if (error == websocket::error::closed) {
    const auto& reason = socket.reason();
    take_closing(attempt, reason.code, {reason.reason.data(), reason.reason.size()}, clean);
  } else if (error == boost::asio::error::timed_out) {
    attempt.trouble = Trouble::timed_out;
    attempt.detail = "the first message";
  } else if (error.category() == boost::system::system_category() ||
             error.category() == boost::asio::error::get_misc_category()) {
    take_closing(attempt, 1006, {}, clean);
  } else {
    attempt.trouble = Trouble::malformed;
    attempt.detail = error.message();
  }
}

}  // namespace

Attempt open_websocket(const Request& request, const Limits& limits) {
  auto attempt = attempt_of(request);
  if (attempt.trouble != Trouble::none) return attempt;
  const auto start = Clock::now();
  const auto deadline = start + limits.timeout;
  Channel channel;
  if (!channel.open(request, limits.allow_insecure, deadline, attempt)) {
    attempt.elapsed = since(start);
    return attempt;
  }
  attempt.layer = NetworkLayer::answer;
  websocket::stream<Channel&> socket(channel);
  socket.read_message_max(kMessageLimit);
  socket.set_option(websocket::stream_base::decorator([&request](websocket::request_type& message) {
    for (const auto& subprotocol : request.subprotocols)
      message.insert(http::field::sec_websocket_protocol, subprotocol);
    add_headers(message, request);
  }));
  std::string answer;
  channel.keep_in(&answer);
  error_code error;
  socket.handshake(request.host_header, request.target, error);
  channel.keep_in(nullptr);
  if (!error) {
    attempt.status = 101;
    attempt.upgraded = true;
    if (request.first_message) talk(socket, request, limits.clean, attempt);
    channel.set_deadline(std::min(deadline, Clock::now() + kFarewell));
    if (socket.is_open()) socket.close(websocket::close_code::normal, error);
  } else if (error == websocket::error::upgrade_declined) {
    take_declined(attempt, answer, limits.clean);
  } else {
    note_error(attempt, error, channel, "the WebSocket handshake");
    if (attempt.trouble == Trouble::malformed && is_tls_record(answer))
      attempt.trouble = Trouble::only_tls;
  }
  attempt.elapsed = since(start);
  return attempt;
}

}  // namespace prefect_config::probing
