// How a connection is encrypted.
//
// What it is not: a connection: certificates are not read.
#pragma once

#include "auth/surfaces.hpp"

#include <prefect_config/auth.hpp>

#include <string>

namespace prefect_config {

/// Whether a URL of the scheme `https` or `wss`.
bool is_encrypted(const std::string& url);

/// What the surface's client does where its URL is encrypted.
Tls tls_of(const SurfaceKind& kind, const Resolution& resolution, const Registry& registry);

}  // namespace prefect_config
