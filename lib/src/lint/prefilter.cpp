#include "lint/prefilter.hpp"

#include "support/text.hpp"

#include <algorithm>
#include <array>
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

// Looked at are the first four bytes of each word, in pairs.
constexpr std::size_t kWindow = 4;

constexpr std::size_t pair(char first, char second) {
  return static_cast<std::size_t>(static_cast<unsigned char>(first)) << 8 |
         static_cast<unsigned char>(second);
}

// How far the window may move on when its last pair is this one: 0 where a word can end here.
constexpr auto make_shifts() {
  std::array<std::uint8_t, 65536> shifts{};
  for (auto& shift : shifts) shift = kWindow - 1;
  for (const auto& word : kWords) {
    for (std::size_t i = 0; i + 1 < kWindow; ++i) {
      const auto shift = static_cast<std::uint8_t>(kWindow - 2 - i);
      for (int form = 0; form < (word.any_case ? 4 : 1); ++form) {
        const char first = (form & 1) != 0 ? ascii_upper(word.text[i]) : word.text[i];
        const char second = (form & 2) != 0 ? ascii_upper(word.text[i + 1]) : word.text[i + 1];
        auto& known = shifts[pair(first, second)];
        known = std::min(known, shift);
      }
    }
  }
  return shifts;
}

constexpr auto kShifts = make_shifts();

}  // namespace

bool WordScan::next(FoundWord& found) {
  const auto size = text_.size();
  const auto* text = text_.data();
  while (at_ + kWindow <= size) {
    const auto shift = kShifts[pair(text[at_ + kWindow - 2], text[at_ + kWindow - 1])];
    if (shift != 0) {
      at_ += shift;
      continue;
    }
    const auto begin = at_++;
    for (const auto& word : kWords) {
      const auto here = text_.substr(begin, word.text.size());
      if (word.any_case ? !equal_ignoring_case(here, word.text) : here != word.text) continue;
      found = {word.kind, begin, word.group_before};
      return true;
    }
  }
  return false;
}

}  // namespace prefect_config
