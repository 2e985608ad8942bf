#include "launch/shell_writes.hpp"

#include "launch/env_lines.hpp"
#include "launch/systemd.hpp"
#include "support/text.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace prefect_config {
namespace {

// `\n` is a line end, and what stands for `%s` is not known.
void add_format(const PlacedText& format, PlacedText& text) {
  const std::string_view bytes = format.text();
  for (std::size_t at = 0; at < bytes.size();) {
    const auto stop = std::min(bytes.find_first_of("\\%", at), bytes.size());
    text.add(format, at, stop);
    at = stop;
    if (at == bytes.size()) break;
    if (bytes.substr(at, 2) == "\\n") {
      text.add_at("\n", format.place(at, at + 2));
      at += 2;
      continue;
    }
    if (bytes[at] == '%') text.mark_unknown();
    text.add(format, at, at + 1);
    ++at;
  }
}

}  // namespace

void ShellWrites::echo(const PlacedText& script, const ScriptCommand& command, std::size_t at) {
  const auto& words = command.words;
  const bool is_format = words[at].text() == "printf";
  bool has_escapes = is_format;
  for (++at; at < words.size(); ++at) {
    const auto& option = words[at].text();
    if (option.empty() || option[0] != '-' || option.find_first_not_of("-enE") != std::string::npos)
      break;
    has_escapes = has_escapes || option.find('e') != std::string::npos;
  }
  echoed_ = {};
  for (bool is_first = true; at < words.size(); ++at, is_first = false) {
    if (!is_first) echoed_.add_at(" ", script.place(words[at].begin, words[at].begin));
    if (has_escapes) {
      add_format(words[at].value, echoed_);
    } else {
      echoed_.add(words[at].value);
    }
    if (is_format) break;  // the others are parts of it
  }
  group_.add(echoed_);
  group_.add_at("\n", {});
}

void ShellWrites::write(const PlacedText& text, const ScriptWord& target, int depth) {
  const auto& name = target.text();
  if (text.size() == 0 || starts_with(name, "/dev/")) return;
  if (is_systemd_unit(text.text())) {
    read_systemd_text(file_, text, std::string(last_part(name)), out_, depth + 1);
    return;
  }
  std::vector<WrittenVariable> variables;
  const bool is_env = read_env_lines(text, file_.path, EnvDialect::shell, variables);
  if (!is_env || variables.empty()) return;
  if (name.find("GITHUB_ENV") != std::string::npos) {
    std::move(variables.begin(), variables.end(), std::back_inserter(for_later_steps_));
  } else if (name.find("GITHUB_") == std::string::npos) {
    auto& launch = env_file(target);
    std::move(variables.begin(), variables.end(), std::back_inserter(launch.variables));
  }
}

WrittenLaunch& ShellWrites::env_file(const ScriptWord& target) {
  const auto [found, is_new] = env_file_of_.try_emplace(target.text(), env_files_.size());
  if (is_new) {
    WrittenLaunch launch;
    launch.kind = "env file";
    launch.name = target.text();
    launch.file = file_.path;
    launch.at = target.value.place();
    env_files_.push_back(std::move(launch));
  }
  return env_files_[found->second];
}

std::vector<WrittenVariable> ShellWrites::finish() {
  std::move(env_files_.begin(), env_files_.end(), std::back_inserter(out_.launches));
  env_files_.clear();
  return std::move(for_later_steps_);
}

}  // namespace prefect_config
