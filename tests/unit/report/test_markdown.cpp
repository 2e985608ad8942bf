// Markdown as text.
#include "report/markdown.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace prefect_config;

namespace {

std::string text_of(std::string_view markdown, std::size_t width = 40) {
  return markdown_text(markdown, "docs/rules", width);
}

}  // namespace

TEST_CASE("markdown: headings at the margin, paragraphs below them, broken anew") {
  CHECK(text_of("# A\n\nOne\ntwo.\n\n## B c\n\nThree.\n\nFour.\n") ==
        "A\n  One two.\n\nB c\n  Three.\n\n  Four.\n");
  CHECK(text_of("aaaa bbbb cccc dddd", 12) == "  aaaa bbbb\n  cccc dddd\n");
  // A word that is too long stands out.
  CHECK(text_of("a bbbbbbbbbbbbbbbb c", 8) == "  a\n  bbbbbbbbbbbbbbbb\n  c\n");
}

TEST_CASE("markdown: columns count, and not bytes") {
  CHECK(text_of("éééé éééé", 11) == "  éééé éééé\n");
  CHECK(text_of("漢漢 漢漢", 10) == "  漢漢\n  漢漢\n");
}

TEST_CASE("markdown: code stands as it is") {
  CHECK(text_of("a\n```sh\n#  x | *y*\n\n  `z` [a](b)\n```\nb\n", 10) ==
        "  a\n\n    #  x | *y*\n\n      `z` [a](b)\n\n  b\n");
  CHECK(text_of("```\nnever closed") == "    never closed\n");
  CHECK(text_of("`a *b* [c](d)` ``e ` f``") == "  `a *b* [c](d)` ``e ` f``\n");
  CHECK(text_of("an open ` tick *so*") == "  an open ` tick so\n");
}

TEST_CASE("markdown: emphasis is its words, and a lone star is one") {
  CHECK(text_of("*so* and **so**, a_b_c") == "  so and so, a_b_c\n");
  CHECK(text_of("server.* and * and 2 * 3 * 4") == "  server.* and * and 2 * 3 * 4\n");
  CHECK(text_of("**") == "  **\n");
  CHECK(text_of("***") == "  ***\n");
}

TEST_CASE("markdown: where a link leads is said unless its words say it") {
  struct Row {
    const char* markdown;
    const char* text;
  };
  constexpr Row kRows[] = {
      {"([PC102](PC102.md))", "(PC102)"},
      {"[all](../settings.md)", "all (docs/settings.md)"},
      {"[up](../../README.md)", "up (README.md)"},
      {"[out](../../../x)", "out (../x)"},
      {"[here](#there)", "here"},
      {"[site](https://h/a)", "site (https://h/a)"},
      {"[*so*](a)", "so (docs/rules/a)"},
      {"[none] and [open](", "[none] and [open]("},
      {"PREFECT[x] [y](z)", "PREFECT[x] y (docs/rules/z)"},
  };
  for (const auto& row : kRows) {
    CAPTURE(row.markdown);
    CHECK(text_of(row.markdown, 80) == std::string("  ") + row.text + '\n');
  }
}

TEST_CASE("markdown: items hang behind their marks") {
  CHECK(text_of("- aa bb cc\n  dd\n- ee\n  - ff gg hh\n\n12. ii\n", 11) ==
        "  - aa bb\n    cc dd\n  - ee\n    - ff gg\n      hh\n\n  12. ii\n");
  CHECK(text_of("3.1.8 on\n-x\n") == "  3.1.8 on -x\n");
}

TEST_CASE("markdown: tables in columns, of which the last one is broken") {
  CHECK(text_of("| a | long |\n|---|:-:|\n| `x|y` | one two three |\n| \\| | |\n", 18) ==
        "  a      long\n"
        "  -----  ---------\n"
        "  `x|y`  one two\n"
        "         three\n"
        "  |\n");
  CHECK(text_of("|").empty());
  CHECK(text_of("|a|\n|b|c|\n") == "  a\n  -  -\n  b  c\n");
}

TEST_CASE("markdown: nothing is nothing, and line ends may be Windows'") {
  CHECK(text_of("").empty());
  CHECK(text_of("\n\n \n").empty());
  CHECK(text_of("# A\r\n\r\nb\r\nc\r\n") == "A\n  b c\n");
}
