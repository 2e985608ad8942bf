// Any bytes in the four files at once, and a variable of the environment: the first byte picks the
// Prefect release, NUL parts .env, prefect.toml, pyproject.toml, profiles.toml and the value.
#include "inspect_everything.hpp"

#include <cstddef>
#include <cstdint>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace prefect_config;
  if (size == 0) return 0;
  const auto versions = known_versions();
  std::string_view rest(reinterpret_cast<const char*>(data) + 1, size - 1);
  const auto take = [&rest] {
    const auto part = rest.substr(0, rest.find('\0'));
    rest.remove_prefix(std::min(rest.size(), part.size() + 1));
    return std::string(part);
  };
  testing::MemoryFiles files;
  for (const auto* path :
       {"/work/.env", "/work/prefect.toml", "/work/pyproject.toml", testing::kProfiles}) {
    if (auto text = take(); !text.empty()) files.files[path] = std::move(text);
  }
  std::vector<EnvironmentVariable> environment = {{"PREFECT_CLIENT_CUSTOM_HEADERS", take()}};
  if (environment.front().value.empty()) environment.clear();
  testing::inspect_everything(
      testing::launch_of(files, std::move(environment), versions[data[0] % versions.size()]));
  return 0;
}
