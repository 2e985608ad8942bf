#include "probe/tls.hpp"

#include "auth/address.hpp"
#include "support/text.hpp"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <array>
#include <climits>
#include <cstddef>

namespace prefect_config::probing {
namespace {

struct Free {
  void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
  void operator()(SSL* ssl) const { SSL_free(ssl); }
  void operator()(BIO* bio) const { BIO_free(bio); }
  void operator()(X509* certificate) const { X509_free(certificate); }
  void operator()(GENERAL_NAMES* names) const { GENERAL_NAMES_free(names); }
};
template <typename Of>
using Owned = std::unique_ptr<Of, Free>;

std::string text_of_bio(BIO* bio) {
  char* data = nullptr;
  const auto size = BIO_get_mem_data(bio, &data);
  return size > 0 ? std::string(data, static_cast<std::size_t>(size)) : std::string();
}

std::string time_text(const ASN1_TIME* time) {
  const Owned<BIO> bio(BIO_new(BIO_s_mem()));
  ASN1_TIME_print(bio.get(), time);
  return text_of_bio(bio.get());
}

std::string name_text(const X509_NAME* name) {
  const Owned<BIO> bio(BIO_new(BIO_s_mem()));
  X509_NAME_print_ex(bio.get(), name, 0, XN_FLAG_RFC2253 & ~ASN1_STRFLGS_ESC_MSB);
  return text_of_bio(bio.get());
}

constexpr std::size_t kMostNames = 4;

std::string ip_text(const ASN1_OCTET_STRING* address) {
  std::string text;
  const auto* bytes = ASN1_STRING_get0_data(address);
  const int size = ASN1_STRING_length(address);
  if (size != 4) return "an IPv6 address";
  for (int i = 0; i < size; ++i) text += (i ? "." : "") + std::to_string(bytes[i]);
  return text;
}

// The hosts that a certificate is for.
std::string hosts_text(X509* certificate) {
  const Owned<GENERAL_NAMES> names(static_cast<GENERAL_NAMES*>(
      X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr)));
  if (!names) return name_text(X509_get_subject_name(certificate));
  std::string text;
  std::size_t listed = 0;
  const int count = sk_GENERAL_NAME_num(names.get());
  for (int i = 0; i < count; ++i) {
    const auto* name = sk_GENERAL_NAME_value(names.get(), i);
    std::string one;
    if (name->type == GEN_DNS) {
      one.assign(reinterpret_cast<const char*>(ASN1_STRING_get0_data(name->d.dNSName)),
                 static_cast<std::size_t>(ASN1_STRING_length(name->d.dNSName)));
    } else if (name->type == GEN_IPADD) {
      one = ip_text(name->d.iPAddress);
    } else {
      continue;
    }
    if (++listed > kMostNames) return text + ", …";
    text += (text.empty() ? "" : ", ") + one;
  }
  return text.empty() ? "no host" : text;
}

Trouble trouble_of(long result) {
  switch (result) {
  case X509_V_OK:
    return Trouble::none;
  case X509_V_ERR_CERT_HAS_EXPIRED:
  case X509_V_ERR_CERT_NOT_YET_VALID:
    return Trouble::certificate_time;
  case X509_V_ERR_HOSTNAME_MISMATCH:
  case X509_V_ERR_IP_ADDRESS_MISMATCH:
    return Trouble::certificate_host;
  case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
  case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
  case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
  case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
  case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
    return Trouble::certificate_issuer;
  default:
    return Trouble::tls;
  }
}

}  // namespace

struct TlsSession::State {
  Owned<SSL_CTX> context;
  Owned<SSL> ssl;
  BIO* in = nullptr;   // the session's
  BIO* out = nullptr;  // likewise
  bool ready = false;
  bool wanted_certificate = false;
  unsigned long error = 0;
  std::string problem;

  // What OpenSSL says of the last step.
  Step step_of(int result) {
    switch (SSL_get_error(ssl.get(), result)) {
    case SSL_ERROR_WANT_READ:
    case SSL_ERROR_WANT_WRITE:
      return Step::wants_bytes;
    case SSL_ERROR_ZERO_RETURN:
      return Step::closed;
    default:
      error = ERR_peek_error();
      problem = "the connection ended";
      if (const char* reason = ERR_reason_error_string(error)) problem = reason;
      ERR_clear_error();
      return Step::failed;
    }
  }
};

namespace {

// A certificate is asked for, and there is none to show.
int note_wish(SSL* ssl, X509** certificate, EVP_PKEY** key) {
  *certificate = nullptr;
  *key = nullptr;
  if (auto* wanted = static_cast<bool*>(SSL_get_app_data(ssl))) *wanted = true;
  return 0;
}

}  // namespace

TlsSession::TlsSession(const TlsWish& wish, const std::string& host)
    : state_(std::make_unique<State>()) {
  auto& state = *state_;
  ERR_clear_error();
  state.context.reset(SSL_CTX_new(TLS_client_method()));
  if (!state.context) return;
  auto* context = state.context.get();
  SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
  // The certificate is looked at once.
  SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION);
  // The handshake goes on whatever the certificate is, so that it can be looked at. Nothing of the
  // request is sent before `verdict` was asked.
  SSL_CTX_set_verify(context, SSL_VERIFY_NONE, nullptr);
  SSL_CTX_set_client_cert_cb(context, note_wish);
  // Not by SSL_CERT_FILE of this process: the launch's own is in the plan.
  const bool has_authorities =
      wish.ca_file.empty()
          ? SSL_CTX_load_verify_locations(context, X509_get_default_cert_file(),
                                          X509_get_default_cert_dir()) == 1 ||
                SSL_CTX_load_verify_locations(context, nullptr, X509_get_default_cert_dir()) == 1
          : SSL_CTX_load_verify_locations(context, wish.ca_file.c_str(), nullptr) == 1;
  if (!has_authorities && wish.verify) {
    state.problem = "the authorities of " + wish.ca_name + " cannot be read";
    ERR_clear_error();
    return;
  }
  state.ssl.reset(SSL_new(context));
  state.in = BIO_new(BIO_s_mem());
  state.out = BIO_new(BIO_s_mem());
  auto* ssl = state.ssl.get();
  SSL_set_bio(ssl, state.in, state.out);
  SSL_set_app_data(ssl, &state.wanted_certificate);
  auto* parameters = SSL_get0_param(ssl);
  bool is_host_checked = false;
  if (is_ipv4(host) || is_ipv6(host)) {
    // A zone says by which way, and stands in no certificate.
    const auto address = host.substr(0, host.find('%'));
    is_host_checked = X509_VERIFY_PARAM_set1_ip_asc(parameters, address.c_str()) == 1;
  } else {
    // As SSL_set_tlsext_host_name does, whose cast is C's.
    auto name = host;
    SSL_ctrl(ssl, SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name, name.data());
    X509_VERIFY_PARAM_set_hostflags(parameters, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
    is_host_checked = X509_VERIFY_PARAM_set1_host(parameters, host.c_str(), host.size()) == 1;
  }
  if (!is_host_checked) {
    state.problem = "no certificate can be for this host";
    return;
  }
  SSL_set_connect_state(ssl);
  state.ready = true;
}

TlsSession::~TlsSession() = default;

bool TlsSession::is_ready() const { return state_->ready; }

TlsSession::Step TlsSession::handshake() {
  ERR_clear_error();
  const int result = SSL_do_handshake(state_->ssl.get());
  return result == 1 ? Step::done : state_->step_of(result);
}

TlsSession::Step TlsSession::read(void* data, std::size_t size, std::size_t& count) {
  ERR_clear_error();
  const int result = SSL_read_ex(state_->ssl.get(), data, size, &count);
  return result == 1 ? Step::done : state_->step_of(result);
}

TlsSession::Step TlsSession::write(const void* data, std::size_t size) {
  ERR_clear_error();
  std::size_t written = 0;
  const int result = SSL_write_ex(state_->ssl.get(), data, size, &written);
  return result == 1 ? Step::done : state_->step_of(result);
}

void TlsSession::incoming(std::string_view bytes) {
  if (bytes.size() <= INT_MAX) BIO_write(state_->in, bytes.data(), static_cast<int>(bytes.size()));
}

std::string TlsSession::outgoing() {
  auto bytes = text_of_bio(state_->out);
  BIO_reset(state_->out);
  return bytes;
}

Trouble TlsSession::verdict() const { return trouble_of(SSL_get_verify_result(state_->ssl.get())); }

std::string TlsSession::certificate_detail(Trouble verdict) const {
  const auto result = SSL_get_verify_result(state_->ssl.get());
  const Owned<X509> certificate(SSL_get1_peer_certificate(state_->ssl.get()));
  if (!certificate) return "the server shows no certificate";
  if (verdict == Trouble::certificate_host) return hosts_text(certificate.get());
  if (result == X509_V_ERR_CERT_HAS_EXPIRED)
    return "expired on " + time_text(X509_get0_notAfter(certificate.get()));
  if (result == X509_V_ERR_CERT_NOT_YET_VALID)
    return "is not valid before " + time_text(X509_get0_notBefore(certificate.get()));
  return X509_verify_cert_error_string(result);
}

std::string TlsSession::issuer() const {
  const Owned<X509> certificate(SSL_get1_peer_certificate(state_->ssl.get()));
  return certificate ? name_text(X509_get_issuer_name(certificate.get())) : std::string();
}

bool TlsSession::is_refused_for_certificate() const {
  // An alert of the other side has its number above this.
  const bool is_alert = ERR_GET_LIB(state_->error) == ERR_LIB_SSL &&
                        ERR_GET_REASON(state_->error) > SSL_AD_REASON_OFFSET;
  return state_->wanted_certificate && is_alert;
}

bool TlsSession::is_other_protocol() const {
  const auto reason = ERR_GET_REASON(state_->error);
  return ERR_GET_LIB(state_->error) == ERR_LIB_SSL &&
         (reason == SSL_R_WRONG_VERSION_NUMBER || reason == SSL_R_HTTP_REQUEST ||
          reason == SSL_R_PACKET_LENGTH_TOO_LONG || reason == SSL_R_UNKNOWN_PROTOCOL ||
          reason == SSL_R_BAD_RECORD_TYPE || reason == SSL_R_RECORD_LENGTH_MISMATCH);
}

std::string TlsSession::problem() const { return state_->problem; }

}  // namespace prefect_config::probing
