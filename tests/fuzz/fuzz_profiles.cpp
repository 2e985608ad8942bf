// Any bytes as profiles.toml: the first byte picks the Prefect release.
#include "inspect_everything.hpp"

#include <cstddef>
#include <cstdint>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace prefect_config;
  if (size == 0) return 0;
  const auto versions = known_versions();
  testing::MemoryFiles files;
  files.files[testing::kProfiles] = std::string(reinterpret_cast<const char*>(data) + 1, size - 1);
  testing::inspect_everything(testing::launch_of(files, {}, versions[data[0] % versions.size()]));
  return 0;
}
