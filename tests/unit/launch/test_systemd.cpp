// systemd units: items of Environment= as `systemd-analyze verify` of systemd 252 takes them.
#include "launch/systemd.hpp"
#include "written_text.hpp"

#include <doctest/doctest.h>

using namespace prefect_config;
using namespace prefect_config::testing;

namespace {

WrittenLaunch unit(const TestFile& file) {
  WrittenLaunches out;
  read_systemd(file.written(), out);
  return out.launches.empty() ? WrittenLaunch() : out.launches[0];
}

Texts variables(const std::string& service) {
  const TestFile file{"a.service", "[Service]\n" + service};
  return file.lines(unit(file));
}

}  // namespace

TEST_CASE("systemd: what a unit is") {
  CHECK(is_systemd_unit("# c\n\n[Unit]\nDescription=x\n[Service]\nExecStart=/x\n"));
  CHECK(is_systemd_unit("[Service]\r\nEnvironment=A=1\r\n"));
  CHECK_FALSE(is_systemd_unit("[Unit]\n[Timer]\n"));
  CHECK_FALSE(is_systemd_unit("[program:x]\ncommand=prefect\n[Service]\n"));
  CHECK_FALSE(is_systemd_unit("PREFECT_A=1\n"));
  CHECK_FALSE(is_systemd_unit(""));
}

TEST_CASE("systemd: Environment=") {
  CHECK(variables("Environment=PREFECT_A=1 \"PREFECT_B=b c\" 'PREFECT_C=d' X=1\n") ==
        Texts{"PREFECT_A=1 assignment |PREFECT_A|1|", "PREFECT_B=b c assignment |PREFECT_B|b c|",
              "PREFECT_C=d assignment |PREFECT_C|d|"});
  // Quotes go wherever they stand.
  CHECK(variables("Environment = PREFECT_A=\"b c\"d\n") ==
        Texts{"PREFECT_A=b cd assignment |PREFECT_A|\"b c\"d|"});
  CHECK(variables("Environment=PREFECT_A=a\\x41\\101\\sb\\\"\n") ==
        Texts{"PREFECT_A=aAA b\" assignment |PREFECT_A|a\\x41\\101\\sb\\\"|"});
  CHECK(variables("Environment=PREFECT_A=$X#y\n") ==
        Texts{"PREFECT_A=$X#y assignment |PREFECT_A|$X#y|"});
  CHECK(variables("Environment=PREFECT_A=%h/x PREFECT_B=50%%\n") ==
        Texts{"PREFECT_A=%h/x ? assignment |PREFECT_A|%h/x|",
              "PREFECT_B=50% assignment |PREFECT_B|50%%|"});
  CHECK(variables("Environment=PREFECT_A=1\n[Install]\nEnvironment=PREFECT_B=1\n").size() == 1);
  CHECK(variables("#Environment=PREFECT_A=1\n;Environment=PREFECT_B=1\n").empty());
}

TEST_CASE("systemd: broken items end their line") {
  CHECK(variables("Environment=PREFECT_A=1 PREFECT_B=\\q PREFECT_C=1\n") ==
        Texts{"PREFECT_A=1 assignment |PREFECT_A|1|"});
  CHECK(variables("Environment=PREFECT_A=1 \"PREFECT_B=1\n") ==
        Texts{"PREFECT_A=1 assignment |PREFECT_A|1|"});
  CHECK(variables("Environment=1PREFECT=pnu_TEST PREFECT_B=1\n") ==
        Texts{"PREFECT_B=1 assignment |PREFECT_B|1|"});
}

TEST_CASE("systemd: lines that go on, and resets") {
  CHECK(variables("Environment=PREFECT_A=1 \\\n# c\n  PREFECT_B=2\n") ==
        Texts{"PREFECT_A=1 assignment |PREFECT_A|1|", "PREFECT_B=2 assignment |PREFECT_B|2|"});
  // A blank line ends them (systemd 252).
  CHECK(variables("Environment=PREFECT_A=1 \\\n\nEnvironment=PREFECT_B=2\n").size() == 2);
  CHECK(variables("Environment=PREFECT_A=1\nEnvironment=\nEnvironment=PREFECT_B=2\n") ==
        Texts{"PREFECT_B=2 assignment |PREFECT_B|2|"});
  CHECK(variables("UnsetEnvironment=PREFECT_A\nEnvironment=PREFECT_A=1\n").empty());
}

TEST_CASE("systemd: EnvironmentFile= is stronger, wherever it stands") {
  const TestFile file{"units/a.service",
                      "[Service]\nEnvironmentFile=-/etc/prefect/a.env\nEnvironment=PREFECT_A=1\n",
                      {{"a.env", "# c\nPREFECT_A=\"x y\"\nPREFECT_B=$X # y\n"}}};
  const auto launch = unit(file);
  CHECK(file.lines(launch) == Texts{"PREFECT_A=1 assignment |PREFECT_A|1|",
                                    "PREFECT_A=x y assignment in units/a.env",
                                    "PREFECT_B=$X # y assignment in units/a.env"});
  CHECK_FALSE(launch.is_open);
  CHECK(
      unit({"a.service", "[Service]\nEnvironmentFile=/x.env\nEnvironment=PREFECT_A=1\n"}).is_open);
  CHECK_FALSE(unit({"a.service", "[Service]\nEnvironment=PREFECT_A=1\n"}).is_open);
}

TEST_CASE("systemd: commands") {
  const TestFile file{"a.service",
                      "[Unit]\nDescription=Prefect\n[Service]\n"
                      "ExecStart=/old\nExecStart=\n"
                      "ExecStart=-/bin/bash -lc \"export PREFECT_A=1 && prefect worker start \\\n"
                      "  -p x\"\n"
                      "ExecStartPre=+/v/prefect config set PREFECT_B=2\n"};
  const auto launch = unit(file);
  CHECK(launch.kind == "systemd unit");
  CHECK(launch.name.empty());
  CHECK(file.at(launch.at) == "[Service]");
  CHECK(file.lines(launch) ==
        Texts{"PREFECT_A=1 exported |PREFECT_A|1|", "PREFECT_B=2 set |PREFECT_B|2|"});
  REQUIRE(launch.commands.size() == 2);
  CHECK(launch.commands[0].text == "/v/prefect config set PREFECT_B=2");
  CHECK(file.at(launch.commands[0].at) == launch.commands[0].text);
  CHECK(launch.commands[1].text.find("/bin/bash -lc \"export") == 0);
  CHECK(launch.role == WrittenRole::worker);
}

TEST_CASE("systemd: drop-ins and containers") {
  const TestFile file{"a.service",
                      "[Service]\nEnvironment=PREFECT_A=1\nExecStart=prefect server start\n",
                      {{"a.service.d/override.conf", "[Service]\nEnvironment=PREFECT_A=2\n"}}};
  CHECK(file.lines(unit(file)) == Texts{"PREFECT_A=1 assignment |PREFECT_A|1|",
                                        "PREFECT_A=2 assignment in a.service.d/override.conf"});
  CHECK(unit(file).role == WrittenRole::server);
  const auto quadlet =
      unit({"a.container", "[Container]\nImage=prefecthq/prefect:3-latest\n"
                           "Exec=prefect worker start\nEnvironment=PREFECT_A=1\n"});
  CHECK(quadlet.is_container);
  CHECK(quadlet.image == "prefecthq/prefect:3-latest");
  CHECK(quadlet.role == WrittenRole::worker);
}
