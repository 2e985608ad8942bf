// Every recorded answer of real Prefect (tests/data/coerce-*.jsonl, made by
// tests/conformance/coerce_oracle.py) must be the library's answer too.

#include "resolve/coerce.hpp"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <cstdio>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace {

using nlohmann::json;
using namespace prefect_config;

std::vector<std::string> lines_of(const std::string& file_name) {
  std::vector<std::string> lines;
  const std::string path = std::string(PREFECT_CONFIG_TEST_DATA) + "/" + file_name;
  const std::unique_ptr<FILE, int (*)(FILE*)> file(std::fopen(path.c_str(), "rb"), std::fclose);
  if (!file) return lines;
  std::string line;
  for (int c = std::fgetc(file.get()); c != EOF; c = std::fgetc(file.get())) {
    if (c != '\n') {
      line += static_cast<char>(c);
    } else {
      lines.push_back(std::move(line));
      line.clear();
    }
  }
  return lines;
}

std::string bytes_of(const std::string& hex) {
  std::string bytes;
  for (std::size_t i = 0; i < hex.size(); i += 2)
    bytes += static_cast<char>(std::stoi(hex.substr(i, 2), nullptr, 16));
  return bytes;
}

double float_of(const std::string& text) {
  if (text == "nan") return std::numeric_limits<double>::quiet_NaN();
  return std::strtod(text.c_str(), nullptr);
}

/// What Duration cannot hold stays at its ends.
std::int64_t microseconds_of(const std::string& digits) {
  const bool negative = digits.front() == '-';
  const std::string size = digits.substr(negative ? 1 : 0);
  const std::string most = std::to_string(std::numeric_limits<std::int64_t>::max());
  const bool fits = size.size() < most.size() || (size.size() == most.size() && size <= most);
  return std::stoll((negative ? "-" : "") + (fits ? size : most));
}

Value value_of(const json& tagged);

List list_of(const json& items) {
  List list;
  for (const json& item : items) list.items.push_back(value_of(item));
  return list;
}

Dict dict_of(const json& entries) {
  Dict dict;
  for (const json& entry : entries) {
    const Value key = value_of(entry[0]);
    dict.entries.push_back(DictEntry{*key.get<std::string>(), value_of(entry[1])});
  }
  return dict;
}

Value object_of(const std::string& kind, const json& content) {
  if (kind == "int") return Integer{content.get<std::string>()};
  if (kind == "float") return float_of(content.get<std::string>());
  if (kind == "path") return Path{*value_of(content).get<std::string>()};
  if (kind == "us") return Duration{microseconds_of(content.get<std::string>())};
  if (kind == "set") return Set{list_of(content).items};
  if (kind == "dict") return dict_of(content);
  if (kind == "moment") return Moment{content.get<std::string>()};
  return bytes_of(content.get<std::string>());
}

Value value_of(const json& tagged) {
  if (tagged.is_null()) return Value();
  if (tagged.is_boolean()) return tagged.get<bool>();
  if (tagged.is_number()) return Integer{tagged.dump()};
  if (tagged.is_string()) return tagged.get<std::string>();
  if (tagged.is_array()) return list_of(tagged);
  return object_of(tagged.begin().key(), tagged.begin().value());
}

/// Unlike ==, it takes nan for nan and tells 0.0 from -0.0.
bool same(const Value& left, const Value& right) {
  if (left.is<Set>() || left.is<Duration>()) return left == right;
  return left.content().index() == right.content().index() && left.repr() == right.repr();
}

CoerceContext context_of(const std::string& source) {
  CoerceContext context{"/home/me", "/home/me/.prefect"};
  context.from_text = source == "env";
  context.from_profile = source == "profile";
  context.from_group = source == "group";
  return context;
}

/// What the library makes of a line, as one text to compare and to read.
std::string outcome(const Coerced& coerced) {
  if (coerced.nothing) return "nothing";
  if (coerced.value) return "accepted";
  return (coerced.refusal->fails_to_parse ? "dies of " : "refused as ") + coerced.refusal->type;
}

std::string recorded_outcome(const json& line) {
  if (line.contains("unset")) return "nothing";
  if (line.contains("value")) return "accepted";
  return (line["error"]["fails"].get<bool>() ? "dies of " : "refused as ") +
         line["error"]["type"].get<std::string>();
}

/// Python orders the texts of a set differently in every process, so these lists were recorded
/// sorted.
Value comparable(const Setting& setting, const Value& value) {
  const auto* list = value.get<List>();
  if (list == nullptr || setting.type != ValueType::text_list) return value;
  List sorted = *list;
  std::sort(sorted.items.begin(), sorted.items.end(),
            [](const Value& left, const Value& right) { return left.str() < right.str(); });
  return sorted;
}

void check_line(const Registry& registry, const std::string& text) {
  const json line = json::parse(text);
  const Setting* setting = registry.find_path(line["path"].get<std::string>());
  CAPTURE(text);
  REQUIRE(setting != nullptr);
  const Coerced coerced =
      coerce(*setting, value_of(line["written"]), context_of(line["source"].get<std::string>()));
  CHECK(outcome(coerced) == recorded_outcome(line));
  if (!coerced.value || !line.contains("value")) return;
  const Value value = comparable(*setting, *coerced.value);
  CAPTURE(value.repr());
  CHECK(same(value, value_of(line["value"])));
}

void check_recording(const std::string& version) {
  const std::vector<std::string> lines = lines_of("coerce-" + version + ".jsonl");
  REQUIRE(lines.size() >= 400);
  const std::optional<Version> parsed = Version::parse(version);
  REQUIRE(parsed);
  const Registry registry(*parsed);
  for (const std::string& line : lines) check_line(registry, line);
}

Coerced coerce_text(ValueType type, const Value& written) {
  Setting setting{};
  setting.type = type;
  return coerce(setting, written, CoerceContext{"/home/me", "/home/me/.prefect"});
}

}  // namespace

TEST_CASE("coerce agrees with Prefect 3.8.8") { check_recording("3.8.8"); }
TEST_CASE("coerce agrees with Prefect 3.4.19") { check_recording("3.4.19"); }

TEST_CASE("a refusal never repeats the value") {
  for (const Version version : {newest_version()}) {
    const Registry registry(version);
    for (const Setting* setting : registry.settings()) {
      for (const bool from_text : {true, false}) {
        CoerceContext context;
        context.from_text = from_text;
        const Coerced coerced = coerce(*setting, "xyzzy-plugh", context);
        if (!coerced.refusal) continue;
        CAPTURE(setting->path);
        CHECK(coerced.refusal->message.find("xyzzy") == std::string::npos);
        CHECK(!coerced.refusal->type.empty());
      }
    }
  }
}

TEST_CASE("exactly one outcome is set") {
  const Coerced accepted = coerce_text(ValueType::boolean, "yes");
  CHECK(accepted.value == Value(true));
  CHECK(!accepted.refusal);
  const Coerced refused = coerce_text(ValueType::boolean, "maybe");
  CHECK(!refused.value);
  CHECK(refused.refusal->type == "bool_parsing");
  CHECK(!refused.refusal->fails_to_parse);
}

TEST_CASE("a moment is no value of any type but Any") {
  CHECK(coerce_text(ValueType::text, Moment{"1979-05-27"}).refusal.has_value());
  CHECK(coerce_text(ValueType::anything, Moment{"1979-05-27"}).value ==
        Value(Moment{"1979-05-27"}));
}

TEST_CASE("home expands a leading tilde") {
  CHECK(coerce_text(ValueType::home_path, "~/x").value == Value(Path{"/home/me/x"}));
  CHECK(coerce_text(ValueType::path, "~/x").value == Value(Path{"~/x"}));
}
