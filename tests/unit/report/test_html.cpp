// Pages: text made inert, huge values cut, states told in words; and that a page holds nothing but
// what pages of ours hold. What Chromium makes of them: tests/html.
#include "lint/report.hpp"
#include "memory_files.hpp"
#include "report/html.hpp"
#include "report/lint.hpp"

#include <doctest/doctest.h>

#include <string>
#include <string_view>

using namespace prefect_config;
using namespace prefect_config::testing;

namespace {

std::string html_of(std::string_view text, Disclosure secrets = Disclosure::masked) {
  return Html(secrets).text(text).str();
}

bool has(const std::string& page, std::string_view part) {
  return page.find(part) != std::string::npos;
}

std::size_t count_of(const std::string& page, std::string_view part) {
  std::size_t count = 0;
  for (auto at = page.find(part); at != std::string::npos; at = page.find(part, at + 1)) ++count;
  return count;
}

const std::string kHostile =
    "</script></style></title>--><script>alert(1)</script><img src=x onerror=alert(2)>\"'&amp;";

// No element, end tag or comment of a value's: only ours open with `<`.
bool is_inert(const std::string& page) {
  return !has(page, "<script") && !has(page, "<img") && !has(page, "-->") &&
         count_of(page, "</style") == 1 && count_of(page, "</title") == 1;
}

}  // namespace

TEST_CASE("html: markup in a text is text") {
  CHECK(html_of("<b>&\"'") == "&lt;b&gt;&amp;&quot;&#39;");
  CHECK(html_of("###[x] # y") == "#&#35;#[x] # y");
  CHECK(html_of("a\r\n\tb") == "a\\r\\n\\tb");
  CHECK(Html(Disclosure::masked).name("<").str() == "<bdi>&lt;</bdi>");
  CHECK(Html(Disclosure::masked).code("<").str() == "<bdi><code>&lt;</code></bdi>");
}

TEST_CASE(
    "html: what controls, reorders or hides text is visible, and bytes that are no text too") {
  CHECK(html_of("\x1b[31m") == "\\x1b[31m");
  CHECK(html_of("a\u202Eb\u2066c\u200Bd\uFEFF") == "a\\u202eb\\u2066c\\u200bd\\ufeff");
  CHECK(html_of("\xff\xc3") == "\\xff\\xc3");
  CHECK(html_of(std::string_view("\0", 1)) == "\\x00");
  CHECK(html_of("שלום") == "שלום");
}

TEST_CASE("html: between backticks stands code, and a single one is a character") {
  CHECK(Html(Disclosure::masked).words("set `A<B` now").str() ==
        "<bdi>set <code>A&lt;B</code> now</bdi>");
  CHECK(Html(Disclosure::masked).words("a ` b").str() == "<bdi>a ` b</bdi>");
  CHECK(Html(Disclosure::masked).words("``").str() == "<bdi><code></code></bdi>");
}

TEST_CASE("html: a huge text is cut between characters, and its length said") {
  const auto page = html_of(std::string(3000, 'x') + "<");
  CHECK(page.size() < 2200);
  CHECK(has(page, "cut here; 3,001 characters in all"));
  CHECK_FALSE(has(page, "&lt;"));
  std::string wide;
  for (int i = 0; i < 2001; ++i) wide += "é";
  CHECK(has(html_of(wide), "é… <small"));
  CHECK(has(html_of(wide), "2,001 characters"));
  // As long as it may be.
  CHECK(html_of(wide.substr(2)) == wide.substr(2));
  CHECK(html_of(std::string(2000, 'x')) == std::string(2000, 'x'));
}

TEST_CASE("html: what looks like a secret is masked, before anything is cut") {
  const std::string key = "pnu_TEST00000000000000000000000000000000";
  CHECK_FALSE(has(html_of("x " + key), "TEST0"));
  CHECK_FALSE(has(html_of(std::string(1990, 'x') + ' ' + key), "TEST0"));
  CHECK(has(html_of(key, Disclosure::shown), "TEST0"));
}

TEST_CASE("html: a page asks for nothing, and its policy names its own style alone") {
  const Html nothing(Disclosure::masked);
  const auto page = html_page("Title", "view", nothing, nothing);
  CHECK(page.find("<!DOCTYPE html>") == 0);
  CHECK(has(page, "default-src 'none'; style-src 'sha256-"));
  CHECK_FALSE(has(page, "unsafe"));
  CHECK_FALSE(has(page, "url("));
  CHECK_FALSE(has(page, "@import"));
  CHECK_FALSE(has(page, "src="));
  CHECK(is_inert(page));
  CHECK(has(page, "Secrets are masked."));
  CHECK_FALSE(has(page, "shows secrets"));
  const Html open(Disclosure::shown);
  CHECK(has(html_page("Title", "view", open, open), "This page shows secrets."));
}

TEST_CASE("html: hostile names and values change nothing on any page") {
  MemoryFiles files;
  files.files[kProfiles] =
      "active = '''" + kHostile + "'''\n[profiles.\"p\"]\n'''" + kHostile + "''' = 1\n";
  const auto inspection = inspect(launch_of(
      files, {{"PREFECT_API_URL", "http://h/" + kHostile},
              {"PREFECT_LOGGING_LEVEL", kHostile},
              {"PREFECT_HOME", "/" + kHostile},
              {"PREFECT_CLIENT_CUSTOM_HEADERS", "{\"X" + std::string("<script>") + "\": \"1\"}"}}));
  const auto plans = plan_auth(inspection);
  CHECK(is_inert(view_html(inspection, {true, true})));
  CHECK(is_inert(view_html(inspection, {false, false})));
  CHECK(is_inert(view_html(inspection, {true, true, Disclosure::shown})));
  CHECK(is_inert(explain_html(inspection, plans, Disclosure::shown)));
  CHECK(is_inert(doctor_html(inspection, nullptr, ProbeAsked::yes)));
}

TEST_CASE("html: a waterfall says which source wins and what it hides") {
  MemoryFiles files;
  files.files[kProfiles] = "active = \"p\"\n[profiles.p]\nPREFECT_API_URL = \"http://one/api\"\n"
                           "PREFECT_LOGGING_LEVEL = \"LOUD\"\n";
  const auto inspection = inspect(launch_of(files, {{"PREFECT_API_URL", "http://two/api"}}));
  const auto page = view_html(inspection, {});
  const auto wins = page.find("rung wins");
  const auto hidden = page.find("rung hidden");
  REQUIRE(hidden != std::string::npos);
  CHECK(wins < page.find("http://two/api", wins));
  CHECK(page.find("http://two/api", wins) < hidden);
  CHECK(hidden < page.find("http://one/api", hidden));
  CHECK(has(page, "hidden by env"));
  CHECK(has(page, "rung refused"));
  CHECK(has(page, "does not start like this"));
}

TEST_CASE("html: each credential and connection is in the table, in words") {
  const MemoryFiles files;
  const auto inspection = inspect(
      launch_of(files, {{"PREFECT_API_URL", "https://h/api"},
                        {"PREFECT_API_KEY", "pnu_TEST"},
                        {"PREFECT_API_AUTH_STRING", "admin:TEST-password"},
                        {"PREFECT_CLIENT_CUSTOM_HEADERS", "{\"Authorization\": \"Basic TEST\"}"}}));
  const auto plans = plan_auth(inspection);
  const auto page = explain_html(inspection, plans, Disclosure::masked);
  for (const auto surface : surfaces()) {
    if (concerns(surface, plans.target))
      CHECK(has(page, "<th scope=\"row\"><code>" + std::string(surface_name(surface))));
  }
  for (const auto* word : {"</span> sent", "</span> not sent", "</span> overwritten",
                           "</span> not opened", "set and not used"}) {
    CAPTURE(word);
    CHECK(has(page, word));
  }
}

TEST_CASE("html: a lint report is by severity, then by file, and cut where nobody reads on") {
  LintReport report;
  const auto add = [&report](Severity severity, const std::string& file) {
    LintFinding finding;
    finding.rule = RuleId::key_in_clear;
    finding.severity = severity;
    finding.message = "message of " + file;
    finding.place.file = file;
    report.findings.push_back(std::move(finding));
  };
  add(Severity::warning, "a");
  add(Severity::error, "b<script>");
  auto page = lint_html(report);
  CHECK(page.find("message of b") < page.find("message of a"));
  CHECK(is_inert(page));
  CHECK(count_of(page, "<article") == 2);
  CHECK_FALSE(has(page, "more findings"));
  for (int i = 0; i < 1500; ++i) add(Severity::info, "c");
  page = lint_html(report);
  CHECK(count_of(page, "<article") == 1000);
  CHECK(has(page, "and 502 more findings"));
  CHECK(has(lint_html({}), "Nothing was found"));
}
