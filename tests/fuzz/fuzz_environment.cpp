// Any environment: lines NAME=VALUE, separated by NUL; the first byte picks the Prefect release.
#include "inspect_everything.hpp"

#include <cstddef>
#include <cstdint>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace prefect_config;
  if (size == 0) return 0;
  const auto versions = known_versions();
  std::vector<EnvironmentVariable> environment;
  std::string_view rest(reinterpret_cast<const char*>(data) + 1, size - 1);
  while (!rest.empty()) {
    const auto line = rest.substr(0, rest.find('\0'));
    rest.remove_prefix(std::min(rest.size(), line.size() + 1));
    const auto equals = line.find('=');
    if (equals == std::string_view::npos || equals == 0) continue;
    environment.push_back(
        {std::string(line.substr(0, equals)), std::string(line.substr(equals + 1))});
  }
  const testing::MemoryFiles files;
  testing::inspect_everything(
      testing::launch_of(files, std::move(environment), versions[data[0] % versions.size()]));
  return 0;
}
