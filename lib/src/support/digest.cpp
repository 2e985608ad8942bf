#include "support/digest.hpp"

#include <sodium/crypto_generichash.h>
#include <sodium/crypto_hash_sha256.h>
#include <sodium/randombytes.h>
#include <sodium/utils.h>

#include <array>
#include <cstdint>

namespace prefect_config {
namespace {

const unsigned char* bytes_of(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

// A key of any length, as one of the length that BLAKE2b takes.
using Key = std::array<unsigned char, crypto_generichash_KEYBYTES>;
Key key_of(std::string_view text) {
  Key key{};
  crypto_generichash(key.data(), key.size(), bytes_of(text), text.size(), nullptr, 0);
  return key;
}

}  // namespace

std::string digest(std::string_view text) {
  // BLAKE2b has at least 16 bytes.
  std::array<unsigned char, crypto_generichash_BYTES_MIN> bytes{};
  crypto_generichash(bytes.data(), bytes.size(), bytes_of(text), text.size(), nullptr, 0);
  constexpr std::size_t kBytes = 8;
  std::array<char, 2 * kBytes + 1> hex{};
  sodium_bin2hex(hex.data(), hex.size(), bytes.data(), kBytes);
  return hex.data();
}

std::string keyed_digest(std::string_view text, std::string_view key_text) {
  const auto key = key_of(key_text);
  std::array<unsigned char, crypto_generichash_BYTES_MIN> bytes{};
  crypto_generichash(bytes.data(), bytes.size(), bytes_of(text), text.size(), key.data(),
                     key.size());
  constexpr std::string_view kBase32 = "abcdefghijklmnopqrstuvwxyz234567";
  constexpr std::size_t kCharacters = 8;
  std::string result;
  std::uint64_t bits = 0;
  for (std::size_t i = 0; i < 5; ++i) bits = bits << 8 | bytes.at(i);
  for (std::size_t i = 0; i < kCharacters; ++i) result += kBase32[(bits >> (35 - 5 * i)) & 31];
  return result;
}

std::string random_hex(std::size_t count) {
  std::string bytes(count, '\0');
  randombytes_buf(bytes.data(), bytes.size());
  std::string hex(2 * count + 1, '\0');
  sodium_bin2hex(hex.data(), hex.size(), bytes_of(bytes), bytes.size());
  hex.pop_back();  // its terminating NUL
  return hex;
}

std::string sha256(std::string_view text) {
  std::array<unsigned char, crypto_hash_sha256_BYTES> bytes{};
  crypto_hash_sha256(bytes.data(), bytes_of(text), text.size());
  return {bytes.begin(), bytes.end()};
}

}  // namespace prefect_config
