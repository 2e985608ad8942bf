// What a refused value was probably meant to be, for every type that can be guessed.
#include "memory_files.hpp"
#include "resolve/suggest.hpp"

#include <doctest/doctest.h>

#include <map>
#include <string>
#include <vector>

using namespace prefect_config;
using namespace prefect_config::testing;

namespace {

struct Row {
  const char* written;
  const char* nearest;  ///< nullptr where there is none
};

// Rows for every type, so that a new one is not forgotten.
const std::map<ValueType, std::vector<Row>>& rows() {
  static const std::map<ValueType, std::vector<Row>> table = {
      {ValueType::boolean, {{"ture", "true"}, {"flase", "false"}, {"maybe not", nullptr}}},
      {ValueType::integer,
       {{"1e3", "1000"}, {"1,000", "1000"}, {"10k", "10000"}, {"many", nullptr}}},
      {ValueType::floating, {{"0,5", "0.5"}, {"1,000.5", "1000.5"}, {"many", nullptr}}},
      {ValueType::text, {{"x", nullptr}}},
      {ValueType::secret_text, {{"TEST-1e3", nullptr}}},
      {ValueType::path, {{"x", nullptr}}},
      {ValueType::home_path, {{"x", nullptr}}},
      {ValueType::profiles_path, {{"x", nullptr}}},
      {ValueType::duration,
       {{"1h", "PT1H"}, {"60", "PT1M"}, {"90 min", "PT1H30M"}, {"x", nullptr}}},
      {ValueType::duration_seconds, {{"1h", "PT1H"}, {"2 days", "P2D"}, {"x", nullptr}}},
      {ValueType::literal, {{"", nullptr}}},
      {ValueType::log_level, {{"INFOO", "INFO"}, {"warn", "WARNING"}, {"xyzzy", nullptr}}},
      {ValueType::text_set, {{"x", nullptr}}},
      {ValueType::text_list, {{"x", nullptr}}},
      {ValueType::status_codes, {{"99", "100"}, {"429;503", "429,503"}, {"x", nullptr}}},
      {ValueType::text_dict, {{"TEST-1e3", nullptr}}},
      {ValueType::text_dict_or_string, {{"TEST-1e3", nullptr}}},
      {ValueType::duration_dict, {{"1h", nullptr}}},
      {ValueType::retry_delays, {{"5s", "5"}, {"1;2", "[1, 2]"}, {"x", nullptr}}},
      {ValueType::retry_delay_text, {{"5s", "5"}, {"x", nullptr}}},
      {ValueType::flag_set, {{"ture", "true"}}},
      {ValueType::anything, {{"x", nullptr}}},
  };
  return table;
}

}  // namespace

TEST_CASE("suggest: every type of the registry has its rows, and each suggestion is taken") {
  for (const auto version : {Version{3, 4, 19}, Version{3, 8, 8}}) {
    const Registry registry(version);
    for (const auto* setting : registry.settings()) {
      CAPTURE(setting->name);
      REQUIRE(rows().count(setting->type) == 1);
      CHECK_FALSE(accepted_values(*setting).empty());
      if (setting->type == ValueType::literal) {
        const auto first = std::string(setting->allowed.front());
        CHECK(nearest_valid(*setting, Value(first + 'x')) == first);
        continue;
      }
      const auto& bounds = setting->bounds;
      const bool bounded = bounds.ge || bounds.gt || bounds.le || bounds.lt;
      for (const auto& row : rows().at(setting->type)) {
        CAPTURE(row.written);
        const auto found = nearest_valid(*setting, Value(row.written));
        if (!row.nearest) {
          CHECK_FALSE(found.has_value());
        } else if (!bounded) {
          CHECK(found == std::string(row.nearest));
        } else {
          CHECK(found.has_value());
        }
      }
    }
  }
}

TEST_CASE("suggest: what is out of bounds gets the nearest bound") {
  const Registry registry(Version{3, 8, 8});
  std::size_t seen = 0;
  for (const auto* setting : registry.settings()) {
    if (setting->type != ValueType::integer || !setting->bounds.ge) continue;
    ++seen;
    CAPTURE(setting->name);
    const auto lowest = std::to_string(static_cast<long long>(*setting->bounds.ge));
    CHECK(nearest_valid(*setting, Value("-999999")) == lowest);
  }
  CHECK(seen > 0);
}

TEST_CASE("suggest: a refused value's help says what is taken and what was meant") {
  const MemoryFiles files;
  const auto inspection = inspect(launch_of(files, {{"PREFECT_DEBUG_MODE", "ture"}}));
  REQUIRE(inspection.findings.size() == 1);
  CHECK(inspection.findings[0].help() ==
        "did you mean `true`? it takes true or false; Prefect does not start with it");
}
