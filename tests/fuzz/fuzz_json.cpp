// The JSON reader: what Python's dialect accepts, orjson's may refuse, never the other way round;
// and what is read can be written and read again.
#include "adapters/json.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace prefect_config;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto python = parse_json(text, JsonDialect::python);
  const auto strict = parse_json(text, JsonDialect::orjson);
  if (std::holds_alternative<Value>(strict) && std::holds_alternative<JsonError>(python))
    std::abort();
  if (const auto* error = std::get_if<JsonError>(&python); error && error->offset > size)
    std::abort();
  if (const auto* value = std::get_if<Value>(&strict)) {
    const auto again = parse_json(value->json(), JsonDialect::python);
    if (!std::holds_alternative<Value>(again)) std::abort();
  }
  return 0;
}
