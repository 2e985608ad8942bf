// Commands that open connections. They run in a program of their own, with the same command line:
// `prefect-config` is linked without TLS and statically, starts as fast as it can, and becomes
// `prefect-config-probe` where a command needs it.
//
// Two files define these functions: live_here.cpp for that program, live_elsewhere.cpp for the
// other.
#pragma once

#include <prefect_config/probe.hpp>

#include "command.hpp"

#include <optional>
#include <string>
#include <variant>

namespace prefect_config::tool {

/// To be called before anything is read from standard input or printed. Goes on in the program that
/// can open connections, and does not come back; nothing in that program itself; else why there is
/// none.
std::optional<Outcome> go_live(const Context& context);

/// `open_connections` of the library. Only after `go_live`.
Probe probe_live(const Inspection& inspection, const AuthPlans& plans, const ProbeOptions& options);
/// `list_workspaces` likewise.
WorkspaceList workspaces_live(const Inspection& inspection, const AuthPlans& plans,
                              const ProbeOptions& options);

}  // namespace prefect_config::tool
