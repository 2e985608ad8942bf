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
    const auto& near = found->second;
    if (std::any_of(near.begin(), near.end(),
                    [&](const LintFact* server) { return server->value == client.value; }))
      continue;
    auto finding = finding_at(RuleId::auth_strings_disagree, {client.launch, near.front()->launch},
                              client.place);
    finding.launch = client.launch;
    auto related = near.front()->place;
    related.note = "the server's";
    finding.related.push_back(std::move(related));
    findings.push_back(std::move(finding));
  }
  return findings;
}

}  // namespace prefect_config
