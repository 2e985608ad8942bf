// Pairs of client and server that do not get on, known before it happens.
//
// Measured with clients 3.4.19, 3.8.8 and 3.9.1 against servers 3.6.13, 3.8.8 and 3.9.1
// (tests/probe/symptoms.json).
//
// To add a pair: a row of kPairs.
#include "diagnose/cause.hpp"

#include <algorithm>
#include <iterator>
#include <string>
#include <string_view>

namespace prefect_config {
namespace {

constexpr Version kFirst{3, 0, 0};
constexpr Version kLast{UINT16_MAX, UINT16_MAX, UINT16_MAX};
constexpr Version kBeforeEventsAuthenticate{3, 6, 13};

struct Pair {
  RuleId rule;
  VersionRange clients;
  VersionRange servers;
  bool only_with_auth;  ///< harmless where the server asks for nothing
  std::string_view consequence;
};

constexpr Pair kPairs[] = {
    {RuleId::events_need_newer_server,
     {kEventsAuthenticate, {3, 8, UINT16_MAX}},
     {kFirst, kBeforeEventsAuthenticate},
     false,
     ", and a worker exits"},
    {RuleId::events_need_newer_server,
     {{3, 9, 0}, kLast},
     {kFirst, kBeforeEventsAuthenticate},
     false,
     ", and a worker goes on without them"},
    {RuleId::events_need_newer_client,
     {kFirst, kBeforeEventsAuthenticate},
     {kEventsAuthenticate, kLast},
     true,
     ", and a worker exits"},
};

struct Route {
  Surface surface;
  Version first;
  std::string_view without;
};

// The first releases whose servers have the connection.
constexpr Route kRoutes[] = {
    {Surface::worker_channel, {3, 7, 1}, "a worker asks for its runs over HTTP instead"},
    {Surface::logs_out, {3, 4, 7}, "logs cannot be followed"},
};

const Route* find_route(Surface surface) {
  const auto* found =
      std::find_if(std::begin(kRoutes), std::end(kRoutes),
                   [surface](const Route& route) { return route.surface == surface; });
  return found == std::end(kRoutes) ? nullptr : found;
}

}  // namespace

std::optional<Version> first_server_with(Surface surface) {
  const auto* route = find_route(surface);
  return route ? std::optional(route->first) : std::nullopt;
}

Cause no_such_route(const Evidence& evidence, Surface surface) {
  const auto* route = find_route(surface);
  return {RuleId::channel_missing,
          {evidence.server ? evidence.server->text() : "", std::string(surface_name(surface)),
           evidence.client().text(), std::string(route ? route->without : "")}};
}

std::vector<Cause> causes_of_releases(const Evidence& evidence) {
  std::vector<Cause> causes;
  if (!evidence.server || evidence.is_cloud()) return causes;
  const auto server = *evidence.server;
  const auto client = evidence.client();
  // `Found incompatible versions … Major versions must match`: of every client (seen with 3.9.0).
  if (server.major != client.major) {
    causes.push_back({RuleId::major_versions_differ, {server.text(), client.text()}});
    return causes;
  }
  for (const auto& pair : kPairs) {
    const bool is_met = pair.clients.contains(client) && pair.servers.contains(server) &&
                        (!pair.only_with_auth || evidence.asks_for_auth == true);
    if (is_met)
      causes.push_back({pair.rule, {client.text(), server.text(), std::string(pair.consequence)}});
  }
  if (server < client) causes.push_back({RuleId::server_older, {server.text(), client.text()}});
  return causes;
}

}  // namespace prefect_config
