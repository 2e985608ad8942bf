// How long the pure stages take in-process: `resolve` alone, and a whole inspection without the
// disk.
#include "../unit/memory_files.hpp"

#include <benchmark/benchmark.h>

using namespace prefect_config;
using namespace prefect_config::testing;

namespace {

const MemoryFiles& files() {
  static const MemoryFiles result = [] {
    MemoryFiles made;
    made.files[kProfiles] = "active = \"prod\"\n\n[profiles.prod]\nPREFECT_API_URL = "
                            "\"https://prefect.example.com/api\"\n"
                            "PREFECT_API_KEY = \"pnu_TEST\"\nPREFECT_API_AUTH_STRING = "
                            "\"admin:TEST\"\nPREFECT_LOGGING_LEVEL = \"DEBUG\"\n";
    return made;
  }();
  return result;
}

const std::vector<EnvironmentVariable> kEnvironment = {{"PREFECT_API_KEY", "pnu_TESTother"},
                                                       {"PREFECT_CLIENT_MAX_RETRIES", "3"}};

void resolve_settings(benchmark::State& state) {
  const auto launch = launch_of(files(), kEnvironment);
  const Registry registry(launch.prefect_version);
  const auto layers = load_layers(launch, registry);
  for (auto _ : state)
    benchmark::DoNotOptimize(resolve(layers, registry, {"/home/user", {}, false, false}));
}
BENCHMARK(resolve_settings);

void inspect_launch(benchmark::State& state) {
  const auto launch = launch_of(files(), kEnvironment);
  for (auto _ : state) benchmark::DoNotOptimize(inspect(launch));
}
BENCHMARK(inspect_launch);

}  // namespace

BENCHMARK_MAIN();
