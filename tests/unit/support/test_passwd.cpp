// /etc/passwd by name and by number.
#include "support/passwd.hpp"

#include <doctest/doctest.h>

using namespace prefect_config;

TEST_CASE("passwd: the home of a user") {
  constexpr std::string_view kPasswd =
      "root:x:0:0:root:/root:/bin/sh\nshort:x\n\nme:x:1000:1000:,,,:/home/me:/bin/sh";
  CHECK(home_of_user(kPasswd, "me") == "/home/me");
  CHECK(home_of_user(kPasswd, 1000u) == "/home/me");
  CHECK(home_of_user(kPasswd, 0u) == "/root");
  CHECK(home_of_user(kPasswd, "short") == "");
  CHECK_FALSE(home_of_user(kPasswd, "nobody").has_value());
  CHECK_FALSE(home_of_user(kPasswd, 7u).has_value());
}
