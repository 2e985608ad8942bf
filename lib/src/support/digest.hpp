// Digests, by libsodium (BLAKE2b).
#pragma once

#include <string>
#include <string_view>

namespace prefect_config {

/// 64 bits of a text, in 16 hexadecimal digits. Not for secrets: whoever can guess the text can
/// check the guess.
std::string digest(std::string_view text);

/// 40 bits of a secret under a key, in 8 characters of base32 in lower case: useless for guessing
/// without the key.
std::string keyed_digest(std::string_view text, std::string_view key);

/// `count` random bytes, in hexadecimal digits.
std::string random_hex(std::size_t count);

/// The 32 bytes of SHA-256.
std::string sha256(std::string_view text);

}  // namespace prefect_config
