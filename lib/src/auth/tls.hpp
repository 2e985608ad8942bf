// How a connection is encrypted.
//
// What it is not: a connection: certificates are not read.
#pragma once

#include <prefect_config/auth.hpp>

#include "auth/surfaces.hpp"

#include <string>

namespace prefect_config {

/// Whether a URL of the scheme `https` or `wss`.
bool is_encrypted(const std::string& url);

/// What the surface's client does where its URL is encrypted.
Tls tls_of(const SurfaceKind& kind, const Resolution& resolution, const Registry& registry,
           const Launch& launch);

}  // namespace prefect_config
