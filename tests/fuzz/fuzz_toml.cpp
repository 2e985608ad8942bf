// The TOML adapter: any text gives a tree or an error whose position is in the text.
#include "adapters/toml.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

namespace {

void check(const prefect_config::TomlNode& node) {
  for (const auto& entry : node.entries) check(entry.node);
  for (const auto& item : node.items) check(item);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto result = prefect_config::parse_toml(text);
  if (const auto* node = std::get_if<prefect_config::TomlNode>(&result)) {
    check(*node);
    (void)node->value().str();
    (void)node->value().json();
  } else if (std::get<prefect_config::TomlError>(result).message.empty() ||
             !std::get<prefect_config::TomlError>(result).span.exists()) {
    std::abort();
  }
  return 0;
}
