// Uses the installed library through its public headers alone.
#include <prefect_config/registry.hpp>

#include <cstdio>

int main() {
  const prefect_config::Registry registry(prefect_config::newest_version());
  const auto* setting = registry.find("api.url");
  std::printf("%zu settings in Prefect %s\n", registry.size(), registry.version().text().c_str());
  return setting != nullptr && setting->name == "PREFECT_API_URL" ? 0 : 1;
}
