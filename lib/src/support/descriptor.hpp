// A file descriptor that is closed when nobody has it any more, and all that is read from or
// written to one, whatever interrupts it.
//
// What it is not: a stream: nothing is buffered.
#pragma once

#include <unistd.h>

#include <cstddef>
#include <string>
#include <string_view>
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

/// Appends what comes to `text`, until it ends or `text` is longer than `most`; false where it
/// cannot be read, with `errno` set.
bool read_whole(int file, std::string& text, std::size_t most);

/// The columns of the terminal that a descriptor is; 0 where it is none, or does not say.
std::size_t terminal_columns(int file);

/// False where not all of it is taken, with `errno` set.
bool write_whole(int file, std::string_view text);

}  // namespace prefect_config
