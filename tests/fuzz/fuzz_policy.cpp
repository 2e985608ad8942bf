// Any text as a lint policy, and any pattern against any name.
#include "lint/policy.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>
#include <variant>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto read = prefect_config::read_policy(text);
  if (const auto* policy = std::get_if<prefect_config::LintPolicy>(&read)) {
    for (const auto& weight : policy->weights) {
      if (!prefect_config::names_a_rule(weight.code)) std::abort();
    }
    (void)policy->severity("PC301", prefect_config::Severity::error, "/a/b.md");
    (void)policy->skips("/vendor/x");
    (void)policy->allows_host("example.com");
  }
  return 0;
}
