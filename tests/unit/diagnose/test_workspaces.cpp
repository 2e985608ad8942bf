// Which workspace a word means, and what is made of a stranger's list.
#include "diagnose/workspaces.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace prefect_config;

namespace {

const std::string kAccount = "0b1c0000-0000-4000-8000-00000000000a";
const std::string kOther = "0b1c0000-0000-4000-8000-00000000000b";
const std::string kProd = "9f3e0000-0000-4000-8000-0000000000c1";
const std::string kDev = "9f3e0000-0000-4000-8000-0000000000c2";

std::vector<Workspace> some() {
  return {{kAccount, "acme", kProd, "prod"},
          {kAccount, "acme", kDev, "dev"},
          {kOther, "Other-Co", kProd, "prod"}};
}

std::string found(std::string_view meant) {
  const auto list = some();
  const auto* workspace = find_workspace(list, meant);
  return workspace ? handle_of(*workspace) : "none";
}

std::vector<std::string> near(std::string_view meant, std::size_t most = 10) {
  const auto list = some();
  std::vector<std::string> handles;
  for (const auto* workspace : near_workspaces(list, meant, most))
    handles.push_back(handle_of(*workspace));
  return handles;
}

using Words = std::vector<std::string>;

}  // namespace

TEST_CASE("A workspace is found by its handle, byte for byte") {
  CHECK(found("acme/prod") == "acme/prod");
  CHECK(found("Other-Co/prod") == "Other-Co/prod");
  for (const auto* wrong : {"", "/", "acme", "prod", "acme/", "/prod", "Acme/prod", "acme/PROD",
                            " acme/prod", "acme/prod ", "acme//prod", "acme/prod/", "acme/prod/x"})
    CHECK_MESSAGE(found(wrong) == "none", wrong);
}

TEST_CASE("A workspace is found by ids, in any case, and a handle goes first") {
  CHECK(found(kAccount + '/' + kDev) == "acme/dev");
  CHECK(found("0B1C0000-0000-4000-8000-00000000000A/" + kDev) == "acme/dev");
  CHECK(found("acme/" + kDev) == "acme/dev");
  CHECK(found(kOther + "/prod") == "Other-Co/prod");
  CHECK(found(kDev) == "none");
  CHECK(found(kOther + '/' + kDev) == "none");

  const std::vector<Workspace> list{{kOther, "x", kDev, "y"}, {kAccount, kOther, kProd, kDev}};
  CHECK(find_workspace(list, kOther + '/' + kDev) == &list[1]);
}

TEST_CASE("Of several with one handle the first one is meant, as in Prefect") {
  const std::vector<Workspace> list{{kAccount, "a", kProd, "w"}, {kOther, "a", kDev, "w"}};
  CHECK(find_workspace(list, "a/w") == &list[0]);
}

TEST_CASE("Handles that hold a slash are compared whole") {
  const std::vector<Workspace> list{{kAccount, "a/b", kProd, "c"}};
  CHECK(find_workspace(list, "a/b/c") == &list[0]);
}

TEST_CASE("Near words come first, and those that are far not at all") {
  CHECK(near("acme/prdo") == Words{"acme/prod"});
  CHECK(near("ACME/PROD").front() == "acme/prod");
  CHECK(near("prod") == Words{"acme/prod", "Other-Co/prod"});
  CHECK(near("prod", 1) == Words{"acme/prod"});
  CHECK(near("devv") == Words{"acme/dev"});
  CHECK(near("something/else").empty());
  CHECK(near("").empty());
  CHECK(near(std::string(10000, 'x')).empty());
}

TEST_CASE("Only ids that are UUIDs come into a URL") {
  const auto usable = [](const std::string& account, const std::string& workspace) {
    return usable_workspaces({{account, "a", workspace, "w"}}).size() == 1;
  };
  CHECK(usable(kAccount, kProd));
  for (const auto& wrong :
       {std::string(), std::string("a1"), kProd + "x", kProd.substr(1), kProd.substr(1) + "g",
        "../" + kProd.substr(3), std::string(36, '-'), std::string(36, '0')}) {
    CHECK_MESSAGE(!usable(kAccount, wrong), wrong);
    CHECK_MESSAGE(!usable(wrong, kProd), wrong);
    CHECK_MESSAGE(!workspace_of_ids(kAccount + '/' + wrong), wrong);
  }
  CHECK_FALSE(workspace_of_ids(kAccount));
  CHECK_FALSE(workspace_of_ids(kAccount + '/' + kProd + '/'));
}

TEST_CASE("The URL is the one that Prefect writes") {
  const auto ids = workspace_of_ids("0B1C0000-0000-4000-8000-00000000000A/" + kProd);
  REQUIRE(ids);
  CHECK(workspace_url("https://api.prefect.cloud/api", *ids) ==
        "https://api.prefect.cloud/api/accounts/" + kAccount + "/workspaces/" + kProd);
}
