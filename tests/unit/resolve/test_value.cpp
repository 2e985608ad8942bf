// Values in Python's words, JSON, equality and truth; the JSON reader and the paths beside them.

#include <prefect_config/value.hpp>

#include "adapters/json.hpp"
#include "support/paths.hpp"

#include <doctest/doctest.h>

#include <limits>
#include <string>
#include <variant>

namespace {

using namespace prefect_config;

constexpr std::int64_t kSecondUs = 1'000'000;
constexpr std::int64_t kDayUs = 86'400 * kSecondUs;

std::string duration_str(std::int64_t microseconds) { return Value(Duration{microseconds}).str(); }

Set integers(std::initializer_list<int> numbers) {
  Set set;
  for (const int number : numbers) {
    set.items.push_back(Value(number));
  }
  return set;
}

Value parsed(std::string_view text, JsonDialect dialect = JsonDialect::python) {
  const auto result = parse_json(text, dialect);
  REQUIRE(std::holds_alternative<Value>(result));
  return std::get<Value>(result);
}

bool fails(std::string_view text, JsonDialect dialect = JsonDialect::python) {
  return std::holds_alternative<JsonError>(parse_json(text, dialect));
}

}  // namespace

TEST_CASE("str and repr of plain values") {
  CHECK(Value().str() == "None");
  CHECK(Value(true).str() == "True");
  CHECK(Value(Integer{"-12345678901234567890"}).str() == "-12345678901234567890");
  CHECK(Value("it's").str() == "it's");
  CHECK(Value("it's").repr() == "\"it's\"");
  CHECK(Value(Path{"/a b"}).str() == "/a b");
  CHECK(Value(Path{"/a b"}).repr() == "PosixPath('/a b')");
  CHECK(Value(Moment{"1979-05-27"}).str() == "1979-05-27");
}

TEST_CASE("a duration in timedelta's words") {
  CHECK(duration_str(0) == "0:00:00");
  CHECK(duration_str(5 * kSecondUs) == "0:00:05");
  CHECK(duration_str(500'000) == "0:00:00.500000");
  CHECK(duration_str(kDayUs) == "1 day, 0:00:00");
  CHECK(duration_str(2 * kDayUs + 1) == "2 days, 0:00:00.000001");
  CHECK(duration_str(-5 * kSecondUs) == "-1 day, 23:59:55");
  CHECK(duration_str(-kDayUs - 1) == "-2 days, 23:59:59.999999");
  CHECK(Value(Duration{0}).repr() == "datetime.timedelta(0)");
  CHECK(Value(Duration{kDayUs + 5'000'001}).repr() ==
        "datetime.timedelta(days=1, seconds=5, microseconds=1)");
  CHECK(Value(Duration{-1}).repr() ==
        "datetime.timedelta(days=-1, seconds=86399, microseconds=999999)");
}

TEST_CASE("floats as Python writes them") {
  CHECK(python_float(1000) == "1000.0");
  CHECK(python_float(0.2) == "0.2");
  CHECK(python_float(-0.0) == "-0.0");
  CHECK(python_float(1e15) == "1000000000000000.0");
  CHECK(python_float(1e16) == "1e+16");
  CHECK(python_float(1.5e300) == "1.5e+300");
  CHECK(python_float(0.0001) == "0.0001");
  CHECK(python_float(0.00001) == "1e-05");
  CHECK(python_float(1.25e-7) == "1.25e-07");
  CHECK(python_float(5e-324) == "5e-324");
  CHECK(python_float(123456789.125) == "123456789.125");
  CHECK(python_float(9007199254740993.0) == "9007199254740992.0");
  CHECK(python_float(std::numeric_limits<double>::infinity()) == "inf");
  CHECK(python_float(-std::numeric_limits<double>::infinity()) == "-inf");
  CHECK(python_float(std::numeric_limits<double>::quiet_NaN()) == "nan");
}

TEST_CASE("repr of a text quotes and escapes") {
  CHECK(python_repr("") == "''");
  CHECK(python_repr("a\"b") == "'a\"b'");
  CHECK(python_repr("a'\"b") == "'a\\'\"b'");
  CHECK(python_repr("\n\t\r\\") == "'\\n\\t\\r\\\\'");
  CHECK(python_repr("\x1b\x7f") == "'\\x1b\\x7f'");
  CHECK(python_repr("\xc3\xa9") == "'\xc3\xa9'");
  CHECK(python_repr("\xc2\xa0") == "'\\xa0'");
  CHECK(python_repr("\xe2\x80\x8b") == "'\\u200b'");
  CHECK(python_repr("\xff") == "'\\udcff'");
  CHECK(python_repr("\xed\xa0\x80") == "'\\ud800'");
}

TEST_CASE("collections in Python's words") {
  CHECK(Value(List{}).str() == "[]");
  CHECK(Value(List{{Value("a"), Value(1)}}).str() == "['a', 1]");
  CHECK(Value(Set{}).str() == "set()");
  CHECK(Value(Dict{}).str() == "{}");
  CHECK(Value(Dict{{{"a", Value("b")}, {"c", Value(Duration{0})}}}).str() ==
        "{'a': 'b', 'c': datetime.timedelta(0)}");
}

TEST_CASE("a set of integers iterates as in CPython") {
  CHECK(Value(integers({429, 502})).str() == "{429, 502}");
  CHECK(Value(integers({502, 429})).str() == "{429, 502}");
  CHECK(Value(integers({502, 503, 504})).str() == "{504, 502, 503}");
  CHECK(Value(integers({429, 500, 502, 503, 504})).str() == "{429, 500, 502, 503, 504}");
  CHECK(Value(integers({8, 0})).str() == "{8, 0}");
  CHECK(Value(integers({0, 8})).str() == "{0, 8}");
}

TEST_CASE("json") {
  CHECK(Value().json() == "null");
  CHECK(Value(false).json() == "false");
  CHECK(Value(1.0).json() == "1.0");
  CHECK(Value(std::numeric_limits<double>::infinity()).json() == "\"inf\"");
  CHECK(Value(Path{"/a"}).json() == "\"/a\"");
  CHECK(Value(Duration{90 * kSecondUs}).json() == "90");
  CHECK(Value(Duration{-500'000}).json() == "-0.5");
  CHECK(Value(Duration{1'000'001}).json() == "1.000001");
  CHECK(Value(integers({1000, 99, -5})).json() == "[-5,99,1000]");
  CHECK(Value(Set{{Value("b"), Value("a")}}).json() == "[\"a\",\"b\"]");
  CHECK(Value(Dict{{{"b", Value(1)}, {"a", Value(List{})}}}).json() == "{\"b\":1,\"a\":[]}");
  CHECK(json_string("\"\\\n\x01\x7f") == "\"\\\"\\\\\\n\\u0001\\u007f\"");
  CHECK(json_string("a\xff") == "\"a\xef\xbf\xbd\"");
}

TEST_CASE("truth and equality") {
  CHECK(!Value().truthy());
  CHECK(!Value(0).truthy());
  CHECK(!Value(-0.0).truthy());
  CHECK(!Value("").truthy());
  CHECK(!Value(Duration{0}).truthy());
  CHECK(Value(" ").truthy());
  CHECK(Value(Path{"."}).truthy());
  CHECK(Value(Set{{Value(1), Value(2)}}) == Value(Set{{Value(2), Value(1)}}));
  CHECK(!(Value(List{{Value(1), Value(2)}}) == Value(List{{Value(2), Value(1)}})));
  CHECK(!(Value(1) == Value(true)));
  const Dict dict{{{"a", Value(1)}}};
  REQUIRE(dict.find("a") != nullptr);
  CHECK(*dict.find("a") == Value(1));
  CHECK(dict.find("b") == nullptr);
}

TEST_CASE("paths as pathlib has them") {
  CHECK(normal_path("").text == ".");
  CHECK(normal_path("//a//b/./").text == "//a/b");
  CHECK(normal_path("///a").text == "/a");
  CHECK(normal_path("a/../b").text == "a/../b");
  CHECK(join_path(Path{"/"}, "a").text == "/a");
  CHECK(join_path(Path{"."}, "a").text == "a");
  CHECK(join_path(Path{"/a"}, "/b").text == "/b");
  const HomeOfUser homes = [](std::string_view name) -> std::optional<std::string> {
    return name == "other" ? std::optional<std::string>("/srv/other/") : std::nullopt;
  };
  CHECK(expand_user(normal_path("./~/x"), "/home/me", homes)->text == "/home/me/x");
  CHECK(expand_user(normal_path("~"), "/home/me", homes)->text == "/home/me");
  CHECK(expand_user(normal_path("a/~/x"), "/home/me", homes)->text == "a/~/x");
  CHECK(expand_user(normal_path("~other/x"), "/home/me", homes)->text == "/srv/other/x");
  CHECK(expand_user(normal_path("~other"), "/home/me", homes)->text == "/srv/other");
  CHECK_FALSE(expand_user(normal_path("~nobody-here/x"), "/home/me", homes).has_value());
  CHECK_FALSE(expand_user(normal_path("~other/x"), "/home/me", {}).has_value());
}

TEST_CASE("JSON as Python reads it") {
  CHECK(parsed(" [1, -0, 1.0, true, null] ").repr() == "[1, 0, 1.0, True, None]");
  CHECK(parsed("[NaN, Infinity, -Infinity, 1e400]").repr() == "[nan, inf, -inf, inf]");
  CHECK(parsed("123456789012345678901234567890") ==
        Value(Integer{"123456789012345678901234567890"}));
  CHECK(parsed(R"({"a": 1, "b": 2, "a": 3})").repr() == "{'a': 3, 'b': 2}");
  CHECK(parsed(R"("\ud83d\ude80\n\/")") == Value("\xf0\x9f\x9a\x80\n/"));
  CHECK(parsed(R"("\ud800")").repr() == "'\\ud800'");
  CHECK(parsed(R"("\ud800\u0041")").repr() == "'\\ud800A'");
  for (const char* text : {"",          " ",         "01",  "1.",     ".5",
                           "1e",        "+1",        "-",   "[1,]",   "{\"a\":1,}",
                           "{a:1}",     "'a'",       "\"a", "\"\t\"", "\"\\x41\"",
                           "\"\\u12\"", "[1] 2",     "nul", "tru",    "\xef\xbb\xbf[]",
                           "\x0c[]",    "{\"a\" 1}", "{",   "["}) {
    CAPTURE(text);
    CHECK(fails(text));
  }
  CHECK(fails(std::string(257, '[') + std::string(257, ']')));
  CHECK(!fails(std::string(256, '[') + std::string(256, ']')));
  CHECK(fails(std::string(4301, '1')));
}

TEST_CASE("JSON as orjson reads it") {
  for (const char* text : {"NaN", "Infinity", "-Infinity", R"("\ud800")"}) {
    CAPTURE(text);
    CHECK(fails(text, JsonDialect::orjson));
  }
  CHECK(parsed("{}", JsonDialect::orjson) == Value(Dict{}));
}
