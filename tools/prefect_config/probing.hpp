// What commands that open connections share: how far a probe may go (--timeout, --allow-insecure),
// and what it leaves of other findings.
#pragma once

#include <prefect_config/probe.hpp>

#include "command.hpp"

#include <optional>
#include <string>
#include <vector>

namespace prefect_config::tool {

struct ProbeLimits {
  std::string timeout;
  bool timeout_given = false;
  bool allow_insecure = false;

  bool is_given() const { return timeout_given || allow_insecure; }
};

ValueOption timeout_option(ProbeLimits& limits);
Flag allow_insecure_flag(ProbeLimits& limits);

/// Takes them into the options of a probe; what is wrong with them, where something is.
std::optional<Outcome> take_limits(const ProbeLimits& limits, ProbeOptions& probe);

/// Takes away what a rule supposed of an address, and a connection showed otherwise: something
/// listens there.
void drop_disproved(std::vector<Finding>& findings, const Probe& probe);

}  // namespace prefect_config::tool
