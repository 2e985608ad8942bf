#include "lint/secrets.hpp"
#include "lint_examples.hpp"
#include "support/base64.hpp"

#include <doctest/doctest.h>

using namespace prefect_config;

namespace {

std::size_t keys_in(std::string_view text) {
  std::size_t count = 0;
  WordScan scan(text);
  FoundWord word;
  while (scan.next(word)) {
    if (word.kind == FoundWord::Kind::key) count += !find_key(text, word.at).is_empty();
    if (word.kind == FoundWord::Kind::key_in_base64)
      count += !find_key_in_base64(text, word).is_empty();
  }
  return count;
}

}  // namespace

TEST_CASE("secrets: a key is found whatever stands around it") {
  for (const auto* prefix : {"pnu_", "pnb_"}) {
    const auto key = test_key(prefix);
    for (const std::string before :
         {"", " ", "\"", "'", "=", "_", "KEY_", ":", "(", "\\n", "%20", "\t", "//"})
      for (const std::string after :
           {"", "@", ",", ")", "}", "]", "<", "&", ":", ".", "\\\"", "\\n", "\n", ";", "'", "|"}) {
        CAPTURE(before);
        CAPTURE(after);
        CHECK(keys_in(before + key + after) == 1);
      }
  }
}

TEST_CASE("secrets: what is longer, shorter or part of a word is no key") {
  const auto key = test_key();
  CHECK(keys_in(key + "a") == 0);
  CHECK(keys_in(key.substr(0, key.size() - 1)) == 0);
  CHECK(keys_in("x" + key) == 0);
}

TEST_CASE("secrets: a key cut over lines, and in base64 at each alignment") {
  const auto key = test_key();
  CHECK(keys_in("\"" + key.substr(0, 20) + "\\\n    " + key.substr(20) + "\"") == 1);
  CHECK(keys_in("k: >-\n  " + key.substr(0, 20) + "\n  " + key.substr(20) + "\n") == 1);
  for (const std::string before : {"", "=", " =", "a =", "PREFECT_API_KEY="}) {
    CAPTURE(before);
    CHECK(keys_in(base64(before + key)) == 1);
    CHECK(keys_in(base64(before + key + "\n")) == 1);
  }
}

TEST_CASE("secrets: examples of keys are none") {
  for (const std::string& body : {std::string(36, 'x'), std::string(36, '0'),
                                  std::string("1234567890abcdefghijklmnopqrstuvwxyz"),
                                  std::string("yourkeygoeshereyourkeygoeshereyourkk"),
                                  std::string("abcabcabcabcabcabcabcabcabcabcabcabc")})
    CHECK(keys_in("pnu_" + body) == 0);
}

TEST_CASE("secrets: what is given to a secret's name") {
  const auto found = [](std::string_view text) {
    FoundSecret secret;
    return find_given_secret(text, text.find("PREFECT"), secret) ? secret.at.of(text) : "";
  };
  CHECK(found("PREFECT_API_AUTH_STRING=u:TEST-q1w2") == "u:TEST-q1w2");
  CHECK(found("os.environ[\"PREFECT_API_AUTH_STRING\"] = \"u:TEST-q1w2\"") == "u:TEST-q1w2");
  CHECK(found("setenv('PREFECT_API_AUTH_STRING', 'u:TEST-q1w2')") == "u:TEST-q1w2");
  CHECK(found("{\"PREFECT_SERVER_API_AUTH_STRING\": \"u:TEST-q1w2\"}") == "u:TEST-q1w2");
  CHECK(found("{\"name\": \"PREFECT_API_AUTH_STRING\", \"value\": \"u:TEST-q1w2\"}") ==
        "u:TEST-q1w2");
  CHECK(found("{name = \"PREFECT_API_AUTH_STRING\", value = \"u:TEST-q1w2\"}") == "u:TEST-q1w2");
  CHECK(found("PREFECT_API_DATABASE_CONNECTION_URL=postgresql://u:TEST-q1w2@h/d") == "TEST-q1w2");
  for (const auto* text :
       {"PREFECT_API_AUTH_STRING=${AUTH}", "PREFECT_API_AUTH_STRING=$AUTH",
        "PREFECT_API_AUTH_STRING: <user>:<password>", "PREFECT_API_AUTH_STRING == value",
        "if PREFECT_API_AUTH_STRING:", "PREFECT_API_AUTH_STRING = get(\"x\")",
        "{\"PREFECT_API_AUTH_STRING\", SecretKind::auth_string},",
        "[\"PREFECT_API_DATABASE_PASSWORD\", \"PREFECT_SERVER_DATABASE_PASSWORD\"]",
        "PREFECT_API_AUTH_STRING: SecretStr = Field(", "MY_PREFECT_API_AUTH_STRING=u:TEST-q1w2"})
    CHECK(found(text) == "");
}

TEST_CASE("secrets: documented passwords are known") {
  FoundSecret secret;
  REQUIRE(is_secret_value("PREFECT_API_DATABASE_CONNECTION_URL",
                          "postgresql+asyncpg://postgres:postgres@db/p", secret));
  CHECK(secret.is_well_known);
  REQUIRE(is_secret_value("PREFECT_SERVER_API_AUTH_STRING", "admin:pass", secret));
  CHECK(secret.is_well_known);
  REQUIRE(is_secret_value("PREFECT_SERVER_API_AUTH_STRING", "admin:TEST-q1w2", secret));
  CHECK(!secret.is_well_known);
}

TEST_CASE("prefilter: the words are found wherever they begin, and nothing else is") {
  for (std::size_t offset = 0; offset < 9; ++offset) {
    for (const std::string word :
         {"prefect", "PREFECT", "PreFect", "pnu_", "pnb_", "cG51X", "BudV", "wbnVf"}) {
      const auto text = std::string(offset, 'p') + word + "x";
      WordScan scan(text);
      FoundWord found;
      REQUIRE(scan.next(found));
      CHECK(found.at == offset);
      CHECK(!scan.next(found));
    }
  }
  for (const std::string text : {"", "pre", "perfect", "prefec", "PNU_", "pnx_", "effect"}) {
    WordScan scan(text);
    FoundWord found;
    CHECK(!scan.next(found));
  }
}
