// Prefect's guesses of web addresses from API addresses, and the URLs that Python refuses to parse.
//
// What it is not: right. The guesses are plain text replacements, kept as Prefect does them
// (settings.md 4).
#pragma once

#include <string>
#include <string_view>

namespace prefect_config {

/// `https://api.prefect.cloud/api` to `https://app.prefect.cloud`.
std::string cloud_ui_url(std::string_view cloud_api_url);
/// The address of the UI for an API: replaces the Cloud prefix, cuts a final `/api`.
std::string ui_url(std::string_view api_url, std::string_view cloud_api_url,
                   std::string_view cloud_ui_url);

/// Whether Python's urlparse takes the host of a URL: brackets come in pairs and hold an IPv6
/// address.
bool has_valid_brackets(std::string_view url);

}  // namespace prefect_config
