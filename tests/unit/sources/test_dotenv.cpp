// `.env` as a source: names, order, what reaches the settings and what does not.
#include "memory_files.hpp"

#include <doctest/doctest.h>

using namespace prefect_config;
using namespace prefect_config::testing;

namespace {

constexpr const char* kDotenv = "/work/.env";

Inspection with_dotenv(const char* text, std::vector<EnvironmentVariable> environment = {},
                       Version version = {3, 8, 8}) {
  static MemoryFiles files;
  files = MemoryFiles();
  files.files[kDotenv] = text;
  return inspect(launch_of(files, std::move(environment), version));
}

}  // namespace

TEST_CASE("dotenv: a value, its place, and the environment above it") {
  const auto inspection = with_dotenv("# ours\nexport prefect_api_url = 'http://h/api' # x\n");
  CHECK(effective(inspection, "api.url") == "\"http://h/api\"");
  const auto& origin = inspection.at("api.url").winner->origin;
  CHECK(origin.kind == SourceKind::dotenv);
  CHECK(origin.where == kDotenv);
  CHECK(origin.key == "prefect_api_url");
  CHECK(origin.key_span == Span{2, 8, 2, 23});
  CHECK(origin.value_span == Span{2, 26, 2, 40});
  const auto both =
      with_dotenv("PREFECT_API_URL=http://h/api\n", {{"PREFECT_API_URL", "http://e/api"}});
  CHECK(effective(both, "api.url") == "\"http://e/api\"");
  CHECK(both.at("api.url").shadowed.size() == 1);
}

TEST_CASE("dotenv: of one name the last value counts, at the place of the first") {
  CHECK(effective(with_dotenv("PREFECT_API_URL=a\nPREFECT_API_URL=b\n"), "api.url") == "\"b\"");
  CHECK(effective(with_dotenv("Prefect_Api_Url=a\nPREFECT_API_URL=b\nPrefect_Api_Url=c\n"),
                  "api.url") == "\"b\"");
}

TEST_CASE("dotenv: a name without `=` is not set, an empty value is") {
  CHECK(effective(with_dotenv("PREFECT_API_URL\n"), "api.url") == "null");
  CHECK(effective(with_dotenv("PREFECT_API_URL=a\nPREFECT_API_URL\n"), "api.url") == "null");
  CHECK(effective(with_dotenv("PREFECT_API_URL=\n"), "api.url") == "\"\"");
}

TEST_CASE("dotenv: values are made from the environment and from lines above") {
  CHECK(effective(with_dotenv("H=h\nPREFECT_API_URL=http://${H}/${P}\n", {{"P", "api"}}),
                  "api.url") == "\"http://h/api\"");
}

TEST_CASE("dotenv: JSON for a whole group") {
  CHECK(effective(with_dotenv("PREFECT_API='{\"url\": \"http://g/api\"}'\n"), "api.url") ==
        "\"http://g/api\"");
  CHECK_FALSE(with_dotenv("PREFECT_API=bad\n").loads);
}

TEST_CASE("dotenv: PREFECT_PROFILE has no effect there, and is reported") {
  const auto inspection = with_dotenv("PREFECT_PROFILE=local\n");
  CHECK(inspection.command_line.selection.requested_by.empty());
  REQUIRE(inspection.findings.size() == 1);
  CHECK(inspection.findings[0].rule == RuleId::setting_unknown);
  CHECK(inspection.findings[0].severity() == Severity::warning);
}

TEST_CASE("dotenv: files that stop Prefect, and releases that do not look") {
  CHECK_FALSE(with_dotenv("A=\xE9\n").loads);
  CHECK(with_dotenv("A=\xE9\n", {}, {3, 0, 0}).loads);
  MemoryFiles directory;
  directory.errors[kDotenv] = FileError::is_directory;
  CHECK(inspect(launch_of(directory)).loads);
}

TEST_CASE("dotenv: a field's name alone counts in 3.0.11 to 3.1.1, of every group that has it") {
  for (const Version version : {Version{3, 0, 11}, Version{3, 1, 1}}) {
    CHECK(effective(with_dotenv("URL=http://h/api\n", {}, version), "api.url") ==
          "\"http://h/api\"");
    CHECK(effective(with_dotenv("host=h\n", {}, version), "server.api.host") == "\"h\"");
    CHECK(effective(with_dotenv("host=h\n", {}, version), "runner.server.host") == "\"h\"");
    // A setting with one name prefers its own variable; an older one beats even the environment.
    CHECK(effective(with_dotenv("PREFECT_API_URL=http://o/api\nURL=http://h/api\n", {}, version),
                    "api.url") == "\"http://o/api\"");
    CHECK(effective(with_dotenv("TIMEOUT=6\n", {{"PREFECT_SERVER_DATABASE_TIMEOUT", "5"}}, version),
                    "server.database.timeout") == "6.0");
    CHECK(effective(with_dotenv("URL=\n", {}, version), "api.url") == "null");
    CHECK_FALSE(with_dotenv("LOGGING=x\n", {}, version).loads);
  }
  for (const Version version : {Version{3, 0, 10}, Version{3, 1, 2}, Version{3, 8, 8}})
    CHECK(effective(with_dotenv("URL=http://h/api\n", {}, version), "api.url") == "null");
}

TEST_CASE("dotenv: a name without a value takes its other spellings away, if it stands last") {
  MemoryFiles files;
  files.files["/work/.env"] = "prefect_api_url=http://a/api\nPREFECT_API_URL\n";
  CHECK(effective(inspect(launch_of(files)), "api.url") == "null");
  files.files["/work/.env"] = "PREFECT_API_URL\nprefect_api_url=http://a/api\n";
  CHECK(effective(inspect(launch_of(files)), "api.url") == "\"http://a/api\"");
}

TEST_CASE("dotenv: of two byte order marks one is a part of the first key") {
  MemoryFiles files;
  files.files["/work/.env"] = "\xEF\xBB\xBF\xEF\xBB\xBFPREFECT_API_URL=http://a/api\n";
  CHECK(effective(inspect(launch_of(files)), "api.url") == "null");
  files.files["/work/.env"] = "\xEF\xBB\xBFPREFECT_API_URL=http://a/api\n";
  CHECK(effective(inspect(launch_of(files)), "api.url") == "\"http://a/api\"");
}

TEST_CASE("dotenv: a named pipe is read by later releases, and not by us") {
  MemoryFiles files;
  files.errors["/work/.env"] = FileError::named_pipe;
  const auto inspection = inspect(launch_of(files));
  CHECK_FALSE(inspection.complete);
  REQUIRE(inspection.findings.size() == 1);
  CHECK(inspection.findings[0].message().find("is a named pipe") != std::string::npos);
  CHECK(inspect(launch_of(files, {}, {3, 4, 19})).complete);
}
