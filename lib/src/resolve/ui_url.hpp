// Prefect's guesses of web addresses from API addresses.
//
// What it is not: right. These are plain text replacements, kept as Prefect does them (settings.md 4).
#pragma once

#include <string>
#include <string_view>

namespace prefect_config {

/// `https://api.prefect.cloud/api` to `https://app.prefect.cloud`.
std::string cloud_ui_url(std::string_view cloud_api_url);
/// The address of the UI for an API: replaces the Cloud prefix, cuts a final `/api`.
std::string ui_url(std::string_view api_url, std::string_view cloud_api_url, std::string_view cloud_ui_url);

}  // namespace prefect_config
