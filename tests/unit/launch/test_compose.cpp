// Compose files. Expected values are those of compose-go 2.4.9 (`docker compose config`).
#include "launch/compose.hpp"
#include "launch/compose_env_file.hpp"
#include "launch/compose_text.hpp"
#include "launch/read_text.hpp"

#include <algorithm>

using namespace prefect_config;

namespace {

WrittenLaunches read(std::string_view text, Siblings siblings = {}) {
  WrittenLaunches out;
  const auto documents = documents_of(text);
  REQUIRE(documents.size() == 1);
  REQUIRE(!documents[0].is_broken);
  REQUIRE(is_compose(documents[0]));
  read_compose(written_file(text, std::move(siblings)), documents[0], out);
  return out;
}

bool looks_like_compose(std::string_view text) { return is_compose(documents_of(text).at(0)); }

WrittenVariable known(std::string value) {
  WrittenVariable variable;
  variable.value = std::move(value);
  return variable;
}

// With A=a, E empty, B=b}.
std::string filled(std::string_view text) {
  static const std::map<std::string, WrittenVariable, std::less<>> kKnown = {
      {"A", known("a")}, {"E", known("")}, {"B", known("b}")}};
  const auto result = interpolated(text, [](std::string_view name) {
    const auto found = kKnown.find(name);
    return found == kKnown.end() ? nullptr : &found->second;
  });
  return (result.is_open ? "(open) " : "") + result.text;
}

std::string env_file(std::string_view text, bool is_raw = false) {
  WrittenBudget budget;
  const auto file = read_env_file(text, is_raw);
  std::string out;
  for (const auto& variable : env_file_variables(
           file, "x.env", [](std::string_view) { return nullptr; }, budget))
    out += variable.name + "=[" + (variable.is_opaque ? "?" : variable.value) + "]";
  return out + (file.bad_line != 0 ? " bad " + std::to_string(file.bad_line) : "");
}

}  // namespace

TEST_CASE("compose: by content") {
  CHECK(looks_like_compose("services:\n  a:\n    image: x\n"));
  CHECK(looks_like_compose("version: '3'\nservices:\n  a:\n    environment: [A=1]\n"));
  CHECK(!looks_like_compose("services: []\n"));
  CHECK(!looks_like_compose("services:\n  App\\Mailer:\n    arguments: [x]\n"));
  CHECK(!looks_like_compose("apiVersion: v1\nkind: X\nservices:\n  a:\n    image: x\n"));
  CHECK(!looks_like_compose("jobs:\n  a:\n    services:\n      b:\n        image: x\n"));
  CHECK(!looks_like_compose("- a\n"));
}

TEST_CASE("compose: interpolation") {
  CHECK(filled("plain") == "plain");
  CHECK(filled("$$x $A") == "$x a");
  CHECK(filled("${A}-${E}.") == "a-.");
  CHECK(filled("${U:-d} ${E:-d} ${E-d} ${U-d}") == "d d  d");
  CHECK(filled("${U:-${E:-nested}} x") == "nested x");
  CHECK(filled("${A:?message with } oddities} tail") == "a oddities} tail");
  CHECK(filled("${A:?it's a msg. \"x\"}") == "a");
  CHECK(filled("${A:+alt} ${E:+alt} ${E+alt}") == "alt  alt");
  CHECK(filled("${U:-http://x:4200/api} and ${U:-a}b}") == "http://x:4200/api and ab}");
  CHECK(filled("$1 cost, 100% $") == "$1 cost, 100% $");
  CHECK(filled("${B}") == "b}");
  CHECK(filled("${U:-$$x}${U:-$A}") == "$xa");
  CHECK(filled("${U:-{\"a\":\"b\"}}") == "{\"a\":\"b\"}");
  CHECK(filled("${U:-{}} tail") == "{} tail");
  CHECK(filled("${U:-a-b:?c}") == "a-b:?c");
  CHECK(filled("$A-$U.") == "(open) a-$U.");
  CHECK(filled("${U:-}") == "");
  CHECK(filled("${U:?must be set}") == "(open) ${U:?must be set}");
  CHECK(filled("${U:+alt}") == "(open) ${U:+alt}");
  CHECK(filled("${A") == "(open) ${A");
  CHECK(filled("${a.b} x") == "(open) ${a.b} x");
  CHECK(filled("${}") == "(open) ${}");
}

TEST_CASE("compose: interpolation is bounded") {
  std::string deep;
  for (int i = 0; i < 3000; ++i) deep += "${U:-";
  CHECK(interpolated(deep + std::string(3000, '}'), [](std::string_view) {
          return nullptr;
        }).is_open);
  std::string doubling = "A0=0123456789\n";
  for (int i = 1; i < 60; ++i) {
    const auto before = "$A" + std::to_string(i - 1);
    doubling += "A" + std::to_string(i) + "=" + before + before + "\n";
  }
  CHECK(env_file(doubling).size() < (4u << 20));
}

TEST_CASE("compose: env files") {
  CHECK(env_file("# c\nA=1\n\nB=\"q # x\" # tail\nC='s $A \\n'\n") == "A=[1]B=[q # x]C=[s $A \\n]");
  CHECK(env_file("A=1\nD=$A-${A}\nE=\"a\\nb\\\"c\"\nF: yaml\nexport G=g h # c\nH=\nI\nJ=a#b\n") ==
        "A=[1]D=[1-1]E=[a\nb\"c]F=[yaml]G=[g h]H=[]I=[?]J=[a#b]");
  CHECK(env_file("K = spaced  \nN=\"multi\nline\"\nO=$$x\nQ=${UNSET:-d}\nS='a\\'b'\n") ==
        "K=[spaced]N=[multi\nline]O=[$x]Q=[d]S=[a'b]");
  CHECK(env_file("T=un \"quoted\" \nU=\"\\$A\"\nP=${UNSET}\n") == "T=[un \"quoted\"]U=[$A]P=[?]");
  CHECK(env_file("A=1\r\nB=\"x\"\r\nC=2") == "A=[1]B=[x]C=[2]");
  CHECK(env_file("\xEF\xBB\xBF"
                 "A=1\nB") == "A=[1]");
  CHECK(env_file("A=1\nB C=1\nD=2\n") == "A=[1] bad 2");
  CHECK(env_file("A=1\nB=\"1\nD=2\n") == "A=[1] bad 2");
  CHECK(env_file("A='it''s'\nB=1\n") == "A=[it] bad 1");
  CHECK(env_file("A=\"1\" #x\n  B=$A\nC\n", true) == "A=[\"1\" #x]B=[$A]C=[?]");
}

TEST_CASE("compose: a mapping, and what YAML and Go make of its values") {
  const std::string text = R"(x-env: &env
  COMMON: c
  N1: 1
services:
  worker:
    image: prefecthq/prefect:${TAG:-3-latest}
    command: prefect worker start --pool $$POOL
    environment:
      <<: *env
      B1: True
      B2: yes
      B3: "True"
      I1: 0x10
      I2: 017
      I3: 1_000
      F1: 1.0
      F2: 3.10
      F3: 12345678.0
      F4: 1e21
      E: ""
      NUL:
      NUL2: null
      S: '${TAG:-1.0}'
      SECRET: ${SECRET}
      QUOTED: '"q"'
      TEMPLATE: '{{ x }}'
      SOPS: ENC[AES256_GCM,data:x]
      TAGGED: !vault x
      N1: 7
      N1: 8
)";
  const auto out = read(text);
  CHECK(out.kind == "compose");
  const auto& worker = launch_named(out, "worker");
  CHECK(worker.kind == "compose service");
  CHECK(worker.is_container);
  CHECK(!worker.is_open);
  CHECK(worker.file == "deploy/file.yaml");
  CHECK(worker.at.of(text) == "worker");
  CHECK(worker.image == "prefecthq/prefect:3-latest");
  CHECK(worker.image_at.of(text) == "prefecthq/prefect:${TAG:-3-latest}");
  REQUIRE(worker.commands.size() == 1);
  CHECK(worker.commands[0].text == "prefect worker start --pool $POOL");
  CHECK(worker.role == WrittenRole::worker);
  CHECK(value_of(worker, "COMMON") == "c");
  CHECK(value_of(worker, "B1") == "true");
  CHECK(value_of(worker, "B2") == "yes");
  CHECK(value_of(worker, "B3") == "True");
  CHECK(value_of(worker, "I1") == "16");
  CHECK(value_of(worker, "I2") == "15");
  CHECK(value_of(worker, "I3") == "1000");
  CHECK(value_of(worker, "F1") == "1");
  CHECK(value_of(worker, "F2") == "3.1");
  CHECK(value_of(worker, "F3") == "1.2345678e+07");
  CHECK(value_of(worker, "F4") == "1e+21");
  CHECK(value_of(worker, "E") == "");
  CHECK(value_of(worker, "NUL") == "(opaque) ");
  CHECK(value_of(worker, "NUL2") == "(opaque) ");
  CHECK(value_of(worker, "S") == "1.0");
  CHECK(value_of(worker, "SECRET") == "(opaque) ${SECRET}");
  CHECK(value_of(worker, "QUOTED") == "\"q\"");
  CHECK(value_of(worker, "TEMPLATE") == "(opaque) {{ x }}");
  CHECK(value_of(worker, "SOPS") == "(opaque) ENC[AES256_GCM,data:x]");
  CHECK(value_of(worker, "TAGGED") == "(opaque) x");
  CHECK(value_of(worker, "N1") == "8");
  const auto& quoted = variable_named(worker, "QUOTED");
  CHECK(quoted.name_at.of(text) == "QUOTED");
  CHECK(quoted.value_at.of(text) == "'\"q\"'");
  CHECK(quoted.form == WrittenForm::assignment);
}

TEST_CASE("compose: a list keeps quotes") {
  const std::string text = R"(services:
  a:
    image: x
    environment:
      - PREFECT_API_AUTH_STRING="admin:TEST-password"
      - 'Z=a=b'
# a comment at the first column
      - PASS
      - "W= lead"
      - EMPTY=
      - V='${TAG:-x}'
      - T={{ y }}
      - Z=second
)";
  const auto out = read(text);
  const auto& a = launch_named(out, "a");
  CHECK(value_of(a, "PREFECT_API_AUTH_STRING") == "\"admin:TEST-password\"");
  const auto& auth = variable_named(a, "PREFECT_API_AUTH_STRING");
  CHECK(auth.form == WrittenForm::list_item);
  CHECK(auth.name_at.of(text) == "PREFECT_API_AUTH_STRING");
  CHECK(auth.value_at.of(text) == "\"admin:TEST-password\"");
  CHECK(value_of(a, "PASS") == "(opaque) ");
  CHECK(variable_named(a, "PASS").value_at.is_empty());
  CHECK(value_of(a, "W") == " lead");
  CHECK(variable_named(a, "W").value_at.of(text) == " lead");
  CHECK(value_of(a, "EMPTY") == "");
  CHECK(value_of(a, "V") == "'x'");
  CHECK(value_of(a, "T") == "(opaque) {{ y }}");
  CHECK(value_of(a, "Z") == "second");
  CHECK(a.variables[1].value == "a=b");
  CHECK(a.role == WrittenRole::unknown);
}

TEST_CASE("compose: .env and env_file") {
  const std::string text = R"(services:
  a:
    image: ${IMAGE}
    env_file: [../common.env, {path: own.env, required: false}]
    environment:
      PREFECT_API_URL: http://${HOST}:${PORT:-4200}/api
      FROM_SHELL:
      FROM_DOT_ENV:
      X: strong
  b:
    image: x
    env_file: missing.env
  c:
    image: x
    env_file:
      - path: raw.env
        format: raw
)";
  const std::string common = "A=1\nX=weak\n";
  const std::string own = "B=$A\nC=\"${HOST}\"\n";
  const auto out = read(text, {{".env", "HOST=server\nFROM_DOT_ENV='d'\nIMAGE=i:1\n"},
                               {"../common.env", common},
                               {"own.env", own},
                               {"raw.env", "Q=\"q\"\n"}});
  const auto& a = launch_named(out, "a");
  CHECK(!a.is_open);
  CHECK(a.image == "i:1");
  CHECK(value_of(a, "PREFECT_API_URL") == "http://server:4200/api");
  CHECK(value_of(a, "FROM_SHELL") == "(opaque) ");
  CHECK(value_of(a, "FROM_DOT_ENV") == "d");
  CHECK(variable_named(a, "FROM_DOT_ENV").file == "deploy/.env");
  CHECK(value_of(a, "X") == "strong");
  CHECK(value_of(a, "B") == "1");
  CHECK(value_of(a, "C") == "server");
  CHECK(variable_named(a, "A").file == "common.env");
  CHECK(variable_named(a, "A").value_at.of(common) == "1");
  CHECK(variable_named(a, "C").file == "deploy/own.env");
  CHECK(variable_named(a, "C").name_at.of(own) == "C");
  CHECK(variable_named(a, "C").value_at.of(own) == "\"${HOST}\"");
  CHECK(launch_named(out, "b").is_open);
  CHECK(value_of(launch_named(out, "c"), "Q") == "\"q\"");
}

TEST_CASE("compose: extends, aliases, commands, hosts") {
  const std::string text = R"(x-command: &start [prefect, server, start, --host, 0.0.0.0]
x-key: &key pnu_TEST
services:
  base:
    image: i
    environment: &e
      A: base
      B: base
  server:
    extends:
      service: base
    container_name: prefect_server
    hostname: ${H:-h}
    command: *start
    environment:
      B: own
      K: *key
    networks:
      default:
        aliases: [alias1]
  split:
    extends: base
    entrypoint: ["prefect"]
    command: worker start
  shell:
    image: x
    environment: *e
    command: ["sh", "-c", "prefect deploy && echo it's"]
  folded:
    image: x
    command: >
      bash -lc "sleep 1 &&
      prefect server start"
  other:
    extends: {file: base.yml, service: base}
  loop:
    extends: loop
)";
  const auto out = read(text);
  const auto& server = launch_named(out, "server");
  CHECK(value_of(server, "A") == "base");
  CHECK(value_of(server, "B") == "own");
  CHECK(value_of(server, "K") == "pnu_TEST");
  CHECK(variable_named(server, "K").value_at.of(text) == "*key");
  CHECK(server.image == "i");
  CHECK(server.role == WrittenRole::server);
  CHECK(server.commands.at(0).text == "prefect server start --host 0.0.0.0");
  for (const auto* host : {"base", "server", "split", "prefect_server", "h", "alias1"})
    CHECK(std::count(server.hosts.begin(), server.hosts.end(), host) == 1);
  CHECK(launch_named(out, "split").role == WrittenRole::worker);
  CHECK(launch_named(out, "split").commands.size() == 2);
  CHECK(value_of(launch_named(out, "shell"), "A") == "base");
  CHECK(launch_named(out, "shell").commands.at(0).text ==
        "sh -c 'prefect deploy && echo it'\\''s'");
  CHECK(launch_named(out, "shell").role == WrittenRole::client);
  CHECK(launch_named(out, "folded").role == WrittenRole::server);
  CHECK(launch_named(out, "other").is_open);
  CHECK(launch_named(out, "loop").is_open);
  CHECK(out.launches.size() == 7);
}

TEST_CASE("compose: templates of another program") {
  const std::string text = R"(services:
{% if worker %}
  a:
    image: {{ image }}
    environment:
      PREFECT_API_URL: http://{{ host }}:4200/api
      PLAIN: x
{% endif %}
)";
  const auto out = read(text);
  const auto& a = launch_named(out, "a");
  CHECK(value_of(a, "PREFECT_API_URL") == "(opaque) http://{{ host }}:4200/api");
  CHECK(value_of(a, "PLAIN") == "x");
}

TEST_CASE("compose: a hostile file ends") {
  std::string text = "x: &big\n";
  for (int i = 0; i < 5000; ++i) text += "  K" + std::to_string(i) + ": v\n";
  text += "services:\n";
  for (int i = 0; i < 800; ++i)
    text += "  s" + std::to_string(i) + ": {image: x, environment: *big, command: *big}\n";
  const auto out = read(text);
  CHECK(out.launches.size() <= 500);
  CHECK(!out.notes.empty());
}
