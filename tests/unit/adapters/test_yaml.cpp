#include "adapters/yaml.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace prefect_config;

namespace {

YamlDocument read(std::string_view text) { return read_yaml(text, 0, text.size()); }

std::string_view text_at(std::string_view text, const YamlNode& node) {
  return text.substr(node.begin, node.end - node.begin);
}

}  // namespace

TEST_CASE("yaml: scalars stand where they are written, with their quotes") {
  const std::string text =
      "a: plain\nb: \"in \\\"quotes\\\"\"\nc: 'it''s'\nd: |\n  block\ne:\nf: !Ref x\n";
  const auto document = read(text);
  REQUIRE(!document.is_broken);
  const auto& root = document.root();
  CHECK(text_at(text, document.find(root, "a")) == "plain");
  CHECK(document.find(root, "a").is_plain);
  CHECK(text_at(text, document.find(root, "b")) == "\"in \\\"quotes\\\"\"");
  CHECK(document.find(root, "b").text == "in \"quotes\"");
  CHECK(text_at(text, document.find(root, "c")) == "'it''s'");
  CHECK(document.find(root, "d").text == "block\n");
  CHECK(document.find(root, "d").is_block);
  CHECK(document.find(root, "e").text.empty());
  CHECK(document.find(root, "f").tag == "!Ref");
  CHECK(document.find(root, "f").text == "x");
}

TEST_CASE("yaml: an alias stands where it is used, and merges are followed") {
  const std::string text =
      "x: &x {a: 1, b: 2}\ny:\n  <<: *x\n  b: 3\nz: [*x]\nw:\n  <<: [*x, {c: 4}]\n";
  const auto document = read(text);
  const auto& y = document.find(document.root(), "y");
  CHECK(document.find(y, "a").text == "1");
  CHECK(document.find(y, "b").text == "3");
  int pairs = 0;
  document.each_pair(y, [&](YamlId, YamlId) { ++pairs; });
  CHECK(pairs == 2);
  CHECK(document.find_path(document.root(), {"w", "c"}).text == "4");
  const auto& z = document.find(document.root(), "z");
  const auto& use = document.as_written(z.items.at(0));
  CHECK(use.kind == YamlNode::Kind::alias);
  CHECK(text_at(text, use) == "*x");
}

TEST_CASE("yaml: the last of a key counts, and its second time is noted") {
  const std::string text = "a: 1\na: 2\n";
  const auto document = read(text);
  CHECK(document.find(document.root(), "a").text == "2");
  REQUIRE(document.duplicate_keys.size() == 1);
  CHECK(document.as_written(document.duplicate_keys[0]).begin == 5);
}

TEST_CASE("yaml: documents are cut at their marks, and each is read by itself") {
  const std::string text = "# c\n---\na: 1\n---\nb: [\n--- # x\nc: 3\n---x: no mark\n";
  const auto documents = yaml_documents(text);
  REQUIRE(documents.size() == 3);
  CHECK(!read_yaml(text, documents[0].first, documents[0].second).is_broken);
  CHECK(read_yaml(text, documents[1].first, documents[1].second).is_broken);
  const auto last = read_yaml(text, documents[2].first, documents[2].second);
  CHECK(last.find(last.root(), "c").text == "3");
}

TEST_CASE("yaml: templates are masked in place") {
  const std::string text = "{{- if .Values.x }}\na: {{ .Values.y | quote }}\n{{- end }}\nb: 1\n";
  const auto document = read(text);
  REQUIRE(!document.is_broken);
  CHECK(document.is_masked);
  CHECK(document.find(document.root(), "b").text == "1");
  CHECK(document.find(document.root(), "a").text.substr(0, 2) == "<<");
  CHECK(masked_templates(text).size() == text.size());
}

TEST_CASE("yaml: bombs and depth end in bounded time") {
  std::string bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n";
  for (int i = 1; i < 30; ++i) {
    const auto last = std::to_string(i - 1);
    bomb += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " {<<: [*a" + last + ", *a" +
            last + ", *a" + last + "]}\n";
  }
  const auto document = read(bomb);
  std::size_t pairs = 0;
  document.each_pair(document.root(), [&](YamlId, YamlId) { ++pairs; });
  CHECK(pairs == 30);
  CHECK(read(std::string(10000, '[')).is_broken);
  std::string deep;
  for (int i = 0; i < 10000; ++i)
    deep += std::string(static_cast<std::size_t>(i % 200), ' ') + "- \n";
  read(deep);
}
