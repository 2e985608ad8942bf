#include "secret_input.hpp"

#include <poll.h>
#include <termios.h>

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <iterator>
#include <optional>

namespace prefect_config::tool {
namespace {

constexpr std::size_t kMost = std::size_t{1} << 20;
// Of a terminal that edits its lines; what is longer is cut without a word (Linux: N_TTY_BUF_SIZE).
constexpr std::size_t kLongestLine = 4095;

Outcome failure(const std::string& text) {
  return {{}, "prefect-config: " + text + '\n', status_failed};
}

void drop_line_end(std::string& text) {
  if (!text.empty() && text.back() == '\n') text.pop_back();
  if (!text.empty() && text.back() == '\r') text.pop_back();
}

// What would end or stop us while the echo is off; it is turned on again first.
constexpr int kSignals[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP};
volatile std::sig_atomic_t caught = 0;

void catch_signal(int number) { caught = number; }

bool set_echo(int terminal, const termios& modes) {
  return ::tcsetattr(terminal, TCSAFLUSH, &modes) == 0;
}

// The answer to a question, without echo; nothing where a signal came first. Signals are let in
// only while we wait: one that comes just before would else leave the terminal mute, or be missed.
std::optional<std::string> ask(int terminal, const termios& before, const std::string& question) {
  sigset_t ours;
  sigset_t mask;
  ::sigemptyset(&ours);
  for (const int number : kSignals) ::sigaddset(&ours, number);
  ::pthread_sigmask(SIG_BLOCK, &ours, &mask);
  struct sigaction action {};
  action.sa_handler = catch_signal;
  std::array<struct sigaction, std::size(kSignals)> handlers{};
  for (std::size_t i = 0; i < handlers.size(); ++i) ::sigaction(kSignals[i], &action, &handlers[i]);
  auto silent = before;
  silent.c_lflag &= ~static_cast<tcflag_t>(ECHO);
  std::optional<std::string> line;
  pollfd wait{terminal, POLLIN, 0};
  const bool is_silent = set_echo(terminal, silent);
  if (is_silent) (void)!::write(terminal, question.data(), question.size());
  if (is_silent && ::ppoll(&wait, 1, nullptr, &mask) == 1) {
    std::array<char, 2 * kLongestLine> buffer{};
    const auto count = ::read(terminal, buffer.data(), buffer.size());
    if (count >= 0) line = std::string(buffer.data(), static_cast<std::size_t>(count));
  }

  set_echo(terminal, before);
  (void)!::write(terminal, "\n", 1);
  for (std::size_t i = 0; i < handlers.size(); ++i) ::sigaction(kSignals[i], &handlers[i], nullptr);
  ::pthread_sigmask(SIG_SETMASK, &mask, nullptr);
  return line;
}

}  // namespace

std::variant<std::string, Outcome> read_from_stdin() {
  std::string text;
  std::array<char, 4096> buffer{};
  while (true) {
    const auto count = ::read(STDIN_FILENO, buffer.data(), buffer.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return failure("standard input cannot be read");
    if (count == 0) break;
    text.append(buffer.data(), static_cast<std::size_t>(count));
    if (text.size() > kMost) return failure("what comes on standard input is longer than 1 MiB");
  }
  drop_line_end(text);
  return text;
}

std::variant<std::string, Outcome> read_from_terminal(const std::string& name) {
  const int terminal = ::open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);
  termios before{};
  if (terminal < 0 || ::tcgetattr(terminal, &before) != 0)
    return failure("there is no terminal to ask on; --stdin reads from a pipe");
  std::optional<std::string> line;
  do {
    caught = 0;
    line = ask(terminal, before, name + ": ");
    if (caught != 0) ::raise(caught);
    // Stopped and continued: the question is asked again.
  } while (caught == SIGTSTP);
  ::close(terminal);
  if (!line) return failure("the terminal cannot be read, or does not stop to show what is typed");
  if (line->size() >= kLongestLine)
    return failure("a terminal takes no longer line, and may have cut this one; use --stdin");
  drop_line_end(*line);
  return std::move(*line);
}

}  // namespace prefect_config::tool
