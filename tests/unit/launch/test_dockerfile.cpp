// Dockerfiles: what Docker puts into the image of each stage.
#include "launch/dockerfile.hpp"
#include "written_text.hpp"

#include <doctest/doctest.h>

using namespace prefect_config;
using namespace prefect_config::testing;

namespace {

WrittenLaunches read(const TestFile& file) {
  WrittenLaunches out;
  read_dockerfile(file.written(), out);
  return out;
}

Texts variables(const std::string& instructions) {
  const TestFile file{"Dockerfile", "FROM x\n" + instructions};
  return file.lines(read(file).launches.at(0));
}

}  // namespace

TEST_CASE("dockerfile: what one is") {
  CHECK(is_dockerfile("# syntax=docker/dockerfile:1\n\nFROM python:3.12\n"));
  CHECK(is_dockerfile("ARG X=1\nARG Y\nfrom --platform=linux/amd64 python:$X AS base\n"));
  CHECK(is_dockerfile("FROM \\\n  x\n"));
  CHECK_FALSE(is_dockerfile("from prefect import flow\n"));
  CHECK_FALSE(is_dockerfile("# c\nRUN x\n"));
  CHECK_FALSE(is_dockerfile("ARG X\n"));
  CHECK_FALSE(is_dockerfile("FROM\n"));
  CHECK_FALSE(is_dockerfile("\\\n\\\n"));
  CHECK_FALSE(is_dockerfile(""));
}

TEST_CASE("dockerfile: ENV") {
  CHECK(variables("ENV PREFECT_A=1 PREFECT_B=\"b c\" PREFECT_C=d\\ e X=1 PREFECT_D='f \"g\"'\n") ==
        Texts{"PREFECT_A=1 image |PREFECT_A|1|", "PREFECT_B=b c image |PREFECT_B|\"b c\"|",
              "PREFECT_C=d e image |PREFECT_C|d\\ e|",
              "PREFECT_D=f \"g\" image |PREFECT_D|'f \"g\"'|"});
  CHECK(variables("env PREFECT_A the rest = \"it\"\n") ==
        Texts{"PREFECT_A=the rest = it image |PREFECT_A|the rest = \"it\"|"});
  CHECK(variables("ENV PREFECT_A=1 \\\n# c\n\n    PREFECT_B=2\nENV PREFECT_C=3") ==
        Texts{"PREFECT_A=1 image |PREFECT_A|1|", "PREFECT_B=2 image |PREFECT_B|2|",
              "PREFECT_C=3 image |PREFECT_C|3|"});
  CHECK(variables("ENV PREFECT_A=a \\   \r\n  PREFECT_B=b\r\n") ==
        Texts{"PREFECT_A=a image |PREFECT_A|a|", "PREFECT_B=b image |PREFECT_B|b|"});
}

TEST_CASE("dockerfile: Docker's own substitution, and no other") {
  CHECK(variables("ARG PREFECT_A\nENV PREFECT_A=$PREFECT_A\nENV PREFECT_B=\"${X}/y\"\n") ==
        Texts{"PREFECT_A= ? arg |PREFECT_A||",
              "PREFECT_A=$PREFECT_A ? image |PREFECT_A|$PREFECT_A|",
              "PREFECT_B=${X}/y ? image |PREFECT_B|\"${X}/y\"|"});
  CHECK(variables("ENV PREFECT_A=${X:-http://a/api}\n") ==
        Texts{"PREFECT_A=http://a/api image |PREFECT_A|${X:-http://a/api}|"});
  // Text to Docker.
  CHECK(variables("ENV PREFECT_A=$(hostname) PREFECT_B=`x` PREFECT_C='$X' PREFECT_D=\\$X\n") ==
        Texts{"PREFECT_A=$(hostname) image |PREFECT_A|$(hostname)|",
              "PREFECT_B=`x` image |PREFECT_B|`x`|", "PREFECT_C=$X image |PREFECT_C|'$X'|",
              "PREFECT_D=$X image |PREFECT_D|\\$X|"});
  CHECK(variables("ARG PREFECT_A=\"1\" PREFECT_B=2\n") ==
        Texts{"PREFECT_A=1 arg |PREFECT_A|\"1\"|", "PREFECT_B=2 arg |PREFECT_B|2|"});
}

TEST_CASE("dockerfile: another escape character") {
  const TestFile file{"Dockerfile", "# escape=`\nFROM x\nENV PREFECT_A=C:\\x `\n  PREFECT_B=2\n"};
  CHECK(file.lines(read(file).launches.at(0)) ==
        Texts{"PREFECT_A=C:\\x image |PREFECT_A|C:\\x|", "PREFECT_B=2 image |PREFECT_B|2|"});
}

TEST_CASE("dockerfile: of RUN only what goes into a profile") {
  CHECK(
      variables("RUN --mount=type=secret,id=x export PREFECT_NO=1 && \\\n"
                "    # c\n    prefect config set PREFECT_A=1 && \\\n"
                "    prefect cloud login --key pnu_TEST1\n") ==
      Texts{"PREFECT_A=1 set |PREFECT_A|1|", "PREFECT_API_KEY=pnu_TEST1 option |--key|pnu_TEST1|"});
  CHECK(variables("RUN <<EOF\nprefect config set PREFECT_A=1\nEOF\nENV PREFECT_B=2\n") ==
        Texts{"PREFECT_A=1 set |PREFECT_A|1|", "PREFECT_B=2 image |PREFECT_B|2|"});
  CHECK(variables("RUN x=$((1<<2))\nENV PREFECT_B=2\n") ==
        Texts{"PREFECT_B=2 image |PREFECT_B|2|"});
  const TestFile file{"Dockerfile", "FROM x\nCOPY <<EOF /app/.env\nPREFECT_A=1\nEOF\n"};
  const auto out = read(file);
  REQUIRE(out.launches.size() == 2);
  CHECK(out.launches[0].kind == "env file");
  CHECK(out.launches[0].name == "/app/.env");
  CHECK(file.lines(out.launches[0]) == Texts{"PREFECT_A=1 assignment |PREFECT_A|1|"});
}

TEST_CASE("dockerfile: stages") {
  const TestFile file{
      "Dockerfile", "ARG TAG=3-latest\nFROM prefecthq/prefect:${TAG} AS Base\n"
                    "ENV PREFECT_A=1\nARG PREFECT_B=2\nCMD prefect server start\n"
                    "FROM python:$X\nENTRYPOINT [\"/e.sh\", \"--\"]\n"
                    "CMD [\"prefect\", \"worker\", \"start\", \"-p\", \"my pool\"]\n"
                    "FROM base\nENTRYPOINT sh -c \"export PREFECT_C=3 && prefect worker start\"\n"};
  const auto out = read(file);
  CHECK(out.kind == "Dockerfile");
  REQUIRE(out.launches.size() == 3);
  CHECK(out.launches[0].name == "Base");
  CHECK(file.at(out.launches[0].at) == "Base");
  CHECK(out.launches[0].image == "prefecthq/prefect:3-latest");
  CHECK(file.at(out.launches[0].image_at) == "prefecthq/prefect:${TAG}");
  CHECK(out.launches[0].role == WrittenRole::server);
  CHECK(out.launches[0].is_container);
  CHECK(out.launches[1].name == "1");
  CHECK(out.launches[1].image == "python:$X");
  CHECK(out.launches[1].variables.empty());
  CHECK(file.commands(out.launches[1]) == Texts{"/e.sh -- prefect worker start -p 'my pool'"});
  CHECK(file.lines(out.launches[2]) ==
        Texts{"PREFECT_A=1 image |PREFECT_A|1|", "PREFECT_C=3 exported |PREFECT_C|3|"});
  CHECK(out.launches[2].image == "prefecthq/prefect:3-latest");
  CHECK(out.launches[2].role == WrittenRole::worker);
}

TEST_CASE("dockerfile: hostile texts end") {
  std::string stages = "FROM x AS a0\nENV PREFECT_A=" + std::string(100000, 'x') + "\n";
  for (int i = 1; i < 5000; ++i)
    stages += "FROM a" + std::to_string(i - 1) + " AS a" + std::to_string(i) + "\n";
  CHECK(read({"Dockerfile", stages}).notes.size() == 1);
  std::string heredocs = "FROM x\n";
  for (int i = 0; i < 20000; ++i) heredocs += "RUN cat <<A\n";
  CHECK(read({"Dockerfile", heredocs}).launches.size() == 1);
}
