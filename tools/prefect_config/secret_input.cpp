#include "secret_input.hpp"

#include <termios.h>

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>

namespace prefect_config::tool {
namespace {

constexpr std::size_t kMost = std::size_t{1} << 20;

void drop_line_end(std::string& text) {
  if (!text.empty() && text.back() == '\n') text.pop_back();
  if (!text.empty() && text.back() == '\r') text.pop_back();
}

}  // namespace

std::optional<std::string> read_from_stdin() {
  std::string text;
  std::array<char, 4096> buffer{};
  while (true) {
    const auto count = ::read(STDIN_FILENO, buffer.data(), buffer.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return std::nullopt;
    if (count == 0) break;
    text.append(buffer.data(), static_cast<std::size_t>(count));
    if (text.size() > kMost) return std::nullopt;
  }
  drop_line_end(text);
  return text;
}

std::optional<std::string> read_from_terminal(const std::string& name) {
  const int terminal = ::open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);
  if (terminal < 0) return std::nullopt;
  termios before{};
  std::optional<std::string> line;
  if (::tcgetattr(terminal, &before) == 0) {
    auto silent = before;
    silent.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    ::tcsetattr(terminal, TCSAFLUSH, &silent);
    const auto question = name + ": ";
    (void)!::write(terminal, question.data(), question.size());
    std::array<char, 4096> buffer{};
    const auto count = ::read(terminal, buffer.data(), buffer.size());
    ::tcsetattr(terminal, TCSAFLUSH, &before);
    (void)!::write(terminal, "\n", 1);
    if (count > 0) {
      line = std::string(buffer.data(), static_cast<std::size_t>(count));
      drop_line_end(*line);
    }
  }
  ::close(terminal);
  return line;
}

}  // namespace prefect_config::tool
