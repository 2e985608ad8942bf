/// \file
/// A value of a setting: as written (TOML's types; the environment has text only) or as Prefect
/// holds it.
///
/// What it is not: a secret. Values that must not be shown travel as `Secret` (secret.hpp).
///
/// The texts made here are Python's (`True`, `['a', 'b']`, `0:00:05`), because that is what Prefect
/// prints and what its users compare with.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace prefect_config {

class Value;
struct DictEntry;

/// An integer as Python has it, of any size: decimal digits with an optional leading `-`, no
/// leading zeros.
struct Integer {
  std::string digits;
  bool operator==(const Integer&) const = default;
};

/// Whether one number is less than another, whatever their size.
bool integer_less(const Integer& left, const Integer& right);

/// A length of time, as Python's timedelta holds it: whole microseconds.
struct Duration {
  std::int64_t microseconds = 0;
  bool operator==(const Duration&) const = default;
};

/// A file path, already normalised as Python's `pathlib` does it.
struct Path {
  std::string text;
  bool operator==(const Path&) const = default;
};

/// A TOML date, time or date-time: no setting takes one, so only Python's text of it is kept.
struct Moment {
  std::string text;
  bool operator==(const Moment&) const = default;
};

struct List {
  std::vector<Value> items;
  bool operator==(const List&) const;
};

/// A Python set: `items` are distinct and in the order of their first appearance.
struct Set {
  std::vector<Value> items;
  /// Equal whatever the order.
  bool operator==(const Set&) const;
};

/// A mapping with text keys, in the order written.
struct Dict {
  std::vector<DictEntry> entries;
  const Value* find(std::string_view key) const;
  bool operator==(const Dict&) const;
};

/// One value. Cheap to move; compares by content.
class Value {
 public:
  struct None {
    bool operator==(const None&) const = default;
  };
  using Variant = std::variant<None, bool, Integer, double, std::string, Path, Duration, Moment,
                               List, Set, Dict>;

  Value() = default;
  Value(bool boolean);
  Value(Integer integer);
  Value(std::int64_t integer);
  Value(int integer);
  Value(double number);
  Value(std::string text);
  Value(const char* text);
  Value(Path path);
  Value(Duration duration);
  Value(Moment moment);
  Value(List list);
  Value(Set set);
  Value(Dict dict);

  template <typename T>
  const T* get() const {
    return std::get_if<T>(&content_);
  }
  template <typename T>
  bool is() const {
    return std::holds_alternative<T>(content_);
  }
  bool is_none() const { return is<None>(); }
  /// Python's truth: None, False, 0, empty text and empty collections are false.
  bool truthy() const;
  const Variant& content() const { return content_; }
  bool operator==(const Value&) const = default;

  /// Python's `str(value)`, which is what Prefect's `config view` prints.
  std::string str() const;
  /// Python's `repr(value)`: text is quoted and escaped.
  std::string repr() const;
  /// The value in JSON as design contract `typed_value` has it: paths as text, durations in
  /// seconds, sets as sorted arrays, `inf` and `nan` as text.
  std::string json() const;

 private:
  Variant content_;
};

struct DictEntry {
  std::string key;
  Value value;
  bool operator==(const DictEntry&) const = default;
};

// Out of the class, because clang 14 needs DictEntry complete where a Value is made.
inline Value::Value(bool boolean) : content_(boolean) {}
inline Value::Value(Integer integer) : content_(std::move(integer)) {}
inline Value::Value(std::int64_t integer) : content_(Integer{std::to_string(integer)}) {}
inline Value::Value(int integer) : Value(static_cast<std::int64_t>(integer)) {}
inline Value::Value(double number) : content_(number) {}
inline Value::Value(std::string text) : content_(std::move(text)) {}
inline Value::Value(const char* text) : content_(std::string(text)) {}
inline Value::Value(Path path) : content_(std::move(path)) {}
inline Value::Value(Duration duration) : content_(duration) {}
inline Value::Value(Moment moment) : content_(std::move(moment)) {}
inline Value::Value(List list) : content_(std::move(list)) {}
inline Value::Value(Set set) : content_(std::move(set)) {}
inline Value::Value(Dict dict) : content_(std::move(dict)) {}

/// Python's `repr()` of a text: single quotes unless the text holds one and no double quote.
std::string python_repr(std::string_view text);
/// Python's `repr()` of a float: `1000.0`, `0.2`, `1e+16`, `inf`, `nan`.
std::string python_float(double number);
/// ISO 8601 as pydantic writes it, in the largest whole units: `P1DT2H`, `PT1M30.5S`, `PT0S`.
std::string iso_duration(const Duration& duration);
/// A JSON string literal, quotes included. Bytes that are not UTF-8 become U+FFFD.
std::string json_string(std::string_view text);

}  // namespace prefect_config
