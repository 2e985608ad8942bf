// The `.env` reader, in every dialect: spans lie in order, and what it makes is bounded.
#include "adapters/dotenv.hpp"
#include "support/text.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace prefect_config;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (!is_utf8(text)) return 0;
  for (unsigned bits = 0; bits < 8; ++bits) {
    const DotenvDialect dialect{(bits & 1) != 0, (bits & 2) != 0, (bits & 4) != 0};
    std::uint32_t line = 1;
    for (const auto& entry : parse_dotenv(text, dialect, nullptr).entries) {
      if (entry.key.empty() || entry.key_span.line < line) std::abort();
      line = entry.key_span.end_line;
      if (entry.value_span.exists() && entry.value_span.line < line) std::abort();
    }
  }
  return 0;
}
