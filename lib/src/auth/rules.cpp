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

constexpr auto kCloud = Target::cloud;
constexpr auto kSelf = Target::self_hosted;

constexpr VersionRange until(Version last) { return {kFirst, last}; }
constexpr VersionRange since(Version first) { return {first, kLast}; }

/// Whether PREFECT_CLIENT_CUSTOM_HEADERS are sent.
enum class Custom : bool { no, yes };

constexpr AuthRule http(std::string_view id, Target target, VersionRange versions, Send header,
                        Custom custom) {
  return {.id = id,
          .surface = Surface::http,
          .target = target,
          .versions = versions,
          .exists = true,
          .header = header,
          .token = Send::nothing,
          .subprotocol = false,
          .needs_key = false,
          .custom_headers = custom == Custom::yes,
          .evidence = kRecorded};
}

// A first message comes with the `prefect` subprotocol, except to Cloud; and Cloud's client refuses
// to work without a key.
constexpr AuthRule events_in(std::string_view id, Target target, VersionRange versions, Send header,
                             Send token, Custom custom) {
  return {.id = id,
          .surface = Surface::events_in,
          .target = target,
          .versions = versions,
          .exists = true,
          .header = header,
          .token = token,
          .subprotocol = token != Send::nothing && target == kSelf,
          .needs_key = target == kCloud,
          .custom_headers = custom == Custom::yes,
          .evidence = kRecorded};
}

constexpr AuthRule no_worker_channel(std::string_view id, Target target, VersionRange versions) {
  return {.id = id,
          .surface = Surface::worker_channel,
          .target = target,
          .versions = versions,
          .exists = false,
          .header = Send::nothing,
          .token = Send::nothing,
          .subprotocol = false,
          .needs_key = false,
          .custom_headers = false,
          .evidence = kRecorded};
}

constexpr AuthRule worker_channel(std::string_view id, Target target, VersionRange versions) {
  auto rule = no_worker_channel(id, target, versions);
  rule.exists = true;
  rule.token = Send::token_auth_else_key;
  rule.subprotocol = true;
  rule.custom_headers = true;
  return rule;
}

constexpr AuthRule kRules[] = {
    // HTTP does not look at the target. Each release that changed the rule begins a row.
    http("http-key-only", kSelf, until({3, 1, 7}), Send::bearer_key, Custom::no),
    http("http-key-first", kSelf, {{3, 1, 8}, {3, 4, 0}}, Send::key_else_basic, Custom::no),
    http("http-auth-first", kSelf, {{3, 4, 1}, {3, 4, 7}}, Send::basic_else_key, Custom::no),
    http("http-custom-first", kSelf, since({3, 4, 8}), Send::basic_else_key, Custom::yes),
    http("http-cloud-key-only", kCloud, until({3, 1, 7}), Send::bearer_key, Custom::no),
    http("http-cloud-key-first", kCloud, {{3, 1, 8}, {3, 4, 0}}, Send::key_else_basic, Custom::no),
    http("http-cloud-auth-first", kCloud, {{3, 4, 1}, {3, 4, 7}}, Send::basic_else_key, Custom::no),
    http("http-cloud-custom-first", kCloud, since({3, 4, 8}), Send::basic_else_key, Custom::yes),

    events_in("events-in-nothing", kSelf, until({3, 4, 7}), Send::nothing, Send::nothing,
              Custom::no),
    events_in("events-in-custom", kSelf, {{3, 4, 8}, {3, 6, 13}}, Send::nothing, Send::nothing,
              Custom::yes),
    events_in("events-in-token", kSelf, {{3, 6, 14}, {3, 8, 2}}, Send::nothing, Send::token_auth,
              Custom::yes),
    events_in("events-in-basic-and-token", kSelf, since({3, 8, 3}), Send::basic_auth,
              Send::token_auth, Custom::yes),
    events_in("events-in-cloud-key", kCloud, until({3, 4, 7}), Send::bearer_key_lower,
              Send::nothing, Custom::no),
    events_in("events-in-cloud-custom", kCloud, {{3, 4, 8}, {3, 6, 13}}, Send::bearer_key_lower,
              Send::nothing, Custom::yes),
    // One release sends Cloud the auth string, or null, in a first message it did not ask for.
    events_in("events-in-cloud-key-and-token", kCloud, {{3, 6, 14}, {3, 6, 14}},
              Send::bearer_key_lower, Send::token_auth, Custom::yes),
    events_in("events-in-cloud-header", kCloud, since({3, 6, 15}), Send::bearer_key_lower,
              Send::nothing, Custom::yes),

    no_worker_channel("worker-channel-absent", kSelf, until({3, 7, 0})),
    worker_channel("worker-channel-token", kSelf, since({3, 7, 1})),
    no_worker_channel("worker-channel-cloud-absent", kCloud, until({3, 7, 0})),
    worker_channel("worker-channel-cloud-token", kCloud, since({3, 7, 1})),
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
