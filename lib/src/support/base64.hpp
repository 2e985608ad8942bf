// Standard base64, by libsodium.
#pragma once

#include <string>
#include <string_view>

namespace prefect_config {

std::string base64(std::string_view bytes);

}  // namespace prefect_config
