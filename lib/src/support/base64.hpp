// Standard base64, by libsodium.
#pragma once

#include <string>
#include <string_view>

namespace prefect_config {

std::string base64(std::string_view bytes);

/// Its reverse; empty where the text is none.
std::string base64_decoded(std::string_view text);

}  // namespace prefect_config
