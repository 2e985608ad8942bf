// A lint report in each format: what it says, and that hostile names and messages do nothing in it.
#include "report/lint.hpp"
#include "support/text.hpp"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <ctime>
#include <set>
#include <sstream>
#include <string>
#include <vector>

using namespace prefect_config;
using nlohmann::json;

namespace {

// Line 3 of a compose file, with everything that a finding can have.
LintFinding full_finding() {
  LintFinding finding;
  finding.rule = RuleId::value_quoted;
  finding.message = "PREFECT_API_URL begins and ends with a quote, which is sent with it";
  finding.place = {"deploy/compose.yaml", {12, 9, 12, 24}, "quotes", {}};
  finding.place.source = {"- PREFECT_API_URL=\"********\"", 2, 15};
  finding.launch = "compose service worker";
  finding.related.push_back({".env", {3, 1, 3, 16}, "hidden by it", {"PREFECT_API_URL=x", 0, 15}});
  finding.related.push_back({"values.yaml", {}, "named here", {}});
  finding.help = "write it without quotes";
  finding.next = "prefect-config lint --fix deploy";
  finding.fixes.push_back({true, {{"deploy/compose.yaml", 30, 31, ""}, {".env", 4, 4, "é"}}});
  finding.fingerprint = "0123456789abcdef";
  return finding;
}

LintFinding plain_finding(Severity severity, const std::string& file) {
  LintFinding finding;
  finding.rule = RuleId::secrets_file_readable;
  finding.severity = severity;
  finding.message = file + " holds secrets";
  finding.place.file = file;
  finding.fingerprint = "00000000000000aa";
  return finding;
}

LintReport full_report() {
  LintReport report;
  report.findings = {full_finding(), plain_finding(Severity::error, "a.env"),
                     plain_finding(Severity::info, "a.env")};
  report.summary = {34, 12, 3, 1, 1, 3, 0};
  report.notes = {"big.yaml: too large", "x: not UTF-8", "y: not UTF-8"};
  return report;
}

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

// Each of these once did harm in a renderer somewhere.
const std::string kHostile =
    "a\n::error::b\r\x1b[31m]]></failure><script></script>\"'&%0A,"
    "\xff\xfe \xe2\x80\xae \xc2\x9b \xef\xbf\xbf [x](http://evil) {0} \x7f";

LintReport hostile_report() {
  auto finding = full_finding();
  finding.message = kHostile;
  finding.help = kHostile;
  finding.next = kHostile;
  finding.launch = kHostile;
  finding.place.file = kHostile;
  finding.place.note = kHostile;
  finding.place.source.line = kHostile;
  for (auto& place : finding.related) {
    place.file = kHostile;
    place.note = kHostile;
    place.source.line = kHostile;
  }
  finding.fixes[0].edits[0].file = kHostile;
  auto note = finding;
  note.severity = Severity::info;
  return {{1, 1, 2, 0, 1, 1, 0}, {finding, note}, {kHostile}, false, {}};
}

// What no output may hold in any encoding of its format: it would act where the text is shown.
void check_inert(const std::string& text) {
  CHECK(is_utf8(text));
  for (const char c : text) {
    const bool is_control = static_cast<unsigned char>(c) < 0x20 || c == '\x7f';
    if (is_control && c != '\n') FAIL("a control character: " << static_cast<int>(c));
  }
  CHECK_FALSE(has(text, "\xe2\x80\xae"));
  CHECK_FALSE(has(text, "\xc2\x9b"));
  CHECK_FALSE(has(text, "\xef\xbf\xbf"));
  CHECK_FALSE(has("\n" + text, "\n::error::b"));
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

}  // namespace

TEST_CASE("lint text: as compilers print it") {
  CHECK(lint_text(full_report(), Lines::whole) ==
        "warning[PC220]: PREFECT_API_URL begins and ends with a quote, which is sent with it\n"
        "  --> deploy/compose.yaml:12:9\n"
        "    |\n"
        " 12 | - PREFECT_API_URL=\"********\"\n"
        "    |   ^^^^^^^^^^^^^^^ quotes\n"
        "  ::: .env:3:1\n"
        "   |\n"
        " 3 | PREFECT_API_URL=x\n"
        "   | ^^^^^^^^^^^^^^^ hidden by it\n"
        "  ::: values.yaml, named here\n"
        "   = help: write it without quotes\n"
        "   = fix: --fix\n"
        "   = next: prefect-config lint --fix deploy\n"
        "   = launch: compose service worker\n"
        "\n"
        "error[PC313]: a.env holds secrets\n"
        "  --> a.env\n"
        "\n"
        "info[PC313]: a.env holds secrets\n"
        "  --> a.env\n"
        "\n"
        "1 error, 1 warning, 1 note in 34 files (12 launches)\n"
        "1 can be mended by --fix; --diff shows how\n"
        "3 files skipped; -v lists them\n");
}

TEST_CASE("lint text: the summary alone, and in the singular") {
  LintReport report;
  CHECK(lint_text(report, Lines::whole) ==
        "0 errors, 0 warnings, 0 notes in 0 files (0 launches)\n");
  report.summary = {1, 1, 0, 0, 0, 1, 0};
  CHECK(lint_text(report, Lines::whole) ==
        "0 errors, 0 warnings, 0 notes in 1 file (1 launch)\n1 file skipped; -v lists it\n");
}

TEST_CASE("lint text: long sentences are broken at 80 columns, commands are not") {
  LintReport report;
  report.findings = {full_finding()};
  report.findings[0].help = "a sentence of help that is far too long to stand in one line of a "
                            "terminal of eighty columns";
  report.findings[0].next = std::string(100, 'x') + " y";
  const auto text = lint_text(report, Lines::wrapped);
  CHECK(has(text, "warning[PC220]: PREFECT_API_URL begins and ends with a quote, which is sent "
                  "with\n  it\n"));
  CHECK(has(text, "   = help: a sentence of help that is far too long to stand in one line of a\n"
                  "           terminal of eighty columns\n"));
  CHECK(has(text, "   = next: " + report.findings[0].next + "\n"));
}

TEST_CASE("lint text: carets stay below the line") {
  LintReport report;
  report.findings = {full_finding()};
  report.findings[0].place.source = {"ab", std::size_t{1} << 60U, std::size_t{1} << 60U};
  CHECK(has(lint_text(report, Lines::whole), " 12 | ab\n    |   ^ quotes\n"));
}

TEST_CASE("lint json: the contract") {
  const auto document = json::parse(lint_json(full_report()));
  CHECK(document["schema"] == "prefect-config/lint/v1");
  CHECK(document["summary"] == json{{"files", 34},
                                    {"launches", 12},
                                    {"findings", 3},
                                    {"errors", 1},
                                    {"warnings", 1},
                                    {"skipped", 3}});
  CHECK(document["notes"].size() == 3);
  const auto& first = document["findings"][0];
  CHECK(first == json::parse(R"({"code": "PC220", "severity": "warning",
          "message": "PREFECT_API_URL begins and ends with a quote, which is sent with it",
          "file": "deploy/compose.yaml", "line": 12, "column": 9, "end_line": 12, "end_column": 24,
          "launch": "compose service worker",
          "related": [{"message": "hidden by it", "file": ".env", "line": 3, "column": 1},
                      {"message": "named here", "file": "values.yaml", "line": null, "column": null}],
          "help": "write it without quotes",
          "fix": {"safe": true, "edits": [
            {"file": "deploy/compose.yaml", "begin": 30, "end": 31, "text": ""},
            {"file": ".env", "begin": 4, "end": 4, "text": "é"}]},
          "fingerprint": "0123456789abcdef", "docs": "docs/rules/PC220.md"})"));
  const auto& second = document["findings"][1];
  for (const auto* key : {"line", "column", "end_line", "end_column", "launch", "fix"})
    CHECK(second[key].is_null());
  CHECK(second["help"] == "");
  CHECK(document["findings"][2]["severity"] == "info");
}

TEST_CASE("lint json: a fix that could not be applied as it is written is left out") {
  LintReport report;
  report.findings = {full_finding()};
  for (const std::string text : {"PREFECT_API_KEY=pnu_TEST", "\xff"}) {
    report.findings[0].fixes[0].edits[1].text = text;
    CHECK(json::parse(lint_json(report))["findings"][0]["fix"].is_null());
    CHECK_FALSE(json::parse(lint_sarif(report))["runs"][0]["results"][0].contains("fixes"));
  }
}

TEST_CASE("lint json: odd characters arrive as they are") {
  LintReport report;
  report.findings = {full_finding()};
  const std::string odd = "é 漢 \xe2\x80\xae \xc2\x9b \xf3\xa0\x80\x81 \x1b \n \"\\";
  report.findings[0].message = odd;
  const auto text = lint_json(report);
  CHECK(has(text, "é 漢 \\u202e \\u009b \\udb40\\udc01 \\u001b \\n \\\"\\\\"));
  CHECK(json::parse(text)["findings"][0]["message"] == odd);
}

TEST_CASE("lint sarif: one run with the rules that occur") {
  const auto document = json::parse(lint_sarif(full_report()));
  CHECK(document["version"] == "2.1.0");
  REQUIRE(document["runs"].size() == 1);
  const auto& run = document["runs"][0];
  CHECK(run["columnKind"] == "unicodeCodePoints");
  CHECK(run["originalUriBaseIds"].contains("%SRCROOT%"));
  CHECK(run["invocations"][0]["toolExecutionNotifications"].size() == 3);
  const auto& driver = run["tool"]["driver"];
  CHECK(driver["name"] == "prefect-config");
  CHECK_FALSE(driver["version"].get<std::string>().empty());
  const auto& rules = driver["rules"];
  REQUIRE(rules.size() == 2);
  CHECK(rules[0]["id"] == "PC220");
  CHECK(rules[0]["name"] == "AValueStandsInQuotesThatArePartOfIt");
  CHECK(rules[0]["shortDescription"]["text"] == "a value stands in quotes that are part of it");
  CHECK(rules[0]["fullDescription"]["text"] ==
        "… begins and ends with a quote, which is sent with it");
  CHECK(has(rules[0]["help"]["text"], "See docs/rules/PC220.md"));
  CHECK(rules[0]["defaultConfiguration"]["level"] == "warning");
  CHECK(rules[1]["id"] == "PC313");
  // GitHub refuses relative ones.
  for (const auto& uri :
       {driver.value("informationUri", "https://"), rules[0].value("helpUri", "https://")})
    CHECK(starts_with(uri, "https://"));
}

TEST_CASE("lint sarif: results") {
  const auto document = json::parse(lint_sarif(full_report()));
  const auto& results = document["runs"][0]["results"];
  REQUIRE(results.size() == 3);
  const auto& first = results[0];
  CHECK(first["ruleId"] == "PC220");
  CHECK(first["ruleIndex"] == 0);
  CHECK(first["level"] == "warning");
  CHECK(first["message"]["text"] ==
        "PREFECT_API_URL begins and ends with a quote, which is sent with it\n"
        "write it without quotes\nnext: prefect-config lint --fix deploy\n"
        "launch: compose service worker");
  CHECK(first["locations"] == json::parse(R"([{"physicalLocation": {
          "artifactLocation": {"uri": "deploy/compose.yaml", "uriBaseId": "%SRCROOT%"},
          "region": {"startLine": 12, "startColumn": 9, "endLine": 12, "endColumn": 24}}}])"));
  CHECK(first["relatedLocations"][0]["id"] == 1);
  CHECK(first["relatedLocations"][0]["message"]["text"] == "hidden by it");
  CHECK(first["relatedLocations"][1]["id"] == 2);
  CHECK_FALSE(first["relatedLocations"][1]["physicalLocation"].contains("region"));
  CHECK(first["partialFingerprints"] == json{{"prefectConfig/v1", "0123456789abcdef"}});
  const auto& changes = first["fixes"][0]["artifactChanges"];
  REQUIRE(changes.size() == 2);
  CHECK(changes[0]["artifactLocation"]["uri"] == ".env");
  CHECK(changes[0]["replacements"] == json::parse(R"([{
          "deletedRegion": {"byteOffset": 4, "byteLength": 0}, "insertedContent": {"text": "é"}}])"));
  CHECK(changes[1]["replacements"] ==
        json::parse(R"([{"deletedRegion": {"byteOffset": 30, "byteLength": 1}}])"));
  CHECK(results[1]["ruleIndex"] == 1);
  CHECK(results[1]["level"] == "error");
  CHECK_FALSE(results[1].contains("fixes"));
  CHECK_FALSE(results[1]["locations"][0]["physicalLocation"].contains("region"));
  CHECK(results[2]["level"] == "note");
}

TEST_CASE("lint sarif: paths are URIs") {
  struct Row {
    std::string file;
    std::string uri;
  };
  const Row rows[] = {
      {"a b/c#d?.env", "a%20b/c%23d%3F.env"},
      {"a:b", "a%3Ab"},
      {"100%", "100%25"},
      {"é.yaml", "%C3%A9.yaml"},
      {"\xff", "%FF"},
      {"../up.env", "../up.env"},
      {"a\\b", "a%5Cb"},
      {"/abs/x", "file:///abs/x"},
  };
  for (const auto& [file, uri] : rows) {
    LintReport report;
    report.findings = {plain_finding(Severity::error, file)};
    const auto document = json::parse(lint_sarif(report));
    const auto& artifact =
        document["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"];
    CHECK(artifact["uri"] == uri);
    CHECK(artifact.contains("uriBaseId") == (file.front() != '/'));
  }
}

TEST_CASE("lint sarif: every rule has its words") {
  LintReport report;
  for (const auto& rule : rules()) {
    report.findings.push_back(plain_finding(rule.severity, "x"));
    report.findings.back().rule = rule.id;
  }
  const auto document = json::parse(lint_sarif(report));
  const auto& described = document["runs"][0]["tool"]["driver"]["rules"];
  CHECK(described.size() == rules().size());
  for (std::size_t i = 0; i < described.size(); ++i) {
    CHECK(document["runs"][0]["results"][i]["ruleId"] ==
          described[document["runs"][0]["results"][i]["ruleIndex"].get<std::size_t>()]["id"]);
    for (const auto* key : {"shortDescription", "fullDescription", "help"}) {
      const std::string text = described[i][key]["text"];
      CAPTURE(text);
      CHECK(text.find('{') == std::string::npos);
      CHECK(std::any_of(text.begin(), text.end(), [](char c) { return c >= 'a' && c <= 'z'; }));
    }
  }
}

TEST_CASE("lint github: a workflow command a finding") {
  CHECK(lint_github(full_report()) ==
        "::warning file=deploy/compose.yaml,line=12,endLine=12,col=9,endColumn=24,title=PC220::"
        "PREFECT_API_URL begins and ends with a quote, which is sent with it"
        "%0Awrite it without quotes%0Anext: prefect-config lint --fix deploy"
        "%0Alaunch: compose service worker\n"
        "::error file=a.env,title=PC313::a.env holds secrets\n"
        "::notice file=a.env,title=PC313::a.env holds secrets\n");
  CHECK(lint_github({}).empty());
}

TEST_CASE("lint github: what would end a property or a line is escaped") {
  LintReport report;
  report.findings = {plain_finding(Severity::error, "a,b::c%.env")};
  report.findings[0].message = "100% a,b::c";
  CHECK(lint_github(report) == "::error file=a%2Cb%3A%3Ac%25.env,title=PC313::100%25 a,b::c\n");
}

TEST_CASE("lint gitlab: unique fingerprints, and a line for each") {
  const auto document = json::parse(lint_gitlab(full_report()));
  CHECK(document == json::parse(R"([
    {"description": "PREFECT_API_URL begins and ends with a quote, which is sent with it",
     "check_name": "PC220", "fingerprint": "0123456789abcdef", "severity": "major",
     "location": {"path": "deploy/compose.yaml", "lines": {"begin": 12}}},
    {"description": "a.env holds secrets", "check_name": "PC313",
     "fingerprint": "00000000000000aa", "severity": "critical",
     "location": {"path": "a.env", "lines": {"begin": 1}}},
    {"description": "a.env holds secrets", "check_name": "PC313",
     "fingerprint": "00000000000000aa-2", "severity": "info",
     "location": {"path": "a.env", "lines": {"begin": 1}}}])"));
  CHECK(lint_gitlab({}) == "[]\n");
}

TEST_CASE("lint junit: a test case a finding") {
  CHECK(
      lint_junit(full_report()) ==
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
      "<testsuites name=\"prefect-config\" tests=\"3\" failures=\"2\" errors=\"0\" skipped=\"0\">\n"
      "  <testsuite name=\"prefect-config lint\" tests=\"3\" failures=\"2\" errors=\"0\" "
      "skipped=\"0\">\n"
      "    <testcase classname=\"deploy/compose.yaml\" name=\"PC220 line 12\">\n"
      "      <failure type=\"warning\" message=\"PREFECT_API_URL begins and ends with a quote, "
      "which is sent with it\">deploy/compose.yaml:12:9: PREFECT_API_URL begins and ends with a "
      "quote, which is sent with it\nwrite it without quotes\nnext: prefect-config lint --fix "
      "deploy\nlaunch: compose service worker</failure>\n"
      "    </testcase>\n"
      "    <testcase classname=\"a.env\" name=\"PC313\">\n"
      "      <failure type=\"error\" message=\"a.env holds secrets\">a.env: a.env holds "
      "secrets</failure>\n"
      "    </testcase>\n"
      "    <testcase classname=\"a.env\" name=\"PC313\">\n"
      "      <system-out>a.env: a.env holds secrets</system-out>\n"
      "    </testcase>\n"
      "  </testsuite>\n"
      "</testsuites>\n");
}

TEST_CASE("lint junit: an empty report is one passing test case") {
  const auto xml = lint_junit({});
  CHECK(has(xml, "tests=\"1\" failures=\"0\""));
  CHECK(has(xml, "<testcase classname=\"prefect-config\" name=\"lint\"/>\n"));
}

TEST_CASE("lint junit: what XML cannot hold is replaced, what it would obey is escaped") {
  LintReport report;
  report.findings = {plain_finding(Severity::error, "x")};
  report.findings[0].message = "\x01 \x1b \xff \xef\xbf\xbf ]]> <a b=\"c\" d='e'> & \n \xc2\x9b";
  CHECK(has(lint_junit(report),
            "message=\"\xef\xbf\xbd \xef\xbf\xbd \xef\xbf\xbd \xef\xbf\xbd ]]&gt; &lt;a "
            "b=&quot;c&quot; d=&apos;e&apos;&gt; &amp; \\n \\x9b\""));
}

TEST_CASE("lint formats: hostile names and messages do nothing in any of them") {
  const auto report = hostile_report();
  for (const auto& format : lint_formats()) {
    CAPTURE(format.name);
    check_inert(format.write(report));
  }
  check_inert(lint_text(report, Lines::wrapped));

  // Two findings, their fixed lines, the blank lines and the summary: nothing added a line.
  constexpr std::size_t kFinding = 14;
  CHECK(lines_of(lint_text(report, Lines::whole)).size() == 2 * (kFinding + 1) + 3);

  const auto github = lines_of(lint_github(report));
  REQUIRE(github.size() == 2);
  CHECK(starts_with(github[0], "::warning file=a\\n%3A%3Aerror%3A%3Ab\\r\\x1b[31m]]></failure>"));
  CHECK(starts_with(github[1], "::notice file=a\\n%3A%3Aerror"));

  const auto sarif = json::parse(lint_sarif(report));
  const auto& result = sarif["runs"][0]["results"][0];
  CHECK_FALSE(has(result["message"]["text"], "]("));
  CHECK_FALSE(has(result["relatedLocations"][0]["message"]["text"], "]("));
  const std::string uri = result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"];
  CHECK(starts_with(uri, "a%0A%3A%3Aerror%3A%3Ab%0D%1B%5B31m%5D%5D%3E%3C/failure"));
  CHECK(has(uri, "%FF%FE%20%E2%80%AE"));

  CHECK_FALSE(has(lint_junit(report), "]]>"));
  CHECK_FALSE(has(lint_junit(report), "<script"));
  CHECK(json::parse(lint_gitlab(report)).size() == 2);
  // A file name that is no UTF-8 cannot be written: no fix is better than one of another file.
  CHECK(json::parse(lint_json(report))["findings"][0]["fix"].is_null());
}

TEST_CASE("lint formats: no CI system finds a command in them") {
  LintReport report;
  report.findings = {full_finding()};
  auto& finding = report.findings[0];
  const std::string command = "x ##[error]a ##vso[task.complete]b ###[c] ## d ##";
  for (auto* text : {&finding.message, &finding.help, &finding.launch, &finding.place.file,
                     &finding.place.note, &finding.place.source.line})
    *text = command;
  for (const auto& format : lint_formats()) {
    // Its lines are commands themselves, and nothing in them is looked for another one.
    if (format.name == "github") continue;
    CAPTURE(format.name);
    const auto text = format.write(report);
    for (const auto* mark : {"##[", "##vso["}) CHECK_FALSE(has(text, mark));
  }
  CHECK(has(lint_text(report, Lines::whole),
            ": x # #[error]a # #vso[task.complete]b ## #[c] ## d ##\n"));
  CHECK(json::parse(lint_json(report))["findings"][0]["message"] == command);
  CHECK(has(lint_junit(report), "x #&#35;[error]a #&#35;vso[task.complete]b #&#35;#[c] #&#35; d"));
}

TEST_CASE("lint formats: what looks like a secret is masked once more") {
  LintReport report;
  report.findings = {full_finding()};
  const std::string secret = "pnu_TESTsecret";
  auto& finding = report.findings[0];
  for (auto* text : {&finding.message, &finding.help, &finding.next, &finding.launch,
                     &finding.place.file, &finding.place.note, &finding.related[0].note})
    *text = secret;
  report.notes = {secret};
  for (const auto& format : lint_formats()) {
    CAPTURE(format.name);
    CHECK_FALSE(has(format.write(report), "TESTsecret"));
  }
}

TEST_CASE("lint formats: by name") {
  std::vector<std::string> names;
  for (const auto& format : lint_formats()) names.emplace_back(format.name);
  CHECK(names ==
        std::vector<std::string>{"text", "json", "sarif", "github", "gitlab", "junit", "html"});
}

TEST_CASE("lint formats: many findings take a time that grows with them and no faster") {
  LintReport report;
  report.findings.assign(50'000, full_finding());
  for (const auto& format : lint_formats()) {
    CAPTURE(format.name);
    const auto begin = std::clock();
    CHECK_FALSE(format.write(report).empty());
    // Generous: a build with sanitizers takes its time. Of this process, not of a busy machine.
    CHECK((std::clock() - begin) / CLOCKS_PER_SEC < 20);
  }
}
