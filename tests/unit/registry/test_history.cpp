// What the releases have of one setting.
#include <prefect_config/registry.hpp>

#include <doctest/doctest.h>

using namespace prefect_config;

TEST_CASE("history: every row of a path, the oldest first") {
  const auto history = setting_history("client.custom_headers");
  REQUIRE(history.size() >= 2);
  CHECK(history[0]->versions.first == Version{3, 4, 8});
  CHECK(history[0]->versions.last == Version{3, 4, 20});
  CHECK(history[0]->type == ValueType::text_dict);
  CHECK(history[1]->versions.first == Version{3, 4, 21});
  CHECK(history[1]->type == ValueType::text_dict_or_string);
}

TEST_CASE("history: each release's own row is among them, and of other paths there is none") {
  for (const auto version : {Version{2, 20, 0}, Version{3, 0, 0}, newest_version()}) {
    const Registry registry(version);
    for (const auto* setting : registry.settings()) {
      std::size_t of_release = 0;
      for (const auto* row : setting_history(setting->path)) {
        CHECK(row->path == setting->path);
        if (row == setting) ++of_release;
      }
      CHECK(of_release == 1);
    }
  }
  CHECK(setting_history("api").empty());
  CHECK(setting_history("api.url.").empty());
  CHECK(setting_history("").empty());
}
