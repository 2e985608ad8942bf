#include "lint/across.hpp"

#include "auth/address.hpp"
#include "lint/launches.hpp"
#include "support/text.hpp"

#include <algorithm>
#include <iterator>
#include <map>
#include <string>
#include <string_view>

namespace prefect_config {
namespace {

// `compose service worker`, or the file where that says no more.
std::string name_of(const LintFact& fact) {
  return fact.launch_name.empty() ? fact.place.file : fact.launch();
}

// Env files of different names are different environments, and who asks another host has another
// server.
bool belong_together(const LintFact& client, const LintFact& server) {
  const bool is_elsewhere =
      std::any_of(client.hosts.begin(), client.hosts.end(), [&server](const std::string& host) {
        return !host.empty() && !is_loopback_host(host) &&
               std::find(server.hosts.begin(), server.hosts.end(), host) == server.hosts.end();
      });
  if (is_elsewhere) return false;
  const bool are_env_files = client.launch_kind == "env file" && server.launch_kind == "env file";
  return !are_env_files || server.place.file == client.place.file;
}

}  // namespace

std::vector<LintFinding> check_across(const std::vector<LintFact>& facts) {
  std::map<std::string_view, std::vector<const LintFact*>> servers;
  for (const auto& fact : facts) {
    if (fact.is_server) servers[folder_part(fact.place.file)].push_back(&fact);
  }
  std::vector<LintFinding> findings;
  for (const auto& client : facts) {
    if (client.is_server) continue;
    const auto found = servers.find(folder_part(client.place.file));
    if (found == servers.end()) continue;
    // With several servers one that fits is enough.
    std::vector<const LintFact*> near;
    std::copy_if(found->second.begin(), found->second.end(), std::back_inserter(near),
                 [&client](const LintFact* server) { return belong_together(client, *server); });
    if (near.empty()) continue;
    if (std::any_of(near.begin(), near.end(),
                    [&](const LintFact* server) { return server->value == client.value; }))
      continue;
    auto finding = finding_at(RuleId::auth_strings_disagree,
                              {name_of(client), name_of(*near.front())}, client.place);
    finding.launch = client.launch();
    auto related = near.front()->place;
    related.note = "the server's";
    finding.related.push_back(std::move(related));
    findings.push_back(std::move(finding));
  }
  return findings;
}

}  // namespace prefect_config
