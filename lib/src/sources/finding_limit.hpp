// A bound on how many findings of one kind a file gives: nobody reads the ten thousandth, and each
// takes many times the memory of the line that it is about.
//
// What it is not: the bound on how many are printed (tools/prefect_config/command.cpp).
#pragma once

#include <prefect_config/finding.hpp>

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

namespace prefect_config {

/// Of unknown names in one file, how many get the nearest known ones: each costs a walk over all.
constexpr std::size_t kMostSuggestions = 20;

class FindingLimit {
 public:
  /// `what` is the kind, in the plural; `where` the file.
  FindingLimit(std::vector<Finding>& findings, std::string what, std::string where)
      : findings_(findings), what_(std::move(what)), where_(std::move(where)) {}
  FindingLimit(const FindingLimit&) = delete;
  FindingLimit& operator=(const FindingLimit&) = delete;
  /// Says how many were left out.
  ~FindingLimit() {
    if (seen_ > kMost)
      findings_.push_back(
          {RuleId::findings_left_out, {std::to_string(seen_ - kMost), what_, where_}});
  }

  /// Counts one more; true where it is to be added.
  bool take() { return ++seen_ <= kMost; }

 private:
  static constexpr std::size_t kMost = 1000;
  std::vector<Finding>& findings_;
  std::string what_;
  std::string where_;
  std::size_t seen_ = 0;
};

}  // namespace prefect_config
