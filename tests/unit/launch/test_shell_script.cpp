// Shell text: what a shell would hand to Prefect, and where it stands.
#include "launch/shell_script.hpp"
#include "launch/windows_script.hpp"
#include "written_text.hpp"

#include <doctest/doctest.h>

#include <chrono>

using namespace prefect_config;
using namespace prefect_config::testing;

namespace {

WrittenLaunches read(const TestFile& file) {
  WrittenLaunches out;
  const auto written = file.written();
  read_shell(written, file.text, 0, out);
  return out;
}

// The variables of the script itself.
Texts variables(const std::string& text) {
  const TestFile file{"run.sh", text};
  const auto out = read(file);
  for (const auto& launch : out.launches) {
    if (launch.kind == "shell script") return file.lines(launch);
  }
  return {};
}

const WrittenLaunch& launch_of(const WrittenLaunches& out, const std::string& kind) {
  static const WrittenLaunch none;
  for (const auto& launch : out.launches) {
    if (launch.kind == kind) return launch;
  }
  return none;
}

}  // namespace

TEST_CASE("shell: a variable is exported, or stays in the shell") {
  CHECK(variables("PREFECT_A=1\n") == Texts{"PREFECT_A=1 local |PREFECT_A|1|"});
  CHECK(variables("export PREFECT_A='x y'\n") == Texts{"PREFECT_A=x y exported |PREFECT_A|'x y'|"});
  CHECK(variables("PREFECT_A=1\nexport PREFECT_A\n") ==
        Texts{"PREFECT_A=1 exported |PREFECT_A|1|"});
  CHECK(variables("export PREFECT_A\nPREFECT_A=1\n") ==
        Texts{"PREFECT_A=1 exported |PREFECT_A|1|"});
  CHECK(variables("set -a\nPREFECT_A=1\nset +a\nPREFECT_B=2\n") ==
        Texts{"PREFECT_A=1 exported |PREFECT_A|1|", "PREFECT_B=2 local |PREFECT_B|2|"});
  CHECK(variables("set -o allexport; PREFECT_A=1") == Texts{"PREFECT_A=1 exported |PREFECT_A|1|"});
  CHECK(variables("set -e -o pipefail; PREFECT_A=1") == Texts{"PREFECT_A=1 local |PREFECT_A|1|"});
  CHECK(variables("declare -x PREFECT_A=1; local PREFECT_B=2") ==
        Texts{"PREFECT_A=1 exported |PREFECT_A|1|", "PREFECT_B=2 local |PREFECT_B|2|"});
  CHECK(variables("setenv PREFECT_A \"1 2\"") ==
        Texts{"PREFECT_A=1 2 exported |PREFECT_A|\"1 2\"|"});
  CHECK(variables("export A=1 PREFECT_B=2 && echo x") ==
        Texts{"PREFECT_B=2 exported |PREFECT_B|2|"});
}

TEST_CASE("shell: a value as the process gets it") {
  CHECK(variables("PREFECT_A=a\\ b\"c\\\"d\"'e\\f'") ==
        Texts{"PREFECT_A=a bc\"de\\f local |PREFECT_A|a\\ b\"c\\\"d\"'e\\f'|"});
  CHECK(variables("PREFECT_A=a\\\nb # c") == Texts{"PREFECT_A=ab local |PREFECT_A|a\\\nb|"});
  CHECK(variables("PREFECT_A=$'a\\nb'") == Texts{"PREFECT_A=a\nb local |PREFECT_A|$'a\\nb'|"});
  CHECK(variables("PREFECT_A=\n") == Texts{"PREFECT_A= local |PREFECT_A||"});
  CHECK(variables("PREFECT_A=1\r\nPREFECT_B=2\r\n") ==
        Texts{"PREFECT_A=1 local |PREFECT_A|1|", "PREFECT_B=2 local |PREFECT_B|2|"});
  CHECK(variables("X=pnu_TEST1\nY=1\nhttps_proxy=http://p:1") ==
        Texts{"X=pnu_TEST1 local |X|pnu_TEST1|",
              "https_proxy=http://p:1 local |https_proxy|http://p:1|"});
}

TEST_CASE("shell: what is not known stays as it is written") {
  for (const auto* value :
       {"$X", "${X}", "\"a$X\"", "$(cat \"a $(b \"c)\")\")", "`hostname`", "${X:?must be set}",
        "${{ secrets.X }}", "\"${{ secrets.X }}\"", "{{ url }}", "${X:-}", "${X:-$Y}"}) {
    CAPTURE(value);
    const auto found = variables(std::string("export PREFECT_A=") + value + "\nPREFECT_B=1\n");
    REQUIRE(found.size() == 2);
    CHECK(found[0].find(" ? exported") != std::string::npos);
    CHECK(found[0].find("|PREFECT_A|" + std::string(value) + "|") != std::string::npos);
    CHECK(found[1] == "PREFECT_B=1 local |PREFECT_B|1|");
  }
  CHECK(variables("PREFECT_A=${PREFECT_A:-http://a/api}") ==
        Texts{"PREFECT_A=http://a/api local |PREFECT_A|${PREFECT_A:-http://a/api}|"});
  CHECK(variables("PREFECT_A=\"http://${H-a}/${P:=api}\"") ==
        Texts{"PREFECT_A=http://a/api local |PREFECT_A|\"http://${H-a}/${P:=api}\"|"});
  CHECK(variables("PREFECT_A='$X'") == Texts{"PREFECT_A=$X local |PREFECT_A|'$X'|"});
  CHECK(variables("PREFECT_A=a\\$X") == Texts{"PREFECT_A=a$X local |PREFECT_A|a\\$X|"});
  CHECK(variables(": \"${PREFECT_A:?must be set, don't forget}\"").empty());
  CHECK(variables("# PREFECT_A=1\necho PREFECT_A=2 # don't\n").empty());
}

TEST_CASE("shell: variables of one command") {
  const TestFile file{"run.sh", "PREFECT_A=1 \\\n  PREFECT_B=\"2\" prefect deploy --all\n"
                                "sudo -E -u app env -i PREFECT_C=3 uv run prefect worker start\n"};
  const auto out = read(file);
  REQUIRE(out.launches.size() == 1);
  CHECK(file.lines(out.launches[0]) == Texts{"PREFECT_A=1 exported |PREFECT_A|1|",
                                             "PREFECT_B=2 exported |PREFECT_B|\"2\"|",
                                             "PREFECT_C=3 exported |PREFECT_C|3|"});
  CHECK(file.commands(out.launches[0]) ==
        Texts{"prefect deploy --all", "uv run prefect worker start"});
  CHECK(file.at(out.launches[0].commands[1].at) == "uv run prefect worker start");
  CHECK(out.launches[0].role == WrittenRole::worker);
  CHECK(out.kind == "shell script");
}

TEST_CASE("shell: Prefect's own commands") {
  CHECK(variables("prefect config set PREFECT_A='x y' \"PREFECT_B=z\"") ==
        Texts{"PREFECT_A=x y set |PREFECT_A|'x y'|", "PREFECT_B=z set |PREFECT_B|z|"});
  for (const auto* start : {"uv run ", "poetry run ", "python -m ", "sudo -u x ", "/venv/bin/",
                            "if true; then ", "{ ", "docker exec c ", "\t@", "cd /x && "}) {
    CAPTURE(start);
    CHECK(variables(std::string(start) + "prefect config set PREFECT_A=1") ==
          Texts{"PREFECT_A=1 set |PREFECT_A|1|"});
  }
  CHECK(variables("prefect --profile x config set PREFECT_A=1") ==
        Texts{"PREFECT_A=1 set |PREFECT_A|1|"});
  CHECK(variables("prefect cloud login --key pnu_TEST1 --workspace a/b") ==
        Texts{"PREFECT_API_KEY=pnu_TEST1 option |--key|pnu_TEST1|",
              "--workspace=a/b option |--workspace|a/b|"});
  CHECK(variables("prefect cloud login -k \"$KEY\"") ==
        Texts{"PREFECT_API_KEY=$KEY ? option |-k|\"$KEY\"|"});
  CHECK(variables("prefect cloud login --key=pnu_TEST1") ==
        Texts{"PREFECT_API_KEY=pnu_TEST1 option |--key|pnu_TEST1|"});
  CHECK(variables("pip install prefect && uv add prefect config set PREFECT_A=1").empty());
}

TEST_CASE("shell: a shell in the shell") {
  CHECK(variables("sudo -u app bash -lc \"export PREFECT_A=1 PREFECT_B='a b' && cd /x\"") ==
        Texts{"PREFECT_A=1 exported |PREFECT_A|1|", "PREFECT_B=a b exported |PREFECT_B|'a b'|"});
  CHECK(variables("ssh host <<'EOF'\nprefect config set PREFECT_A=1\nEOF\n") ==
        Texts{"PREFECT_A=1 set |PREFECT_A|1|"});
  CHECK(variables("bash -c 'set -a'\nPREFECT_A=1") == Texts{"PREFECT_A=1 local |PREFECT_A|1|"});
}

TEST_CASE("shell: files that a script writes") {
  const TestFile file{"run.sh", "cat > .env <<EOF\n# c\nPREFECT_API_URL=http://$H/api\n"
                                "PREFECT_API_KEY=\"pnu_TEST1\" # c\nEOF\n"
                                "PREFECT_A=1\n"
                                "sudo tee /etc/systemd/system/w.service > /dev/null <<-'EOF'\n"
                                "\t[Unit]\n\tDescription=$x\n\t[Service]\n"
                                "\tEnvironment=\"PREFECT_API_URL=http://a/api\"\n"
                                "\tExecStart=/v/prefect worker start\n\tEOF\n"
                                "cat <<EOF\nPREFECT_NO=1\nEOF\n"
                                "cat > x.toml <<EOF\n[profiles]\nPREFECT_NO=1\nEOF\n"};
  const auto out = read(file);
  const auto& env = launch_of(out, "env file");
  CHECK(env.name == ".env");
  CHECK(file.lines(env) ==
        Texts{"PREFECT_API_URL=http://$H/api ? assignment |PREFECT_API_URL|http://$H/api|",
              "PREFECT_API_KEY=pnu_TEST1 assignment |PREFECT_API_KEY|\"pnu_TEST1\"|"});
  const auto& unit = launch_of(out, "systemd unit");
  CHECK(unit.name == "w.service");
  CHECK(unit.role == WrittenRole::worker);
  CHECK(file.lines(unit) ==
        Texts{"PREFECT_API_URL=http://a/api assignment |PREFECT_API_URL|http://a/api|"});
  CHECK(file.lines(launch_of(out, "shell script")) == Texts{"PREFECT_A=1 local |PREFECT_A|1|"});
}

TEST_CASE("shell: echo into files and into later steps") {
  const TestFile file{"run.sh", "echo \"PREFECT_A=1\" >> \"$GITHUB_ENV\"\n"
                                "echo PREFECT_B=2 | sudo tee -a .env\n"
                                "{\n  echo PREFECT_C=3\n  echo PREFECT_D=$X\n} >> .env\n"
                                "printf 'PREFECT_E=%s\\nPREFECT_F=6\\n' \"$X\" > .env\n"
                                "echo PREFECT_NO=1\necho PREFECT_NO=1 >> $GITHUB_OUTPUT\n"
                                "echo 'export PREFECT_G=7' >> ~/.bashrc\n"};
  WrittenLaunches out;
  const auto found = read_shell_text(file.written(), {file.text, 0}, out);
  REQUIRE(found.for_later_steps.size() == 1);
  CHECK(file.line(found.for_later_steps[0]) == "PREFECT_A=1 assignment |PREFECT_A|1|");
  REQUIRE(out.launches.size() == 2);
  CHECK(file.lines(out.launches[0]) ==
        Texts{"PREFECT_B=2 assignment |PREFECT_B|2|", "PREFECT_C=3 assignment |PREFECT_C|3|",
              "PREFECT_D=$X ? assignment |PREFECT_D|$X|",
              "PREFECT_E=%s ? assignment |PREFECT_E|%s|", "PREFECT_F=6 assignment |PREFECT_F|6|"});
  CHECK(out.launches[1].name == "~/.bashrc");
}

TEST_CASE("shell: containers") {
  const TestFile file{"run.sh",
                      "docker run -d -p 80:80 --name w -e PREFECT_API_URL=\"http://localhost/api\" "
                      "--env PREFECT_API_KEY=$K -e PREFECT_A --env-file x.env "
                      "prefecthq/prefect:3-latest prefect worker start\n"
                      "docker run --network host -it prefecthq/prefect bash\n"
                      "docker build -t prefect . && docker network create prefect\n",
                      {{"x.env", "PREFECT_B=\"q\"\n"}}};
  const auto out = read(file);
  REQUIRE(out.launches.size() == 2);
  const auto& first = out.launches[0];
  CHECK(file.lines(first) == Texts{"PREFECT_API_URL=http://localhost/api assignment "
                                   "|PREFECT_API_URL|\"http://localhost/api\"|",
                                   "PREFECT_API_KEY=$K ? assignment |PREFECT_API_KEY|$K|",
                                   "PREFECT_A= ? assignment |PREFECT_A||",
                                   "PREFECT_B=\"q\" assignment in x.env"});
  CHECK(first.name == "w");
  CHECK(first.image == "prefecthq/prefect:3-latest");
  CHECK(file.at(first.image_at) == "prefecthq/prefect:3-latest");
  CHECK(file.commands(first) == Texts{"prefect worker start"});
  CHECK(first.role == WrittenRole::worker);
  CHECK(first.is_container);
  CHECK_FALSE(first.is_open);
  CHECK(out.launches[1].shares_network);
  CHECK(out.launches[1].image == "prefecthq/prefect");
}

TEST_CASE("shell: Helm and kubectl") {
  const TestFile file{"run.sh",
                      "helm upgrade prefect-worker prefect/prefect-worker --set "
                      "a.b=1,a.c=\"x y\" --set-string d=$X\n"
                      "helm install other x/y --set a=1\n"
                      "kubectl create secret generic prefect --from-literal=key=pnu_TEST1\n"};
  const auto out = read(file);
  REQUIRE(out.settings.size() == 4);
  CHECK(out.settings[0].path == "a.b");
  CHECK(file.line(out.settings[0].variable) == "b=1 option |a.b|1|");
  CHECK(file.line(out.settings[1].variable) == "c=x y option |a.c|\"x y\"|");
  CHECK(file.line(out.settings[2].variable) == "d=$X ? option |d|$X|");
  CHECK(out.settings[3].path == "secret/prefect/key");
  CHECK(file.line(out.settings[3].variable) == "key=pnu_TEST1 option |key|pnu_TEST1|");
}

TEST_CASE("shell: files that are sourced") {
  TestFile file{"a/run.sh",
                "set -a\nsource ./.env\nset +a\n. lib.sh\n",
                {{"./.env", "PREFECT_A=1\n"}, {"lib.sh", "PREFECT_B=2\nexport PREFECT_C=3\n"}}};
  auto out = read(file);
  REQUIRE(out.launches.size() == 1);
  CHECK(file.lines(out.launches[0]) == Texts{"PREFECT_A=1 exported in a/.env",
                                             "PREFECT_B=2 local in a/lib.sh",
                                             "PREFECT_C=3 exported in a/lib.sh"});
  CHECK_FALSE(out.launches[0].is_open);
  file = {"run.sh", "source .venv/bin/activate\nprefect version\n", {}};
  CHECK_FALSE(read(file).launches.at(0).is_open);
  file.text = "source .env\nprefect version\n";
  CHECK(read(file).launches.at(0).is_open);
  file.text = "export $(grep -v '^#' .env | xargs)\nprefect version\n";
  CHECK(read(file).launches.at(0).is_open);
}

TEST_CASE("shell: Makefiles, roughly") {
  const TestFile file{"Makefile", "# it's\nPREFECT_A ?= http://a/api\nexport PREFECT_B := 2 # c\n"
                                  "PREFECT_C = $(X)\nrun:\n\t@prefect config set PREFECT_D=$$X\n"
                                  "\t-prefect worker start\n"};
  const auto out = read(file);
  REQUIRE(out.launches.size() == 1);
  CHECK(file.lines(out.launches[0]) ==
        Texts{"PREFECT_A=http://a/api local |PREFECT_A|http://a/api|",
              "PREFECT_B=2 exported |PREFECT_B|2|", "PREFECT_C=$(X) ? local |PREFECT_C|$(X)|",
              "PREFECT_D=$$X ? set |PREFECT_D|$$X|"});
  CHECK(file.commands(out.launches[0]) ==
        Texts{"prefect config set PREFECT_D=$$X", "prefect worker start"});
}

TEST_CASE("shell: a text that begins somewhere in the file") {
  const TestFile file{"x", "....export PREFECT_A=1"};
  WrittenLaunches out;
  read_shell(file.written(), std::string_view(file.text).substr(4), 4, out);
  REQUIRE(out.launches.size() == 1);
  CHECK(file.lines(out.launches[0]) == Texts{"PREFECT_A=1 exported |PREFECT_A|1|"});
  CHECK(out.launches[0].at.begin == 4);
}

TEST_CASE("shell: broken and hostile texts end, in time") {
  const auto begin = std::chrono::steady_clock::now();
  const auto many = [](const std::string& text, int count) {
    std::string result;
    for (int i = 0; i < count; ++i) result += text;
    return result;
  };
  for (const auto* piece : {"'",
                            "\"",
                            "`",
                            "$(",
                            "${",
                            "${{",
                            "{{",
                            "<<a\n",
                            "<<a ",
                            "((",
                            "! ",
                            "\\",
                            "a\"\"",
                            "a='",
                            "bash -c \"",
                            "$(\"",
                            "helm prefect --set a,",
                            "echo a >> b\n",
                            "{ ",
                            "PREFECT_A=\"$",
                            "x |",
                            "docker run -e ",
                            "a=",
                            "prefect ",
                            "export PREFECT_A=1;",
                            "set -a;"}) {
    CAPTURE(piece);
    read({"x.sh", many(piece, 20000)});
  }
  CHECK(variables("echo don't\nexport PREFECT_A=1\n") ==
        Texts{"PREFECT_A=1 exported |PREFECT_A|1|"});
  CHECK(std::chrono::steady_clock::now() - begin < std::chrono::seconds(60));
}

TEST_CASE("Windows: batch files keep quotes") {
  const TestFile file{"a.bat",
                      "@echo off\r\nset PREFECT_A=\"x\"\r\n@set \"PREFECT_B=y z\"\r\n"
                      "SET PREFECT_C=%X%\r\nsetx PREFECT_D \"d e\"\r\nrem set PREFECT_NO=1\r\n"
                      "set PREFECT_E=1 \r\nC:\\v\\prefect.exe config set PREFECT_F=1\r\n"};
  WrittenLaunches out;
  read_batch(file.written(), file.text, 0, out);
  REQUIRE(out.launches.size() == 1);
  CHECK(file.lines(out.launches[0]) ==
        Texts{"PREFECT_A=\"x\" exported |PREFECT_A|\"x\"|",
              "PREFECT_B=y z exported |PREFECT_B|y z|", "PREFECT_C=%X% ? exported |PREFECT_C|%X%|",
              "PREFECT_D=d e exported |PREFECT_D|\"d e\"|", "PREFECT_E=1  exported |PREFECT_E|1 |",
              "PREFECT_F=1 set |PREFECT_F|1|"});
}

TEST_CASE("Windows: PowerShell") {
  const TestFile file{"a.ps1",
                      "# c\n$env:PREFECT_A = \"x\"\n$Env:PREFECT_B='a$b'\n"
                      "$env:PREFECT_C = \"$x\"\n$env:PREFECT_D = Get-It\nprefect worker start\n"};
  WrittenLaunches out;
  read_powershell(file.written(), file.text, 0, out);
  REQUIRE(out.launches.size() == 1);
  CHECK(file.lines(out.launches[0]) == Texts{"PREFECT_A=x exported |PREFECT_A|\"x\"|",
                                             "PREFECT_B=a$b exported |PREFECT_B|'a$b'|",
                                             "PREFECT_C=$x ? exported |PREFECT_C|\"$x\"|",
                                             "PREFECT_D=Get-It ? exported |PREFECT_D|Get-It|"});
  CHECK(out.launches[0].role == WrittenRole::worker);
}
