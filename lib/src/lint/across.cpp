#include "lint/across.hpp"

#include "lint/launches.hpp"

#include <algorithm>
#include <map>
#include <string>

namespace prefect_config {
namespace {

std::string folder_of(const std::string& path) {
  const auto slash = path.rfind('/');
  return slash == std::string::npos ? std::string() : path.substr(0, slash);
}

// `compose service worker`, or the file where that says no more.
std::string name_of(const LintFact& fact) {
  return fact.launch.find(' ') == std::string::npos || fact.launch == "env file" ||
                 fact.launch == "shell script" || fact.launch == "systemd unit"
             ? fact.place.file
             : fact.launch;
}

}  // namespace

std::vector<LintFinding> check_across(const std::vector<LintFact>& facts) {
  std::map<std::string, std::vector<const LintFact*>> servers;
  for (const auto& fact : facts) {
    if (fact.kind == LintFact::Kind::server_auth)
      servers[folder_of(fact.place.file)].push_back(&fact);
  }
  std::vector<LintFinding> findings;
  for (const auto& client : facts) {
    if (client.kind != LintFact::Kind::client_auth) continue;
    const auto found = servers.find(folder_of(client.place.file));
    if (found == servers.end()) continue;
    // With several servers one that fits is enough.
    // Env files of different names are different environments.
    std::vector<const LintFact*> near;
    for (const auto* server : found->second) {
      const bool are_files = client.launch == "env file" && server->launch == "env file";
      if (!are_files || server->place.file == client.place.file) near.push_back(server);
    }
    if (near.empty()) continue;
    if (std::any_of(near.begin(), near.end(),
                    [&](const LintFact* server) { return server->value == client.value; }))
      continue;
    auto finding = finding_at(RuleId::auth_strings_disagree,
                              {name_of(client), name_of(*near.front())}, client.place);
    finding.launch = client.launch;
    auto related = near.front()->place;
    related.note = "the server's";
    finding.related.push_back(std::move(related));
    findings.push_back(std::move(finding));
  }
  return findings;
}

}  // namespace prefect_config
