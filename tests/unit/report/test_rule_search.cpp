// A pasted text finds its rule; what varies costs nothing; time is linear.
#include "report/rule_search.hpp"
#include "rule_pages_of_docs.hpp"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <chrono>
#include <string>
#include <vector>

using namespace prefect_config;
using namespace prefect_config::testing;

namespace {

std::vector<std::string> codes(std::string_view text, std::size_t most = 5) {
  std::vector<std::string> found;
  for (const auto& match : search_rules(pages_of_docs(), text, most))
    found.emplace_back(match.rule->code);
  return found;
}

std::string first(std::string_view text) {
  const auto found = codes(text, 1);
  return found.empty() ? "" : found.front();
}

// Two rules whose pages we write ourselves.
std::vector<RuleMatch> search_two(std::string_view one, std::string_view other,
                                  std::string_view text) {
  return search_rules({{find_rule("PC101"), one}, {find_rule("PC102"), other}}, text, 5);
}

}  // namespace

TEST_CASE("search: the text that Prefect shows finds its rule, with hosts and ids of one's own") {
  CHECK(first("13:02:11.402 | ERROR | prefect.runner - Runner failed to start: event_emitter "
              "\xE2\x80\x94 "
              "Unable to authenticate to the event stream. Please ensure the provided auth_token "
              "you are using is valid for this environment. worker-7f9c4d-x2x8p") == "PC480");
  CHECK(first("prefect.exceptions.PrefectHTTPStatusError: JSONDecodeError HTTP 200 from "
              "'wss://prefect.acme.internal:8443/api/events/in': server rejected WebSocket "
              "connection: HTTP 200") == "PC442");
}

TEST_CASE("search: what stands in no page costs nothing") {
  const std::string text = "Upgrade the Prefect client to >=3.6.14 to restore event support";
  const auto scores = [](const std::string& asked) {
    std::vector<std::uint32_t> all;
    for (const auto& match : search_rules(pages_of_docs(), asked, 5)) all.push_back(match.score);
    return all;
  };
  CHECK(scores(text) == scores("zzqx 10.0.0.7 " + text + " 7c9e6679-zzqx zzzzqx"));
  // Within the row of words, too.
  CHECK(scores(text) ==
        scores("Upgrade the Prefect client zzqx to >=3.6.14 to restore event support"));
}

TEST_CASE("search: scheme and host of an address are no words, its path is one") {
  const std::string page = "## What Prefect itself shows\n\nsaw alpha here\n";
  const std::string other = "## What Prefect itself shows\n\nomega there\n";
  CHECK(search_two(page, other, "http://alpha:80/x").empty());
  CHECK(search_two(page, other, "http://user@alpha").empty());
  REQUIRE(search_two(page, other, "http://host:80/alpha").size() == 1);
  // Nor is its scheme: what is encrypted here is not there.
  CHECK(search_two(page, other, "alpha://host:80/").empty());
}

TEST_CASE("search: numbers count, parts of releases do not") {
  const std::string page = "## What Prefect itself shows\n\nclosed with 1006\n";
  const std::string other = "## What Prefect itself shows\n\nsince 3.8.8\n";
  REQUIRE(search_two(page, other, "1006").size() == 1);
  CHECK(search_two(page, other, "1006").front().rule->code == "PC101");
  CHECK(search_two(page, other, "3.8.8").empty());
}

TEST_CASE("search: words in their order count more than the same words apart") {
  const std::string in_order = "## What Prefect itself shows\n\nalpha beta gamma delta\n";
  const std::string apart =
      "## What Prefect itself shows\n\ndelta omega beta omega alpha omega gamma\n";
  const auto found = search_rules({{find_rule("PC102"), apart},
                                   {find_rule("PC101"), in_order},
                                   {find_rule("PC104"), ""},
                                   {find_rule("PC105"), ""},
                                   {find_rule("PC106"), ""},
                                   {find_rule("PC110"), ""}},
                                  "alpha beta gamma delta", 5);
  REQUIRE(found.size() == 2);
  CHECK(found[0].rule->code == "PC101");
  CHECK(found[0].score > found[1].score);
}

TEST_CASE("search: the line is one of the page, never of the text") {
  const std::string secret = "hunter2hunter2";
  const auto found =
      search_rules(pages_of_docs(), "InvalidURI scheme isn't ws or wss " + secret, 5);
  REQUIRE_FALSE(found.empty());
  for (const auto& match : found) CHECK(match.line.find(secret) == std::string::npos);
  CHECK(rule_matches_text(found, 80).find(secret) == std::string::npos);
  CHECK(rule_matches_json(found).find(secret) == std::string::npos);
  CHECK(found.front().line.find("scheme isn't ws or wss") != std::string::npos);
}

TEST_CASE("search: a code is its own page's, whoever refers to it") {
  for (const auto& rule : rules())
    CHECK(first("error[" + std::string(rule.code) + "]: ...") == rule.code);
}

TEST_CASE("search: nothing alike is nothing") {
  CHECK(codes("").empty());
  CHECK(codes("zzqx qqqzx").empty());
  CHECK(codes("the and of to 3.9.1").empty());
  CHECK(codes(std::string(1 << 16, '\0')).empty());
  CHECK(codes("\xFF\xFE://").empty());
  CHECK(search_rules({}, "401", 5).empty());
  CHECK(rule_matches_text({}, 80).empty());
}

TEST_CASE("search: what is healthy, or of others, finds nothing") {
  for (const auto* text :
       {"Discovered type 'process' for work pool 'p'.\n"
        "Worker 'ProcessWorker c35a4d78-454a-44fd-9b91-d14143ba68aa' started!\n"
        "Received SIGINT. Sending SIGINT to the process worker (PID 23641)...",
        "Discovered type 'process' for work pool 'p'.",
        "Worker 'ProcessWorker 0bfc26d1' started!",
        "Received SIGINT. Sending SIGKILL to the process worker (PID 23641)...",
        "Could not find a package for worker type 'nonesuch'.",
        "Unable to start worker. Please ensure you have the necessary dependencies\n"
        "installed to run your desired worker type.",
        "Created work pool 'p'!\n\nTo start a worker for this work pool, run:\n\n"
        "        prefect worker start --pool p",
        "    prefect config set PREFECT_API_URL=http://127.0.0.1:4200/api",
        "View the API reference documentation at http://127.0.0.1:4200/docs",
        "Check out the dashboard at http://127.0.0.1:4200",
        "10:02:11.402 | INFO    | Flow run 'zippy-bee' - Beginning flow run 'zippy-bee' for flow "
        "'a'",
        "Flow run 'zippy-bee' - Finished in state Completed()",
        "Task run 'say_hello-0' - Finished in state Completed()",
        "Worker 'ProcessWorker 0bfc26d1' submitting flow run '8f3a'",
        "Process 4711 exited cleanly.",
        "Deployment 'hello/prod' successfully created with id '1234'.",
        "INFO:     127.0.0.1:51234 - \"GET /api/health HTTP/1.1\" 200 OK",
        "Traceback (most recent call last):",
        "An exception occurred.",
        "During handling of the above exception, another exception occurred:",
        "The above exception was the direct cause of the following exception:",
        "ModuleNotFoundError: No module named 'foo'",
        "KeyError: 'foo'",
        "ZeroDivisionError: division by zero",
        "ValueError: invalid literal for int() with base 10: 'abc'",
        "ImportError: cannot import name 'bar' from 'foo' (/srv/foo.py)",
        "Segmentation fault (core dumped)",
        "make: *** No rule to make target 'all'.  Stop.",
        "fatal: not a git repository (or any of the parent directories): .git",
        "Permission denied (publickey).",
        "Successfully installed requests-2.31.0 urllib3-2.0.4",
        "hello world how are you",
        "please help me, it does not work",
        "My flow is slow and I do not know why",
        "the quick brown fox jumps over the lazy dog",
        "The weather is nice today and we are going to the beach"}) {
    CAPTURE(text);
    CHECK(codes(text).empty());
  }
}

TEST_CASE("search: a word or a number is first a rule's that has it in title, message or help") {
  CHECK(first("websocket") == "PC401");
  CHECK(first("403") == "PC449");
  CHECK(first("401") == "PC471");
  CHECK(codes("certificate").size() == 5);
  CHECK(first("csrf") == "PC475");
  CHECK(first("redirect") == "PC440");
  CHECK(first("expired") == "PC420");
  CHECK(first("pool not found") == "PC413");
  CHECK(first("the proxy refuses") == "PC431");
}

TEST_CASE("search: a short text is found whatever it names in quotation marks") {
  CHECK(first("Work pool 'prod' not found!") == "PC413");
  CHECK(first("10:02:11.402 | WARNING | prefect.workers.process.w - Work pool 'zzqx' not found!") ==
        "PC413");
  CHECK(first("Unknown profile 'zzqx'.") == "PC122");
}

TEST_CASE("search: what is refused, and what a proxy lacks") {
  for (const auto* text :
       {"Connection refused", "connect: connection refused",
        "ConnectionRefusedError: [Errno 111] Connect call failed ('127.0.0.1', 4200)"})
    CHECK(first(text) == "PC402");
  CHECK(first("ImportError: Using SOCKS proxy, but the 'socksio' package is not installed") ==
        "PC206");
  const auto found = codes("Reason: Unable to authenticate to the event stream");
  REQUIRE(found.size() >= 4);
  CHECK(found[3] == "PC480");
  for (const auto* code : {"PC470", "PC471", "PC476"})
    CHECK(std::find(found.begin(), found.begin() + 3, code) != found.begin() + 3);
  CHECK(first("Reason: Unable to authenticate to the event stream. Please ensure the provided "
              "auth_token you are using is valid for this environment. .") == "PC480");
}

TEST_CASE("search: the answer as text and as JSON") {
  const auto found = search_rules(
      pages_of_docs(), "Upgrade the Prefect client to >=3.6.14 to restore event support", 3);
  const auto text = rule_matches_text(found, std::string::npos);
  CHECK(text.substr(0, 14) == "PC401  error  ");
  CHECK(text.find("\n    Unable to connect to the events WebSocket") != std::string::npos);
  CHECK(std::count(text.begin(), text.end(), '\n') == static_cast<long>(found.size()) + 1);
  const auto json = nlohmann::json::parse(rule_matches_json(found));
  REQUIRE(json.at("matches").size() == found.size());
  CHECK(json["matches"][0].at("code") == "PC401");
  CHECK(json["matches"][0].at("score") == found[0].score);
}

TEST_CASE("search: a mebibyte takes no longer than its length") {
  const auto seconds = [](const std::string& text) {
    const auto start = std::chrono::steady_clock::now();
    search_rules(pages_of_docs(), text, 5);
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  };
  // The words that stand most often in the pages, in an order that they have there.
  std::string hostile;
  while (hostile.size() < (1U << 20)) hostile += "401 unauthorized for url http 403 events ";
  CHECK(seconds(hostile) < 2);
  CHECK(seconds(std::string(1 << 20, ':')) < 2);
}
