// Where a request goes, and with what: made of the plan alone.
#include "diagnose/probe_examples.hpp"
#include "probe/request.hpp"

#include <doctest/doctest.h>

using namespace prefect_config;
using namespace prefect_config::testing;
using namespace prefect_config::probing;

namespace {

Request request_for(Surface surface, std::vector<EnvironmentVariable> environment,
                    ProbeOptions options = {}, Version version = {3, 9, 1}) {
  static const MemoryFiles files;
  const auto inspection = inspect(launch_of(files, std::move(environment), version));
  const auto plans = plan_auth(inspection);
  return request_of(inspection, plans.at(surface), options);
}

}  // namespace

TEST_CASE("request: the version is asked for below the API, whatever its path") {
  for (const auto& [url, target] : {std::pair("http://h:4200/api", "/api/admin/version"),
                                    std::pair("http://h:4200/api/", "/api/admin/version"),
                                    std::pair("http://h:4200", "/admin/version"),
                                    std::pair("http://h:4200/a/b/api", "/a/b/api/admin/version")}) {
    const auto request = request_for(Surface::http, server("", url));
    CHECK(request.target == target);
    CHECK(request.endpoint.text() == "h:4200");
    CHECK(request.method == "GET");
    CHECK_FALSE(request.carries_credential);
  }
}

TEST_CASE("request: hosts as the Host header has them") {
  CHECK(request_for(Surface::http, server("", "http://h/api")).host_header == "h");
  CHECK(request_for(Surface::http, server("", "https://h:443/api")).host_header == "h");
  const auto v6 = request_for(Surface::http, server("", "http://[::1]:4200/api"));
  CHECK(v6.host_header == "[::1]:4200");
  CHECK(v6.endpoint.host == "::1");
}

TEST_CASE("request: without a credential nothing of the plan's headers is left") {
  const auto request = request_for(Surface::http, server());
  REQUIRE(request.carries_credential);
  const auto bare = request.without_credential(Asked::health, "/api/health");
  CHECK(bare.headers.empty());
  CHECK_FALSE(bare.carries_credential);
  CHECK(bare.target == "/api/health");
}

TEST_CASE("request: a secret in the URL's query is a credential, and stays out of other paths") {
  const auto request = request_for(Surface::http, server("", "http://h/api?token=TESTquery1"));
  CHECK(request.carries_credential);
  const auto bare = request.without_credential(Asked::health, "/api/health");
  CHECK(bare.target.find("TESTquery1") == std::string::npos);
}

TEST_CASE("request: the first message is the plan's token, compact and unescaped") {
  const auto request = request_for(Surface::events_out, server("admin:TEST-p\xC3\xA4\"ss"));
  REQUIRE(request.first_message.has_value());
  CHECK(*request.first_message == "{\"type\":\"auth\",\"token\":\"admin:TEST-p\xC3\xA4\\\"ss\"}");
  CHECK(*request_for(Surface::events_out, server("")).first_message ==
        R"({"type":"auth","token":null})");
}

TEST_CASE("request: a worker's channel is that of the pool, percent-encoded") {
  ProbeOptions options;
  options.pool = "a pool/x";
  CHECK(request_for(Surface::worker_channel, server(), options).target ==
        "/api/work_pools/a%20pool%2Fx/workers/connect");
}

TEST_CASE("request: what cannot be sent is not tried") {
  CHECK_FALSE(request_for(Surface::http, server("", "http://pr\xC3\xA4"
                                                    "fect/api"))
                  .not_tried.empty());
  const auto long_header = with(server(""), {"PREFECT_CLIENT_CUSTOM_HEADERS",
                                             "{\"X-Long\": \"" + std::string(70000, 'x') + "\"}"});
  CHECK_FALSE(request_for(Surface::http, long_header).not_tried.empty());
}
