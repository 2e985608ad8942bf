// The rule table: what each Prefect release sends on each surface against each target.
//
// What it is not: complete. Surfaces http, events-in and worker-channel have their rows; the others
// follow. Every row was recorded from real releases (tests/data/credentials.json; boundaries from
// release tags).
#include <prefect_config/auth.hpp>

#include <algorithm>

namespace prefect_config {
namespace {

constexpr Version kFirst{3, 0, 0};
constexpr Version kLast{UINT16_MAX, UINT16_MAX, UINT16_MAX};

constexpr std::string_view kRecorded = "tests/data/credentials.json";
constexpr std::string_view kWorker = "tests/data/credentials.json, a whole worker process";

constexpr auto kCloud = Target::cloud;
constexpr auto kSelf = Target::self_hosted;

// Columns: id, surface, target, versions, exists, header, token, subprotocol, needs_key,
// custom_headers, evidence.
constexpr AuthRule kRules[] = {
    // HTTP does not look at the target. Each release that changed the rule begins a row.
    {"http-key-only",
     Surface::http,
     kSelf,
     {kFirst, {3, 1, 7}},
     true,
     Send::bearer_key,
     Send::nothing,
     false,
     false,
     false,
     kRecorded},
    {"http-key-first",
     Surface::http,
     kSelf,
     {{3, 1, 8}, {3, 4, 0}},
     true,
     Send::key_else_basic,
     Send::nothing,
     false,
     false,
     false,
     kRecorded},
    {"http-auth-first",
     Surface::http,
     kSelf,
     {{3, 4, 1}, {3, 4, 7}},
     true,
     Send::basic_else_key,
     Send::nothing,
     false,
     false,
     false,
     kRecorded},
    {"http-custom-first",
     Surface::http,
     kSelf,
     {{3, 4, 8}, kLast},
     true,
     Send::basic_else_key,
     Send::nothing,
     false,
     false,
     true,
     kRecorded},
    {"http-cloud-key-only",
     Surface::http,
     kCloud,
     {kFirst, {3, 1, 7}},
     true,
     Send::bearer_key,
     Send::nothing,
     false,
     false,
     false,
     kRecorded},
    {"http-cloud-key-first",
     Surface::http,
     kCloud,
     {{3, 1, 8}, {3, 4, 0}},
     true,
     Send::key_else_basic,
     Send::nothing,
     false,
     false,
     false,
     kRecorded},
    {"http-cloud-auth-first",
     Surface::http,
     kCloud,
     {{3, 4, 1}, {3, 4, 7}},
     true,
     Send::basic_else_key,
     Send::nothing,
     false,
     false,
     false,
     kRecorded},
    {"http-cloud-custom-first",
     Surface::http,
     kCloud,
     {{3, 4, 8}, kLast},
     true,
     Send::basic_else_key,
     Send::nothing,
     false,
     false,
     true,
     kRecorded},

    {"events-in-nothing",
     Surface::events_in,
     kSelf,
     {kFirst, {3, 4, 7}},
     true,
     Send::nothing,
     Send::nothing,
     false,
     false,
     false,
     kRecorded},
    {"events-in-custom",
     Surface::events_in,
     kSelf,
     {{3, 4, 8}, {3, 6, 13}},
     true,
     Send::nothing,
     Send::nothing,
     false,
     false,
     true,
     kRecorded},
    {"events-in-token",
     Surface::events_in,
     kSelf,
     {{3, 6, 14}, {3, 8, 2}},
     true,
     Send::nothing,
     Send::token_auth,
     true,
     false,
     true,
     kRecorded},
    {"events-in-basic-and-token",
     Surface::events_in,
     kSelf,
     {{3, 8, 3}, kLast},
     true,
     Send::basic_auth,
     Send::token_auth,
     true,
     false,
     true,
     kRecorded},
    {"events-in-cloud-key",
     Surface::events_in,
     kCloud,
     {kFirst, {3, 4, 7}},
     true,
     Send::bearer_key_lower,
     Send::nothing,
     false,
     true,
     false,
     kRecorded},
    {"events-in-cloud-custom",
     Surface::events_in,
     kCloud,
     {{3, 4, 8}, {3, 6, 13}},
     true,
     Send::bearer_key_lower,
     Send::nothing,
     false,
     true,
     true,
     kRecorded},
    // One release sends Cloud the auth string, or null, in a first message it did not ask for.
    {"events-in-cloud-key-and-token",
     Surface::events_in,
     kCloud,
     {{3, 6, 14}, {3, 6, 14}},
     true,
     Send::bearer_key_lower,
     Send::token_auth,
     false,
     true,
     true,
     "credentials measured on 3.6.14"},
    {"events-in-cloud-header",
     Surface::events_in,
     kCloud,
     {{3, 6, 15}, kLast},
     true,
     Send::bearer_key_lower,
     Send::nothing,
     false,
     true,
     true,
     kRecorded},

    {"worker-channel-absent",
     Surface::worker_channel,
     kSelf,
     {kFirst, {3, 7, 0}},
     false,
     Send::nothing,
     Send::nothing,
     false,
     false,
     false,
     kWorker},
    {"worker-channel-token",
     Surface::worker_channel,
     kSelf,
     {{3, 7, 1}, kLast},
     true,
     Send::nothing,
     Send::token_auth_else_key,
     true,
     false,
     true,
     kWorker},
    {"worker-channel-cloud-absent",
     Surface::worker_channel,
     kCloud,
     {kFirst, {3, 7, 0}},
     false,
     Send::nothing,
     Send::nothing,
     false,
     false,
     false,
     kWorker},
    {"worker-channel-cloud-token",
     Surface::worker_channel,
     kCloud,
     {{3, 7, 1}, kLast},
     true,
     Send::nothing,
     Send::token_auth_else_key,
     true,
     false,
     true,
     kWorker},
};

}  // namespace

std::span<const AuthRule> auth_rules() { return kRules; }

const AuthRule* find_auth_rule(Surface surface, Target target, Version version) {
  const auto* found = std::find_if(std::begin(kRules), std::end(kRules), [&](const AuthRule& rule) {
    return rule.surface == surface && rule.target == target && rule.versions.contains(version);
  });
  return found == std::end(kRules) ? nullptr : found;
}

std::string_view surface_name(Surface surface) {
  switch (surface) {
  case Surface::http:
    return "http";
  case Surface::events_in:
    return "events-in";
  case Surface::worker_channel:
    return "worker-channel";
  }
  return "";
}

std::optional<Surface> find_surface(std::string_view name) {
  for (const auto surface : {Surface::http, Surface::events_in, Surface::worker_channel}) {
    if (surface_name(surface) == name) return surface;
  }
  return std::nullopt;
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
