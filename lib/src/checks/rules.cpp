// The rules, one row each: the only place that knows their codes and words.
//
// What it is not: the checks. Those are beside the stage that can see the mistake; they name a rule
// and give arguments.
//
// Wording: lower case, no full stop, what was observed before what to do, code in backticks.
#include <prefect_config/finding.hpp>

#include "sources/mask.hpp"
#include "support/text.hpp"

#include <algorithm>

namespace prefect_config {
namespace {

using enum Severity;

constexpr Rule kRules[] = {
    {RuleId::temporary_server, "PC101", info, "no API URL: a temporary server is started",
     "there is no API URL, so Prefect starts a temporary server of its own", "",
     "to use a server, set PREFECT_API_URL: prefect config set PREFECT_API_URL=ADDRESS"},
    {RuleId::no_api_url, "PC102", error, "no API URL, and temporary servers are off",
     "there is no API URL, and temporary servers are off: Prefect has nothing to talk to", "",
     "set one: prefect config set PREFECT_API_URL=ADDRESS, or prefect cloud login"},
    {RuleId::release_unknown, "PC104", warning, "this release of Prefect is not known",
     "Prefect {0} is not known; the answer is that of Prefect {1}", "",
     "a newer prefect-config may know it"},
    {RuleId::findings_left_out, "PC105", info, "there are more findings of one kind",
     "{0} more of {1} in {2} are not listed", "", "the first ones stand for them all"},
    {RuleId::venv_without_prefect, "PC106", warning,
     "there is no Prefect in the environment asked for",
     "no release of Prefect is found in {0}; the answer is that of Prefect {1}", "",
     "install Prefect there, or say which release: --prefect-version"},
    {RuleId::url_of_web_application, "PC110", error, "the API URL is the web application's",
     "the API URL is an address of the web application at {0}, and not of the API", "no API",
     "the API of a workspace is {1}/accounts/…/workspaces/…"},
    {RuleId::cloud_url_incomplete, "PC111", error, "the Prefect Cloud URL names no workspace",
     "the API URL of Prefect Cloud is not that of a workspace", "no workspace",
     "it ends in /accounts/ACCOUNT/workspaces/WORKSPACE; prefect cloud login writes it"},
    {RuleId::cloud_url_not_recognized, "PC112", error,
     "Prefect Cloud is taken for a self-hosted server",
     "the API URL does not begin with `{0}`, so Prefect takes Prefect Cloud for a self-hosted "
     "server",
     "not recognized", "write it with this beginning, or set PREFECT_CLOUD_API_URL"},
    {RuleId::url_without_api, "PC113", warning, "the API URL of a server without `/api`",
     "the API URL has no `/api`, below which a Prefect server answers", "no /api",
     "without it requests do not come to the API"},
    {RuleId::url_malformed, "PC114", error, "the API URL is none", "the API URL {0}", "no URL",
     "an API URL is http:// or https://, a host, and /api"},
    {RuleId::loopback_in_container, "PC115", warning, "a loopback address inside a container",
     "the API URL names this machine ({0}), which inside a container is the container", "here",
     "name the host or the service that runs the server, such as host.docker.internal"},
    {RuleId::workspace_elsewhere, "PC116", warning,
     "a workspace's URL at a host that is not Prefect Cloud's",
     "the API URL is that of a workspace, and Prefect takes it for a self-hosted server",
     "no Prefect Cloud to Prefect",
     "for a Prefect Cloud of your own set PREFECT_CLOUD_API_URL={0}"},
    {RuleId::url_of_every_address, "PC117", warning, "the API URL is an address to listen at",
     "the API URL names {0}, where a server listens and a client has nothing to ask", "here",
     "name the server's own address; on the same machine that is 127.0.0.1"},
    {RuleId::host_not_allowed, "PC118", error, "an API URL leads to a host that is not allowed",
     "the API URL leads to `{0}`, which is not among the allowed hosts of {1}", "not allowed",
     "correct the address, or add the host to `allowed-hosts` there"},
    {RuleId::value_shadowed, "PC120", warning, "a credential hides another one",
     "{0} from {1} hides another value", "used",
     "the strongest source counts: prefect-config why {0}"},
    {RuleId::profile_unknown, "PC122", error, "the active profile does not exist",
     "profile `{0}`, asked for by {1}, is not in {2}", "asked for here", "{3}"},
    {RuleId::profile_bundled_only, "PC123", warning,
     "a bundled profile is active and not in the file",
     "profile `{0}` is bundled with Prefect and not in {1}: its settings are shown by `prefect "
     "config view` and not used",
     "asked for here", "write it into the file: prefect profile populate-defaults"},
    {RuleId::profiles_file_malformed, "PC125", error, "profiles.toml is not TOML",
     "{0} is not TOML: {1}", "here", "correct the line; {2}"},
    {RuleId::first_key_lost, "PC126", warning,
     "a settings file begins with a byte order mark, and its first key is lost",
     "{0} begins with a byte order mark: Prefect {1} takes it for a part of the first key, and "
     "does not see `{2}`",
     "lost", "save the file as UTF-8 without a byte order mark; newer releases refuse it"},
    {RuleId::profiles_file_unreadable, "PC127", error, "profiles.toml cannot be read", "{0} {1}",
     "here", "{2}, or point PREFECT_PROFILES_PATH at another one"},
    {RuleId::profiles_file_shape, "PC128", error, "profiles.toml is TOML of the wrong shape", "{0}",
     "must be a table", "a profile is a table: [profiles.NAME]"},
    {RuleId::profiles_files_differ, "PC129", warning, "two profiles files are in use",
     "the settings come from {0}, and the `prefect` command reads and writes {1}", "",
     "set PREFECT_PROFILES_PATH in the environment to the one that is meant, without `~`"},
    {RuleId::settings_file_unreadable, "PC132", error,
     "a settings file of the working directory cannot be read", "{0} {1}", "here",
     "{2}, or remove it{3}"},
    {RuleId::project_file_in_parent, "PC133", warning,
     "a project file of a parent directory is not read",
     "{0} is not read: Prefect looks into the working directory only", "",
     "start Prefect there, or move the file"},
    {RuleId::toml_key_unknown, "PC134", warning,
     "a key of prefect.toml or pyproject.toml is no setting",
     "`{0}` in {1} is no setting of Prefect {2}", "not a setting", "{3}"},
    {RuleId::setting_unknown, "PC135", warning, "a name is no setting of this version",
     "`{0}` in {2} is no setting of Prefect {1}", "not a setting", "{3}"},
    {RuleId::dotenv_statement_skipped, "PC139", warning, "a statement of .env is skipped",
     "{1} of {0} {2} no assignment: skipped", "skipped",
     "write NAME=value; close every quote on its value's last line"},
    {RuleId::invalid_value, "PC140", error, "a value is refused", "`{0}` in {2} is refused: {1}",
     "refused", "{3}Prefect does not start with it"},
    {RuleId::settings_refused, "PC141", error, "settings do not go together",
     "Prefect refuses these settings: {0}", "decided here", ""},
    {RuleId::settings_file_malformed, "PC142", error, "prefect.toml or pyproject.toml is not TOML",
     "{0} is not TOML: {1}", "here",
     "correct the line; until then Prefect does not start in this directory"},
    {RuleId::settings_file_shape, "PC143", error,
     "prefect.toml or pyproject.toml is TOML of the wrong shape", "{0}", "here", "{1}"},
    {RuleId::command_stops, "PC144", error, "the settings load, and every `prefect` command stops",
     "every `prefect` command stops before it begins: {0}", "decided here", "{1}"},
    {RuleId::test_mode, "PC145", warning, "test mode is on, and no profile counts",
     "test mode is on by `{0}`: Prefect takes no value from profile `{1}`", "",
     "unset {0}; any value but an empty one turns test mode on, `0` and `false` too"},
    {RuleId::source_not_read, "PC146", info, "a settings file that this release does not read",
     "{0} is there, and Prefect {1} does not read it", "", "{2}"},
    {RuleId::server_name_on_client, "PC201", warning,
     "the server's auth string is set, and not the client's",
     "{0} is for the server: a client sends no auth string because of it", "not sent",
     "set PREFECT_API_AUTH_STRING for the client"},
    {RuleId::both_credentials_set, "PC202", warning, "API key and auth string are both set",
     "API key and auth string are both set; {0}", "{1}",
     "over HTTP the auth string wins since 3.4.1, and the key did before; keep the right one"},
    {RuleId::key_to_other_host, "PC203", warning, "a Prefect Cloud key goes to another host",
     "a Prefect Cloud API key is sent to a server that is not Prefect Cloud", "the key",
     "unset it for this server, or see whether the URL, from {0}, is the one that is meant"},
    {RuleId::cloud_without_key, "PC204", error, "no API key for Prefect Cloud",
     "Prefect Cloud is asked without an API key: {0}", "no key", "log in, or set PREFECT_API_KEY"},
    {RuleId::client_refuses, "PC206", error, "a client refuses before it sends anything",
     "{0}: {1}", "", ""},
    {RuleId::release_at_fault, "PC210", warning, "a fault of this release stands in the way",
     "Prefect {0} {1}", "not enough", "{2}"},
    {RuleId::value_quoted, "PC220", warning, "a value stands in quotes that are part of it",
     "{0} begins and ends with a quote, which is sent with it", "quotes",
     "write it without: shells take them away, `docker --env-file` and lists in compose files do "
     "not"},
    {RuleId::value_has_blanks, "PC221", warning, "a blank or line end in a value", "{0} {1}",
     "here", "{2}"},
    {RuleId::credential_empty, "PC223", warning, "a credential or the API URL is set and empty",
     "`{0}` in {1} is set and empty: {2}", "empty", "{3}"},
    {RuleId::credential_form, "PC224", warning, "a credential of another form", "{0} {1}", "here",
     "{2}"},
    {RuleId::auth_without_colon, "PC225", warning, "an auth string without a colon",
     "{0} has no colon: it is not USER:PASSWORD", "no colon",
     "a server compares the whole; a proxy wants a user and a password"},
    {RuleId::url_with_credentials, "PC226", warning, "a password in the API URL",
     "{0} in the API URL, and in every log of it", "here",
     "set PREFECT_API_AUTH_STRING instead; over HTTP the URL's replace every other credential"},
    {RuleId::value_is_template, "PC227", error, "a template that nobody filled in",
     "{0} is a template that nobody filled in", "as it stands",
     "whatever was to replace it did not: see the program that starts this one"},
    {RuleId::credential_in_clear, "PC228", warning, "credentials over a connection in clear",
     "the connection to {0} is not encrypted, and carries {1}", "http",
     "whoever is on the way can read it: use https://"},
    {RuleId::custom_authorization, "PC231", warning, "a custom Authorization header",
     "a custom Authorization header is set; {0}", "here",
     "connections and releases differ in what wins: set PREFECT_API_KEY or "
     "PREFECT_API_AUTH_STRING"},
    {RuleId::tls_not_verified, "PC241", warning, "certificates are not verified",
     "certificates are not verified: any server is believed, and gets the credentials", "here",
     "set PREFECT_API_SSL_CERT_FILE to the authority's certificate instead"},
    {RuleId::base64_wrong, "PC222", error, "data of a Secret that is no base64, or twice so",
     "{0} {1}", "not what it should be", "{2}"},
    {RuleId::not_exported, "PC229", warning, "a variable is set and not exported",
     "{0} is set and not exported: the `prefect` that is started below does not see it",
     "not exported", "export it, or write it before the command on its own line"},
    {RuleId::command_of_other_release, "PC136", warning, "a command that this release has not",
     "`{0}` is a command of Prefect {1}; the image is {2}", "not in this release", "{3}"},
    {RuleId::releases_disagree, "PC211", warning,
     "client and server on different sides of a change of authentication",
     "Prefect {0} talks to a server of Prefect {1} with an auth string: {2}", "this release",
     "use one release for both, 3.6.14 or later"},
    {RuleId::auth_strings_disagree, "PC212", warning,
     "client and server have different auth strings",
     "the auth string of {0} is not the one of {1}", "this one",
     "a server refuses every request unless both are the same"},
    {RuleId::key_in_clear, "PC301", error, "an API key of Prefect Cloud stands in a file",
     "an API key of Prefect Cloud stands here in the clear{0}", "a key",
     "revoke it, make a new one, and keep that in a secret store: whoever sees the file has it"},
    {RuleId::auth_string_in_clear, "PC302", warning, "an auth string stands in a file",
     "{0} stands here in the clear", "a password",
     "take it from a secret store or the environment, and change it on the server"},
    {RuleId::database_password_in_clear, "PC303", warning, "a database password stands in a file",
     "the database password in {0} stands here in the clear", "a password",
     "take it from a secret store or the environment, and change it in the database"},
    {RuleId::header_in_clear, "PC304", warning, "a header's credential stands in a file",
     "a credential in {0} stands here in the clear", "a credential",
     "take it from a secret store or the environment, and renew it"},
    {RuleId::secret_in_image, "PC305", error, "a secret is baked into an image",
     "{0} is baked into the image{1}", "in every copy of the image",
     "give it to the container when it starts, or use RUN --mount=type=secret for one step"},
    {RuleId::image_env_not_substituted, "PC306", warning, "ENV does not run commands",
     "{0} is set to this text as it stands: ENV runs no command", "literally so",
     "set it when the container starts: docker run -e, env_file, or an entrypoint"},
    {RuleId::chart_default_credential, "PC320", warning,
     "the auth string of the chart's own values.yaml", "{0} the one of the chart's own values.yaml",
     "everybody's",
     "whoever knows the chart knows it: keep one in a Secret, and name that in `existingSecret`"},
    {RuleId::chart_value_renamed, "PC321", warning, "a chart value of an older name",
     "`{0}` is {1} by {2} charts since {3}: {4}", "the older name", "{5}"},
    {RuleId::chart_url_doubled, "PC322", warning, "a path that the chart adds itself",
     "{0} has a path already, and the chart adds /accounts/…/workspaces/… to it", "added again",
     "end it with /api, and give `accountId` and `workspaceId` beside it"},
    {RuleId::chart_section_not_chosen, "PC323", warning, "`apiConfig` chooses another section",
     "`apiConfig` {0}, and only `{1}` says where the API is", "chooses another", "{2}"},
    {RuleId::chart_cloud_url_missing, "PC324", info, "a Prefect Cloud of one's own without its URL",
     "{0} has no `cloudApiUrl`: {1}", "no cloudApiUrl", "give it the same address as `apiUrl`"},
    {RuleId::credential_handed_on, "PC330", info,
     "a worker hands a credential to its flow runs in the clear",
     "{0} stands in the clear in {1}{2}", "handed on", "{3}"},
    {RuleId::block_kept_in_clear, "PC331", info, "a deployment keeps a block's secret in the clear",
     "`{0}` is filled in when it is deployed: the deployment keeps the secret in the clear",
     "a secret's block", "{1}"},
    {RuleId::ignore_unused, "PC390", info, "a comment that ignores nothing",
     "this comment ignores {0}, which is not found here", "unused", "take it away"},
    {RuleId::secrets_file_readable, "PC313", warning, "others can read a file with secrets",
     "{0} holds secrets, and others can read it", "a secret",
     "let its owner alone read it, as Prefect does with profiles.toml"},
    // What connections show (diagnose/): PC40x the way, PC41x Prefect Cloud and pools, PC42x TLS,
    // PC43x proxies of this machine, PC44x what stands before the server, PC45x paths, PC46x
    // answers that pass, PC47x what the server asks for, PC48x pairs of releases.
    {RuleId::name_not_resolved, "PC400", error, "the server's name has no address",
     "`{0}` has no address: {1}", "this name",
     "correct the host of the API URL; on this machine: getent hosts {0}"},
    {RuleId::upgrade_lost, "PC401", error, "WebSocket upgrades are lost on the way",
     "HTTP works, and the WebSocket handshake of {0} was answered like any other request", "",
     "what stands before the server must hand Upgrade and Connection on; prefect-config rules "
     "PC401 has the lines for nginx"},
    {RuleId::nothing_listens, "PC402", error, "nothing listens where the API URL points",
     "{0}: {1}", "nothing there", "start the server, or correct host and port of the API URL"},
    {RuleId::no_answer, "PC403", error, "no answer in time", "{0} gave no answer to {1} within {2}",
     "no answer",
     "ask again with a longer --timeout; a firewall that drops packets looks the same"},
    {RuleId::connection_cut, "PC404", error, "the connection is cut", "{0} cut the connection {1}",
     "", "look at what stands between here and the server, and at the server's own log"},
    {RuleId::not_http, "PC405", error, "what answers does not speak HTTP as it should",
     "what answers at {0} is no HTTP that a client would take: {1}", "here",
     "another program listens there: correct host and port of the API URL"},
    {RuleId::not_sent_in_clear, "PC406", warning,
     "a credential was not sent over an open connection",
     "the connection to {0} is {1}, so no credential was sent, and whether it is accepted is not "
     "known",
     "{1}", "use https:// with a certificate that can be verified, or add --allow-insecure"},
    {RuleId::not_probed, "PC407", info, "a connection was not tried", "{0} was not tried: {1}", "",
     ""},
    {RuleId::key_without_workspace, "PC410", error,
     "Prefect Cloud denies the API key this workspace",
     "Prefect Cloud knows the API key and denies it {0}", "denied",
     "give the user or service account of this key a role in the workspace"},
    {RuleId::workspace_not_visible, "PC411", error,
     "the API key sees other workspaces than that of the URL",
     "the API key sees {0}, and not the one in the API URL", "another account's or workspace's",
     "the key and the URL belong together: prefect-config profile create NAME --cloud --workspace "
     "ACCOUNT/WORKSPACE --key-stdin"},
    {RuleId::key_refused, "PC412", error, "Prefect Cloud refuses the API key",
     "Prefect Cloud refuses the API key: it is wrong, expired or revoked", "refused",
     "make a new key and write it here; a running worker keeps the old one until it is restarted"},
    {RuleId::pool_not_found, "PC413", warning, "there is no such work pool where the worker looks",
     "there is no work pool `{0}` at {1}", "looked for here",
     "a worker makes a new pool of this name, where no runs are; the one that is meant is in "
     "another workspace, on another server, or spelled otherwise: prefect work-pool ls"},
    {RuleId::certificate_not_valid_now, "PC420", error,
     "the certificate has expired, or is not valid yet", "the certificate of {0} {1}", "",
     "renew it on the server; if it is valid, this machine's clock is wrong"},
    {RuleId::certificate_of_other_host, "PC421", error, "the certificate is another host's",
     "the certificate of {0} is for {1}", "another name",
     "use a name that it is for in the API URL, or give the server a certificate for this one"},
    {RuleId::authority_unknown, "PC422", error, "the authority behind the certificate is not known",
     "the certificate of {0} is signed by `{1}`, which is not among the authorities of {2}", "",
     "name the file with this authority: prefect config set PREFECT_API_SSL_CERT_FILE=FILE"},
    {RuleId::client_certificate_wanted, "PC423", error, "a certificate of the client is wanted",
     "{0} wants a certificate of its clients, and Prefect has none to show", "",
     "let Prefect's address pass without one: there is no setting for it"},
    {RuleId::https_to_plain_port, "PC424", error, "https:// to a port that is not encrypted",
     "what listens at {0} does not speak TLS, and the API URL begins with https://", "https",
     "write http://, or the port that is encrypted"},
    {RuleId::http_to_tls_port, "PC425", error, "http:// to a port that is encrypted",
     "what listens at {0} speaks TLS, and the API URL begins with http://", "http",
     "write https://, or the port that is not encrypted"},
    {RuleId::tls_failed, "PC426", error, "the TLS handshake fails",
     "the TLS handshake with {0} fails: {1}", "",
     "look at the server's TLS versions and ciphers: openssl s_client -connect {0}"},
    {RuleId::proxy_unreachable, "PC430", error, "the proxy cannot be reached",
     "the proxy that {0} names cannot be reached: {1}", "",
     "correct or unset {0}, or name the server in NO_PROXY"},
    {RuleId::proxy_refuses, "PC431", error, "the proxy refuses",
     "the proxy that {0} names does not connect to {1}: it answers {2}", "",
     "let the proxy pass this host and port, or name the host in NO_PROXY"},
    {RuleId::proxy_of_one_transport, "PC432", warning,
     "a proxy that only one kind of connection uses",
     "the proxy that {1} names is taken by {0}, and not by {2}", "", "{3}"},
    {RuleId::redirect_to_https, "PC440", error,
     "a redirect, where credentials and WebSockets are lost",
     "{0} redirects to {1}: WebSockets do not follow, and Authorization is dropped on the way to "
     "another port or host",
     "redirected", "write the address itself: prefect config set PREFECT_API_URL={1}"},
    {RuleId::redirect_elsewhere, "PC441", error,
     "a redirect to another place, such as a login page",
     "{0} redirects to {1}: it is not the server that answers", "redirected",
     "let Prefect's requests pass the login, or use the server's own address"},
    {RuleId::not_prefect, "PC442", error, "what answers is no Prefect server",
     "what answers at {0} is no Prefect server: {1}", "no Prefect server",
     "correct the API URL; a login page before the server answers so, too"},
    {RuleId::gate_password, "PC443", error,
     "a gate with a password of its own stands before the server",
     "{0} asks for a password before the server is reached (realm `{1}`)", "",
     "Prefect sends one Authorization header: let the gate pass {2} by, or take its password in a "
     "custom header"},
    {RuleId::authorization_lost, "PC444", error, "the Authorization header is lost on the way",
     "the server accepts the {0} on a WebSocket, and says over HTTP that there is none or a wrong "
     "one: Authorization is lost on the way",
     "", "what stands before the server must hand Authorization on, and not set its own"},
    {RuleId::two_passwords, "PC445", error, "two passwords, and one Authorization header",
     "the server accepts the auth string on a WebSocket, and over HTTP it gets {0}", "goes first",
     "{1}"},
    {RuleId::subprotocol_lost, "PC446", error, "the WebSocket subprotocol is lost on the way",
     "HTTP works, and the server refuses {0} as if the subprotocol `prefect` were not offered", "",
     "what stands before the server must hand Sec-WebSocket-Protocol on; or the path is not the "
     "API's"},
    {RuleId::websocket_denied, "PC447", error, "something before the server refuses WebSockets",
     "HTTP works, and something before the server refuses {0} ({1})", "",
     "let WebSockets pass: a firewall or a rule for Upgrade stands before the server"},
    {RuleId::websocket_not_routed, "PC448", error, "WebSockets are not routed to the server",
     "HTTP works, and the handshake of {0} is not led to the server ({1})", "",
     "route everything below {2} to the server, and not single paths"},
    {RuleId::access_denied, "PC449", error, "something before the server denies access",
     "something before the server denies access at {0} ({1})", "",
     "ask those who run it to let this machine pass; this 403 is not the server's"},
    {RuleId::api_path_missing, "PC450", error, "the API URL lacks the server's path",
     "a Prefect server answers at {0}, and its API is not at this path", "no /api",
     "the API is mostly at /api, or where the server's PREFECT_SERVER_API_BASE_PATH says"},
    {RuleId::api_path_doubled, "PC451", error, "the path arrives twice at the server",
     "a Prefect server answers at {0}, and does not know the path: `/api` arrives twice, or "
     "something is in front of it",
     "below this", "the API URL and what stands before the server add it both: take one away"},
    {RuleId::api_elsewhere, "PC452", error, "the API is not at this path",
     "there is no API at {0}: {1}", "no API here",
     "the path of the API URL is wrong, or what stands before the server takes it away"},
    {RuleId::too_many_requests, "PC460", error, "too many requests",
     "{0} answers 429: too many requests", "",
     "wait, or have the limit raised; Prefect repeats such requests for long, and without a word"},
    {RuleId::gateway_error, "PC461", error, "a gateway cannot reach the server",
     "the gateway at {0} answers {1}: the server behind it is down, or too slow", "",
     "look at the server behind it; Prefect repeats such requests for long, and without a word"},
    {RuleId::server_error, "PC462", error, "the server fails", "{0} answers {1}", "",
     "the server's own log says why"},
    {RuleId::credential_missing, "PC470", error, "a credential is asked for, and none is sent",
     "no credential is sent on {1}, and {0} is asked for", "", "{2}"},
    {RuleId::credential_wrong, "PC471", error, "the server refuses the credential",
     "the server refuses {0}", "refused",
     "it must be the server's PREFECT_SERVER_API_AUTH_STRING, byte for byte: {1}"},
    {RuleId::credential_of_other_kind, "PC472", error,
     "a credential of another kind than is asked for", "{0} asks for {1}, and gets {2}",
     "another kind", "{3}"},
    {RuleId::credential_not_ascii, "PC473", error, "a credential that is not ASCII",
     "the server fails over a credential that is not ASCII", "not ASCII",
     "use an auth string of ASCII letters, on the server too: servers from 3.6.14 on cannot "
     "compare others"},
    {RuleId::server_auth_empty, "PC474", error, "the server's auth string is empty",
     "the server's PREFECT_SERVER_API_AUTH_STRING is set and empty: it refuses everybody over "
     "HTTP, and nobody on WebSockets",
     "", "on the server, unset it or give it a value"},
    {RuleId::csrf_first, "PC475", error, "the server wants a CSRF token first",
     "the server wants a CSRF token with what is written, and {0}", "", "{1}"},
    {RuleId::token_refused, "PC476", error, "a WebSocket's token is refused",
     "HTTP is accepted, and the token of {0} is refused: {1}", "refused", "{2}"},
    {RuleId::credential_not_asked, "PC477", info, "the server asks for no credential",
     "the server asks for no credential, and gets {0}", "",
     "nothing is wrong with that; anybody who reaches the server can use it"},
    {RuleId::events_need_newer_server, "PC480", error,
     "this client's events are lost on a server of before 3.6.14",
     "Prefect {0} sends events in a way that the server ({1}) does not understand: they are "
     "lost{2}",
     "", "update the server to 3.6.14 or later, or use a client of before it"},
    {RuleId::events_need_newer_client, "PC481", error,
     "this client's events are lost on a server of 3.6.14 or later",
     "Prefect {0} sends events without the authentication that the server ({1}) asks for: they are "
     "lost{2}",
     "", "update the client to 3.6.14 or later: its image, its environment"},
    {RuleId::server_older, "PC482", info, "the server is older than the client",
     "the server ({0}) is older than the client ({1}), which Prefect does not promise to work", "",
     "update the server first, then its clients"},
    {RuleId::channel_missing, "PC483", info, "the server lacks a connection that the client opens",
     "the server ({0}) has no {1}, which Prefect {2} opens", "", "{3}"},
    {RuleId::major_versions_differ, "PC484", error, "client and server are of different majors",
     "the server is Prefect {0} and the client Prefect {1}: the client refuses to work with it", "",
     "use a client and a server of the same major release"},
};

// The one place where arguments become text: what looks like a secret in them is masked here, so
// that no rule can forget it.
std::string fill_in(std::string_view pattern, const std::vector<std::string>& arguments) {
  std::string result;
  for (std::size_t at = 0; at < pattern.size(); ++at) {
    const bool slot = pattern[at] == '{' && at + 2 < pattern.size() && pattern[at + 2] == '}';
    if (!slot) {
      result += pattern[at];
      continue;
    }
    const auto index = static_cast<std::size_t>(pattern[at + 1] - '0');
    if (index < arguments.size()) result += mask_text(arguments[index]);
    at += 2;
  }
  return result;
}

}  // namespace

std::string_view severity_word(Severity severity) {
  switch (severity) {
  case error:
    return "error";
  case warning:
    return "warning";
  case info:
    return "info";
  }
  return "";
}

std::span<const Rule> rules() { return kRules; }

const Rule& rule(RuleId id) {
  return *std::find_if(std::begin(kRules), std::end(kRules),
                       [id](const Rule& rule) { return rule.id == id; });
}

const Rule* find_rule(std::string_view code) {
  const auto* found = std::find_if(std::begin(kRules), std::end(kRules), [code](const Rule& rule) {
    return equal_ignoring_case(rule.code, code);
  });
  return found == std::end(kRules) ? nullptr : found;
}

Severity Finding::severity() const {
  return severity_override.value_or(prefect_config::rule(rule).severity);
}
std::string_view Finding::code() const { return prefect_config::rule(rule).code; }
std::string Finding::message() const {
  return fill_in(prefect_config::rule(rule).message, arguments);
}
std::string Finding::label() const { return fill_in(prefect_config::rule(rule).label, arguments); }
std::string Finding::help() const { return fill_in(prefect_config::rule(rule).help, arguments); }

}  // namespace prefect_config
