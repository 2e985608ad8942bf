#include "lint/prefilter.hpp"

#include "support/text.hpp"

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <iterator>

namespace prefect_config {
namespace {

struct Word {
  std::string_view text;
  FoundWord::Kind kind;
  bool any_case = false;
  std::uint8_t group_before = 0;
};

constexpr Word kWords[] = {
    {"prefect", FoundWord::Kind::prefect, true},
    {"pnu_", FoundWord::Kind::key},
    {"pnb_", FoundWord::Kind::key},
    {"cG51X", FoundWord::Kind::key_in_base64, false, 0},
    {"cG5iX", FoundWord::Kind::key_in_base64, false, 0},
    {"BudV", FoundWord::Kind::key_in_base64, false, 2},
    {"BuYl", FoundWord::Kind::key_in_base64, false, 2},
    {"wbnVf", FoundWord::Kind::key_in_base64, false, 3},
    {"wbmJf", FoundWord::Kind::key_in_base64, false, 3},
};

// Sixteen bytes at once, as GCC and clang have them on every machine.
constexpr std::size_t kBlock = 16;
using Block = unsigned char __attribute__((vector_size(kBlock)));

Block load(const char* bytes) {
  Block block;
  std::memcpy(&block, bytes, kBlock);
  return block;
}

// Where one of the words may begin: its first two bytes, letters of `prefect` in any case.
Block may_begin(const char* bytes) {
  const auto first = load(bytes);
  const auto second = load(bytes + 1);
  const Block lower_first = first | 0x20;
  const Block lower_second = second | 0x20;
  return Block((lower_first == 'p') & ((lower_second == 'r') | (second == 'n'))) |
         Block((first == 'c') & (second == 'G')) | Block((first == 'B') & (second == 'u')) |
         Block((first == 'w') & (second == 'b'));
}

bool is_zero(Block block) {
  std::uint64_t halves[2];
  std::memcpy(halves, &block, kBlock);
  return (halves[0] | halves[1]) == 0;
}

constexpr bool begins_two_bytes(std::string_view word) {
  constexpr std::string_view kBeginnings[] = {"pr", "pn", "cG", "Bu", "wb"};
  return std::find(std::begin(kBeginnings), std::end(kBeginnings), word.substr(0, 2)) !=
         std::end(kBeginnings);
}

static_assert(std::all_of(std::begin(kWords), std::end(kWords),
                          [](const Word& word) { return begins_two_bytes(word.text); }),
              "a word that may_begin does not look for");

}  // namespace

bool WordScan::next(FoundWord& found) {
  const auto size = text_.size();
  while (at_ < size) {
    // The last block needs a byte behind it; what is left is looked at word by word.
    while (at_ + kBlock + 1 <= size && is_zero(may_begin(text_.data() + at_))) at_ += kBlock;
    const auto end = std::min(size, at_ + kBlock);
    while (at_ < end) {
      const auto begin = at_++;
      if (take(begin, found)) return true;
    }
  }
  return false;
}

bool WordScan::take(std::size_t begin, FoundWord& found) const {
  // Of most places the first byte says enough.
  const char first = text_[begin];
  if (first != 'p' && first != 'P' && first != 'c' && first != 'B' && first != 'w') return false;
  for (const auto& word : kWords) {
    const auto here = text_.substr(begin, word.text.size());
    if (word.any_case ? !equal_ignoring_case(here, word.text) : here != word.text) continue;
    found = {word.kind, begin, word.group_before};
    return true;
  }
  return false;
}

}  // namespace prefect_config
