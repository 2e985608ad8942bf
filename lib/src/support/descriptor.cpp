#include "support/descriptor.hpp"

#include <sys/ioctl.h>

#include <array>
#include <cerrno>

namespace prefect_config {

bool read_whole(int file, std::string& text, std::size_t most) {
  std::array<char, 65536> buffer{};
  while (text.size() <= most) {
    const auto count = ::read(file, buffer.data(), buffer.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return false;
    if (count == 0) break;
    text.append(buffer.data(), static_cast<std::size_t>(count));
  }
  return true;
}

std::size_t terminal_columns(int file) {
  winsize size{};
  return ::ioctl(file, TIOCGWINSZ, &size) == 0 ? size.ws_col : 0;
}

bool write_whole(int file, std::string_view text) {
  while (!text.empty()) {
    const auto count = ::write(file, text.data(), text.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return false;
    text.remove_prefix(static_cast<std::size_t>(count));
  }
  return true;
}

}  // namespace prefect_config
