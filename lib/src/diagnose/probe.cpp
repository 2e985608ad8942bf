// What a probe is made of: names, look-ups, and which connections it opens by itself.
#include <prefect_config/probe.hpp>

#include "sources/protect.hpp"

#include <algorithm>
#include <iterator>

namespace prefect_config {
namespace {

constexpr std::size_t kMostRequests = 5;

bool connects(const AuthPlans& plans, Surface surface) {
  return plans.at(surface).outcome == AuthPlan::Outcome::connects;
}

bool same_headers(const AuthPlan& left, const AuthPlan& right) {
  return std::equal(left.headers.begin(), left.headers.end(), right.headers.begin(),
                    right.headers.end(), [](const Header& a, const Header& b) {
                      return a.name == b.name && text_of(a.value) == text_of(b.value);
                    });
}

bool is_sent(const AuthPlan& plan) { return !plan.headers.empty() || plan.token.truthy(); }

}  // namespace

std::string_view asked_name(Asked asked) {
  constexpr std::string_view kNames[] = {"surface", "without-credential", "health", "ui-settings",
                                         "pool"};
  return kNames[static_cast<std::size_t>(asked)];
}

std::string_view layer_name(NetworkLayer layer) {
  constexpr std::string_view kNames[] = {"name", "connection", "proxy", "tls", "answer", "message"};
  return kNames[static_cast<std::size_t>(layer)];
}

std::string_view verdict_name(Verdict::Outcome outcome) {
  constexpr std::string_view kNames[] = {"works", "fails", "unknown", "not-opened"};
  return kNames[static_cast<std::size_t>(outcome)];
}

const Attempt* Probe::find(Surface surface, Asked asked) const {
  const auto found = std::find_if(attempts.begin(), attempts.end(), [&](const Attempt& attempt) {
    return attempt.surface == surface && attempt.asked == asked;
  });
  return found == attempts.end() ? nullptr : &*found;
}

std::size_t Probe::requests() const {
  return static_cast<std::size_t>(
      std::count_if(attempts.begin(), attempts.end(), [](const Attempt& attempt) {
        return attempt.trouble != Trouble::not_tried && attempt.trouble != Trouble::in_the_clear;
      }));
}

bool can_be_probed(const AuthPlans& plans) {
  return plans.target == Target::cloud || plans.target == Target::self_hosted;
}

std::vector<Surface> default_surfaces(const AuthPlans& plans, const ProbeOptions& options) {
  const bool is_cloud = plans.target == Target::cloud;
  std::vector<Surface> chosen{Surface::http};
  std::size_t requests = 1;
  // Where a credential is sent, a second request asks whether it was asked for.
  if (!is_cloud && is_sent(plans.at(Surface::http))) ++requests;
  if (!options.pool.empty()) ++requests;
  constexpr Surface kNext[] = {Surface::cloud_client, Surface::version_check, Surface::events_in,
                               Surface::worker_channel, Surface::events_out};
  for (const auto surface : kNext) {
    if (surface == Surface::cloud_client && !is_cloud) continue;
    // The same request as HTTP's own, mostly.
    if (surface == Surface::version_check &&
        same_headers(plans.at(surface), plans.at(Surface::http)))
      continue;
    const bool costs = connects(plans, surface);
    if (costs && requests == kMostRequests) continue;
    // What a worker would open and cannot is a part of the answer.
    if (plans.at(surface).outcome == AuthPlan::Outcome::absent) continue;
    chosen.push_back(surface);
    if (costs) ++requests;
  }
  std::sort(chosen.begin(), chosen.end());
  return chosen;
}

}  // namespace prefect_config
