#include "launch/dockerfile.hpp"

#include "adapters/yaml.hpp"
#include "launch/copy_budget.hpp"
#include "launch/dockerfile_words.hpp"
#include "launch/env_lines.hpp"
#include "launch/placed_text.hpp"
#include "launch/shell_script.hpp"
#include "launch/yaml_values.hpp"
#include "support/text.hpp"

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace prefect_config {
namespace {

constexpr auto kNone = std::string_view::npos;

std::string_view trimmed(std::string_view text) {
  const auto begin = std::min(text.find_first_not_of(" \t\r"), text.size());
  const auto end = text.find_last_not_of(" \t\r");
  return end == kNone ? std::string_view() : text.substr(begin, end - begin + 1);
}

// ---------------------------------------------------------------------------------------------
// Instructions

struct Instruction {
  std::string name;  // in upper case
  ByteSpan name_at;
  PlacedText text;  // behind the name, without continuations
};

class InstructionReader {
 public:
  explicit InstructionReader(std::string_view text) : text_(text) { read_directives(); }

  char escape() const { return escape_; }

  bool next(Instruction& instruction) {
    PlacedText line;
    while (line.size() == 0) {
      if (at_ >= text_.size()) return false;
      read_line(line);
    }
    const std::string_view bytes = line.text();
    const auto begin = bytes.find_first_not_of(" \t");
    if (begin == kNone) return next_after_blank(instruction);
    const auto end = std::min(bytes.find_first_of(" \t", begin), bytes.size());
    instruction.name = upper(bytes.substr(begin, end - begin));
    instruction.name_at = line.place(begin, end);
    const auto rest = std::min(bytes.find_first_not_of(" \t", end), bytes.size());
    instruction.text = line.part(rest, bytes.size());
    if (instruction.name == "RUN" || instruction.name == "COPY" || instruction.name == "ADD")
      add_heredocs(instruction.text);
    return true;
  }

 private:
  // Nothing but blanks and continuations.
  bool next_after_blank(Instruction& instruction) {
    instruction = {};
    return at_ < text_.size();
  }

  // `# escape=` counts before everything else only.
  void read_directives() {
    for (std::size_t at = 0; at < text_.size();) {
      const auto line = line_at(text_, at);
      auto content = trimmed(text_.substr(line.begin, line.end - line.begin));
      if (content.empty() || content.front() != '#') return;
      content = trimmed(content.substr(1));
      const auto sign = content.find('=');
      if (sign == kNone) return;
      const auto value = trimmed(content.substr(sign + 1));
      if (equal_ignoring_case(trimmed(content.substr(0, sign)), "escape") && value == "`")
        escape_ = '`';
      at = line.next;
    }
  }

  // One logical line. Comments and empty lines within it are no part of it.
  void read_line(PlacedText& result) {
    while (at_ < text_.size()) {
      const auto line = line_at(text_, at_);
      at_ = line.next;
      const auto content = text_.substr(line.begin, line.end - line.begin);
      const auto bare = trimmed(content);
      const bool is_nothing = bare.empty() || bare.front() == '#';
      if (is_nothing && result.size() == 0) return;
      if (is_nothing) continue;
      const auto end = line.begin + content.find_last_not_of(" \t");
      const bool goes_on =
          text_[end] == escape_ && (end == line.begin || text_[end - 1] != escape_);
      result.add(text_.substr(line.begin, (goes_on ? end : line.end) - line.begin), line.begin);
      if (!goes_on) return;
    }
  }

  void add_heredocs(PlacedText& text) {
    const auto line_size = text.size();
    for (auto at = text.text().find("<<"); at < line_size && failures_ < kMostFailures;) {
      auto begin = at + 2;
      const auto& bytes = text.text();
      if (begin < line_size && bytes[begin] == '-') ++begin;
      if (begin < line_size && (bytes[begin] == '"' || bytes[begin] == '\'')) ++begin;
      auto end = begin;
      while (end < line_size && std::string_view(" \t\"'<>|;&)").find(bytes[end]) == kNone) ++end;
      const auto name = bytes.substr(begin, end - begin);
      if (!name.empty()) add_body(name, text);
      at = text.text().find("<<", std::max(end, at + 2));
    }
  }

  // The lines up to one that is the name; where there is none it was no heredoc.
  void add_body(const std::string& name, PlacedText& text) {
    for (auto at = at_; at < text_.size();) {
      const auto line = line_at(text_, at);
      if (trimmed(text_.substr(line.begin, line.end - line.begin)) == name) {
        text.add_at("\n", {at_, at_});
        text.add(text_.substr(at_, line.end - at_), at_);
        at_ = line.next;
        return;
      }
      at = line.next;
    }
    ++failures_;
  }

  static constexpr int kMostFailures = 20;  // each of them looks through the file

  std::string_view text_;
  std::size_t at_ = 0;
  char escape_ = '\\';
  int failures_ = 0;
};

// ---------------------------------------------------------------------------------------------
// Stages

// CMD or ENTRYPOINT.
struct Process {
  std::string text;
  ByteSpan at;
  bool is_list = false;
};

struct Stage {
  WrittenLaunch launch;
  Process entry;
  Process command;
};

class DockerReader {
 public:
  DockerReader(const WrittenFile& file, WrittenLaunches& out)
      : file_(file), out_(out), instructions_(file.text) {}

  void read() {
    Instruction instruction;
    while (!is_cut_ && instructions_.next(instruction)) take(instruction);
    for (auto& stage : stages_) finish(stage);
    if (is_cut_) out_.notes.emplace_back(kTooMuch);
  }

 private:
  void take(const Instruction& instruction) {
    const auto& name = instruction.name;
    if (name == "FROM") {
      begin_stage(instruction);
    } else if (name == "ARG") {
      take_arg(instruction.text);
    } else if (stages_.empty()) {
      return;
    } else if (name == "ENV") {
      take_env(instruction.text);
    } else if (name == "RUN") {
      take_run(instruction.text);
    } else if (name == "COPY" || name == "ADD") {
      take_copy(instruction.text);
    } else if (name == "CMD") {
      stage().command = process_of(instruction.text);
    } else if (name == "ENTRYPOINT") {
      stage().entry = process_of(instruction.text);
    }
  }

  Stage& stage() { return stages_.back(); }

  void begin_stage(const Instruction& instruction) {
    const auto& text = instruction.text;
    auto words = docker_words(text, instructions_.escape());
    while (!words.empty() && starts_with(words[0].of(text.text()), "--"))
      words.erase(words.begin());
    if (words.empty()) return;
    Stage next;
    auto& launch = next.launch;
    launch.kind = "Dockerfile stage";
    launch.name = std::to_string(stages_.size());
    launch.file = file_.path;
    launch.at = instruction.name_at;
    launch.is_container = true;
    launch.image = docker_value(text, words[0], instructions_.escape(), arguments_).text();
    launch.image_at = text.place(words[0].begin, words[0].end);
    const bool has_name = words.size() >= 3 && equal_ignoring_case(words[1].of(text.text()), "as");
    if (has_name) {
      launch.name = std::string(words[2].of(text.text()));
      launch.at = text.place(words[2].begin, words[2].end);
    }
    inherit(next);
    if (has_name) stage_of_[lower(launch.name)] = stages_.size();
    stages_.push_back(std::move(next));
  }

  // `FROM builder`: what that stage of this file has.
  void inherit(Stage& next) {
    const auto found = stage_of_.find(lower(next.launch.image));
    if (found == stage_of_.end()) return;
    const auto& base = stages_[found->second];
    is_cut_ = !budget_.take(base.launch.variables);
    if (is_cut_) return;
    std::copy_if(base.launch.variables.begin(), base.launch.variables.end(),
                 std::back_inserter(next.launch.variables),
                 [](const auto& v) { return v.form != WrittenForm::image_arg; });
    next.launch.image = base.launch.image;
    next.entry = base.entry;
    next.command = base.command;
  }

  // `NAME=value`, whose sign is at `sign`.
  WrittenVariable variable(const PlacedText& text, ByteSpan word, std::size_t sign,
                           WrittenForm form) const {
    const auto value = docker_value(text, {sign + 1, word.end}, instructions_.escape());
    WrittenVariable variable;
    variable.name = docker_value(text, {word.begin, sign}, instructions_.escape()).text();
    variable.value = value.text();
    variable.is_opaque = value.is_unknown();
    variable.form = form;
    variable.file = file_.path;
    variable.name_at = text.place(word.begin, sign);
    variable.value_at = text.place(sign + 1, word.end);
    return variable;
  }

  void add(WrittenVariable variable) {
    if (!is_wanted_variable(variable.name, variable.value)) return;
    stage().launch.variables.push_back(std::move(variable));
  }

  void take_env(const PlacedText& text) {
    const auto words = docker_words(text, instructions_.escape());
    if (words.empty()) return;
    const std::string_view bytes = text.text();
    if (words[0].of(bytes).find('=') == kNone) {
      // The old form: `ENV NAME the rest of the line`.
      if (words.size() < 2) return;
      const ByteSpan all{words[0].begin, words.back().end};
      auto made = variable(text, all, words[1].begin - 1, WrittenForm::image_env);
      made.name = std::string(words[0].of(bytes));
      made.name_at = text.place(words[0].begin, words[0].end);
      add(std::move(made));
      return;
    }
    for (const auto word : words) {
      const auto sign = word.of(bytes).find('=');
      if (sign != kNone) add(variable(text, word, word.begin + sign, WrittenForm::image_env));
    }
  }

  void take_arg(const PlacedText& text) {
    const std::string_view bytes = text.text();
    for (const auto word : docker_words(text, instructions_.escape())) {
      const auto found = word.of(bytes).find('=');
      const auto sign = found == kNone ? word.end : word.begin + found;
      WrittenVariable made;
      if (found == kNone) {
        made.name = std::string(word.of(bytes));
        made.file = file_.path;
        made.form = WrittenForm::image_arg;
        made.name_at = text.place(word.begin, word.end);
        made.is_opaque = true;
      } else {
        made = variable(text, word, sign, WrittenForm::image_arg);
      }
      if (!stages_.empty()) {
        add(std::move(made));
      } else if (!made.is_opaque) {
        arguments_[made.name] = made.value;
      }
    }
  }

  // What a step sets is gone after it, but for what it writes into a profile.
  void take_run(const PlacedText& text) {
    std::size_t begin = 0;
    for (const auto word : docker_words(text, instructions_.escape())) {
      begin = word.begin;
      if (!starts_with(word.of(text.text()), "--")) break;
    }
    const auto found = read_shell_text(file_, text.part(begin, text.size()), out_);
    for (const auto& variable : found.script.variables) {
      if (variable.form == WrittenForm::config_set || variable.form == WrittenForm::option)
        stage().launch.variables.push_back(variable);
    }
  }

  // `COPY <<EOF /app/.env` is what a shell says as `cat > /app/.env <<EOF`.
  void take_copy(const PlacedText& text) {
    const auto line_end = text.text().find('\n');
    if (line_end == std::string::npos) return;
    const auto line = text.part(0, line_end);
    const auto words = docker_words(line, instructions_.escape());
    PlacedText shell;
    for (const auto word : words) {
      if (starts_with(word.of(line.text()), "<<")) shell.add(line, word.begin, word.end);
    }
    shell.add_at(" cat > ", {});
    shell.add(line, words.back().begin, words.back().end);
    shell.add(text, line_end, text.size());
    read_shell_text(file_, shell, out_);
  }

  Process process_of(const PlacedText& text) {
    Process process{text.text(), text.place(), false};
    PlacedText script = text;
    const auto list = read_yaml(text.text(), 0, text.size());
    const auto& root = list.root();
    const bool is_list =
        root.kind == YamlNode::Kind::sequence &&
        std::all_of(root.items.begin(), root.items.end(), [&](YamlId id) {
          const auto& word = list.at(id);
          return word.kind == YamlNode::Kind::scalar && text.text()[word.begin] == '"';
        });
    if (is_list) {
      process.is_list = true;
      process.text = command_text(list, root);
      script = {};
      script.add_at(process.text, process.at);
    }
    // What its `sh -c "export …"` adds.
    auto found = read_shell_text(file_, script, out_);
    for (auto& variable : found.script.variables)
      stage().launch.variables.push_back(std::move(variable));
    return process;
  }

  void finish(Stage& finished) {
    auto& launch = finished.launch;
    auto process = finished.entry.text.empty() ? finished.command : finished.entry;
    // CMD gives the arguments to an ENTRYPOINT that is a list.
    if (finished.entry.is_list && !finished.command.text.empty())
      process = {finished.entry.text + ' ' + finished.command.text, finished.command.at, true};
    if (!process.text.empty()) {
      launch.role = role_of(process.text);
      launch.commands.push_back({process.text, process.at});
    }
    out_.launches.push_back(std::move(launch));
  }

  const WrittenFile& file_;
  WrittenLaunches& out_;
  InstructionReader instructions_;
  std::vector<Stage> stages_;
  std::map<std::string, std::size_t> stage_of_;
  std::map<std::string, std::string> arguments_;  // of ARG before the first FROM
  CopyBudget budget_;
  bool is_cut_ = false;
};

// `FROM image`, `FROM image AS name`; Python's `from x import y` is none.
bool is_from(const Instruction& instruction) {
  if (instruction.name != "FROM") return false;
  const auto words = docker_words(instruction.text, '\\');
  std::size_t options = 0;
  while (options < words.size() && starts_with(words[options].of(instruction.text.text()), "--"))
    ++options;
  const auto count = words.size() - options;
  return count == 1 ||
         (count == 3 && equal_ignoring_case(words[options + 1].of(instruction.text.text()), "as"));
}

}  // namespace

bool is_dockerfile(std::string_view text) {
  InstructionReader reader(text);
  Instruction instruction;
  while (reader.next(instruction)) {
    if (instruction.name == "ARG" || instruction.name.empty()) continue;
    return is_from(instruction);
  }
  return false;
}

void read_dockerfile(const WrittenFile& file, WrittenLaunches& out) {
  out.kind = "Dockerfile";
  DockerReader(file, out).read();
}

}  // namespace prefect_config
