// A stranger says back what it was sent: in no usual form is it shown.
#include "diagnose/probe_examples.hpp"
#include "diagnose/sent_secrets.hpp"
#include "support/base64.hpp"

#include <doctest/doctest.h>

using namespace prefect_config;
using namespace prefect_config::testing;

namespace {

SentSecrets secrets_of(std::vector<EnvironmentVariable> environment) {
  static const MemoryFiles files;
  const auto inspection = inspect(launch_of(files, std::move(environment), {3, 9, 1}));
  return SentSecrets(plan_auth(inspection));
}

bool is_hidden(const SentSecrets& secrets, const std::string& text) {
  return secrets.clean("realm " + text + " end") == kMask;
}

}  // namespace

TEST_CASE("sent secrets: an auth string in every usual encoding, and its beginning") {
  const std::string auth = "admin:TEST+pass/word'9";
  const auto secrets = secrets_of(server(auth));
  for (const auto& said :
       {auth, std::string("TEST+pass/word'9"), std::string("TEST%2bpass%2fword%279"),
        std::string("TEST%2Bpass%2Fword'9"), std::string("TEST+pass/word&#x27;9"),
        std::string("test+PASS/word'9"), base64(auth), std::string("TEST+pass"),
        base64("TEST+pass/word'9")}) {
    CAPTURE(said);
    CHECK(is_hidden(secrets, said));
  }
  // The user's name is no secret: it stands in paths.
  CHECK_FALSE(is_hidden(secrets, "/api/admin/version"));
  CHECK_FALSE(is_hidden(secrets, "401 Authorization Required"));
}

TEST_CASE("sent secrets: short passwords, headers, and what stands in URLs") {
  CHECK(is_hidden(secrets_of(server("admin:short7")), "short7"));
  CHECK(is_hidden(secrets_of(with(server(""), {"PREFECT_CLIENT_CUSTOM_HEADERS",
                                               R"({"Authorization": "Bearer TESTtoken12345"})"})),
                  "TESTtoken12345"));
  CHECK(is_hidden(secrets_of(with(server(""), {"PREFECT_CLIENT_CUSTOM_HEADERS",
                                               R"({"X-Gate": "Basic Z2F0ZTpURVNUcGFzcw=="})"})),
                  "TESTpass"));
  CHECK(is_hidden(secrets_of(server("", "https://user:TESTurl12@prefect.example.com/api")),
                  "TESTurl12"));
  CHECK(is_hidden(secrets_of(with(server(""), {"HTTPS_PROXY", "http://pu:TESTproxy1@p:3128"})),
                  "TESTproxy1"));
}
