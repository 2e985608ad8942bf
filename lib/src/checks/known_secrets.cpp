#include "checks/known_secrets.hpp"

#include "sources/known_secrets.hpp"

#include <memory>
#include <utility>
#include <vector>

namespace prefect_config {
namespace {

void hide(std::vector<Candidate>& candidates, const KnownSecrets& known, Layers& layers) {
  for (auto& candidate : candidates) {
    if (!known.hide_in(candidate.written)) continue;
    for (auto& file : layers.files) {
      if (file.where == candidate.origin.where) file.secrets.push_back(candidate.origin.value_span);
    }
  }
}

void hide(AuthPlans& plans, const KnownSecrets& known) {
  known.hide_in(plans.api_url);
  for (auto& credential : plans.credentials) {
    // A header's name can hold another's secret; what a rule says holds none.
    credential.name = known.masked(std::move(credential.name));
    known.hide_in(credential.value);
  }
  for (auto& plan : plans.surfaces) {
    known.hide_in(plan.url);
    for (auto& header : plan.headers) {
      header.name = known.masked(std::move(header.name));
      header.from = known.masked(std::move(header.from));
      known.hide_in(header.value);
    }
    if (plan.tls) known.hide_in(plan.tls->ca_file);
    if (plan.proxy) known.hide_in(plan.proxy->url);
  }
}

}  // namespace

AuthPlans plan_auth(const Inspection& inspection) {
  auto plans = plan_auth(inspection.resolution, inspection.registry, inspection.launch);
  if (inspection.known_secrets) hide(plans, *inspection.known_secrets);
  return plans;
}

void hide_known_secrets(Inspection& inspection) {
  KnownSecrets known;
  for (const auto& layer : inspection.layers.layers)
    for (const auto& candidate : layer.candidates) known.add(candidate);
  if (known.empty()) return;
  for (auto& layer : inspection.layers.layers) hide(layer.candidates, known, inspection.layers);
  hide(inspection.command_line.candidates, known, inspection.layers);
  for (auto* resolution :
       {&inspection.resolution, inspection.earlier ? &*inspection.earlier : nullptr}) {
    if (!resolution) continue;
    for (auto& resolved : resolution->settings) known.hide_in(resolved.value);
  }
  for (auto& finding : inspection.findings) {
    for (auto& argument : finding.arguments) argument = known.masked(std::move(argument));
    if (finding.place) finding.place->shown_value = known.masked(finding.place->shown_value);
  }
  inspection.known_secrets = std::make_shared<const KnownSecrets>(std::move(known));
}

}  // namespace prefect_config
