/// \file
/// JSON text to a value, as Python's json module or as orjson reads it.
///
/// It is a reader of its own because no library has Python's dialect: `NaN` and `Infinity`,
/// integers of any size kept exactly, lone surrogates, and no exceptions. It is small, and nothing
/// else here reads JSON.
///
/// What it is not: a writer (Value::json is), or a reader of large documents.
#pragma once

#include <prefect_config/value.hpp>

#include <cstddef>
#include <string>
#include <string_view>
#include <variant>

namespace prefect_config {

enum class JsonDialect {
  python,  ///< json.loads: NaN, Infinity, lone surrogates
  orjson,  ///< orjson.loads: strict RFC 8259
};

struct JsonError {
  std::size_t offset = 0;
  std::string message;
};

/// The value of a whole text. A key written twice keeps its first place and its last value. Nesting
/// beyond 256 levels is an error.
std::variant<Value, JsonError> parse_json(std::string_view text, JsonDialect dialect);

}  // namespace prefect_config
