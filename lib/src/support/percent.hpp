// Percent-encoding, as Python's urllib has it.
#pragma once

#include <string>
#include <string_view>

namespace prefect_config {

/// One byte: `%C3`.
void append_percent(std::string& text, char byte);

/// Python's `quote(text, safe=kept)`: letters, digits and what is kept stay as they are.
std::string percent_quoted(std::string_view text, std::string_view kept);

/// Python's `unquote_to_bytes(text)`: what is no encoding stays as it is.
std::string percent_decoded(std::string_view text);

}  // namespace prefect_config
