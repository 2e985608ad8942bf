// The rule table: what each Prefect release sends on each surface against each target.
//
// What it is not: carried out here (plan.cpp). Every row was recorded from real releases, at both
// of its ends (tests/conformance/auth/recordings).
//
// To add a row: end the row before it. A test fails on a gap, an overlap, a row that no recording
// reaches, and a recording that the rows do not predict.
#include <prefect_config/auth.hpp>

#include <algorithm>
#include <iterator>

namespace prefect_config {
namespace {

constexpr Version kFirst{0, 0, 0};
constexpr Version kLast{UINT16_MAX, UINT16_MAX, UINT16_MAX};

constexpr std::string_view kRecorded = "tests/conformance/auth/recordings";

constexpr auto kCloud = Target::cloud;
constexpr auto kSelf = Target::self_hosted;

constexpr VersionRange until(Version last) { return {kFirst, last}; }
constexpr VersionRange since(Version first) { return {first, kLast}; }
constexpr VersionRange kV2 = until({2, UINT16_MAX, UINT16_MAX});
constexpr VersionRange v3_until(Version last) { return {{3, 0, 0}, last}; }

using enum Send;
using Custom = CustomHeaders;

constexpr std::string_view kNoSuch = "this version has no such connection";

constexpr AuthRule row(std::string_view id, Surface surface, Target target, VersionRange versions,
                       Send header, Send token, Custom custom) {
  return {.id = id,
          .surface = surface,
          .target = target,
          .versions = versions,
          .absent = {},
          .header = header,
          .token = token,
          .subprotocol = token != nothing,
          .needs_key = false,
          .custom_headers = custom,
          .needs_setting = {},
          .refuses_without = false,
          .evidence = kRecorded};
}

constexpr AuthRule absent(std::string_view id, Surface surface, Target target,
                          VersionRange versions, std::string_view why = kNoSuch) {
  auto rule = row(id, surface, target, versions, nothing, nothing, Custom::not_sent);
  rule.absent = why;
  return rule;
}

constexpr AuthRule http(std::string_view id, Target target, VersionRange versions, Send header,
                        Custom custom = Custom::not_sent) {
  return row(id, Surface::http, target, versions, header, nothing, custom);
}

constexpr AuthRule cloud_client(std::string_view id, Target target, VersionRange versions,
                                Custom custom) {
  return row(id, Surface::cloud_client, target, versions, bearer_key_or_none, nothing, custom);
}

// Cloud's clients of events and logs refuse to work without a key. That of events offers no
// subprotocol, also in the one release that sends a first message.
constexpr AuthRule for_cloud(AuthRule rule) {
  rule.needs_key = true;
  rule.subprotocol = rule.subprotocol && rule.surface != Surface::events_in;
  return rule;
}

// 2.20's client of a self-hosted server's events is an experiment that has to be asked for.
constexpr AuthRule experimental(AuthRule rule) {
  rule.needs_setting = "experimental_events";
  rule.refuses_without = true;
  return rule;
}

constexpr AuthRule needs(AuthRule rule, std::string_view setting) {
  rule.needs_setting = setting;
  return rule;
}

constexpr AuthRule events_in(std::string_view id, Target target, VersionRange versions, Send header,
                             Send token, Custom custom) {
  return row(id, Surface::events_in, target, versions, header, token, custom);
}

constexpr AuthRule events_out(std::string_view id, Target target, VersionRange versions, Send token,
                              Custom custom) {
  return row(id, Surface::events_out, target, versions, nothing, token, custom);
}

constexpr AuthRule logs_out(std::string_view id, Target target, VersionRange versions, Send token,
                            Custom custom) {
  return row(id, Surface::logs_out, target, versions, nothing, token, custom);
}

constexpr AuthRule subscriptions(std::string_view id, Target target, VersionRange versions,
                                 Send token, Custom custom) {
  return row(id, Surface::subscriptions, target, versions, nothing, token, custom);
}

constexpr AuthRule worker_channel(std::string_view id, Target target, VersionRange versions) {
  return row(id, Surface::worker_channel, target, versions, nothing, token_auth_else_key,
             Custom::replace);
}

constexpr std::string_view kNotForCloud = "Prefect Cloud is not asked for its version";
constexpr std::string_view kCloudOnly = "telemetry goes to Prefect Cloud only";

constexpr AuthRule kRules[] = {
    // HTTP does not look at the target. Each release that changed the rule begins a row.
    http("http-key-only", kSelf, until({3, 1, 7}), bearer_key),
    http("http-key-first", kSelf, {{3, 1, 8}, {3, 4, 0}}, key_else_basic),
    http("http-auth-first", kSelf, {{3, 4, 1}, {3, 4, 7}}, basic_else_key),
    http("http-custom-first", kSelf, since({3, 4, 8}), basic_else_key, Custom::replace),
    http("http-cloud-key-only", kCloud, until({3, 1, 7}), bearer_key),
    http("http-cloud-key-first", kCloud, {{3, 1, 8}, {3, 4, 0}}, key_else_basic),
    http("http-cloud-auth-first", kCloud, {{3, 4, 1}, {3, 4, 7}}, basic_else_key),
    http("http-cloud-custom-first", kCloud, since({3, 4, 8}), basic_else_key, Custom::replace),

    absent("version-check-absent", Surface::version_check, kSelf, until({3, 6, 21})),
    needs(row("version-check", Surface::version_check, kSelf, {{3, 6, 22}, {3, 6, 23}},
              basic_else_key, nothing, Custom::not_sent),
          "client.server_version_check_enabled"),
    needs(row("version-check-custom-last", Surface::version_check, kSelf, {{3, 6, 24}, {3, 6, 27}},
              basic_else_key, nothing, Custom::give_way),
          "client.server_version_check_enabled"),
    needs(row("version-check-custom", Surface::version_check, kSelf, since({3, 6, 28}),
              basic_else_key, nothing, Custom::replace_key),
          "client.server_version_check_enabled"),
    absent("version-check-cloud-absent", Surface::version_check, kCloud, since(kFirst),
           kNotForCloud),

    cloud_client("cloud-client-key", kSelf, until({3, 4, 7}), Custom::not_sent),
    cloud_client("cloud-client-custom", kSelf, since({3, 4, 8}), Custom::replace),
    cloud_client("cloud-client-cloud-key", kCloud, until({3, 4, 7}), Custom::not_sent),
    cloud_client("cloud-client-cloud-custom", kCloud, since({3, 4, 8}), Custom::replace),

    experimental(events_in("events-in-experiment", kSelf, kV2, nothing, nothing, Custom::not_sent)),
    events_in("events-in-nothing", kSelf, v3_until({3, 4, 7}), nothing, nothing, Custom::not_sent),
    events_in("events-in-custom", kSelf, {{3, 4, 8}, {3, 6, 13}}, nothing, nothing,
              Custom::replace),
    events_in("events-in-token", kSelf, {{3, 6, 14}, {3, 8, 2}}, nothing, token_auth,
              Custom::replace),
    events_in("events-in-basic-and-token", kSelf, since({3, 8, 3}), basic_auth, token_auth,
              Custom::replace),
    for_cloud(events_in("events-in-cloud-key", kCloud, until({3, 4, 7}), bearer_key_lower, nothing,
                        Custom::not_sent)),
    for_cloud(events_in("events-in-cloud-custom", kCloud, {{3, 4, 8}, {3, 6, 13}}, bearer_key_lower,
                        nothing, Custom::replace)),
    // One release sends Cloud the auth string, or null, in a first message it did not ask for.
    for_cloud(events_in("events-in-cloud-key-and-token", kCloud, {{3, 6, 14}, {3, 6, 14}},
                        bearer_key_lower, token_auth, Custom::replace)),
    for_cloud(events_in("events-in-cloud-header", kCloud, since({3, 6, 15}), bearer_key_lower,
                        nothing, Custom::replace)),

    experimental(events_out("events-out-experiment", kSelf, kV2, token_null, Custom::not_sent)),
    events_out("events-out-null", kSelf, v3_until({3, 3, 4}), token_null, Custom::not_sent),
    events_out("events-out-token", kSelf, {{3, 3, 5}, {3, 4, 7}}, token_auth, Custom::not_sent),
    events_out("events-out-custom", kSelf, since({3, 4, 8}), token_auth, Custom::replace),
    for_cloud(events_out("events-out-cloud-token", kCloud, until({3, 4, 7}), token_key,
                         Custom::not_sent)),
    for_cloud(events_out("events-out-cloud-custom", kCloud, since({3, 4, 8}), token_key,
                         Custom::replace)),

    absent("logs-out-absent", Surface::logs_out, kSelf, until({3, 4, 6})),
    logs_out("logs-out-token", kSelf, {{3, 4, 7}, {3, 4, 7}}, token_auth, Custom::not_sent),
    logs_out("logs-out-custom", kSelf, since({3, 4, 8}), token_auth, Custom::replace),
    absent("logs-out-cloud-absent", Surface::logs_out, kCloud, until({3, 4, 6})),
    for_cloud(logs_out("logs-out-cloud-token", kCloud, {{3, 4, 7}, {3, 4, 7}}, token_key,
                       Custom::not_sent)),
    for_cloud(
        logs_out("logs-out-cloud-custom", kCloud, since({3, 4, 8}), token_key, Custom::replace)),

    // Like HTTP, it does not look at the target.
    subscriptions("subscriptions-key", kSelf, until({3, 4, 0}), token_key, Custom::not_sent),
    subscriptions("subscriptions-auth-first", kSelf, {{3, 4, 1}, {3, 4, 7}}, token_auth_else_key,
                  Custom::not_sent),
    subscriptions("subscriptions-custom", kSelf, since({3, 4, 8}), token_auth_else_key,
                  Custom::replace),
    subscriptions("subscriptions-cloud-key", kCloud, until({3, 4, 0}), token_key, Custom::not_sent),
    subscriptions("subscriptions-cloud-auth-first", kCloud, {{3, 4, 1}, {3, 4, 7}},
                  token_auth_else_key, Custom::not_sent),
    subscriptions("subscriptions-cloud-custom", kCloud, since({3, 4, 8}), token_auth_else_key,
                  Custom::replace),

    absent("worker-channel-absent", Surface::worker_channel, kSelf, until({3, 7, 0})),
    worker_channel("worker-channel-token", kSelf, since({3, 7, 1})),
    absent("worker-channel-cloud-absent", Surface::worker_channel, kCloud, until({3, 7, 0})),
    worker_channel("worker-channel-cloud-token", kCloud, since({3, 7, 1})),

    absent("telemetry-self-hosted", Surface::telemetry, kSelf, since(kFirst), kCloudOnly),
    absent("telemetry-cloud-absent", Surface::telemetry, kCloud, until({3, 1, 0})),
    needs(for_cloud(row("telemetry-cloud-experiment", Surface::telemetry, kCloud,
                        {{3, 1, 1}, {3, 1, 11}}, bearer_key, nothing, Custom::not_sent)),
          "experiments.telemetry_enabled"),
    needs(for_cloud(row("telemetry-cloud-orchestration", Surface::telemetry, kCloud,
                        {{3, 1, 12}, {3, 4, 13}}, bearer_key, nothing, Custom::not_sent)),
          "cloud.enable_orchestration_telemetry"),
    absent("telemetry-cloud-gone", Surface::telemetry, kCloud, {{3, 4, 14}, {3, 6, 21}}),
    needs(row("telemetry-cloud-metrics", Surface::telemetry, kCloud, {{3, 6, 22}, {3, 8, 3}},
              bearer_key, nothing, Custom::not_sent),
          "telemetry.enable_resource_metrics"),
    // The same; the exporter that came with these releases writes the header's name in lower case.
    needs(row("telemetry-cloud-metrics-lower", Surface::telemetry, kCloud, since({3, 8, 4}),
              bearer_key_lower_name, nothing, Custom::not_sent),
          "telemetry.enable_resource_metrics"),
};

}  // namespace

bool AuthRule::sends_key() const {
  return header == bearer_key || header == bearer_key_or_none || header == bearer_key_lower ||
         header == bearer_key_lower_name || header == key_else_basic || header == basic_else_key ||
         token == token_key || token == token_auth_else_key;
}

bool AuthRule::sends_auth_string() const {
  return header == basic_auth || header == key_else_basic || header == basic_else_key ||
         token == token_auth || token == token_auth_else_key;
}

std::span<const AuthRule> auth_rules() { return kRules; }

const AuthRule* find_auth_rule(Surface surface, Target target, Version version) {
  const auto* found = std::find_if(std::begin(kRules), std::end(kRules), [&](const AuthRule& rule) {
    return rule.surface == surface && rule.target == target && rule.versions.contains(version);
  });
  return found == std::end(kRules) ? nullptr : found;
}

std::string_view outcome_name(AuthPlan::Outcome outcome) {
  switch (outcome) {
  case AuthPlan::Outcome::connects:
    return "connects";
  case AuthPlan::Outcome::refuses:
    return "refuses";
  case AuthPlan::Outcome::absent:
    return "absent";
  }
  return "";
}

std::string_view target_name(Target target) {
  switch (target) {
  case Target::cloud:
    return "cloud";
  case Target::self_hosted:
    return "self-hosted";
  case Target::ephemeral:
    return "ephemeral";
  case Target::none:
    return "none";
  }
  return "";
}

}  // namespace prefect_config
