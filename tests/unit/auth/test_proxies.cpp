// Which proxy each client takes: NO_PROXY as the libraries themselves answered it, and what makes
// a client refuse.
#include "auth/proxies.hpp"
#include "memory_files.hpp"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include <fstream>
#include <sstream>
#include <string>

using namespace prefect_config;
using namespace prefect_config::testing;

namespace {

// The surface whose client asks a library.
Surface surface_of(const std::string& library) {
  if (library == "httpx") return Surface::http;
  return library == "requests" ? Surface::telemetry : Surface::events_in;
}

std::string answer_of(Surface surface, Version version, std::string url,
                      const std::vector<EnvironmentVariable>& environment) {
  const auto& kind = surface_kind(surface);
  // A WebSocket goes to the same place by another scheme.
  if (kind.is_websocket) url.replace(0, 4, "ws");
  const MemoryFiles files;
  const auto choice = proxy_of(kind, url, version, launch_of(files, environment, version));
  return !choice.problem.empty() ? "raises" : choice.proxy ? "proxy" : "direct";
}

}  // namespace

TEST_CASE("proxies: every recorded answer to NO_PROXY") {
  std::ifstream file(PREFECT_CONFIG_TEST_DATA "/no_proxy.tsv");
  std::string line;
  int rows = 0;
  while (std::getline(file, line)) {
    std::istringstream columns(line);
    std::string release, library, list, url, answer;
    for (auto* column : {&release, &library, &list, &url, &answer})
      std::getline(columns, *column, '\t');
    ++rows;
    CAPTURE(line);
    CHECK(answer_of(surface_of(library), *Version::parse(release), url,
                    {{"HTTP_PROXY", "http://127.0.0.1:9"},
                     {"HTTPS_PROXY", "http://127.0.0.1:9"},
                     {"NO_PROXY", nlohmann::json::parse(list).get<std::string>()}}) == answer);
  }
  CHECK(rows > 3000);
}
