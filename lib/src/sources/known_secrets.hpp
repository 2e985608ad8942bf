// Secrets of this launch that stand in other values too:
// `PREFECT_API_URL=http://h/${PREFECT_API_KEY}` in .env, or the same password written twice.
//
// What it is not: the decision what is secret (sources/protect.hpp), or a search for what looks
// like a secret (sources/mask.hpp). It knows the secrets by what they are.
#pragma once

#include <prefect_config/layers.hpp>

#include <cstddef>
#include <string>
#include <vector>

namespace prefect_config {

/// The secrets themselves. Nothing that it gives back holds one.
class KnownSecrets {
 public:
  /// A text that is secret as a whole, in its encodings too. One too short to be told from other
  /// text is passed over.
  void add(std::string text);
  /// What is secret of a candidate, where it is for a credential.
  void add(const Candidate& candidate);

  bool empty() const { return texts_.empty(); }

  std::string masked(std::string text) const;
  /// The value, with a mask wherever one of the secrets stands in what is shown of it. True where
  /// something was hidden.
  bool hide_in(SettingValue& value) const;

 private:
  void add(std::string text, std::size_t shortest);
  Value masked(const Value& value) const;

  std::vector<std::string> texts_;  ///< the longest first: one can be a part of another
};

}  // namespace prefect_config
