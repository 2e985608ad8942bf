// The words of a command line. What is expected here is what dash and bash make of the same text.
#include "launch/shell_words.hpp"

#include <doctest/doctest.h>

#include <string>
#include <variant>
#include <vector>

using namespace prefect_config;

namespace {

using Words = std::vector<std::string>;

ShellWords split(std::string_view line) {
  auto result = split_shell_words(line, "/home/user");
  REQUIRE(std::holds_alternative<ShellWords>(result));
  return std::get<ShellWords>(std::move(result));
}

Words words(std::string_view line) {
  Words texts;
  for (const auto& word : split(line).words) texts.push_back(word.text);
  return texts;
}

std::string problem(std::string_view line) {
  const auto result = split_shell_words(line, "/home/user");
  const auto* reason = std::get_if<std::string>(&result);
  return reason ? *reason : "";
}

}  // namespace

TEST_CASE("shell words: blanks separate, quotes join") {
  CHECK(words("").empty());
  CHECK(words(" \t ").empty());
  CHECK(words("a  b\tc") == Words{"a", "b", "c"});
  CHECK(words("a '' \"\" b") == Words{"a", "", "", "b"});
  CHECK(words("x'y z'\"u v\"w") == Words{"xy zu vw"});
  CHECK(words("\n\n a b\n") == Words{"a", "b"});
}

TEST_CASE("shell words: backslashes, by the quotes around them") {
  CHECK(words(R"(a\ b \' \\ \n)") == Words{"a b", "'", "\\", "n"});
  CHECK(words(R"('a\b' 'a\')") == Words{"a\\b", "a\\"});
  CHECK(words(R"("a\n\"\\\$\`")") == Words{"a\\n\"\\$`"});
  CHECK(words("a\\\nb \\\n c") == Words{"ab", "c"});
  CHECK(words("a \\") == Words{"a", "\\"});
}

TEST_CASE("shell words: a `#` begins a comment only where a word begins") {
  CHECK(words("a #b 'c") == Words{"a"});
  CHECK(words("a#b '#c'") == Words{"a#b", "#c"});
  CHECK(words("# one\n a b # two\n c") == Words{"a", "b"});
  CHECK(split("a # one\\\nb").ended_by == "the line's end");
}

TEST_CASE("shell words: assignments need a plain name and sign") {
  for (const auto* line : {"A=1", "_a9=", "A='b c'", "A=B=C"}) {
    CAPTURE(line);
    CHECK(split(line).words.front().assigns);
  }
  for (const auto* line : {"9A=1", "'A'=1", "A\\=1", "-a=1", "=1", "a.b=1", "A"}) {
    CAPTURE(line);
    CHECK_FALSE(split(line).words.front().assigns);
  }
}

TEST_CASE("shell words: `~` at the beginning of a word or of a value is the home") {
  CHECK(words("~ ~/x A=~/x A=~") ==
        Words{"/home/user", "/home/user/x", "A=/home/user/x", "A=/home/user"});
  CHECK(words("'~' \\~/x a~ --home=~/x A=b~") == Words{"~", "~/x", "a~", "--home=~/x", "A=b~"});
  CHECK(split("~somebody").words.front().expands);
}

TEST_CASE("shell words: what a shell would expand stays as it is, and is marked") {
  for (const auto* line : {"$X", "a${X}b", "\"$X\"", "`date`", "$(cat 'a b' c)", "$1", "A=$X"}) {
    CAPTURE(line);
    const auto split_line = split(line);
    REQUIRE(split_line.words.size() == 1);
    CHECK(split_line.words.front().expands);
  }
  for (const auto* line : {"'$X'", "\\$X", "\"\\$X\"", "a$", "$.", "\"$\""}) {
    CAPTURE(line);
    CHECK_FALSE(split(line).words.front().expands);
  }
  CHECK(words("$X a$ \"$ b\"") == Words{"$X", "a$", "$ b"});
}

TEST_CASE("shell words: only the first command is read") {
  CHECK(words("a b | c") == Words{"a", "b"});
  CHECK(split("a b | c").ended_by == "|");
  CHECK(split("a && b").ended_by == "&&");
  CHECK(split("a; b").ended_by == ";");
  CHECK(split("a\nb").ended_by == "the line's end");
  CHECK(split("a &").ended_by.empty());
  CHECK(split("a;").ended_by.empty());
  CHECK(words("a > log 2>&1 &") == Words{"a"});
  CHECK(words("a 2> log") == Words{"a"});
  CHECK(words("a 2 > log") == Words{"a", "2"});
  CHECK(words("a b2> log") == Words{"a", "b2"});
  CHECK(words("a &> log") == Words{"a"});
  CHECK(split("a > log").ended_by.empty());
}

TEST_CASE("shell words: what is not closed is an error") {
  CHECK(problem("a 'b") == "a single quote is not closed");
  CHECK(problem("a \"b") == "a double quote is not closed");
  CHECK(problem("a \"b\\\"") == "a double quote is not closed");
  CHECK(problem("a $(b") != "");
  CHECK(problem("a `b") != "");
  CHECK(problem("a ${b") != "");
  CHECK(problem("(a)") == "parentheses need a shell");
}
