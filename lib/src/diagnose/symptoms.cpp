#include <prefect_config/probe.hpp>

#include <algorithm>
#include <iterator>

namespace prefect_config {
namespace {

// What several causes show.
constexpr std::string_view kRefused =
    "PrefectHTTPStatusError: Client error '401 Unauthorized' for url '…'";
constexpr std::string_view kEventsRefused =
    "Unable to connect to 'ws://…/api/events/in'. … Reason: server rejected WebSocket connection: "
    "HTTP 403.";
constexpr std::string_view kEventsNotFound =
    "Unable to connect to 'ws://…/api/events/in'. … Reason: server rejected WebSocket connection: "
    "HTTP 404.";
constexpr std::string_view kWorkspaceDenied =
    "PrefectHTTPStatusError: Client error '403 Forbidden' for url '…/accounts/…/workspaces/…'";
constexpr std::string_view kNoConnection = "All connection attempts failed";

struct Symptom {
  RuleId rule;
  std::string_view text;
};

// A row for each rule of live connections. `Response: …` stands on a line of its own up to 3.4.19.
constexpr Symptom kSymptoms[] = {
    {RuleId::name_not_resolved, "httpx.ConnectError: [Errno -2] Name or service not known"},
    {RuleId::upgrade_lost, kEventsNotFound},
    {RuleId::nothing_listens, kNoConnection},
    {RuleId::no_answer, "httpx.ReadTimeout"},
    {RuleId::connection_cut, "httpx.ReadError"},
    {RuleId::not_http,
     "httpx.RemoteProtocolError: Server disconnected without sending a response."},
    {RuleId::not_sent_in_clear, ""},
    {RuleId::not_probed, ""},
    {RuleId::key_without_workspace, kWorkspaceDenied},
    {RuleId::workspace_not_visible, kWorkspaceDenied},
    {RuleId::key_refused, kRefused},
    {RuleId::pool_not_found,
     "Work pool '…' does not exist and no worker type was provided. Starting a process worker..."},
    {RuleId::certificate_not_valid_now,
     "httpx.ConnectError: [SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: certificate "
     "has expired (_ssl.c:…)"},
    {RuleId::certificate_of_other_host,
     "httpx.ConnectError: [SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: IP address "
     "mismatch, certificate is not valid for '…'. (_ssl.c:…)"},
    {RuleId::authority_unknown,
     "[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: … (_ssl.c:…)"},
    {RuleId::client_certificate_wanted, "PrefectHTTPStatusError: Client error '400 Bad Request' "
                                        "for url 'https://…/api/csrf-token?client=…'"},
    {RuleId::https_to_plain_port,
     "httpx.ConnectError: [SSL: WRONG_VERSION_NUMBER] wrong version number (_ssl.c:…)"},
    {RuleId::http_to_tls_port, "PrefectHTTPStatusError: Client error '400 Bad Request' for url "
                               "'http://…/api/csrf-token?client=…'"},
    {RuleId::tls_failed, ""},
    {RuleId::proxy_unreachable, kNoConnection},
    {RuleId::proxy_refuses,
     "Unable to connect to 'ws://…/api/events/in'. … Reason: proxy rejected connection: HTTP 403."},
    {RuleId::proxy_of_one_transport, "Unable to connect to 'ws://…/api/events/in'. … Reason: "
                                     "[Errno -2] Name or service not known."},
    {RuleId::redirect_to_https,
     "InvalidURI: https://…/api/events/out isn't a valid URI: scheme isn't ws or wss"},
    {RuleId::redirect_elsewhere, "InvalidURI: http://… isn't a valid URI: scheme isn't ws or wss"},
    {RuleId::not_prefect, "JSONDecodeError: Expecting value: line 1 column 1 (char 0)"},
    {RuleId::gate_password, "PrefectHTTPStatusError: Client error '401 Unauthorized' for url "
                            "'http://…/api/csrf-token?client=…' - For more information check: …"},
    {RuleId::authorization_lost,
     "ExceptionGroup: unhandled errors in a TaskGroup (1 sub-exception)"},
    {RuleId::two_passwords,
     "PrefectHTTPStatusError: Client error '401 Unauthorized' for url "
     "'http://…/api/csrf-token?client=…' - Response: {'exception_message': 'Unauthorized'} …"},
    {RuleId::subprotocol_lost, kEventsRefused},
    {RuleId::websocket_denied, kEventsRefused},
    {RuleId::websocket_not_routed, kEventsNotFound},
    {RuleId::access_denied, "PrefectHTTPStatusError: Client error '403 Forbidden' for url "
                            "'http://…/api/csrf-token?client=…'"},
    {RuleId::api_path_missing, "PrefectHTTPStatusError: Client error '404 Not Found' for url "
                               "'http://…/work_pools/filter' - Response: {'detail': 'Not Found'}"},
    {RuleId::api_path_doubled,
     "PrefectHTTPStatusError: Client error '404 Not Found' for url "
     "'http://…/api/api/work_pools/filter' - Response: {'detail': 'Not Found'}"},
    {RuleId::api_elsewhere, "PrefectHTTPStatusError: Client error '404 Not Found' for url "
                            "'http://…/api/work_pools/filter' - Response: {'detail': 'Not Found'}"},
    {RuleId::too_many_requests, "PrefectHTTPStatusError: Client error '429 Too Many Requests' for "
                                "url 'http://…/api/csrf-token?client=…'"},
    {RuleId::gateway_error, "PrefectHTTPStatusError: Server error '502 Bad Gateway' for url "
                            "'http://…/api/csrf-token?client=…'"},
    {RuleId::server_error, ""},
    {RuleId::credential_missing, kRefused},
    {RuleId::credential_wrong, kRefused},
    {RuleId::credential_of_other_kind, kRefused},
    {RuleId::credential_not_ascii, "PrefectHTTPStatusError: Server error '500 Internal Server "
                                   "Error' for url 'http://…/api/csrf-token?client=…' - Response: "
                                   "{'exception_message': 'Internal Server Error'}"},
    {RuleId::server_auth_empty,
     "PrefectHTTPStatusError: Client error '401 Unauthorized' for url "
     "'http://…/api/csrf-token?client=…' - Response: {'exception_message': 'Unauthorized'} …"},
    {RuleId::csrf_first,
     "PrefectHTTPStatusError: Client error '403 Forbidden' for url "
     "'http://…/api/work_pools/filter' - Response: {'detail': 'Missing CSRF token.'}"},
    {RuleId::token_refused,
     "Exception: Unable to authenticate to the event stream. Please ensure the provided api_key or "
     "auth_token you are using is valid for this environment. Reason: …"},
    {RuleId::credential_not_asked, ""},
    {RuleId::events_need_newer_server,
     "Unable to connect to 'ws://…/api/events/in'. … Reason: Unable to authenticate to the event "
     "stream. Please ensure the provided auth_token you are using is valid for this environment. "
     "."},
    {RuleId::events_need_newer_client, kEventsRefused},
    {RuleId::server_older, "Your Prefect server is running an older version of Prefect than your "
                           "client which may result in unexpected behavior. Please upgrade your "
                           "Prefect server from version … to version … or higher."},
    {RuleId::channel_missing, ""},
    {RuleId::major_versions_differ,
     "RuntimeError: Found incompatible versions: client: …, server: …. Major versions must match."},
};

}  // namespace

std::string_view symptom_of(RuleId rule) {
  const auto* found = std::find_if(std::begin(kSymptoms), std::end(kSymptoms),
                                   [rule](const Symptom& symptom) { return symptom.rule == rule; });
  return found == std::end(kSymptoms) ? std::string_view() : found->text;
}

}  // namespace prefect_config
