// prefect.toml and pyproject.toml: keys by place, wrong shapes, and who reads which file.
#include "memory_files.hpp"

#include <doctest/doctest.h>

using namespace prefect_config;
using namespace prefect_config::testing;

namespace {

constexpr const char* kPrefectToml = "/work/prefect.toml";
constexpr const char* kPyproject = "/work/pyproject.toml";

Inspection with_file(const char* path, const char* text, Version version = {3, 8, 8}) {
  static MemoryFiles files;
  files = MemoryFiles();
  files.files[path] = text;
  return inspect(launch_of(files, {}, version));
}

bool has_finding(const Inspection& inspection, RuleId rule) {
  for (const auto& finding : inspection.findings) {
    if (finding.rule == rule) return true;
  }
  return false;
}

}  // namespace

TEST_CASE("project files: a setting is named by its place, however the table is written") {
  for (const auto* text :
       {"[api]\nurl = \"http://h/api\"\n", "api.url = \"http://h/api\"\n",
        "api = {url = \"http://h/api\"}\n", "\"api\".'url' = \"http://h/api\"\n"}) {
    CAPTURE(text);
    const auto inspection = with_file(kPrefectToml, text);
    CHECK(effective(inspection, "api.url") == "\"http://h/api\"");
    CHECK(inspection.at("api.url").source() == SourceKind::prefect_toml);
    CHECK(inspection.findings.empty());
  }
  const auto inspection = with_file(
      kPyproject, "[project]\nname = \"x\"\n[tool.prefect.api]\nurl = \"http://h/api\"\n");
  CHECK(effective(inspection, "api.url") == "\"http://h/api\"");
  const auto& origin = inspection.at("api.url").winner->origin;
  CHECK(origin.kind == SourceKind::pyproject_toml);
  CHECK(origin.where == kPyproject);
  CHECK(origin.key_span == Span{4, 1, 4, 4});
  CHECK(origin.value_span == Span{4, 7, 4, 21});
}

TEST_CASE("project files: names that are no paths are ignored, and reported") {
  for (const auto* text :
       {"PREFECT_API_URL = \"http://h/api\"\n", "[api]\nURL = \"http://h/api\"\n",
        "[API]\nurl = \"http://h/api\"\n", "\"api.url\" = \"http://h/api\"\n",
        "[client]\nprefect_client_enable_metrics = true\n", "[api.url]\nx = 1\n"}) {
    CAPTURE(text);
    const auto inspection = with_file(kPrefectToml, text);
    CHECK(inspection.loads);
    CHECK(effective(inspection, "api.url") == "null");
    CHECK(has_finding(inspection, RuleId::toml_key_unknown));
  }
}

TEST_CASE("project files: the shapes that stop Prefect") {
  for (const auto* text :
       {"api = 'x'\n", "api = '{}'\n", "api = 5\n", "api = []\n", "[[server]]\nx = 1\n",
        "server.api = false\n", "a b", "profiles_path = 5\n"}) {
    CAPTURE(text);
    CHECK_FALSE(with_file(kPrefectToml, text).loads);
  }
  for (const auto* text : {"tool = 5\n", "[tool]\nprefect = 5\n", "[tool]\nprefect = \"\"\n"}) {
    CAPTURE(text);
    CHECK_FALSE(with_file(kPyproject, text).loads);
  }
  CHECK(with_file(kPrefectToml, "").loads);
  CHECK(with_file(kPyproject, "[tool.other]\nx = 1\n").loads);
  // A release that does not read the files does not stop at them.
  CHECK(with_file(kPrefectToml, "a b", {3, 0, 11}).loads);
}

TEST_CASE("project files: a table is a value for a mapping only, and only in later releases") {
  constexpr const char* kText = "[client.custom_headers]\nA = \"b\"\n";
  CHECK(with_file(kPrefectToml, kText).at("client.custom_headers").value.truthy());
  CHECK_FALSE(
      with_file(kPrefectToml, kText, {3, 4, 21}).at("client.custom_headers").value.truthy());
}

TEST_CASE("project files: where profiles.toml is, as they say it") {
  MemoryFiles files;
  files.files["/work/p.toml"] =
      "active = \"p\"\n[profiles.p]\nPREFECT_API_URL = \"http://p/api\"\n";
  const auto url = [&](Version version = {3, 8, 8}) {
    return effective(inspect(launch_of(files, {}, version)), "api.url");
  };
  SUBCASE(".env") { files.files["/work/.env"] = "PREFECT_PROFILES_PATH=p.toml\n"; }
  SUBCASE("prefect.toml") { files.files[kPrefectToml] = "profiles_path = \"p.toml\"\n"; }
  SUBCASE("pyproject.toml") {
    files.files[kPyproject] = "[tool.prefect]\nprofiles_path = \"p.toml\"\n";
  }
  SUBCASE("an empty one is passed over") {
    files.files["/work/.env"] = "PREFECT_PROFILES_PATH=\n";
    files.files[kPyproject] = "tool.prefect.profiles_path = \"./p.toml\"\n";
    files.files[kPrefectToml] = "profiles_path = \"\"\n";
  }
  CHECK(url() == "\"http://p/api\"");
  CHECK(url({3, 1, 0}) == "null");
}

TEST_CASE("project files: what is no file is passed over by the loader, and stops the search") {
  MemoryFiles files;
  files.errors[kPrefectToml] = FileError::is_directory;
  CHECK_FALSE(inspect(launch_of(files)).loads);
  files.files["/work/.env"] = "PREFECT_PROFILES_PATH=p.toml\n";
  CHECK(inspect(launch_of(files)).loads);
}
