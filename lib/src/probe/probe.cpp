// Which requests are made, and side by side.
#include <prefect_config/probe.hpp>

#include "diagnose/sent_secrets.hpp"
#include "probe/exchange.hpp"
#include "probe/request.hpp"
#include "sources/known_secrets.hpp"
#include "sources/protect.hpp"

#include <algorithm>
#include <exception>
#include <functional>
#include <iterator>
#include <system_error>
#include <thread>
#include <utility>

namespace prefect_config {
namespace {

using probing::Conversation;

Clean cleaner(const Inspection& inspection, const AuthPlans& plans) {
  return [known = inspection.known_secrets, sent = SentSecrets(plans)](std::string_view text) {
    auto clean = sent.clean(text);
    return known ? known->masked(std::move(clean)) : clean;
  };
}

// Whether what is at the root of the host is the same server's: with another path before the API it
// may be another's.
bool is_at_root(const AuthPlan& plan) { return probing::api_path(plan) == "/api/"; }

// Asked of HTTP until one answer explains the others: at most three requests.
std::vector<Attempt> ask_api(const Inspection& inspection, const AuthPlan& plan,
                             const ProbeOptions& options, const probing::Limits& limits) {
  Conversation conversation(limits);
  const auto request = probing::request_of(inspection, plan, options);
  std::vector<Attempt> attempts{conversation.ask(request)};
  const auto ask = [&](Asked asked, const std::string& path) -> const Attempt& {
    attempts.push_back(conversation.ask(request.without_credential(asked, path)));
    return attempts.back();
  };
  const bool is_cloud = plan.rule->target == Target::cloud;
  const auto& first = attempts.front();
  const bool is_silent = !first.answered() && first.trouble != Trouble::in_the_clear;
  if (is_cloud || is_silent) return attempts;
  if (first.status == 200 && first.body == Body::version) {
    if (request.carries_credential) ask(Asked::without_credential, request.target);
    return attempts;
  }
  // Both are answered to anybody.
  const bool is_prefect = first.body == Body::unauthorized;
  const auto& health = ask(Asked::health, probing::api_path(plan) + "health");
  if (is_prefect && health.body == Body::yes && is_at_root(plan))
    ask(Asked::ui_settings, "/ui-settings");
  return attempts;
}

// One connection, or several that follow from each other.
using Chain = std::function<std::vector<Attempt>()>;

std::vector<std::vector<Attempt>> run_side_by_side(const std::vector<Chain>& chains) {
  std::vector<std::vector<Attempt>> found(chains.size());
  std::vector<std::exception_ptr> thrown(chains.size());
  {
    // Joined also where one of them cannot be started.
    std::vector<std::jthread> threads;
    for (std::size_t i = 0; i < chains.size(); ++i) {
      const auto run = [&, i] {
        try {
          found[i] = chains[i]();
        } catch (...) {
          thrown[i] = std::current_exception();
        }
      };
      try {
        threads.emplace_back(run);
      } catch (const std::system_error&) {
        // No more threads: one after the other, then.
        run();
      }
    }
  }
  for (const auto& exception : thrown) {
    if (exception) std::rethrow_exception(exception);
  }
  return found;
}

}  // namespace

WorkspaceList list_workspaces(const Inspection& inspection, const AuthPlans& plans,
                              const ProbeOptions& options) {
  const probing::Limits limits{options.allow_insecure, options.timeout, cleaner(inspection, plans)};
  const auto& plan = plans.at(Surface::cloud_client);
  std::string body;
  WorkspaceList list;
  list.attempt = Conversation(limits).ask(probing::request_of(inspection, plan, options), &body);
  if (auto found = list.attempt.status == 200 ? workspaces_of(body) : std::nullopt) {
    list.workspaces = std::move(*found);
    list.attempt.workspaces = list.workspaces.size();
    list.attempt.sees_workspace = is_listed(list.workspaces, text_of(plans.api_url));
  }
  return list;
}

Probe open_connections(const Inspection& inspection, const AuthPlans& plans,
                       const ProbeOptions& options) {
  const auto start = probing::Clock::now();
  const probing::Limits limits{options.allow_insecure, options.timeout, cleaner(inspection, plans)};
  Probe probe;
  probe.surfaces = options.surfaces.empty() ? default_surfaces(plans, options) : options.surfaces;
  std::vector<Chain> chains;
  auto opened = probe.surfaces;
  // What HTTP says explains a WebSocket's answers, also where it was not asked about.
  const bool needs_http = std::any_of(opened.begin(), opened.end(), [&plans](Surface surface) {
    return plans.at(surface).transport == "websocket";
  });
  if (needs_http && std::find(opened.begin(), opened.end(), Surface::http) == opened.end())
    opened.insert(opened.begin(), Surface::http);
  for (const auto surface : opened) {
    const auto& plan = plans.at(surface);
    if (plan.outcome != AuthPlan::Outcome::connects || surface == Surface::telemetry) continue;
    if (surface == Surface::http) {
      chains.emplace_back([&] { return ask_api(inspection, plan, options, limits); });
    } else if (surface == Surface::cloud_client) {
      chains.emplace_back([&]() -> std::vector<Attempt> {
        return {list_workspaces(inspection, plans, options).attempt};
      });
    } else if (plan.transport == "websocket") {
      chains.emplace_back([&]() -> std::vector<Attempt> {
        return {open_websocket(probing::request_of(inspection, plan, options), limits)};
      });
    } else {
      chains.emplace_back([&]() -> std::vector<Attempt> {
        return {Conversation(limits).ask(probing::request_of(inspection, plan, options))};
      });
    }
  }
  const auto& http = plans.at(Surface::http);
  if (http.outcome == AuthPlan::Outcome::connects) {
    if (!options.pool.empty()) {
      chains.emplace_back([&]() -> std::vector<Attempt> {
        return {Conversation(limits).ask(probing::pool_request(inspection, http, options.pool))};
      });
    }
    // A client that sends no CSRF token is refused only where the server wants one.
    const auto* support = inspection.find("client.csrf_support_enabled");
    if (support && !support->value.truthy() && plans.target == Target::self_hosted &&
        is_at_root(http)) {
      chains.emplace_back([&]() -> std::vector<Attempt> {
        const auto request = probing::request_of(inspection, http, options);
        return {Conversation(limits).ask(
            request.without_credential(Asked::ui_settings, "/ui-settings"))};
      });
    }
  }
  auto found = run_side_by_side(chains);
  for (auto& attempts : found)
    std::move(attempts.begin(), attempts.end(), std::back_inserter(probe.attempts));
  probe.elapsed =
      std::chrono::duration_cast<std::chrono::microseconds>(probing::Clock::now() - start);
  return probe;
}

}  // namespace prefect_config
