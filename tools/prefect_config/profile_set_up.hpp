// `profile create` with a server: where to and as whom, asked for there before it is written.
//
// What it is not: `prefect cloud login`, which also changes the profile in force. It only makes a
// new one.
#pragma once

#include "command.hpp"
#include "probing.hpp"

#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace prefect_config::tool {

struct SetUpOptions {
  bool cloud = false;
  std::string workspace;
  bool workspace_given = false;
  bool key_from_stdin = false;
  std::string url;
  bool url_given = false;
  bool auth_from_stdin = false;
  bool no_probe = false;
  ProbeLimits limits;

  /// Whether there is a server to set up for.
  bool is_wanted() const { return cloud || url_given; }
  bool is_any_given() const {
    return is_wanted() || workspace_given || key_from_stdin || auth_from_stdin || no_probe ||
           limits.is_given();
  }
};

std::vector<ValueOption> set_up_values(SetUpOptions& options);
std::vector<Flag> set_up_flags(SetUpOptions& options);

/// How to ask the server, or which of the options do not fit together.
std::variant<ProbeOptions, Outcome> set_up_probe(const SetUpOptions& options);

/// Makes the profile. Unless --no-probe says not to ask, only after `go_live`.
Outcome set_up_profile(const SetUpOptions& options, const ProbeOptions& probe,
                       const Context& context, const Inspection& inspection,
                       const std::string& name);

}  // namespace prefect_config::tool
