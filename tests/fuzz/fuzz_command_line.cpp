// Any command line; the first byte picks the Prefect release.
#include "inspect_everything.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>
#include <variant>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace prefect_config;
  if (size == 0) return 0;
  const auto versions = known_versions();
  testing::MemoryFiles files;
  files.files[testing::kProfiles] = "active = \"a\"\n"
                                    "[profiles.a]\n"
                                    "PREFECT_API_KEY = \"pnu_TEST0000000000000000000000000001\"\n"
                                    "[profiles.b]\n"
                                    "PREFECT_API_URL = \"http://b/api\"\n"
                                    "PREFECT_CLIENT_CUSTOM_HEADERS = '{\"b\": \"2\"}'\n";
  auto launch =
      launch_of_command(testing::launch_of(files, {{"PREFECT_API_URL", "http://a/api"}},
                                           versions[data[0] % versions.size()]),
                        std::string_view(reinterpret_cast<const char*>(data) + 1, size - 1));
  if (const auto* problem = std::get_if<CommandLineProblem>(&launch)) {
    if (problem->reason.empty()) std::abort();
    return 0;
  }
  testing::inspect_everything(std::get<Launch>(launch));
  return 0;
}
