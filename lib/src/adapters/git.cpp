#include "adapters/git.hpp"

#include "support/descriptor.hpp"
#include "support/text.hpp"

#include <spawn.h>

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <string_view>

namespace prefect_config {
namespace {

constexpr std::size_t kMost = std::size_t{256} << 20;

// What git prints; nothing where it fails.
std::optional<std::string> ask_git(const std::string& folder, std::vector<std::string> arguments) {
  std::vector<std::string> words = {"git",
                                    "-C",
                                    folder,
                                    "-c",
                                    "core.fsmonitor=false",
                                    "-c",
                                    "core.hooksPath=/dev/null",
                                    "-c",
                                    "core.quotePath=false",
                                    "-c",
                                    "diff.external=",
                                    "--no-pager"};
  words.insert(words.end(), arguments.begin(), arguments.end());
  std::vector<char*> argv;
  argv.reserve(words.size() + 1);
  for (auto& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);

  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) return std::nullopt;
  Descriptor reading(ends[0]);
  Descriptor writing(ends[1]);
  posix_spawn_file_actions_t actions;
  ::posix_spawn_file_actions_init(&actions);
  ::posix_spawn_file_actions_adddup2(&actions, writing.number(), STDOUT_FILENO);
  ::posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  ::posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
  // Nobody is to be asked for a password, and no optional lock taken.
  std::vector<std::string> own = {"GIT_TERMINAL_PROMPT=0", "GIT_OPTIONAL_LOCKS=0", "LC_ALL=C"};
  std::vector<char*> envp;
  envp.reserve(64);
  for (char** entry = environ; *entry; ++entry) {
    if (std::strncmp(*entry, "GIT_", 4) != 0) envp.push_back(*entry);
  }
  for (auto& entry : own) envp.push_back(entry.data());
  envp.push_back(nullptr);
  pid_t child = 0;
  const int failed = ::posix_spawnp(&child, "git", &actions, nullptr, argv.data(), envp.data());
  ::posix_spawn_file_actions_destroy(&actions);
  writing.close();
  if (failed != 0) return std::nullopt;

  std::string text;
  const bool is_read = read_whole(reading.number(), text, kMost);
  reading.close();
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  const bool is_fine = is_read && WIFEXITED(status) && WEXITSTATUS(status) == 0;
  return is_fine ? std::optional(std::move(text)) : std::nullopt;
}

}  // namespace

std::optional<std::vector<std::string>> git_files(const std::string& folder) {
  const auto text =
      ask_git(folder, {"ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", "."});
  if (!text) return std::nullopt;
  auto files = split_at_nul(*text);
  // A file in conflict is listed once for each side.
  std::sort(files.begin(), files.end());
  files.erase(std::unique(files.begin(), files.end()), files.end());
  return files;
}

std::optional<std::vector<std::string>> git_changed(const std::string& folder,
                                                    const std::string& base) {
  // A name that begins with a dash would be an option.
  if (base.empty() || base.front() == '-') return std::nullopt;
  const auto changed = ask_git(folder, {"diff", "--name-only", "-z", "--relative", "--no-ext-diff",
                                        "--diff-filter=d", base, "--"});
  const auto others =
      ask_git(folder, {"ls-files", "-z", "--others", "--exclude-standard", "--", "."});
  if (!changed || !others) return std::nullopt;
  auto files = split_at_nul(*changed);
  for (auto& file : split_at_nul(*others)) files.push_back(std::move(file));
  std::sort(files.begin(), files.end());
  files.erase(std::unique(files.begin(), files.end()), files.end());
  return files;
}

}  // namespace prefect_config
