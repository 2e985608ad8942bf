#include "live.hpp"

namespace prefect_config::tool {

std::optional<Outcome> go_live(const Context&) { return std::nullopt; }

Probe probe_live(const Inspection& inspection, const AuthPlans& plans,
                 const ProbeOptions& options) {
  return open_connections(inspection, plans, options);
}

WorkspaceList workspaces_live(const Inspection& inspection, const AuthPlans& plans,
                              const ProbeOptions& options) {
  return list_workspaces(inspection, plans, options);
}

}  // namespace prefect_config::tool
