#include "probing.hpp"

#include <algorithm>
#include <charconv>
#include <chrono>

namespace prefect_config::tool {
namespace {

// A number of seconds, with or without a fraction, up to an hour.
std::optional<std::chrono::milliseconds> seconds_of(const std::string& text) {
  constexpr double kLongest = 3600;
  double seconds = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  const bool is_whole = error == std::errc() && end == text.data() + text.size();
  if (!is_whole || !(seconds >= 0.001) || seconds > kLongest) return std::nullopt;
  return std::chrono::milliseconds(static_cast<long>(seconds * 1000));
}

}  // namespace

ValueOption timeout_option(ProbeLimits& limits) {
  return {"--timeout",
          "SECONDS",
          "Of each connection of the probe (5)",
          &limits.timeout,
          {},
          false,
          nullptr,
          WordKind::text,
          &limits.timeout_given};
}

Flag allow_insecure_flag(ProbeLimits& limits) {
  return {"--allow-insecure", "Also send credentials where others could read them",
          &limits.allow_insecure};
}

std::optional<Outcome> take_limits(const ProbeLimits& limits, ProbeOptions& probe) {
  probe.allow_insecure = limits.allow_insecure;
  if (!limits.timeout_given) return std::nullopt;
  const auto seconds = seconds_of(limits.timeout);
  if (!seconds)
    return failed_with(status_usage, "--timeout is a number of seconds above 0, up to 3600");
  probe.timeout = *seconds;
  return std::nullopt;
}

void drop_disproved(std::vector<Finding>& findings, const Probe& probe) {
  const bool is_reached =
      std::any_of(probe.attempts.begin(), probe.attempts.end(),
                  [](const Attempt& attempt) { return attempt.layer > NetworkLayer::connection; });
  // Where nothing was tried, another reason stands in the way.
  if (!is_reached && !probe.attempts.empty()) return;
  std::erase_if(findings, [](const Finding& finding) {
    return finding.rule == RuleId::loopback_in_container;
  });
}

}  // namespace prefect_config::tool
