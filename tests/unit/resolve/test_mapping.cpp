// Settings that are JSON objects: merged key by key, each key with its origin.
#include "memory_files.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace prefect_config;
using namespace prefect_config::testing;

namespace {

constexpr const char* kOverrides = "server.services.db_vacuum.event_retention_overrides";
constexpr const char* kVariable = "PREFECT_SERVER_SERVICES_DB_VACUUM_EVENT_RETENTION_OVERRIDES";

MemoryFiles with_toml(const std::string& text) {
  MemoryFiles files;
  files.files["/work/prefect.toml"] = text;
  return files;
}

}  // namespace

TEST_CASE("mapping: each key says where it comes from") {
  auto files = with_toml("[client.custom_headers]\nX-T = \"t\"\nX-A = \"toml\"\n");
  files.files["/work/.env"] =
      "PREFECT_CLIENT_CUSTOM_HEADERS={\"X-A\": \"dotenv\", \"X-B\": \"b\"}\n";
  const auto inspection =
      inspect(launch_of(files, {{"PREFECT_CLIENT_CUSTOM_HEADERS", R"({"X-A": "env"})"}}));
  const auto& headers = inspection.at("client.custom_headers");
  REQUIRE(headers.keys.size() == 3);
  CHECK(headers.keys[0].name == "X-T");
  CHECK(headers.keys[0].from->origin.kind == SourceKind::prefect_toml);
  CHECK(headers.keys[0].span.line == 2);
  CHECK(headers.keys[1].name == "X-A");
  CHECK(headers.keys[1].from->origin.kind == SourceKind::environment);
  CHECK(headers.keys[2].name == "X-B");
  CHECK(headers.keys[2].from->origin.kind == SourceKind::dotenv);
  CHECK(headers.merged.size() == 2);
  CHECK(headers.shadowed.empty());
}

TEST_CASE("mapping: a source that gives no key is hidden, not merged") {
  auto files = with_toml("[client.custom_headers]\nX-A = \"toml\"\n");
  const auto inspection =
      inspect(launch_of(files, {{"PREFECT_CLIENT_CUSTOM_HEADERS", R"({"X-A": "env"})"}}));
  const auto& headers = inspection.at("client.custom_headers");
  CHECK(headers.merged.empty());
  CHECK(headers.shadowed.size() == 1);
}

TEST_CASE("mapping: what is merged is validated as one") {
  const auto files = with_toml("[server.services.db_vacuum.event_retention_overrides]\na = 0\n");
  SUBCASE("a bad value that a stronger source replaces does no harm") {
    const auto inspection = inspect(launch_of(files, {{kVariable, R"({"a": 60, "b": "PT2H"})"}}));
    CHECK(inspection.loads);
    CHECK(effective(inspection, kOverrides) == R"({"a":60,"b":7200})");
  }
  SUBCASE("one that counts is refused, at its own place") {
    const auto inspection = inspect(launch_of(files, {{kVariable, R"({"b": 60})"}}));
    CHECK_FALSE(inspection.loads);
    REQUIRE(inspection.findings.size() == 1);
    CHECK(inspection.findings[0].place->where == "/work/prefect.toml");
    CHECK(inspection.findings[0].place->span.line == 2);
    CHECK(inspection.findings[0].message().find("`a`") != std::string::npos);
    CHECK(effective(inspection, kOverrides) == R"({"b":60})");
  }
}
