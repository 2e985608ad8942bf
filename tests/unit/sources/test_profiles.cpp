// How profiles files and active profiles are found, and what a file of the wrong shape does.
#include "memory_files.hpp"

#include <doctest/doctest.h>

using namespace prefect_config;
using namespace prefect_config::testing;

namespace {

constexpr const char* kTwo =
    "active = \"prod\"\n\n[profiles.prod]\nPREFECT_API_URL = "
    "\"http://prod/api\"\n\n[profiles.dev]\nPREFECT_API_URL = \"http://dev/api\"\n";

bool has_rule(const Inspection& inspection, RuleId id) {
  for (const auto& finding : inspection.findings) {
    if (finding.rule == id) return true;
  }
  return false;
}

}  // namespace

TEST_CASE("profiles: who chooses the profile") {
  MemoryFiles files;
  files.files[kProfiles] = kTwo;
  SUBCASE("the file") {
    const auto inspection = inspect(launch_of(files));
    CHECK(inspection.layers.loader.name == "prod");
    CHECK(effective(inspection, "api.url") == "\"http://prod/api\"");
    const auto& origin = inspection.at("api.url").winner->origin;
    CHECK(origin.where == kProfiles);
    CHECK(origin.table == "prod");
    CHECK(origin.key_span == Span{4, 1, 4, 16});
    CHECK(origin.value_span == Span{4, 19, 4, 36});
  }
  SUBCASE("PREFECT_PROFILE") {
    CHECK(effective(inspect(launch_of(files, {{"PREFECT_PROFILE", "dev"}})), "api.url") ==
          "\"http://dev/api\"");
  }
  SUBCASE("an empty PREFECT_PROFILE counts for the command line only") {
    const auto inspection = inspect(launch_of(files, {{"PREFECT_PROFILE", ""}}));
    CHECK(inspection.layers.loader.name == "prod");
    CHECK(inspection.command_line.selection.name == "ephemeral");
    CHECK(inspection.loads);
  }
  SUBCASE("--profile") {
    auto launch = launch_of(files, {{"PREFECT_PROFILE", "prod"}});
    launch.profile = "dev";
    CHECK(effective(inspect(launch), "api.url") == "\"http://dev/api\"");
  }
  SUBCASE("an unknown --profile ends the command") {
    auto launch = launch_of(files);
    launch.profile = "nope";
    const auto inspection = inspect(launch);
    CHECK_FALSE(inspection.loads);
    CHECK(has_rule(inspection, RuleId::profile_unknown));
    CHECK(inspection.command_line.warning ==
          "WARNING: Active profile 'nope' set by command line argument not found. The default "
          "profile will be used instead. ");
  }
  SUBCASE("a bundled name that is not in the file: shown by the view, not used") {
    const auto inspection = inspect(launch_of(files, {{"PREFECT_PROFILE", "local"}}));
    CHECK(effective(inspection, "api.url") == "null");
    CHECK(effective(inspection, "server.ephemeral.enabled") == "true");
    CHECK(inspection.command_line.selection.name == "local");
    CHECK(has_rule(inspection, RuleId::profile_bundled_only));
  }
}

TEST_CASE("profiles: which file") {
  MemoryFiles files;
  files.files[kProfiles] = kTwo;
  files.files["/elsewhere/profiles.toml"] =
      "active = \"x\"\n[profiles.x]\nPREFECT_API_URL = \"http://x/api\"\n";
  SUBCASE("PREFECT_HOME") {
    CHECK(effective(inspect(launch_of(files, {{"PREFECT_HOME", "/elsewhere"}})), "api.url") ==
          "\"http://x/api\"");
  }
  SUBCASE("3.1.15 ignores PREFECT_HOME here") {
    CHECK(effective(inspect(launch_of(files, {{"PREFECT_HOME", "/elsewhere"}}, {3, 1, 15})),
                    "api.url") == "\"http://prod/api\"");
  }
  SUBCASE("PREFECT_PROFILES_PATH beats it") {
    CHECK(effective(
              inspect(launch_of(files, {{"PREFECT_HOME", "/nowhere"},
                                        {"PREFECT_PROFILES_PATH", "/elsewhere/profiles.toml"}})),
              "api.url") == "\"http://x/api\"");
  }
  SUBCASE("test mode loads no profile values, even as 0") {
    CHECK(effective(inspect(launch_of(files, {{"PREFECT_TEST_MODE", "0"}})), "api.url") == "null");
  }
  SUBCASE("no file: the bundled profile") {
    const auto inspection = inspect(launch_of(MemoryFiles()));
    CHECK(inspection.layers.loader.bundled_file);
    CHECK(effective(inspection, "server.ephemeral.enabled") == "true");
  }
}

TEST_CASE("profiles: a file that is not what it should be") {
  MemoryFiles files;
  struct Bad {
    const char* what;
    const char* text;
    RuleId rule;
  };
  std::string too_long = "[a";
  for (int i = 0; i < 50000; ++i) too_long += ".a";
  too_long += "]\n";
  const Bad kBad[] = {
      {"not TOML", "active = prod\n", RuleId::profiles_file_malformed},
      {"a text in quotes that never ends", "[profiles.a]\nPREFECT_API_KEY = \"pnu_TEST\n",
       RuleId::profiles_file_malformed},
      {"three brackets", "[[[\n", RuleId::profiles_file_malformed},
      {"a NUL byte", nullptr, RuleId::profiles_file_malformed},
      {"a key of very many parts", too_long.c_str(), RuleId::profiles_file_malformed},
      {"active is a list", "active = [1]\n", RuleId::profiles_file_shape},
      {"profiles is a number", "profiles = 5\n", RuleId::profiles_file_shape},
      {"a profile is a number", "[profiles]\nm = 5\n", RuleId::profiles_file_shape},
      {"not UTF-8", "active = \"\xff\"\n", RuleId::profiles_file_unreadable},
  };
  for (const auto& bad : kBad) {
    CAPTURE(bad.what);
    files.files[kProfiles] = bad.text ? std::string(bad.text) : std::string("a = \"x\0y\"\n", 10);
    const auto inspection = inspect(launch_of(files));
    CHECK_FALSE(inspection.loads);
    CHECK(has_rule(inspection, bad.rule));
    CHECK(inspection.findings.size() == 1);
  }
}

TEST_CASE("profiles: a file that cannot be read") {
  MemoryFiles files;
  for (const auto error : {FileError::is_directory, FileError::not_permitted, FileError::failed}) {
    files.errors[kProfiles] = error;
    const auto inspection = inspect(launch_of(files));
    CHECK_FALSE(inspection.loads);
    CHECK(inspection.complete);
    CHECK(has_rule(inspection, RuleId::profiles_file_unreadable));
  }
  for (const auto error : {FileError::too_large, FileError::not_regular}) {
    files.errors[kProfiles] = error;
    CHECK_FALSE(inspect(launch_of(files)).complete);
  }
}

TEST_CASE("profiles: byte order marks, carriage returns") {
  MemoryFiles files;
  const std::string text = std::string("\xEF\xBB\xBF") + kTwo;
  SUBCASE("a byte order mark is no TOML to tomllib") {
    files.files[kProfiles] = text;
    CHECK_FALSE(inspect(launch_of(files)).loads);
  }
  SUBCASE("up to 3.5.0 it takes the first key with it") {
    files.files[kProfiles] = text;
    const auto inspection = inspect(launch_of(files, {}, {3, 4, 19}));
    CHECK(inspection.loads);
    CHECK(inspection.layers.loader.name == "ephemeral");
  }
  SUBCASE("Windows and old Macintosh line ends") {
    for (const auto* end : {"\r\n", "\r"}) {
      std::string lines;
      for (const char c : std::string(kTwo))
        lines += c == '\n' ? std::string(end) : std::string(1, c);
      files.files[kProfiles] = lines;
      const auto inspection = inspect(launch_of(files));
      CHECK(inspection.loads);
      CHECK(inspection.at("api.url").winner->origin.key_span.line == 4);
    }
  }
}

TEST_CASE("profiles: the loader's file and the command line's can differ") {
  MemoryFiles files;
  files.files[kProfiles] = kTwo;
  files.files["/home/user/x/profiles.toml"] = "active = \"x\"\n[profiles.x]\n";
  const auto inspection = inspect(launch_of(files, {{"PREFECT_HOME", "~/x"}}));
  CHECK(inspection.layers.loader.path == "~/x/profiles.toml");
  CHECK(inspection.command_line.selection.path == "/home/user/x/profiles.toml");
  CHECK(inspection.command_line.selection.name == "x");
  CHECK(has_rule(inspection, RuleId::profiles_files_differ));
}

TEST_CASE("profiles: malformed in the loader's file alone is only a warning to Prefect") {
  MemoryFiles files;
  files.files["/work/~/x/profiles.toml"] = "not toml";
  const auto inspection = inspect(launch_of(files, {{"PREFECT_HOME", "~/x"}}));
  CHECK(inspection.loads);
  CHECK(has_rule(inspection, RuleId::profiles_file_malformed));
}
