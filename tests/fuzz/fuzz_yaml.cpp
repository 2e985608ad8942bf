// YAML text: documents are inside the text, nodes too, and walking ends.
#include "adapters/yaml.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  constexpr std::size_t kLargest = 1 << 16;
  if (size > kLargest) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  std::size_t last = 0;
  for (const auto& [begin, end] : prefect_config::yaml_documents(text)) {
    if (begin < last || end > size || begin > end) std::abort();
    last = end;
    const auto document = prefect_config::read_yaml(text, begin, end);
    document.each_pair(document.root(),
                       [&](prefect_config::YamlId key, prefect_config::YamlId value) {
                         const auto& node = document.as_written(value);
                         if (node.begin > size || node.end > size || node.begin > node.end)
                           std::abort();
                         (void)document.find(document.at(value), document.at(key).text);
                       });
  }
  if (prefect_config::masked_templates(text).size() != size) std::abort();
  return 0;
}
