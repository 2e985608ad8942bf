// Whether a text can matter at all: one scan for a few words, before anything is parsed.
//
// What it is not: a finding. Most texts hold none of the words, and cost no more than this.
//
// The words: `prefect` in any case, the beginnings of Prefect Cloud's keys, and these in base64 at
// each of its three alignments. To add one: a row of kWords; their first two bytes are looked for
// in sixteen places at once.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace prefect_config {

struct FoundWord {
  enum class Kind : std::uint8_t { prefect, key, key_in_base64 };
  Kind kind = Kind::prefect;
  std::size_t at = 0;
  /// Of a key in base64: how many bytes before `at` the group of four begins that holds its start.
  std::uint8_t group_before = 0;
};

/// Looks for the words in a text, one after the other.
class WordScan {
 public:
  explicit WordScan(std::string_view text) : text_(text) {}
  /// The next one; false where there is none any more.
  bool next(FoundWord& found);

 private:
  bool take(std::size_t begin, FoundWord& found) const;

  std::string_view text_;
  std::size_t at_ = 0;
};

}  // namespace prefect_config
