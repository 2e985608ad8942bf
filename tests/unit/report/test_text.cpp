// Text that is safe on a terminal, snippets, and rows.
#include "memory_files.hpp"
#include "report/snippet.hpp"
#include "sources/mask.hpp"

#include <doctest/doctest.h>

#include <chrono>

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

TEST_CASE("text: secrets as they stand in odd places") {
  struct Row {
    const char* text;
    const char* masked;
  };
  constexpr Row kRows[] = {
      {"http:/u:p@host/x", "http:/********@host/x"},
      {"https://u%3Ap%40host/", "https://********%40host/"},
      {"https://u:p://w@host/", "https://********@host/"},
      {"sqlite+aiosqlite:////home/x@y/prefect.db", "sqlite+aiosqlite:////home/x@y/prefect.db"},
      {"http://h/?token=T&a=b", "http://h/?token=********&a=b"},
      {"http://h/?a=b&X-Amz-Signature=T#x", "http://h/?a=b&X-Amz-Signature=********#x"},
      {"http://h/?key=T", "http://h/?key=********"},
      {"sort key=T", "sort key=T"},
      {"why PREFECT_API_KEY=T", "why PREFECT_API_KEY=********"},
      {"password = 'a b' c", "password = '********' c"},
      {"{\"api_key\": \"a b\", \"x\": 1}", "{\"api_key\": \"********\", \"x\": 1}"},
      {"token=", "token="},
      {"token: T x", "token: ******** x"},
      {"password:T", "password:T"},
      {"http://h/?jwt=T&pat=U", "http://h/?jwt=********&pat=********"},
      {"x ghp_TEST1 y", "x ghp_******** y"},
      {"/eyJTEST.TEST-a.TEST_b/x", "/********/x"},
      {"eyJTEST is no token", "eyJTEST is no token"},
      {"Authorization: Bearer T", "Authorization: Bearer ********"},
      {"basic  T= x", "basic  ******** x"},
      {"PREFECT_API_URL", "PREFECT_API_URL"},
  };
  for (const auto& [text, masked] : kRows) {
    CHECK(mask_text(text) == masked);
    // What was masked once stays as it is.
    CHECK(mask_text(masked) == masked);
  }
  CHECK(mask_url("u:p@host/x?token=T") == "********@host/x?token=********");
  CHECK(mask_url("u%3Ap%40host") == "********%40host");
  CHECK(mask_header_name("X-Tok") == "X-Tok");
  CHECK(mask_header_name("Authorization: Bearer T") == "Authorization********");
  CHECK(mask_value(List{{"https://u:p", "w@h"}}) == Value(List{{"https://********@h"}}));
  CHECK(mask_value(Path{"/x/pnu_T"}) == Value(Path{"/x/pnu_********"}));
  CHECK(mask_value(Dict{{{"pnu_T", Set{{"pnu_T"}}}}}) ==
        Value(Dict{{{"pnu_********", Set{{"pnu_********"}}}}}));
}

TEST_CASE("text: masks take a time that grows with the text and no faster") {
  for (const std::string part :
       {"://", "://a", "pnu_", "pn", "bearer ", "basic a", "token=", "token = '", "=",
        "\"token\": ", "@", "%40", "a:/", "http://u:p@h,", "&key="}) {
    std::string text;
    while (text.size() < (std::size_t{4} << 20U)) text += part;
    CAPTURE(part);
    const auto begin = std::chrono::steady_clock::now();
    CHECK_FALSE(mask_text(text).empty());
    CHECK(std::chrono::steady_clock::now() - begin < std::chrono::seconds(10));
  }
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

TEST_CASE("text: on a terminal a value forges no row of Prefect's view") {
  MemoryFiles files;
  files.files[kProfiles] = "active = \"p\\nq\"\n[profiles.\"p\\nq\"]\nPREFECT_API_URL = "
                           "\"http://h/\\u001b[2J'\\nPREFECT_API_KEY='x\"\n";
  const auto inspection = inspect(launch_of(files));
  ViewOptions options;
  options.secrets = Disclosure::shown;
  const auto piped = view_prefect(inspection, options);
  CHECK(piped.find("\nPREFECT_API_KEY='x") != std::string::npos);
  CHECK(piped.find('\x1b') != std::string::npos);
  for (const auto secrets : {Disclosure::shown, Disclosure::masked}) {
    options.secrets = secrets;
    options.for_terminal = true;
    const auto shown = view_prefect(inspection, options);
    CHECK(shown.find("\nPREFECT_API_KEY=") == std::string::npos);
    CHECK(shown.find('\x1b') == std::string::npos);
    CHECK(shown.find("\\nPREFECT_API_KEY=") != std::string::npos);
  }
}

TEST_CASE("text: with secrets shown, Prefect's view alters nothing") {
  const MemoryFiles files;
  const std::string odd = "x pnu_TEST Bearer TEST token=TEST https://u:TEST@h";
  ViewOptions options;
  options.secrets = Disclosure::shown;
  const auto inspection =
      inspect(launch_of(files, {{"PREFECT_DEFAULT_DOCKER_BUILD_NAMESPACE", odd}}));
  CHECK(view_prefect(inspection, options).find("'" + odd + "'") != std::string::npos);
  CHECK(view_json(inspection, options).find('"' + odd + '"') != std::string::npos);
  CHECK(view_prefect(inspection, {}).find("TEST") == std::string::npos);
}

TEST_CASE("text: an empty list of rows is one empty line, as Prefect prints it") {
  MemoryFiles files;
  files.files[kProfiles] = "active = \"p\"\n[profiles.p]\n";
  CHECK(view_prefect(inspect(launch_of(files)), {}) == "PREFECT_PROFILE='p'\n\n");
}
