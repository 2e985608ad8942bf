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
constexpr std::size_t kHandshakeLimit = 96u << 10;
// For the server's part of a farewell; it is not needed.
constexpr auto kFarewell = std::chrono::milliseconds(10);
// For a server that closes at once.
constexpr auto kLinger = std::chrono::milliseconds(30);

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
  } else if (error == boost::asio::error::message_size) {
    attempt.trouble = Trouble::malformed;
    attempt.detail = "it is longer than the probe reads";
  } else if (channel.is_refused_for_certificate()) {
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

// The answer to a handshake that was declined, where it is whole so far: Beast keeps it to itself
// (1.74).
void take_declined(Attempt& attempt, const std::string& bytes, const Clean& clean) {
  http::response_parser<http::string_body> parser;
  parser.eager(true);
  parser.header_limit(kHeaderLimit);
  parser.body_limit(kBodyLimit);
  error_code error;
  // Of a page without an end its beginning is enough.
  parser.put(boost::asio::buffer(bytes.data(), std::min(bytes.size(), kBodyLimit)), error);
  constexpr int kUpgraded = 101;
  const bool is_refusal = parser.is_header_done() && parser.get().result_int() != kUpgraded;
  if (is_refusal) {
    attempt.trouble = Trouble::none;
    attempt.detail.clear();
    take(attempt, parser.get(), clean);
  } else if (attempt.trouble == Trouble::none) {
    attempt.trouble = Trouble::malformed;
    attempt.detail = "the answer to the handshake is none";
  }
}

std::chrono::microseconds since(Clock::time_point start) {
  return std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() - start);
}

// Certificates are strangers' words, too.
Attempt finished(Attempt attempt, Clock::time_point start, const Clean& clean) {
  attempt.elapsed = since(start);
  attempt.detail = short_text(attempt.detail, clean);
  attempt.issuer = short_text(attempt.issuer, clean);
  attempt.close_reason = short_text(attempt.close_reason, clean);
  return attempt;
}

// Reads one answer, passing over those that only announce one.
void read_answer(Channel& channel, std::size_t body_limit, const Clean& clean, Attempt& attempt,
                 std::string* body, bool& is_reusable) {
  constexpr int kMostAnnounced = 8;
  channel.set_budget(kHeaderLimit + body_limit + kHeaderLimit);
  beast::flat_buffer buffer(kHeaderLimit + kBodyLimit);
  std::string copy;
  channel.keep_in(&copy);
  std::optional<http::response_parser<http::string_body>> parser;
  error_code error;
  for (int announced = 0; announced < kMostAnnounced; ++announced) {
    parser.emplace();
    parser->header_limit(kHeaderLimit);
    parser->body_limit(body_limit);
    http::read_header(channel, buffer, *parser, error);
    const bool is_announcement =
        parser->is_header_done() &&
        http::to_status_class(parser->get().result()) == http::status_class::informational;
    if (!is_announcement) break;
  }
  // Beast (1.74) forgets this error of a length that is told where the body has begun with it.
  if (!error && parser->content_length().value_or(0) > body_limit) error = http::error::body_limit;
  if (!error) http::read(channel, buffer, *parser, error);
  channel.keep_in(nullptr);
  if (!parser->is_header_done()) {
    note_error(attempt, error, channel, "the answer");
    if (attempt.trouble == Trouble::malformed && is_tls_record(copy))
      attempt.trouble = Trouble::only_tls;
    return;
  }
  take(attempt, parser->get(), clean);
  if (body) *body = parser->get().body();
  // Of a refusal the status is enough; what should say yes must come whole.
  const bool is_cut_off = error && error != http::error::body_limit;
  if (is_cut_off && attempt.status == 200)
    note_error(attempt, error, channel, "the rest of the answer");
  is_reusable = !error && parser->is_done() && parser->keep_alive();
}

}  // namespace

Attempt Conversation::ask(const Request& request, std::string* body) {
  const bool was_open = channel_ && open_to_ == request.endpoint.text();
  auto attempt = ask_once(request, body);
  // A server may have closed what it kept open, without a word.
  const bool is_stale = was_open && attempt.trouble == Trouble::cut && attempt.status == 0;
  return is_stale ? ask_once(request, body) : attempt;
}

Attempt Conversation::ask_once(const Request& request, std::string* body) {
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
      return finished(std::move(attempt), start, limits_.clean);
    }
  }
  attempt.layer = NetworkLayer::answer;
  // A server may answer before it has read all, and cut the rest: what it says counts.
  error_code ignored;
  auto message = message_of(request);
  http::write(*channel_, message, ignored);
  bool is_reusable = false;
  read_answer(*channel_, body ? kListLimit : kBodyLimit, limits_.clean, attempt, body, is_reusable);
  if (!is_reusable) channel_.reset();
  return finished(std::move(attempt), start, limits_.clean);
}

namespace {

void take_closing(Attempt& attempt, int code, std::string_view reason) {
  attempt.close_code = code;
  attempt.close_reason = std::string(reason);
}

// What the server sends, or how it ends the connection.
void listen(websocket::stream<Channel&>& socket, Attempt& attempt) {
  beast::flat_buffer buffer(kMessageLimit);
  error_code error;
  socket.read(buffer, error);
  if (!error) {
    attempt.authenticated = is_auth_success(beast::buffers_to_string(buffer.data()));
    if (!attempt.authenticated) attempt.detail = "another message than auth_success";
  } else if (error == websocket::error::closed) {
    const auto& reason = socket.reason();
    take_closing(attempt, reason.code, {reason.reason.data(), reason.reason.size()});
  } else if (error == boost::asio::error::timed_out) {
    attempt.trouble = Trouble::timed_out;
    attempt.detail = "the first message";
  } else if (error != boost::asio::error::message_size &&
             (error.category() == boost::system::system_category() ||
              error.category() == boost::asio::error::get_misc_category())) {
    take_closing(attempt, 1006, {});
  } else {
    attempt.trouble = Trouble::malformed;
    attempt.detail = error.message();
  }
}

// The first message and what comes back.
void talk(websocket::stream<Channel&>& socket, const Request& request, Attempt& attempt) {
  attempt.layer = NetworkLayer::message;
  error_code error;
  socket.text(true);
  socket.write(boost::asio::buffer(*request.first_message), error);
  listen(socket, attempt);
}

// Where the client says nothing first, only that it is not closed at once is seen.
void linger(websocket::stream<Channel&>& socket, Attempt& attempt) {
  Attempt heard;
  listen(socket, heard);
  if (heard.close_code == 0) return;
  attempt.layer = NetworkLayer::message;
  take_closing(attempt, heard.close_code, heard.close_reason);
}

void shake_hands(websocket::stream<Channel&>& socket, Channel& channel, const Request& request,
                 const Limits& limits, Clock::time_point deadline, Attempt& attempt) {
  // Beast bounds the answer to a handshake by megabytes, and its framing not at all.
  channel.set_budget(kHandshakeLimit);
  std::string answer;
  channel.keep_in(&answer);
  error_code error;
  socket.handshake(request.host_header, request.target, error);
  channel.keep_in(nullptr);
  if (error) {
    if (error != websocket::error::upgrade_declined)
      note_error(attempt, error, channel, "the WebSocket handshake");
    if (attempt.trouble == Trouble::malformed && is_tls_record(answer))
      attempt.trouble = Trouble::only_tls;
    // A refusal counts also where its page has no end.
    take_declined(attempt, answer, limits.clean);
    return;
  }
  attempt.status = 101;
  attempt.upgraded = true;
  channel.set_budget(kHandshakeLimit + kMessageLimit);
  if (request.first_message) {
    talk(socket, request, attempt);
  } else {
    channel.set_deadline(std::min(deadline, Clock::now() + kLinger));
    linger(socket, attempt);
  }
  channel.set_deadline(std::min(deadline, Clock::now() + kFarewell));
  if (socket.is_open()) socket.close(websocket::close_code::normal, error);
}

}  // namespace

Attempt open_websocket(const Request& request, const Limits& limits) {
  auto attempt = attempt_of(request);
  if (attempt.trouble != Trouble::none) return attempt;
  const auto start = Clock::now();
  const auto deadline = start + limits.timeout;
  Channel channel;
  if (!channel.open(request, limits.allow_insecure, deadline, attempt))
    return finished(std::move(attempt), start, limits.clean);
  attempt.layer = NetworkLayer::answer;
  websocket::stream<Channel&> socket(channel);
  socket.read_message_max(kMessageLimit);
  socket.set_option(websocket::stream_base::decorator([&request](websocket::request_type& message) {
    for (const auto& subprotocol : request.subprotocols)
      message.insert(http::field::sec_websocket_protocol, subprotocol);
    add_headers(message, request);
  }));
  shake_hands(socket, channel, request, limits, deadline, attempt);
  return finished(std::move(attempt), start, limits.clean);
}

}  // namespace prefect_config::probing
