// A line on a terminal that says how far a long run is, and goes when it ends.
//
// What it is not: a part of any output: where standard error is no terminal nothing is written.
#pragma once

#include <chrono>
#include <cstddef>
#include <mutex>

namespace prefect_config::tool {

class Progress {
 public:
  explicit Progress(bool is_shown) : is_shown_(is_shown) {}
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;
  ~Progress() { clear(); }

  /// From any thread; a run of less than half a second shows nothing.
  void show(std::size_t done, std::size_t all);
  void clear();

 private:
  using Clock = std::chrono::steady_clock;
  const bool is_shown_;
  const Clock::time_point begin_ = Clock::now();
  Clock::time_point last_ = begin_;
  std::mutex mutex_;
  bool is_written_ = false;
};

}  // namespace prefect_config::tool
