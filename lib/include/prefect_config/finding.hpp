/// \file
/// What is wrong, or worth knowing, in one launch: stable code, place, arguments, help.
///
/// What it is not: an exception, and not text. The user's mistakes are values; the message is made
/// from the rule's template and the arguments when a report is written. Arguments never hold a
/// secret.
///
/// To add a rule: one row in lib/src/checks/rules.cpp, one docs page docs/rules/CODE.md, one test.
#pragma once

#include <prefect_config/origin.hpp>

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace prefect_config {

enum class Severity : std::uint8_t { error, warning, info };

std::string_view severity_word(Severity severity);

/// The rules, by meaning. Their codes are in the table and never change.
enum class RuleId : std::uint8_t {
  temporary_server,
  invalid_value,
  settings_refused,
  profile_unknown,
  profile_bundled_only,
  profiles_file_malformed,
  first_key_lost,
  profiles_file_unreadable,
  profiles_file_shape,
  profiles_files_differ,
  settings_file_unreadable,
  toml_key_unknown,
  settings_file_malformed,
  settings_file_shape,
  command_stops,
  dotenv_statement_skipped,
  setting_unknown,
  findings_left_out,
  release_unknown,
  venv_without_prefect,
  test_mode,
  source_not_read,
  both_credentials_set,
  key_to_other_host,
  credential_empty,
  no_api_url,
  url_of_web_application,
  cloud_url_incomplete,
  cloud_url_not_recognized,
  url_without_api,
  url_malformed,
  loopback_in_container,
  workspace_elsewhere,
  url_of_every_address,
  host_not_allowed,
  value_shadowed,
  project_file_in_parent,
  server_name_on_client,
  cloud_without_key,
  client_refuses,
  release_at_fault,
  value_quoted,
  value_has_blanks,
  credential_form,
  auth_without_colon,
  url_with_credentials,
  value_is_template,
  credential_in_clear,
  custom_authorization,
  tls_not_verified,
  secrets_file_readable,
  base64_wrong,
  not_exported,
  command_of_other_release,
  releases_disagree,
  auth_strings_disagree,
  key_in_clear,
  auth_string_in_clear,
  database_password_in_clear,
  header_in_clear,
  secret_in_image,
  image_env_not_substituted,
  chart_default_credential,
  chart_value_renamed,
  chart_url_doubled,
  chart_section_not_chosen,
  chart_cloud_url_missing,
  credential_handed_on,
  block_kept_in_clear,
  name_not_resolved,
  upgrade_lost,
  nothing_listens,
  no_answer,
  connection_cut,
  not_http,
  not_sent_in_clear,
  not_probed,
  key_without_workspace,
  workspace_not_visible,
  key_refused,
  pool_not_found,
  certificate_not_valid_now,
  certificate_of_other_host,
  authority_unknown,
  client_certificate_wanted,
  https_to_plain_port,
  http_to_tls_port,
  tls_failed,
  proxy_unreachable,
  proxy_refuses,
  proxy_of_one_transport,
  redirect_to_https,
  redirect_elsewhere,
  not_prefect,
  gate_password,
  authorization_lost,
  two_passwords,
  subprotocol_lost,
  websocket_denied,
  websocket_not_routed,
  access_denied,
  api_path_missing,
  api_path_doubled,
  api_elsewhere,
  too_many_requests,
  gateway_error,
  server_error,
  credential_missing,
  credential_wrong,
  credential_of_other_kind,
  credential_not_ascii,
  server_auth_empty,
  csrf_first,
  token_refused,
  credential_not_asked,
  events_need_newer_server,
  events_need_newer_client,
  server_older,
  channel_missing,
  major_versions_differ,
  ignore_unused,
};

/// One row of the rule table.
struct Rule {
  RuleId id;
  std::string_view code;  ///< `PC125`
  Severity severity;
  std::string_view title;    ///< what the rule is about, for lists
  std::string_view message;  ///< `{0}`, `{1}` stand for the arguments
  std::string_view label;    ///< what is said under the snippet's carets
  std::string_view help;     ///< what to do next; may use the arguments
};

std::span<const Rule> rules();
const Rule& rule(RuleId id);
/// The rule with this code in any case, else nullptr.
const Rule* find_rule(std::string_view code);

/// A stretch of a file that a finding points at.
struct Place {
  std::string where;
  Span span;
  /// The value that the place is about, where it is one: what follows it on its line is not shown.
  Span value;
  std::string note;
  /// Of a variable, where there is no text to show a line of: its name, and its value as it may be
  /// shown.
  std::string variable = {};
  std::string shown_value = {};
};

/// Where a value was written.
inline Place place_of(const Origin& origin, std::string note = {}) {
  return {origin.where, origin.key_span, origin.value_span, std::move(note)};
}

/// What to write instead of what stands at a finding's place. Never a secret.
struct Replacement {
  enum class Of : std::uint8_t { key, value };
  Of of = Of::value;
  std::string text;
  /// It means the same, or what was meant beyond doubt.
  bool is_safe = false;
};

struct Finding {
  RuleId rule;
  std::vector<std::string> arguments;
  std::optional<Place> place = {};
  std::vector<Place> related = {};
  /// Severity where it differs from the rule's.
  std::optional<Severity> severity_override = {};
  /// A command to run next, where there is one.
  std::string next = {};
  std::optional<Replacement> instead = {};

  Severity severity() const;
  std::string_view code() const;
  std::string message() const;
  std::string label() const;
  std::string help() const;
};

}  // namespace prefect_config
