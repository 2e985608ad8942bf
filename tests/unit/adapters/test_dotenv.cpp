// Every recorded answer of real python-dotenv (tests/data/dotenv-*.jsonl, made by
// tests/conformance/dotenv_oracle.py), and positions by hand.
#include "adapters/dotenv.hpp"
#include "adapters/json.hpp"

#include <doctest/doctest.h>

#include <fstream>
#include <map>
#include <string>

using namespace prefect_config;

namespace {

constexpr DotenvDialect kOld{};
constexpr DotenvDialect kEscapes{true, false, true};  // 1.2.3
constexpr DotenvDialect kNewest{true, true, true};    // 1.2.4

const std::string* environment(std::string_view name) {
  static const std::map<std::string, std::string, std::less<>> kVariables = {
      {"E", "env"}, {"EMPTY", ""}, {"a", "from-env"}};
  const auto found = kVariables.find(name);
  return found == kVariables.end() ? nullptr : &found->second;
}

/// The answer as the oracle writes it, without the text.
std::string written(const DotenvFile& file) {
  std::string out;
  for (const auto& entry : file.entries)
    out += entry.key + "=" + (entry.value ? "'" + *entry.value + "'" : "none") + ";";
  for (const auto& problem : file.problems) out += std::to_string(problem.span.line) + ";";
  return out;
}

}  // namespace

namespace {

std::string recorded(const Value& answer) {
  std::string out;
  const auto& parts = answer.get<List>()->items;
  for (const auto& pair : parts[1].get<List>()->items) {
    const auto& both = pair.get<List>()->items;
    out += *both[0].get<std::string>() + "=" +
           (both[1].is_none() ? "none" : "'" + *both[1].get<std::string>() + "'") + ";";
  }
  for (const auto& line : parts[2].get<List>()->items) out += line.str() + ";";
  return out;
}

void agree(const std::string& version, const DotenvDialect& dialect) {
  std::ifstream in(PREFECT_CONFIG_TEST_DATA "/dotenv-" + version + ".jsonl");
  std::size_t count = 0;
  for (std::string line; std::getline(in, line); ++count) {
    const auto read = parse_json(line, JsonDialect::python);
    REQUIRE(std::holds_alternative<Value>(read));
    const Value& answer = std::get<Value>(read);
    const std::string& text = *answer.get<List>()->items[0].get<std::string>();
    INFO(version, " ", line);
    CHECK(written(parse_dotenv(text, dialect, environment)) == recorded(answer));
  }
  CHECK(count > 2000);
}

}  // namespace

TEST_CASE("dotenv: agrees with every recorded answer of python-dotenv") {
  agree("1.1.1", kOld);
  agree("1.2.3", kEscapes);
  agree("1.2.4", kNewest);
}

TEST_CASE("dotenv: positions count code points, from 1") {
  const auto file = parse_dotenv(
      "# c\r\n\t'\u00e9 k' = \"a\r\nb\" # x\r\nB=\u00e9\u00e9 \nC\n?? x\nD=", kNewest, environment);
  REQUIRE(file.entries.size() == 4);
  CHECK(file.entries[0].key_span == Span{2, 3, 2, 6});
  CHECK(file.entries[0].value_span == Span{2, 10, 3, 3});
  CHECK(file.entries[1].key_span == Span{4, 1, 4, 2});
  CHECK(file.entries[1].value_span == Span{4, 3, 4, 5});
  CHECK_FALSE(file.entries[2].value_span.exists());
  CHECK_FALSE(file.entries[3].value_span.exists());
  REQUIRE(file.problems.size() == 1);
  CHECK(file.problems[0].span == Span{6, 1, 6, 5});
}

TEST_CASE("dotenv: refuses to expand without end") {
  std::string text = "A=xxxxxxxxxx\n";
  for (int i = 0; i < 60; ++i) text += "A=${A}${A}\n";
  CHECK(parse_dotenv(text, kNewest, environment).too_large);
}
