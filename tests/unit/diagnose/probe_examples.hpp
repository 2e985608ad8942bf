// For every rule that a probe finds: a launch and the answers it is seen in.
//
// The answers are those that real servers and nginx were measured to give; tests/probe has them for
// real.
#pragma once

#include <prefect_config/probe.hpp>

#include "memory_files.hpp"

#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace prefect_config::testing {

/// Answers as a server, or what stands before one, gives them.
struct Answers {
  Probe& probe;
  const AuthPlans& plans;

  Attempt& add(Surface surface, Asked asked = Asked::surface) {
    Attempt attempt;
    attempt.surface = surface;
    attempt.asked = asked;
    attempt.url = plans.at(surface).url;
    attempt.place = "prefect.example.com:443";
    const auto& plan = plans.at(surface);
    attempt.carries_credential =
        asked == Asked::surface && (!plan.headers.empty() || plan.token.truthy());
    attempt.layer = NetworkLayer::answer;
    probe.attempts.push_back(std::move(attempt));
    const auto is_known = std::find(probe.surfaces.begin(), probe.surfaces.end(), surface);
    if (is_known == probe.surfaces.end()) probe.surfaces.push_back(surface);
    return probe.attempts.back();
  }
  Attempt& status(Surface surface, int status, Body body = Body::none,
                  Asked asked = Asked::surface) {
    auto& attempt = add(surface, asked);
    attempt.status = status;
    attempt.body = body;
    return attempt;
  }
  Attempt& trouble(Surface surface, Trouble trouble, NetworkLayer layer, std::string detail) {
    auto& attempt = add(surface);
    attempt.trouble = trouble;
    attempt.layer = layer;
    attempt.detail = std::move(detail);
    return attempt;
  }
  Attempt& closed(Surface surface, int code, std::string reason) {
    auto& attempt = status(surface, 101);
    attempt.upgraded = true;
    attempt.layer = NetworkLayer::message;
    attempt.close_code = code;
    attempt.close_reason = std::move(reason);
    return attempt;
  }
  Attempt& accepted(Surface surface) {
    auto& attempt = status(surface, 101);
    attempt.upgraded = true;
    attempt.layer = NetworkLayer::message;
    attempt.authenticated = plans.at(surface).has_first_message;
    return attempt;
  }
  /// HTTP works, on a server of this version.
  void http(const std::string& version = "3.9.1", bool asks_for_auth = true) {
    status(Surface::http, 200, Body::version).text = version;
    if (probe.attempts.back().carries_credential)
      status(Surface::http, asks_for_auth ? 401 : 200,
             asks_for_auth ? Body::unauthorized : Body::version, Asked::without_credential);
  }
  /// A server refuses the credential, and answers /health.
  void unauthorized() {
    status(Surface::http, 401, Body::unauthorized);
    status(Surface::http, 200, Body::yes, Asked::health);
  }
};

struct Probed {
  Inspection inspection;
  Diagnosis diagnosis;
};

struct ProbeExample {
  std::vector<EnvironmentVariable> environment;
  std::function<void(Answers&)> answer;
  Version client = {3, 9, 1};
  ProbeOptions options = {};
};

inline Probed probed(const ProbeExample& example) {
  static const MemoryFiles files;
  auto inspection = inspect(launch_of(files, example.environment, example.client));
  const auto plans = plan_auth(inspection);
  Probe probe;
  Answers answers{probe, plans};
  example.answer(answers);
  auto diagnosis = diagnose(inspection, plans, probe, example.options);
  return {std::move(inspection), std::move(diagnosis)};
}

inline std::vector<EnvironmentVariable>
server(const std::string& auth = "admin:TEST-password",
       const std::string& url = "https://prefect.example.com/api") {
  std::vector<EnvironmentVariable> environment{{"PREFECT_API_URL", url}};
  if (!auth.empty()) environment.push_back({"PREFECT_API_AUTH_STRING", auth});
  return environment;
}

inline std::vector<EnvironmentVariable> cloud() {
  return {{"PREFECT_API_URL",
           "https://api.prefect.cloud/api/accounts/11111111-1111-4111-8111-111111111111/workspaces/"
           "22222222-2222-4222-8222-222222222222"},
          {"PREFECT_API_KEY", "pnu_TESTkey0123456789"}};
}

inline std::vector<EnvironmentVariable> with(std::vector<EnvironmentVariable> environment,
                                             EnvironmentVariable more) {
  environment.push_back(std::move(more));
  return environment;
}

/// A trouble before any answer.
inline ProbeExample on_the_way(Trouble trouble, NetworkLayer layer, const std::string& detail,
                               const std::string& url = "https://prefect.example.com/api") {
  return {server("admin:TEST-password", url), [=](Answers& answers) {
            answers.trouble(Surface::http, trouble, layer, detail).issuer = "CN=An Authority";
            answers.probe.attempts.back().authorities = "this machine";
          }};
}

/// An answer to HTTP that is no Prefect server's.
inline ProbeExample in_front(int status, Body body, const std::string& text = {},
                             const std::string& url = "https://prefect.example.com/api") {
  return {server("admin:TEST-password", url),
          [=](Answers& answers) { answers.status(Surface::http, status, body).text = text; }};
}

/// HTTP works, and a WebSocket's handshake is answered so.
inline ProbeExample handshake(int status, Body body) {
  return {server(), [=](Answers& answers) {
            answers.http();
            answers.status(Surface::events_out, status, body);
          }};
}

inline ProbeExample redirected(const std::string& location) {
  return {server("admin:TEST-password", "http://127.0.0.1:8080/api"), [=](Answers& answers) {
            auto& attempt = answers.status(Surface::http, 301, Body::page);
            attempt.url = Value("http://127.0.0.1:8080/api/admin/version");
            attempt.location = location;
          }};
}

const std::map<RuleId, ProbeExample>& probe_examples();

}  // namespace prefect_config::testing
