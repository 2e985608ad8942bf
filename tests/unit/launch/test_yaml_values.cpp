// What a process gets of a scalar, and what is a template.
#include "launch/read_text.hpp"
#include "launch/yaml_values.hpp"

using namespace prefect_config;

namespace {

// As yaml.v3 and Go's fmt make it.
std::string text_of(const std::string& value) {
  const auto document = documents_of("a: " + value + "\n").at(0);
  return scalar_text(document.find(document.root(), "a"));
}

WrittenCommand command(const std::string& value) {
  const auto document = documents_of("a: " + value + "\n").at(0);
  return command_of(document, document.find_id(document.root(), "a")).value_or(WrittenCommand());
}

}  // namespace

TEST_CASE("yaml values: scalars") {
  CHECK(text_of("true") == "true");
  CHECK(text_of("TRUE") == "true");
  CHECK(text_of("False") == "false");
  CHECK(text_of("'True'") == "True");
  CHECK(text_of("yes") == "yes");
  CHECK(text_of("~") == "");
  CHECK(text_of("'~'") == "~");
  CHECK(text_of("+5") == "5");
  CHECK(text_of("-0x10") == "-16");
  CHECK(text_of("0b11") == "3");
  CHECK(text_of("0o17") == "15");
  CHECK(text_of("08") == "8");
  CHECK(text_of("0") == "0");
  CHECK(text_of("18446744073709551615") == "18446744073709551615");
  CHECK(text_of("99999999999999999999") == "1e+20");
  CHECK(text_of(".5") == "0.5");
  CHECK(text_of("1.5e-7") == "1.5e-07");
  CHECK(text_of("1e3") == "1000");
  CHECK(text_of("1e6") == "1e+06");
  CHECK(text_of("123456789.125") == "1.23456789125e+08");
  CHECK(text_of("3.8.6") == "3.8.6");
  CHECK(text_of("1e") == "1e");
  CHECK(text_of("--5") == "--5");
  CHECK(text_of("10s") == "10s");
  CHECK(text_of("127.0.0.1") == "127.0.0.1");
  CHECK(text_of("!!str 12") == "12");
}

TEST_CASE("yaml values: templates") {
  for (const auto* text : {"{{ .Values.x }}", "a{{x}}b", "${{ secrets.X }}", "$(X)", "<<x>>",
                           "ENC[AES256_GCM,data:x]", "{% if x %}"})
    CHECK(is_template_text(text));
  for (const auto* text : {"", "${X}", "{\"a\":{\"b\":\"c\"}}", "}} {{", "$(", "a << b", "ENC["})
    CHECK(!is_template_text(text));
}

TEST_CASE("yaml values: commands") {
  CHECK(command("prefect server start").text == "prefect server start");
  CHECK(command("[sh, -c, 'a b', '', \"it's\"]").text == "sh -c 'a b' '' 'it'\\''s'");
  CHECK(command("[sleep, 010, true]").text == "sleep 8 true");
  CHECK(command("[]").text.empty());
  CHECK(command("null").text.empty());
  CHECK(command("{a: b}").text.empty());
}
