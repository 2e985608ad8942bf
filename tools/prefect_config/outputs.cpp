#include "outputs.hpp"

#include "support/descriptor.hpp"

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

namespace prefect_config::tool {
namespace {

bool is_same_file(const std::vector<Output>& outputs, const std::string& file) {
  return std::any_of(outputs.begin(), outputs.end(),
                     [&](const Output& other) { return other.file == file; });
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

bool write_report(const std::string& path, std::string_view text, Disclosure secrets) {
  const mode_t mode = secrets == Disclosure::shown ? 0600 : 0644;
  Descriptor file(::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOCTTY, mode));
  struct stat status {};
  // Of a file that is there already the mode stays, unless secrets come into it.
  if (file && secrets == Disclosure::shown && ::fstat(file.number(), &status) == 0 &&
      S_ISREG(status.st_mode) && (status.st_mode & 077) != 0 && ::fchmod(file.number(), 0600) != 0)
    return false;
  return file && write_whole(file.number(), text) && file.close();
}

void write_outputs(
    const std::vector<Output>& outputs, const Context& context,
    const std::function<std::string(const std::string& format, bool is_file)>& text_of,
    Outcome& outcome) {
  for (const auto& output : outputs) {
    auto text = text_of(output.format, !output.file.empty());
    if (output.file.empty()) {
      outcome.out = std::move(text);
    } else if (!write_report(output.file, text, context.secrets())) {
      outcome.err +=
          "prefect-config: " + safe_text(output.file) + ": " + std::strerror(errno) + '\n';
      outcome.status = status_failed;
    }
  }
}

}  // namespace prefect_config::tool
