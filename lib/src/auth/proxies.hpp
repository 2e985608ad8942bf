// Which proxy a connection goes through, as its client's library finds it in the environment.
//
// What it is not: a look at the network. Each library has its own idea of NO_PROXY; what they
// answer is recorded from the libraries themselves (tests/data/no_proxy.tsv).
//
// To add a release whose client finds it otherwise: a row of `kRows` in proxies.cpp, and the
// recordings that show it (`proxy: …` in tests/conformance/auth/cases.py).
#pragma once

#include <prefect_config/auth.hpp>
#include <prefect_config/launch.hpp>

#include "auth/surfaces.hpp"

#include <optional>
#include <string>

namespace prefect_config {

struct ProxyChoice {
  std::optional<Proxy> proxy;
  /// Why the client refuses what the environment says; empty where it does not.
  std::string problem;
  bool unless_installed = false;  ///< a package that Prefect does not ask for would do it
};

/// `url` is the connection's own, as sent.
ProxyChoice proxy_of(const SurfaceKind& kind, const std::string& url, Version version,
                     const Launch& launch);

}  // namespace prefect_config
