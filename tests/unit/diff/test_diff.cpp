// Two sides of a comparison: made of launches, of saved explanations, of one of each.
#include "memory_files.hpp"

#include <doctest/doctest.h>

#include <string>
#include <utility>
#include <vector>

using namespace prefect_config;
using namespace prefect_config::testing;

namespace {

const char* const kTwoProfiles =
    "active = \"a\"\n"
    "[profiles.a]\nPREFECT_API_URL = \"http://h/api\"\nPREFECT_API_KEY = \"one\"\n"
    "[profiles.b]\nPREFECT_API_URL = \"http://h/api\"\nPREFECT_API_KEY = \"two\"\n"
    "[profiles.c]\nPREFECT_API_URL = \"http://h/api\"\nPREFECT_API_KEY = \"one\"\n";

Inspection inspected(const MemoryFiles& files, const std::string& profile = {},
                     Version version = {3, 8, 8}, std::vector<EnvironmentVariable> more = {}) {
  auto launch = launch_of(files, std::move(more), version);
  if (!profile.empty()) launch.profile = profile;
  return inspect(std::move(launch));
}

DiffSide side_of(const Inspection& inspection) {
  return side_of_launch(inspection, plan_auth(inspection), {});
}

std::string saved(const Inspection& inspection, Disclosure secrets = Disclosure::masked) {
  return explain_json(inspection, plan_auth(inspection), secrets);
}

DiffSide document(const std::string& text) {
  auto read = side_of_document(text, "saved.json");
  const auto* problem = std::get_if<DocumentProblem>(&read);
  CHECK_MESSAGE(!problem, (problem ? problem->reason : ""));
  return problem ? DiffSide{} : std::get<DiffSide>(std::move(read));
}

std::string refused(const std::string& text) {
  const auto read = side_of_document(text, "saved.json");
  const auto* problem = std::get_if<DocumentProblem>(&read);
  return problem ? problem->reason : "";
}

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  for (auto at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size()))
    text.replace(at, from.size(), to);
  return text;
}

std::string names_of(const Diff& diff) {
  std::string text;
  for (const auto& setting : diff.settings)
    text += std::string((setting.b ? setting.b : setting.a)->setting->path) + ' ';
  for (const auto& surface : diff.surfaces)
    text +=
        (surface.a ? surface.a : surface.b)->name + (surface.sent == Same::unknown ? "? " : " ");
  for (const auto& credential : diff.credentials)
    text += (credential.a ? credential.a : credential.b)->id +
            (credential.value == Same::unknown ? "? " : " ");
  return text;
}

}  // namespace

TEST_CASE("diff: a launch and itself") {
  MemoryFiles files;
  files.files[kProfiles] = kTwoProfiles;
  const auto a = side_of(inspected(files, "a"));
  const auto diff = compare_sides(a, a);
  CHECK(diff.sides() == Same::yes);
  CHECK(names_of(diff) == "");
}

TEST_CASE("diff: which profile a value stands in does not count") {
  MemoryFiles files;
  files.files[kProfiles] = kTwoProfiles;
  const auto a = side_of(inspected(files, "a"));
  const auto c = side_of(inspected(files, "c"));
  CHECK(compare_sides(a, c).sides() == Same::yes);
}

TEST_CASE("diff: another key") {
  MemoryFiles files;
  files.files[kProfiles] = kTwoProfiles;
  const auto a = side_of(inspected(files, "a"));
  const auto b = side_of(inspected(files, "b"));
  const auto diff = compare_sides(a, b);
  CHECK(diff.sides() == Same::no);
  CHECK(names_of(diff) ==
        "api.key http version-check cloud-client subscriptions worker-channel api_key ");
  CHECK(diff.credentials.at(0).changes.empty());
}

TEST_CASE("diff: the same value from another kind of source") {
  MemoryFiles files;
  files.files[kProfiles] = kTwoProfiles;
  const auto a = side_of(inspected(files, "a"));
  const auto b = side_of(inspected(files, "a", {3, 8, 8}, {{"PREFECT_API_KEY", "one"}}));
  const auto diff = compare_sides(a, b);
  CHECK(names_of(diff) == "api.key api_key ");
  CHECK(diff.settings.at(0).value == Same::yes);
  CHECK(diff.credentials.at(0).source_differs);
  CHECK(diff.sides() == Same::no);
}

TEST_CASE("diff: computed values follow, and are not said again") {
  const MemoryFiles files;
  const auto a = side_of(inspected(files, {}, {3, 8, 8}, {{"PREFECT_HOME", "/a"}}));
  const auto b = side_of(inspected(files, {}, {3, 8, 8}, {{"PREFECT_HOME", "/b"}}));
  CHECK(names_of(compare_sides(a, b)) == "home ");
}

TEST_CASE("diff: an upgrade") {
  MemoryFiles files;
  files.files[kProfiles] = kTwoProfiles;
  const std::vector<EnvironmentVariable> both = {{"PREFECT_API_AUTH_STRING", "u:p"}};
  const auto a = side_of(inspected(files, "a", {3, 4, 0}, both));
  const auto b = side_of(inspected(files, "a", {3, 4, 1}, both));
  const auto diff = compare_sides(a, b);
  CHECK(names_of(diff) == "http subscriptions api_key auth_string ");
  const auto& key = diff.credentials.at(0);
  REQUIRE(key.changes.size() == 2);
  CHECK(key.changes[0].surface == "http");
  CHECK(key.changes[0].used_by_a);
  CHECK(key.changes[0].reason == "the auth string wins (since 3.4.1)");
  CHECK_FALSE(diff.credentials.at(1).changes.at(0).used_by_a);
}

TEST_CASE("diff: a setting that is renamed, one that only one release has, and defaults") {
  const MemoryFiles files;
  const std::vector<EnvironmentVariable> set = {{"PREFECT_CLIENT_ENABLE_METRICS", "1"},
                                                {"PREFECT_API_AUTH_STRING", "u:p"}};
  const auto old = side_of(inspected(files, {}, {3, 0, 0}, set));
  const auto newer = side_of(inspected(files, {}, {3, 8, 8}, set));
  const auto diff = compare_sides(old, newer);
  std::size_t of_one = 0;
  for (const auto& setting : diff.settings) {
    if (!setting.a || !setting.b) {
      ++of_one;
      CHECK_FALSE(setting.a);
      CHECK(setting.b->setting->path == "api.auth_string");
    } else {
      CHECK(setting.is_default());
      CHECK(setting.b->setting->path != "client.metrics.enabled");
    }
  }
  CHECK(of_one == 1);
}

TEST_CASE("diff: numbers that are equal are no changed default") {
  const MemoryFiles files;
  const auto a = side_of(inspected(files, {}, {3, 8, 8}, {{"PREFECT_API_REQUEST_TIMEOUT", "5"}}));
  const auto b = side_of(inspected(files, {}, {3, 8, 8}, {{"PREFECT_API_REQUEST_TIMEOUT", "5.0"}}));
  CHECK(compare_sides(a, b).sides() == Same::yes);
}

TEST_CASE("diff: connections that no rule knows are not compared") {
  MemoryFiles files;
  files.files[kProfiles] = "active = \"a\"\n[profiles.a]\nPREFECT_API_URL = \"http://h/api\"\n";
  auto a = side_of(inspected(files, {}, {3, 4, 0}));
  for (auto& surface : a.surfaces) surface.is_known = false;
  const auto b = side_of(inspected(files, {}, {3, 8, 8}));
  for (const auto& surface : compare_sides(a, b).surfaces) CHECK(surface.sent == Same::unknown);
}

TEST_CASE("diff: a document's secret inside its URL") {
  const auto side = document(
      "{\"schema\": \"prefect-config/explain/v1\", \"prefect_version\": \"3.8.8\", "
      "\"loads\": true, \"complete\": true, \"profile\": \"p\", \"target\": \"self-hosted\", "
      "\"api_url\": \"http://h/TESTsecret9/api\", \"credentials\": [], \"surfaces\": "
      "[{\"surface\": \"worker-channel\", \"outcome\": \"connects\", \"url\": null, "
      "\"headers\": [], \"subprotocols\": [], \"tls\": null, \"proxy\": null, "
      "\"first_message\": {\"token\": \"TESTsecret9\"}, \"rule\": null, \"notes\": []}]}");
  const auto diff = compare_sides(side, side);
  CHECK(diff_json(diff, Disclosure::masked).find("\"http://h/********/api\"") != std::string::npos);
  CHECK(diff_json(diff, Disclosure::shown).find("\"http://h/TESTsecret9/api\"") !=
        std::string::npos);
}

TEST_CASE("diff: a masked explanation says no more than it does") {
  MemoryFiles files;
  files.files[kProfiles] = kTwoProfiles;
  const auto inspection = inspected(files, "a");
  const auto live = side_of(inspection);
  const auto masked = document(saved(inspection));
  const auto diff = compare_sides(masked, live);
  CHECK_FALSE(diff.settings_compared);
  CHECK(diff.sides() == Same::unknown);
  CHECK(names_of(diff) ==
        "http? version-check? cloud-client? subscriptions? worker-channel? api_key? ");
  // Another scheme is seen through a mask.
  const auto other = document(replaced(saved(inspection), "Bearer ", "Basic "));
  CHECK(compare_sides(masked, other).surfaces.at(0).sent == Same::no);
}

TEST_CASE("diff: an explanation with its secrets is compared like a launch") {
  MemoryFiles files;
  files.files[kProfiles] = kTwoProfiles;
  const auto inspection = inspected(files, "a");
  const auto shown = document(saved(inspection, Disclosure::shown));
  const auto live = side_of(inspection);
  CHECK(compare_sides(shown, live).sides() == Same::yes);
  const auto other = side_of(inspected(files, "b"));
  CHECK(names_of(compare_sides(shown, other)) ==
        "http version-check cloud-client subscriptions worker-channel api_key ");
  CHECK(diff_text(compare_sides(shown, other), Disclosure::masked).find("one\"") ==
        std::string::npos);
}

TEST_CASE("diff: fingerprints tell masked secrets apart") {
  MemoryFiles files;
  files.files[kProfiles] = kTwoProfiles;
  const auto text = saved(inspected(files, "a"));
  const auto with = [&text](const std::string& print) {
    return document(replaced(text, "\"fingerprint\": null", "\"fingerprint\": \"" + print + '"'));
  };
  const auto one = with("k3f9");
  const auto again = with("k3f9");
  const auto other = with("zzzz");
  CHECK(compare_sides(one, again).sides() == Same::yes);
  CHECK(names_of(compare_sides(one, other)) ==
        "http version-check cloud-client subscriptions worker-channel api_key ");
  const auto none = document(text);
  CHECK(compare_sides(one, none).sides() == Same::unknown);
}

TEST_CASE("diff: connections that a document does not know") {
  MemoryFiles files;
  files.files[kProfiles] = kTwoProfiles;
  const auto text = saved(inspected(files, "a"), Disclosure::shown);
  const auto one = document(text);
  const auto other = document(replaced(text, "\"worker-channel\"", "\"a-new-one\""));
  const auto diff = compare_sides(one, other);
  CHECK(names_of(diff) == "worker-channel? a-new-one? ");
  CHECK(diff.sides() == Same::unknown);
}

TEST_CASE("diff: documents that are none") {
  MemoryFiles files;
  files.files[kProfiles] = kTwoProfiles;
  const auto good = saved(inspected(files, "a"));
  CHECK(refused(good) == "");
  CHECK(refused("") == "it is not JSON: not a JSON value, line 1");
  CHECK(refused("[]") == "it is not an object");
  CHECK(refused(replaced(good, "explain/v1", "explain/v2")) ==
        "`schema` is not prefect-config/explain/v1");
  CHECK(refused(replaced(good, "\"3.8.8\"", "\"3.8.8rc1\"")) ==
        "`prefect_version` is not a release");
  CHECK(refused(replaced(good, "\"self-hosted\"", "\"elsewhere\"")) ==
        "`target` is not a target that this release knows");
  CHECK(refused(replaced(good, "\"kind\": \"profile\"", "\"kind\": \"compose\"")) ==
        "`credentials[0].origin.kind` is not a kind of source that this release knows");
  CHECK(refused(replaced(good, "\"line\": ", "\"line\": -")) ==
        "`credentials[0].origin.line` is not a position in a file");
  CHECK(refused(replaced(good, "\"connects\"", "\"dances\"")) ==
        "`surfaces[0].outcome` is not connects, refuses or absent");
  CHECK(refused(replaced(good, "\"headers\": [", "\"head\": [")) ==
        "`surfaces[0].headers` is not there");
  CHECK(refused(replaced(good, "\"loads\": true", "\"loads\": 1")) ==
        "`loads` is not true or false");
  CHECK(refused(std::string(5u << 20, ' ')) == "it is larger than 4 MiB");
}

TEST_CASE("diff: documents that go on and on") {
  std::string many = "\"x\"";
  for (int i = 0; i < 100; ++i) many += ",\"x\"";
  MemoryFiles files;
  files.files[kProfiles] = kTwoProfiles;
  const auto good = saved(inspected(files, "a"));
  CHECK(refused(replaced(good, "\"not_used_on\": [", "\"not_used_on\": [" + many + ",")) ==
        "`credentials[0].not_used_on` is not of at most 64 entries");
  CHECK(refused(std::string(100000, '[')).find("nested too deeply") != std::string::npos);
}
