#include "outputs.hpp"

#include "support/descriptor.hpp"
#include "support/write_beside.hpp"

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <memory>
#include <utility>

namespace prefect_config::tool {
namespace {

// The same under another spelling, too: `a.html` and `./a.html`.
bool is_same_file(const std::vector<Output>& outputs, const std::string& file) {
  const auto whole = [](const std::string& path) {
    std::error_code error;
    const auto resolved = std::filesystem::weakly_canonical(path, error);
    return error ? std::filesystem::path(path).lexically_normal() : resolved;
  };
  return std::any_of(outputs.begin(), outputs.end(), [&](const Output& other) {
    return !other.file.empty() && whole(other.file) == whole(file);
  });
}

}  // namespace

std::string read_outputs(const std::vector<std::string>& words, OnStdout on_stdout,
                         std::vector<Output>& outputs) {
  Output shown{"text", {}};
  bool has_stdout = false;
  for (const auto& word : words) {
    const auto equals = word.find('=');
    Output output{word.substr(0, equals),
                  equals == std::string::npos ? "" : word.substr(equals + 1)};
    if (equals != std::string::npos && output.file.empty())
      return "-o " + output.format + "= names no file";
    if (!output.file.empty()) {
      if (is_same_file(outputs, output.file))
        return "two reports cannot be one file: " + output.file;
      outputs.push_back(std::move(output));
      continue;
    }
    if (has_stdout && on_stdout == OnStdout::one_only)
      return "of two formats one needs a file: -o " + output.format + "=FILE";
    has_stdout = true;
    shown = std::move(output);
  }
  outputs.push_back(std::move(shown));
  return {};
}

ValueOption output_option(std::string help, std::vector<std::string>& words,
                          std::vector<std::string> formats) {
  ValueOption option{"-o,--output", "FORMAT[=FILE]", std::move(help), nullptr};
  option.choices = std::move(formats);
  option.choices_take_files = true;
  option.list = &words;
  return option;
}

namespace {

// What a new file of this process gets: the mask can only be asked for by setting it.
mode_t usual_mode() {
  const auto mask = ::umask(0);
  ::umask(mask);
  return 0666 & ~mask;
}

// A terminal, a pipe, /dev/stdout, a link that leads nowhere.
bool write_in_place(const std::string& path, std::string_view text) {
  Descriptor file(::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOCTTY, 0600));
  return file && write_whole(file.number(), text) && file.close();
}

}  // namespace

bool write_report(const std::string& path, std::string_view text, Disclosure secrets) {
  const bool is_secret = secrets == Disclosure::shown;
  struct stat status {};
  if (::lstat(path.c_str(), &status) != 0)
    return write_beside(path, text, is_secret ? 0600 : usual_mode());
  const std::unique_ptr<char, void (*)(void*)> target(::realpath(path.c_str(), nullptr), ::free);
  if (!target || ::stat(target.get(), &status) != 0 || !S_ISREG(status.st_mode))
    return write_in_place(path, text);
  if (write_beside(target.get(), text, is_secret ? 0600 : status.st_mode & 07777)) return true;
  // A folder in which nothing new can be made, and a file that can be written.
  const bool is_closed_folder = errno == EACCES || errno == EPERM || errno == EROFS;
  return is_closed_folder && (!is_secret || (status.st_mode & 077) == 0) &&
         write_in_place(path, text);
}

void write_outputs(
    const std::vector<Output>& outputs, Disclosure secrets,
    const std::function<std::string(const std::string& format, bool is_file)>& text_of,
    Outcome& outcome) {
  for (const auto& output : outputs) {
    auto text = text_of(output.format, !output.file.empty());
    if (output.file.empty()) {
      outcome.out = std::move(text);
    } else if (!write_report(output.file, text, secrets)) {
      outcome.err +=
          "prefect-config: " + safe_text(output.file) + ": " + std::strerror(errno) + '\n';
      outcome.status = status_failed;
    }
  }
}

}  // namespace prefect_config::tool
