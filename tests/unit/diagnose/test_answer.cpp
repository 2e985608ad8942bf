// What an answer is, by its body: the forms that servers and nginx were measured to give.
#include "diagnose/answer.hpp"

#include <doctest/doctest.h>

using namespace prefect_config;

namespace {

std::string as_it_is(std::string_view text) { return std::string(text); }

Attempt taken(int status, std::string_view body, std::string_view type = "application/json") {
  RawAnswer raw;
  raw.status = status;
  raw.content_type = type;
  raw.body = body;
  Attempt attempt;
  take_answer(attempt, raw, as_it_is);
  return attempt;
}

}  // namespace

TEST_CASE("answer: Prefect's own bodies") {
  CHECK(taken(200, R"("3.9.1")").body == Body::version);
  CHECK(taken(200, R"("3.9.1")").text == "3.9.1");
  CHECK(taken(200, "\"3.10.0rc1+4.gabc\"\n").body == Body::version);
  CHECK(taken(200, "true").body == Body::yes);
  CHECK(taken(401, R"({"exception_message":"Unauthorized"})").body == Body::unauthorized);
  CHECK(taken(404, R"({"detail":"Not Found"})").body == Body::not_found);
  CHECK(taken(404, R"({"exception_message":"Object not found"})").body == Body::not_found);
  CHECK(taken(500, R"({"exception_message":"Internal Server Error"})").body == Body::failure);
  CHECK(taken(403, R"({"detail":"Missing CSRF token."})").body == Body::csrf);
  CHECK(taken(200, "[]").body == Body::list);
  CHECK(taken(403, "", "text/plain").body == Body::none);
}

TEST_CASE("answer: what is no Prefect's") {
  CHECK(taken(200, "<!DOCTYPE html><title>Sign in</title>", "text/html").body == Body::page);
  CHECK(taken(200, "\n <html><head><TITLE> Sign in </TITLE>", "text/plain").text == "Sign in");
  CHECK(taken(200, "\"hello\"").body == Body::other_json);
  CHECK(taken(200, "false").body == Body::other_json);
  CHECK(taken(200, "OK", "text/plain").body == Body::text);
}

TEST_CASE("answer: /ui-settings says whether auth and CSRF tokens are wanted") {
  const auto on = taken(200, R"({"api_url":"/api","csrf_enabled":true,"auth":"BASIC"})");
  CHECK(on.body == Body::settings);
  CHECK(on.asks_for_auth == true);
  CHECK(on.wants_csrf == true);
  const auto off = taken(200, R"({"api_url":"/api","csrf_enabled":false,"auth":null})");
  CHECK(off.asks_for_auth == false);
  CHECK(off.wants_csrf == false);
}

TEST_CASE("answer: a stranger's text is cut after its secrets are hidden") {
  const std::string secret(150, 'x');
  RawAnswer raw;
  raw.status = 401;
  const std::string realm = "Basic realm=\"" + std::string(100, 'a') + secret + '"';
  raw.authenticate = realm;
  raw.has_authenticate = true;
  Attempt attempt;
  take_answer(attempt, raw, [&](std::string_view text) {
    std::string clean(text);
    if (const auto at = clean.find(secret); at != std::string::npos)
      clean.replace(at, secret.size(), "****");
    return clean;
  });
  CHECK(attempt.realm.find('x') == std::string::npos);
  CHECK(attempt.realm.size() < 220);
  const auto page = "<html><title>" + std::string(300, 'a') + "\xC3\xA4</title>";
  CHECK(taken(200, page).text.size() <= 203);
}

TEST_CASE("answer: auth_success and nothing else opens a WebSocket") {
  CHECK(is_auth_success(R"({"type":"auth_success"})"));
  CHECK(is_auth_success(R"({"type": "auth_success", "x": 1})"));
  CHECK_FALSE(is_auth_success(R"({"type":"auth_failure"})"));
  CHECK_FALSE(is_auth_success("auth_success"));
  CHECK_FALSE(is_auth_success(""));
}

TEST_CASE("answer: the workspaces of a key") {
  const auto list = workspaces_of(
      R"([{"account_id":"A1","account_handle":"acme","workspace_id":"W1","workspace_handle":"prod"},
          {"account_id":"A1"}, 5])");
  REQUIRE(list.has_value());
  REQUIRE(list->size() == 1);
  CHECK(list->front().workspace_handle == "prod");
  CHECK(is_listed(*list, "https://api.prefect.cloud/api/accounts/a1/workspaces/w1"));
  CHECK_FALSE(is_listed(*list, "https://api.prefect.cloud/api/accounts/a1/workspaces/w2"));
  CHECK_FALSE(workspaces_of("{}").has_value());
  CHECK_FALSE(workspaces_of("<html>").has_value());
}
