#include "secret_input.hpp"

#include "support/descriptor.hpp"
#include "support/text.hpp"

#include <poll.h>
#include <termios.h>

#include <fcntl.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <iterator>
#include <string_view>
#include <utility>

namespace prefect_config::tool {
namespace {

constexpr std::size_t kMost = std::size_t{1} << 20;
// Of a terminal that edits its lines; what is longer is cut without a word (Linux: N_TTY_BUF_SIZE).
constexpr std::size_t kLongestLine = 4095;  // without its end

Outcome failure(const std::string& text) { return failed_with(status_failed, text); }

void drop_line_end(std::string& text) {
  if (!text.empty() && text.back() == '\n') text.pop_back();
  if (!text.empty() && text.back() == '\r') text.pop_back();
}

// What would end or stop us while the echo is off; it is turned on again first.
constexpr int kSignals[] = {SIGINT,  SIGTERM, SIGHUP,  SIGQUIT, SIGTSTP,
                            SIGALRM, SIGUSR1, SIGUSR2, SIGPIPE};
volatile std::sig_atomic_t caught = 0;

void catch_signal(int number) { caught = number; }

/// Signals let in only while we wait: one that comes just before would else leave the terminal
/// mute, or be missed. Those that are ignored stay so.
class CaughtSignals {
 public:
  CaughtSignals() {
    sigset_t ours;
    ::sigemptyset(&ours);
    for (const int number : kSignals) ::sigaddset(&ours, number);
    ::pthread_sigmask(SIG_BLOCK, &ours, &mask_);
    struct sigaction action {};
    action.sa_handler = catch_signal;
    for (std::size_t i = 0; i < handlers_.size(); ++i) {
      ::sigaction(kSignals[i], nullptr, &handlers_[i]);
      if (handlers_[i].sa_handler != SIG_IGN) ::sigaction(kSignals[i], &action, nullptr);
    }
  }
  CaughtSignals(const CaughtSignals&) = delete;
  CaughtSignals& operator=(const CaughtSignals&) = delete;
  ~CaughtSignals() {
    for (std::size_t i = 0; i < handlers_.size(); ++i)
      ::sigaction(kSignals[i], &handlers_[i], nullptr);
    ::pthread_sigmask(SIG_SETMASK, &mask_, nullptr);
  }
  const sigset_t& before() const { return mask_; }

 private:
  sigset_t mask_{};
  std::array<struct sigaction, std::size(kSignals)> handlers_{};
};

bool set_modes(int terminal, const termios& modes) {
  return ::tcsetattr(terminal, TCSAFLUSH, &modes) == 0;
}

// Whole lines, no echo, and keys that stop and end: whatever the terminal was set to.
termios silent_modes(termios modes) {
  modes.c_lflag &= ~static_cast<tcflag_t>(ECHO | ECHONL);
  modes.c_lflag |= ICANON | ISIG;
  modes.c_iflag |= ICRNL;
  modes.c_iflag &= ~static_cast<tcflag_t>(IGNCR | INLCR);
  return modes;
}

// The answer to a question, or why there is none. `caught` says whether a signal came first.
std::variant<std::string, std::string_view> ask(int terminal, const termios& before,
                                                const std::string& question) {
  std::variant<std::string, std::string_view> answer = std::string_view("nothing was typed");
  const CaughtSignals signals;
  if (!set_modes(terminal, silent_modes(before)))
    return std::string_view("the terminal does not stop to show what is typed");
  (void)!::write(terminal, question.data(), question.size());

  pollfd wait{terminal, POLLIN, 0};
  if (::ppoll(&wait, 1, nullptr, &signals.before()) == 1) {
    std::array<char, 2 * kLongestLine> buffer{};
    const auto count = ::read(terminal, buffer.data(), buffer.size());
    int more = 0;
    ::ioctl(terminal, FIONREAD, &more);
    if (count < 0) {
      answer = std::string_view("the terminal cannot be read");
    } else if (more > 0) {
      answer = std::string_view("more than one line was typed; --stdin takes all that comes");
    } else {
      std::string line(buffer.data(), static_cast<std::size_t>(count));
      drop_line_end(line);
      answer = std::move(line);
    }
  }

  set_modes(terminal, before);
  (void)!::write(terminal, "\n", 1);
  return answer;
}

}  // namespace

std::variant<std::string, Outcome> read_from_stdin(const std::string& instead) {
  if (::isatty(STDIN_FILENO) == 1)
    return failure("standard input is a terminal, which shows what is typed; " + instead);
  std::string text;
  if (!read_whole(STDIN_FILENO, text, kMost)) return failure("standard input cannot be read");
  if (text.size() > kMost) return failure("what comes on standard input is longer than 1 MiB");
  drop_line_end(text);
  return text;
}

std::variant<std::string, Outcome> read_from_terminal(const std::string& name) {
  const int terminal = ::open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);
  termios before{};
  if (terminal < 0 || ::tcgetattr(terminal, &before) != 0)
    return failure("there is no terminal to ask on; --stdin reads from a pipe");
  std::variant<std::string, std::string_view> answer;
  do {
    caught = 0;
    answer = ask(terminal, before, name + ": ");
    if (caught != 0) ::raise(caught);
    // Stopped and continued: the question is asked again.
  } while (caught == SIGTSTP);
  ::close(terminal);
  if (const auto* problem = std::get_if<std::string_view>(&answer))
    return failure(std::string(*problem));
  auto line = std::move(std::get<std::string>(answer));
  if (line.size() >= kLongestLine)
    return failure("a terminal takes no longer line, and may have cut this one; use --stdin");
  return line;
}

std::string not_a_value(std::string_view value) {
  if (value.find('\0') != std::string_view::npos)
    return " has a NUL, which no environment can hold";
  return is_utf8(value) ? "" : " is not UTF-8, as TOML has to be";
}

}  // namespace prefect_config::tool
