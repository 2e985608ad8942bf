#include "lint/apply.hpp"
#include "lint_examples.hpp"
#include "report/lint.hpp"
#include "support/base64.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace prefect_config;

namespace {

struct Case {
  std::string name;
  std::string path;
  std::string text;
  std::string safe;    ///< with --fix; empty: as it is
  std::string unsafe;  ///< with --fix --unsafe; empty: as with --fix
};

const std::string kService = "services:\n  w:\n    image: prefecthq/prefect:3-latest\n"
                             "    command: prefect worker start --pool p\n    environment:\n";
const std::string kSecret =
    "apiVersion: v1\nkind: Secret\nmetadata: {name: p}\ntype: Opaque\ndata:\n";
const std::string kWorkspace = "/accounts/11111111-1111-1111-1111-111111111111/workspaces/"
                               "22222222-2222-2222-2222-222222222222";
const std::string kWebWorkspace =
    "/account/11111111-1111-1111-1111-111111111111/workspace/22222222-2222-2222-2222-222222222222";

std::vector<Case> cases() {
  return {
      {"quotes of a list item", "compose.yaml",
       kService + "      - PREFECT_API_URL=\"http://server:4200/api\"\n",
       kService + "      - PREFECT_API_URL=http://server:4200/api\n", ""},
      {"quotes of a credential, which is a secret too", "compose.yaml",
       kService + "      - PREFECT_API_AUTH_STRING=\"admin:TEST-9f2c\"\n",
       kService + "      - PREFECT_API_AUTH_STRING=admin:TEST-9f2c\n", ""},
      {"a credential in a compose file", "compose.yaml",
       kService + "      - PREFECT_API_AUTH_STRING=admin:TEST-9f2c\n", "",
       kService + "      - PREFECT_API_AUTH_STRING=${PREFECT_API_AUTH_STRING:?}\n"},
      {"the web application's address", "compose.yaml",
       kService + "      PREFECT_API_URL: https://app.prefect.cloud" + kWebWorkspace + " # mine\n",
       kService + "      PREFECT_API_URL: https://api.prefect.cloud/api" + kWorkspace + " # mine\n",
       ""},
      {"an address without /api", "compose.yaml",
       kService + "      PREFECT_API_URL: 'http://prefect.internal:4200'\n", "",
       kService + "      PREFECT_API_URL: 'http://prefect.internal:4200/api'\n"},
      {"a scheme in capitals", "x.env", "PREFECT_API_URL=HTTP://prefect.internal:4200/api\r\n",
       "PREFECT_API_URL=http://prefect.internal:4200/api\r\n", ""},
      {"a misspelt name", "compose.yaml",
       kService + "      PREFECT_LOGGING_LEVEL: INFO\n      PREFECT_API_UURL: http://s:4200/api\n",
       "",
       kService + "      PREFECT_LOGGING_LEVEL: INFO\n      PREFECT_API_URL: http://s:4200/api\n"},
      {"a line end in a Secret", "s.yaml",
       kSecret + "  PREFECT_API_URL: " + base64("http://server.internal:4200/api\n") + "\n" +
           "---\napiVersion: v1\nkind: Pod\nmetadata: {name: w}\nspec:\n  containers:\n  - name: "
           "w\n"
           "    image: prefecthq/prefect:3-latest\n    envFrom: [{secretRef: {name: p}}]\n",
       kSecret + "  PREFECT_API_URL: " + base64("http://server.internal:4200/api") + "\n" +
           "---\napiVersion: v1\nkind: Pod\nmetadata: {name: w}\nspec:\n  containers:\n  - name: "
           "w\n"
           "    image: prefecthq/prefect:3-latest\n    envFrom: [{secretRef: {name: p}}]\n",
       ""},
      {"data that is no base64", "s.yaml", kSecret + "  PREFECT_API_KEY: 'not base64!'\n", "",
       kSecret + "  PREFECT_API_KEY: '" + base64("not base64!") + "'\n"},
      {"a variable that is not exported", "run.sh",
       "#!/bin/sh\n  PREFECT_API_URL=http://s.internal:4200/api\nprefect worker start --pool p\n",
       "#!/bin/sh\n  export PREFECT_API_URL=http://s.internal:4200/api\nprefect worker start "
       "--pool "
       "p\n",
       ""},
      {"a command of Prefect 2", "compose.yaml",
       "services:\n  s:\n    image: prefecthq/prefect:3.8.8-python3.12\n    command: prefect orion "
       "start\n    environment: {PREFECT_LOGGING_LEVEL: INFO}\n",
       "services:\n  s:\n    image: prefecthq/prefect:3.8.8-python3.12\n    command: prefect "
       "server "
       "start\n    environment: {PREFECT_LOGGING_LEVEL: INFO}\n",
       ""},
      {"an environment name as a key", "prefect.toml",
       "# mine\nPREFECT_API_URL = \"http://s.internal:4200/api\"\n",
       "# mine\napi.url = \"http://s.internal:4200/api\"\n", ""},
      {"a path in its own table", "prefect.toml", "[server]\nport = 4200\n", "",
       "[server]\napi.port = 4200\n"},
      {"a table that is there already: the change would break the file", "prefect.toml",
       "PREFECT_API_URL = \"http://s.internal:4200/api\"\n[api]\nkey = \"${KEY}\"\n", "", ""},
      {"two keys that would become one", "prefect.toml", "[server]\nport = 4200\nPort = 4201\n", "",
       "[server]\napi.port = 4200\nPort = 4201\n"},
      {"a comment that ignores nothing", "x.env",
       "# prefect-config: ignore[PC302] old\nPREFECT_API_URL=http://s.internal:4200/api # "
       "prefect-config: ignore[PC110]\n",
       "", "PREFECT_API_URL=http://s.internal:4200/api\n"},
      {"one of two codes", "x.env",
       "# prefect-config: ignore[PC110, PC301]\nKEY=" + test_key() + "\n", "",
       "# prefect-config: ignore[PC301]\nKEY=" + test_key() + "\n"},
      {"two names that would become one", "x.env",
       "PREFECT_API_URLL=http://s.internal/api\nPREFECT_API_UURL=http://t.internal/api\n", "",
       "PREFECT_API_URL=http://s.internal/api\nPREFECT_API_UURL=http://t.internal/api\n"},
      {"a key in a workflow", ".github/workflows/x.yaml",
       "on: push\njobs:\n  j:\n    runs-on: ubuntu-latest\n    env:\n      PREFECT_API_KEY: " +
           test_key() + "\n    steps:\n      - run: prefect deploy\n",
       "",
       "on: push\njobs:\n  j:\n    runs-on: ubuntu-latest\n    env:\n      PREFECT_API_KEY: ${{ "
       "secrets.PREFECT_API_KEY }}\n    steps:\n      - run: prefect deploy\n"},
      {"nothing to mend", "x.env", "PREFECT_API_URL=http://s.internal:4200/api\n", "", ""},
  };
}

std::string fixed(const Case& one, const std::string& text, bool with_unsafe) {
  return mend({}, one.path, text, with_unsafe).fixed.text;
}

}  // namespace

TEST_CASE("fixes: what each of them writes, and that nothing else changes") {
  for (const auto& one : cases()) {
    CAPTURE(one.name);
    const auto& safe = one.safe.empty() ? one.text : one.safe;
    CHECK(fixed(one, one.text, false) == safe);
    CHECK(fixed(one, one.text, true) == (one.unsafe.empty() ? safe : one.unsafe));
    // Done once, it is done.
    CHECK(fixed(one, safe, false) == safe);
    // A byte order mark stays.
    CHECK(fixed(one, "\xEF\xBB\xBF" + one.text, false) == "\xEF\xBB\xBF" + safe);
  }
}

TEST_CASE("fixes: options and policy choose among them") {
  const auto one = cases().front();
  LintOptions options;
  options.ignore = {"PC220"};
  CHECK(mend(options, one.path, one.text, true).fixed.fixed == 0);
  options.ignore.clear();
  options.policy.weights = {{"PC220", std::nullopt}};
  CHECK(mend(options, one.path, one.text, true).fixed.fixed == 0);
}

TEST_CASE("fixes: a diff shows the lines, and no secret of them") {
  const auto text = kService + "      - PREFECT_API_AUTH_STRING=\"admin:TEST-9f2c\"\n";
  const auto diff = lint_diff("compose.yaml", text, mend({}, "compose.yaml", text, false));
  CHECK(diff == "--- a/compose.yaml\n+++ b/compose.yaml\n@@ -6 +6 @@\n"
                "-      - PREFECT_API_AUTH_STRING=\"********\"\n"
                "+      - PREFECT_API_AUTH_STRING=********\n");
}

TEST_CASE("fixes: a diff counts lines that go") {
  const std::string ignore = "# prefect-config: ignore[PC302]\n";
  const std::string url = "PREFECT_API_URL=http://s.internal:4200/api\n";
  const auto text = ignore + url + "A=1\nB=2\nC=3\nD=4\nE=5\nF=6\nG=7\nH=8\n" + ignore + "I=9\n";
  CHECK(lint_diff("x.env", text, mend({}, "x.env", text, true)) ==
        "--- a/x.env\n+++ b/x.env\n@@ -1 +0,0 @@\n-" + ignore + "@@ -11 +9,0 @@\n-" + ignore);
}

TEST_CASE("fixes: a diff shows nothing of a value of several lines, nor of a key nobody knows") {
  const auto block = kService + "      PREFECT_API_AUTH_STRING: |\n        admin:TEST-block\n"
                                "      PREFECT_API_URL: \" https://x.example.com/api \"\n";
  const auto mended = mend({}, "compose.yaml", block, true);
  CHECK(mended.fixed.fixed > 0);
  for (const auto& line : mended.old_lines) CHECK(line.find("TEST-block") == std::string::npos);
  for (const std::string key : {"pasword", "token", "pass", "usr"}) {
    const auto toml = "[server.database]\n" + key + " = \"TEST-9f2c\"\n";
    CHECK(lint_diff("prefect.toml", toml, mend({}, "prefect.toml", toml, true)).find("TEST-9f2c") ==
          std::string::npos);
  }
  const std::string env = "PREFECT_SERVER_DATABASE_USR=TEST-9f2c\n";
  CHECK(lint_diff("x.env", env, mend({}, "x.env", env, true)).find("TEST-9f2c") ==
        std::string::npos);
}

TEST_CASE("fixes: a report holds no text of a secret") {
  const std::vector<std::pair<std::string, std::string>> files = {
      {"compose.yaml", kService + "      - PREFECT_API_AUTH_STRING=\"admin:TEST-9f2c\"\n"},
      {"x.env", "PREFECT_API_AUTH_STRING=\" admin:TEST-9f2c \"\n"},
      {"s.yaml", kSecret + "  PREFECT_API_AUTH_STRING: " + base64("admin:TEST-9f2cxy\n") + "\n"},
      {"s.yaml", kSecret + "  PREFECT_API_AUTH_STRING: admin:TEST-9f2c\n"},
  };
  for (const auto& file : files) {
    CAPTURE(file.second);
    CHECK(mend({}, file.first, file.second, true).fixed.fixed > 0);
    LintInput input;
    input.path = file.first;
    input.text = file.second;
    input.takes_fixes = true;
    LintReport report;
    report.findings = lint_file(input).findings;
    for (const auto& format : lint_formats()) {
      const auto written = format.write(report);
      CHECK(written.find("TEST-9f2c") == std::string::npos);
      CHECK(written.find(base64("admin:TEST-9f2cxy")) == std::string::npos);
    }
  }
}

TEST_CASE("fixes: what is not mended") {
  const std::vector<std::pair<std::string, std::string>> files = {
      // A comment's words in a text, and a comment that another program reads too.
      {"t.py", "import prefect\nCOMMENT = \"# prefect-config: ignore[PC302]\"\n"},
      {"t.py", "import prefect\ny = 4  # prefect-config: ignore[PC301]  # noqa\n"},
      // What only a policy, or several files together, would say.
      {"x.env",
       "# prefect-config: ignore[PC118] old host\nPREFECT_API_URL=http://s.internal/api\n"},
      {"x.env", "# prefect-config: ignore[PC212]\nPREFECT_API_URL=http://s.internal/api\n"},
      // A list item that ends in a colon is a mapping.
      {"compose.yaml", kService + "      - PREFECT_SERVER_UI_API_URL=\"http://u.example.com:\"\n"},
      // Two of one name.
      {"compose.yaml", kService + "      PREFECT_API_URL: http://s.internal/api\n"
                                  "      PREFECT_API_URLL: http://t.internal/api\n"},
      // Braces in braces.
      {".github/workflows/x.yaml",
       "on: push\njobs:\n  j:\n    runs-on: ubuntu-latest\n    env: {PREFECT_API_KEY: " +
           test_key() + "}\n    steps:\n      - run: prefect deploy\n"},
  };
  for (const auto& file : files) {
    CAPTURE(file.second);
    CHECK(mend({}, file.first, file.second, true).fixed.text == file.second);
  }
}
