#include "progress.hpp"

#include "support/descriptor.hpp"

#include <unistd.h>

#include <algorithm>
#include <string>

namespace prefect_config::tool {
namespace {

constexpr std::size_t kWidth = 30;
constexpr std::chrono::milliseconds kFirst{500};
constexpr std::chrono::milliseconds kEach{100};

}  // namespace

void Progress::show(std::size_t done, std::size_t all) {
  if (!is_shown_ || all == 0) return;
  const std::unique_lock lock(mutex_, std::try_to_lock);
  const auto now = Clock::now();
  if (!lock || now - begin_ < kFirst || now - last_ < kEach) return;
  last_ = now;
  const auto full = std::min(done, all) * kWidth / all;
  const auto text = "\r\x1b[K[" + std::string(full, '#') + std::string(kWidth - full, '.') + "] " +
                    std::to_string(done) + " of " + std::to_string(all) + " files";
  is_written_ = write_whole(STDERR_FILENO, text);
}

void Progress::clear() {
  const std::scoped_lock lock(mutex_);
  if (is_written_) write_whole(STDERR_FILENO, "\r\x1b[K");
  is_written_ = false;
}

}  // namespace prefect_config::tool
