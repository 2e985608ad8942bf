#include "adapters/git.hpp"

#include "support/descriptor.hpp"
#include "support/python_text.hpp"
#include "support/text.hpp"

#include <spawn.h>

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstdio>
#include <cstring>
#include <memory>
#include <string_view>
#include <utility>

namespace prefect_config {
namespace {

constexpr std::size_t kMost = std::size_t{256} << 20;

// Takes what git prints as it comes; false ends it.
using TakeOutput = std::function<bool(std::string_view text)>;

// Runs git; false where it fails or its output is not wanted any more. `input` is a file that it
// reads, or -1.
bool run_git(const std::string& folder, const std::vector<std::string>& arguments, int input,
             const TakeOutput& take) {
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
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) return false;
  Descriptor reading(ends[0]);
  Descriptor writing(ends[1]);
  posix_spawn_file_actions_t actions;
  ::posix_spawn_file_actions_init(&actions);
  ::posix_spawn_file_actions_adddup2(&actions, writing.number(), STDOUT_FILENO);
  if (input >= 0) {
    ::posix_spawn_file_actions_adddup2(&actions, input, STDIN_FILENO);
  } else {
    ::posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  }
  ::posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
  // Nobody is to be asked for a password, no optional lock taken, and nothing fetched that a
  // partial clone left out.
  std::vector<std::string> own = {"GIT_TERMINAL_PROMPT=0", "GIT_OPTIONAL_LOCKS=0",
                                  "GIT_NO_LAZY_FETCH=1", "LC_ALL=C"};
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
  if (failed != 0) return false;

  std::vector<char> buffer(std::size_t{64} << 10);
  bool is_taken = true;
  while (is_taken) {
    const auto count = ::read(reading.number(), buffer.data(), buffer.size());
    if (count < 0 && errno == EINTR) continue;
    is_taken = count >= 0;
    if (count <= 0) break;
    is_taken = take({buffer.data(), static_cast<std::size_t>(count)});
  }
  reading.close();
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  return is_taken && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

// What git prints; nothing where it fails.
std::optional<std::string> ask_git(const std::string& folder,
                                   const std::vector<std::string>& arguments) {
  std::string text;
  const bool is_fine = run_git(folder, arguments, -1, [&text](std::string_view more) {
    text += more;
    return text.size() <= kMost;
  });
  return is_fine ? std::optional(std::move(text)) : std::nullopt;
}

// Takes the records that git prints, as they come. False where it fails.
template <typename Take>
bool each_record(const std::string& folder, const std::vector<std::string>& arguments, char end,
                 const Take& take) {
  std::string rest;
  return run_git(folder, arguments, -1, [&](std::string_view text) {
    rest += text;
    std::size_t at = 0;
    for (auto stop = rest.find(end); stop != std::string::npos; stop = rest.find(end, at)) {
      take(std::string_view(rest).substr(at, stop - at));
      at = stop + 1;
    }
    rest.erase(0, at);
    return true;
  });
}

// The blobs that `cat-file --batch` prints: a line `ID blob SIZE`, the text, a line end.
class BlobReader {
 public:
  using Take = std::function<void(const GitBlob& blob, std::string_view text)>;
  BlobReader(const std::vector<GitBlob>& blobs, std::size_t most, const Take& take)
      : blobs_(blobs), most_(most), take_(take) {}

  bool add(std::string_view text) {
    while (!text.empty()) {
      if (!is_in_text_) {
        const auto end = text.find('\n');
        header_ += text.substr(0, end);
        if (end == std::string_view::npos) return true;
        text.remove_prefix(end + 1);
        if (!begin()) return false;
        continue;
      }
      const auto count = std::min(text.size(), left_);
      // The line end behind it is not kept.
      if (is_wanted_) text_ += text.substr(0, std::min(count, left_ - 1));
      text.remove_prefix(count);
      left_ -= count;
      if (left_ == 0) finish();
    }
    return true;
  }

 private:
  bool begin() {
    if (next_ == blobs_.size()) return false;
    const auto words = split(header_, ' ');
    std::size_t size = 0;
    const bool is_known = words.size() == 3;
    if (is_known) {
      const auto digits = words[2];
      const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), size);
      if (read.ec != std::errc()) return false;
    }
    // `ID missing` of a partial clone.
    is_in_text_ = is_known;
    is_wanted_ = is_known && words[1] == "blob" && size <= most_;
    left_ = size + 1;
    header_.clear();
    text_.clear();
    if (!is_known) ++next_;
    return true;
  }
  void finish() {
    if (is_wanted_) take_(blobs_[next_], text_);
    ++next_;
    is_in_text_ = false;
  }

  const std::vector<GitBlob>& blobs_;
  std::size_t most_;
  const Take& take_;
  std::size_t next_ = 0;
  std::string header_;
  std::string text_;
  std::size_t left_ = 0;
  bool is_in_text_ = false;
  bool is_wanted_ = false;
};

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

std::string git_root(const std::string& folder) {
  auto text = ask_git(folder, {"rev-parse", "--show-toplevel"}).value_or("");
  while (!text.empty() && text.back() == '\n') text.pop_back();
  return text;
}

std::optional<GitBlobs> git_blobs(const std::string& folder) {
  GitBlobs found;
  const auto add = [&found](std::string_view line) {
    if (starts_with(line, "?")) ++found.missing;
    const auto blank = line.find(' ');
    if (blank == std::string_view::npos || blank + 1 == line.size()) return;
    found.blobs.push_back(
        {std::string(line.substr(0, blank)), std::string(line.substr(blank + 1))});
  };
  const bool is_fine = each_record(folder,
                                   {"rev-list", "--objects", "--all", "--filter=object:type=blob",
                                    "--filter-provided-objects", "--missing=print", "--", "."},
                                   '\n', add);
  return is_fine ? std::optional(std::move(found)) : std::nullopt;
}

bool git_read_blobs(const std::string& folder, const std::vector<GitBlob>& blobs, std::size_t most,
                    const std::function<void(const GitBlob& blob, std::string_view text)>& take) {
  // A file, and no pipe: nobody can wait for the other one then.
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> list(std::tmpfile(), std::fclose);
  if (!list) return false;
  std::string ids;
  for (const auto& blob : blobs) (ids += blob.id) += '\n';
  const int file = ::fileno(list.get());
  if (!write_whole(file, ids) || ::lseek(file, 0, SEEK_SET) != 0) return false;
  BlobReader reader(blobs, most, take);
  return run_git(folder, {"cat-file", "--batch", "--buffer"}, file,
                 [&reader](std::string_view text) { return reader.add(text); });
}

std::optional<std::map<std::string, GitOrigin>> git_origins(const std::string& folder,
                                                            const std::vector<std::string>& ids) {
  std::map<std::string, GitOrigin> origins;
  for (const auto& id : ids) origins.emplace(id, GitOrigin{});
  GitOrigin commit;
  std::string blob;
  bool is_path = false;
  // With -z: `\1COMMIT DATE`, then for each file `:MODE MODE OLD NEW STATUS` and its path. The
  // newest come first, so that the last one that brings a blob is the oldest.
  const auto add = [&](std::string_view record) {
    if (is_path) {
      is_path = false;
      const auto found = origins.find(blob);
      if (found == origins.end()) return;
      found->second = commit;
      found->second.path = std::string(record);
      return;
    }
    while (starts_with(record, "\n")) record.remove_prefix(1);
    if (starts_with(record, "\1")) {
      const auto blank = record.find(' ');
      commit.commit = std::string(record.substr(1, blank - 1));
      commit.date = std::string(record.substr(blank + 1));
      ++commit.age;
    } else if (starts_with(record, ":")) {
      const auto words = split(record, ' ');
      blob = words.size() > 3 ? std::string(words[3]) : std::string();
      is_path = true;
    }
  };
  const bool is_fine =
      each_record(folder,
                  {"log", "--all", "--topo-order", "--raw", "--no-abbrev", "--no-renames", "-z",
                   "--root", "--no-show-signature", "--format=%x01%H %cs", "--", "."},
                  '\0', add);
  if (!is_fine) return std::nullopt;
  std::erase_if(origins, [](const auto& entry) { return entry.second.commit.empty(); });
  return origins;
}

std::vector<std::string> git_current_blobs(const std::string& folder) {
  std::vector<std::string> ids;
  const auto text = ask_git(folder, {"ls-tree", "-r", "-z", "HEAD"});
  if (!text) return ids;
  for (const auto& line : split_at_nul(*text)) {
    const auto words = split(std::string_view(line).substr(0, line.find('\t')), ' ');
    if (words.size() > 2) ids.emplace_back(words[2]);
  }
  std::sort(ids.begin(), ids.end());
  return ids;
}

bool git_is_shallow(const std::string& folder) {
  const auto text = ask_git(folder, {"rev-parse", "--is-shallow-repository"});
  return text && starts_with(*text, "true");
}

}  // namespace prefect_config
