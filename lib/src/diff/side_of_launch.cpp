// A launch as one side of a comparison.
#include <prefect_config/diff.hpp>

#include <utility>

namespace prefect_config {
namespace {

std::optional<Origin> origin_of(const Resolved& resolved) {
  return resolved.winner ? std::optional(resolved.winner->origin) : std::nullopt;
}

DiffCredential credential_of(const Credential& credential) {
  DiffCredential result;
  result.id = credential.name;
  result.setting = credential.setting->setting->name;
  result.origin = origin_of(*credential.setting);
  result.value = DiffValue{credential.value};
  result.fingerprint = credential.fingerprint;
  for (const auto surface : credential.used_on) result.used_on.emplace_back(surface_name(surface));
  for (const auto& unused : credential.not_used_on)
    result.not_used_on.push_back({std::string(surface_name(unused.surface)), unused.reason});
  return result;
}

DiffRoute route_of(const AuthPlan& plan) {
  DiffRoute route;
  route.url = DiffValue{plan.url};
  route.subprotocols = plan.subprotocols;
  route.encrypted = plan.tls.has_value();
  if (plan.tls) {
    route.verified = plan.tls->verify;
    route.ca_file = DiffValue{plan.tls->ca_file};
  }
  if (plan.proxy) route.proxy = DiffValue{plan.proxy->url};
  return route;
}

DiffSurface surface_of(const AuthPlan& plan, Target target) {
  DiffSurface result;
  result.name = surface_name(plan.surface);
  result.outcome = plan.outcome;
  for (const auto& header : plan.headers)
    result.headers.push_back({header.name, DiffValue{header.value}, header.from});
  if (plan.has_first_message) {
    result.token = DiffValue{plan.token};
    result.token_from = plan.token_from;
  }
  if (plan.rule) {
    result.rule = plan.rule->id;
    result.rule_versions = plan.rule->versions.text();
  }
  result.route = route_of(plan);
  result.is_known = plan.rule || !has_url(target);
  if (!plan.notes.empty()) result.note = plan.notes.front();
  return result;
}

}  // namespace

DiffSide side_of_launch(const Inspection& inspection, const AuthPlans& plans, std::string name) {
  DiffSide side;
  side.name = std::move(name);
  side.prefect_version = inspection.launch.prefect_version.text();
  side.version_reason = inspection.launch.version_reason;
  side.profile = inspection.command_line.selection.name;
  side.user_home = inspection.launch.user_home;
  side.loads = inspection.loads;
  side.complete = inspection.complete;
  side.target = plans.target;
  side.api_url = DiffValue{plans.api_url};
  for (const auto& resolved : inspection.resolution.settings)
    side.settings.push_back(
        {resolved.setting, resolved.value, origin_of(resolved), resolved.derived_from});
  for (const auto& credential : plans.credentials)
    side.credentials.push_back(credential_of(credential));
  for (const auto& plan : plans.surfaces) side.surfaces.push_back(surface_of(plan, plans.target));
  side.findings = inspection.findings;
  return side;
}

}  // namespace prefect_config
