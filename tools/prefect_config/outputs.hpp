// `-o FORMAT` and `-o FORMAT=FILE`: what a command writes, and where.
//
// What it is not: a format. Whoever asks makes the texts; these are words and files.
//
// To let a command take files: `output_option` in its values, `read_outputs` before it runs, and
// `write_report` for each that names a file.
#pragma once

#include "command.hpp"

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace prefect_config::tool {

/// `sarif`, or `sarif=lint.sarif`: then `file` is not empty.
struct Output {
  std::string format;
  std::string file;
};

/// What several formats without a file mean.
enum class OnStdout : std::uint8_t { last_counts, one_only };

/// What `words` of `output_option` ask for, text on stdout where nothing else is; the last of
/// `outputs` is stdout's. The text returned says what is wrong, and is empty where nothing is.
std::string read_outputs(const std::vector<std::string>& words, OnStdout on_stdout,
                         std::vector<Output>& outputs);

/// The option, for a command's `values`. `help` says the formats to people.
ValueOption output_option(std::string help, std::vector<std::string>& words,
                          std::vector<std::string> formats);

/// False where it cannot be written; errno says why, and a file that was there is as it was. A
/// report that shows secrets is for its owner alone.
bool write_report(const std::string& path, std::string_view text, Disclosure secrets);

/// Writes each output: `text_of` a format to its file, or to stdout. `secrets` says whether the
/// texts show them. A file that cannot be written is said on stderr, and is status 3.
void write_outputs(
    const std::vector<Output>& outputs, Disclosure secrets,
    const std::function<std::string(const std::string& format, bool is_file)>& text_of,
    Outcome& outcome);

}  // namespace prefect_config::tool
