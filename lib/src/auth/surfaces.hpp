// The connections, one row each: name, transport, and where it goes.
//
// What it is not: what is sent there (rules.cpp).
#pragma once

#include <prefect_config/auth.hpp>

#include <string_view>

namespace prefect_config {

struct SurfaceKind {
  Surface surface;
  std::string_view name;
  bool is_websocket;
  bool at_cloud_url;          ///< below PREFECT_CLOUD_API_URL, else below PREFECT_API_URL
  bool drops_trailing_slash;  ///< of the API's URL, before its path is added
  bool replaces_first_http;   ///< `http` becomes `ws` once; else wherever it begins a URL
  std::string_view path;      ///< what is added; empty where every request adds its own
};

const SurfaceKind& surface_kind(Surface surface);

}  // namespace prefect_config
