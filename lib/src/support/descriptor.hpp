// A file descriptor that is closed when nobody has it any more.
//
// What it is not: a stream. Reading and writing are the caller's.
#pragma once

#include <unistd.h>

#include <utility>

namespace prefect_config {

class Descriptor {
 public:
  /// Takes what `open` returned; a negative number is none.
  explicit Descriptor(int number) : number_(number) {}
  ~Descriptor() {
    if (number_ >= 0) ::close(number_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;

  int number() const { return number_; }
  explicit operator bool() const { return number_ >= 0; }
  /// False where the last write was not taken.
  bool close() { return ::close(std::exchange(number_, -1)) == 0; }

 private:
  int number_;
};

}  // namespace prefect_config
