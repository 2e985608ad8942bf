// Text that is safe on a terminal, snippets, and rows.
#include "memory_files.hpp"
#include "report/snippet.hpp"
#include "sources/protect.hpp"

#include <doctest/doctest.h>

using namespace prefect_config;
using namespace prefect_config::testing;

TEST_CASE("text: what could drive a terminal becomes visible") {
  CHECK(printable("plain é 漢 🚀") == "plain é 漢 🚀");
  CHECK(printable("\x1b[31mred") == "\\x1b[31mred");
  CHECK(printable("a\nb\tc\r") == "a\\nb\\tc\\r");
  CHECK(printable("\xc2\x9b") == "\\x9b");
  CHECK(printable("\xe2\x80\xae"
                  "abc") == "\\u202eabc");
  CHECK(printable("\xff") == "\\xff");
  CHECK(printable(std::string_view("\0", 1)) == "\\x00");
}

TEST_CASE("text: secrets inside other values") {
  CHECK(mask_text("http://u:p@host/api") == "http://********@host/api");
  CHECK(mask_text("http://TOKEN@host") == "http://********@host");
  CHECK(mask_text("http://host/a@b") == "http://host/a@b");
  CHECK(mask_text("http://u:p/w@host/api") == "http://********@host/api");
  CHECK(mask_text("http://host:4200/api") == "http://host:4200/api");
  CHECK(mask_text("x pnu_TEST1 y pnb_TEST2") == "x pnu_******** y pnb_********");
  CHECK(mask_text("redis://:pw@h/0, amqp://a:b@c") == "redis://********@h/0, amqp://********@c");
}

TEST_CASE("text: a snippet points at the key and masks the value") {
  MemoryFiles files;
  files.files[kProfiles] =
      "active = \"p\"\n[profiles.p]\n\tPREFECT_API_KEY = \"pnu_TEST\" # mine\n";
  const auto inspection = inspect(launch_of(files));
  const auto& origin = inspection.at("api.key").winner->origin;
  CHECK(snippet(inspection, Place{origin.where, origin.key_span, origin.value_span, {}}, "here") ==
        "   |\n"
        " 3 |     PREFECT_API_KEY = \"********\"\n"
        "   |     ^^^^^^^^^^^^^^^ here\n");
}

TEST_CASE("text: wide characters keep the carets in place") {
  MemoryFiles files;
  files.files[kProfiles] = "active = \"p\"\n[profiles.p]\n\"漢字\" = 1\n";
  const auto inspection = inspect(launch_of(files));
  REQUIRE(inspection.findings.size() == 1);
  CHECK(finding_text(inspection, inspection.findings[0])
            .find(" 3 | \"漢字\" = ********\n   | ^^^^^^ not a setting\n") != std::string::npos);
}

TEST_CASE("text: a control character in a value is escaped in rows and kept in Prefect's") {
  const MemoryFiles files;
  const auto inspection = inspect(launch_of(files, {{"PREFECT_API_URL", "http://h/\x1b[2J\napi"}}));
  CHECK(view_text(inspection, {}).find('\x1b') == std::string::npos);
  CHECK(view_prefect(inspection, {}).find('\x1b') != std::string::npos);
}

TEST_CASE("text: an empty list of rows is one empty line, as Prefect prints it") {
  MemoryFiles files;
  files.files[kProfiles] = "active = \"p\"\n[profiles.p]\n";
  CHECK(view_prefect(inspect(launch_of(files)), {}) == "PREFECT_PROFILE='p'\n\n");
}
