// What answers mean: the cause that is named, the verdict of each connection, and no cause where
// all is well.
#include "diagnose/probe_examples.hpp"

#include <doctest/doctest.h>

#include <algorithm>

using namespace prefect_config;
using namespace prefect_config::testing;

namespace {

std::vector<std::string_view> codes_of(const Diagnosis& diagnosis) {
  std::vector<std::string_view> codes;
  for (const auto& finding : diagnosis.findings) codes.push_back(finding.code());
  return codes;
}

const Verdict& verdict_of(const Diagnosis& diagnosis, Surface surface) {
  return *std::find_if(diagnosis.verdicts.begin(), diagnosis.verdicts.end(),
                       [surface](const Verdict& verdict) { return verdict.surface == surface; });
}

using Codes = std::vector<std::string_view>;
using Outcome = Verdict::Outcome;

}  // namespace

TEST_CASE("diagnose: every example shows its rule, and no other error") {
  for (const auto& entry : probe_examples()) {
    const auto id = entry.first;
    CAPTURE(rule(id).code);
    const auto found = probed(entry.second);
    std::size_t others = 0;
    bool fired = false;
    for (const auto& finding : found.diagnosis.findings) {
      fired |= finding.rule == id;
      // The failing connection is a cause of its own beside the proxy that it does not take.
      const bool is_way = id == RuleId::proxy_of_one_transport;
      if (finding.rule != id && finding.severity() == Severity::error && !is_way) ++others;
    }
    CHECK(fired);
    CHECK(others == 0);
  }
}

TEST_CASE("diagnose: a healthy server has no cause, and says what it is") {
  const auto found = probed({server(), [](Answers& answers) {
                               answers.http();
                               answers.accepted(Surface::events_in);
                               answers.accepted(Surface::events_out);
                               answers.accepted(Surface::worker_channel);
                             }});
  CHECK(codes_of(found.diagnosis).empty());
  CHECK(found.diagnosis.server_version == "3.9.1");
  CHECK(found.diagnosis.asks_for_auth == true);
  for (const auto& verdict : found.diagnosis.verdicts) CHECK(verdict.outcome == Outcome::works);
}

TEST_CASE("diagnose: a server without auth is known by the second request") {
  const auto found = probed({server(), [](Answers& answers) { answers.http("3.9.1", false); }});
  CHECK(found.diagnosis.asks_for_auth == false);
  CHECK(codes_of(found.diagnosis) == Codes{"PC477"});
  const auto open = probed({server(""), [](Answers& answers) { answers.http(); }});
  CHECK(open.diagnosis.asks_for_auth == false);
  CHECK(codes_of(open.diagnosis).empty());
}

TEST_CASE("diagnose: one cause of several connections is said once, with all of them") {
  const auto found = probed({server(), [](Answers& answers) {
                               answers.http();
                               answers.status(Surface::events_in, 404, Body::not_found);
                               answers.status(Surface::events_out, 404, Body::not_found);
                             }});
  REQUIRE(codes_of(found.diagnosis) == Codes{"PC401"});
  CHECK(found.diagnosis.findings.front().message().find("events-in, events-out") !=
        std::string::npos);
}

TEST_CASE("diagnose: the same upgrade lost shows as 404 with a header and 401 without") {
  const auto found = probed({server(), [](Answers& answers) {
                               answers.http();
                               answers.status(Surface::events_in, 404, Body::not_found);
                               answers.status(Surface::events_out, 401, Body::unauthorized);
                             }});
  CHECK(codes_of(found.diagnosis) == Codes{"PC401"});
}

TEST_CASE("diagnose: who asks for the version first fails with it") {
  const ProbeExample lost{server(), [](Answers& answers) {
                            answers.unauthorized();
                            answers.accepted(Surface::events_in);
                          }};
  const auto found = probed(lost);
  CHECK(codes_of(found.diagnosis) == Codes{"PC444"});
  CHECK(verdict_of(found.diagnosis, Surface::events_in).outcome == Outcome::fails);
  // 3.4.19 asks for no version; its events need no credential of a server before 3.6.14.
  const auto old = probed({server(), lost.answer, {3, 4, 19}});
  CHECK(verdict_of(old.diagnosis, Surface::events_in).outcome == Outcome::works);
}

TEST_CASE("diagnose: an empty auth string of the server is not taken for a lost header") {
  const auto found = probed(
      {server(), [](Answers& answers) {
         answers.unauthorized();
         answers.status(Surface::http, 200, Body::settings, Asked::ui_settings).asks_for_auth =
             false;
         answers.accepted(Surface::events_out);
       }});
  CHECK(codes_of(found.diagnosis) == Codes{"PC474"});
}

TEST_CASE("diagnose: forms of an auth string that no server has") {
  for (const auto* text : {"Basic YWRtaW46VEVTVA==", "\"admin:TEST-password\"",
                           "admin:TEST-password\n", "YWRtaW46VEVTVC1wYXNz"}) {
    CAPTURE(text);
    const auto found = probed({server(text), [](Answers& answers) { answers.unauthorized(); }});
    REQUIRE(codes_of(found.diagnosis) == Codes{"PC472"});
    CHECK(found.diagnosis.findings.front().message().find("TEST") == std::string::npos);
  }
}

TEST_CASE("diagnose: a worker's outcome on an old server depends on the client") {
  for (const auto& [client, words] :
       {std::pair(Version{3, 8, 8}, "a worker exits"), std::pair(Version{3, 9, 1}, "goes on")}) {
    const auto found = probed({server(), [](Answers& answers) { answers.http("3.6.13"); }, client});
    REQUIRE(codes_of(found.diagnosis) == Codes{"PC480", "PC482"});
    CHECK(found.diagnosis.findings.front().message().find(words) != std::string::npos);
  }
}

TEST_CASE("diagnose: an old client loses events only where the server asks for auth") {
  const auto found = probed({server(""),
                             [](Answers& answers) {
                               answers.http("3.9.1");
                               answers.accepted(Surface::events_in);
                             },
                             {3, 4, 19}});
  CHECK(codes_of(found.diagnosis).empty());
}

TEST_CASE("diagnose: a redirect to the same path names the URL to write") {
  const auto found = probed(redirected("https://127.0.0.1:8443/api/admin/version"));
  REQUIRE(codes_of(found.diagnosis) == Codes{"PC440"});
  CHECK(found.diagnosis.findings.front().next.find("https://127.0.0.1:8443/api") !=
        std::string::npos);
}

TEST_CASE("diagnose: a connection that was not opened says why") {
  const auto found = probed({server(),
                             [](Answers& answers) {
                               answers.http("3.6.13", true);
                               answers.probe.surfaces.push_back(Surface::worker_channel);
                             },
                             {3, 4, 19}});
  const auto& verdict = verdict_of(found.diagnosis, Surface::worker_channel);
  CHECK(verdict.outcome == Outcome::not_opened);
  CHECK(verdict.note == "this version has no such connection");
}

TEST_CASE("diagnose: five requests reach on a healthy server, whatever is asked for") {
  for (const auto& environment : {server(), server(""), cloud()}) {
    for (const auto client : {Version{3, 0, 0}, Version{3, 4, 19}, Version{3, 6, 14},
                              Version{3, 8, 8}, Version{3, 9, 1}}) {
      for (const auto* pool : {"", "p"}) {
        CAPTURE(client.text());
        static const MemoryFiles files;
        const auto inspection = inspect(launch_of(files, environment, client));
        const auto plans = plan_auth(inspection);
        ProbeOptions options;
        options.pool = pool;
        std::size_t requests = options.pool.empty() ? 0 : 1;
        for (const auto surface : default_surfaces(plans, options)) {
          const auto& plan = plans.at(surface);
          if (plan.outcome != AuthPlan::Outcome::connects) continue;
          const bool is_asked_twice = surface == Surface::http && !plan.headers.empty() &&
                                      plans.target == Target::self_hosted;
          requests += is_asked_twice ? 2 : 1;
        }
        CHECK(requests <= 5);
        CHECK(requests >= 3);
      }
    }
  }
}
