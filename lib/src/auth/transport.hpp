// How a connection is encrypted, and through which proxy it goes.
//
// What it is not: what is sent (rules.cpp), or a connection: certificates are not read.
//
// To add a release that does it otherwise: a row in transport.cpp.
#pragma once

#include "auth/surfaces.hpp"

#include <optional>
#include <string>

namespace prefect_config {

/// Nothing where `url`, of the surface, is not encrypted.
std::optional<Tls> tls_of(const SurfaceKind& kind, const std::string& url,
                          const Resolution& resolution, const Registry& registry);

/// The proxy that the surface's client takes from the launch's environment.
std::optional<Proxy> proxy_of(const SurfaceKind& kind, const std::string& url, Version version,
                              const Launch& launch);

}  // namespace prefect_config
