#include "launch/shell_script.hpp"

#include "launch/env_lines.hpp"
#include "launch/shell_commands.hpp"
#include "launch/shell_programs.hpp"
#include "launch/shell_words.hpp"
#include "launch/shell_writes.hpp"
#include "support/text.hpp"

#include <algorithm>
#include <iterator>
#include <set>
#include <string>
#include <utility>

namespace prefect_config {
namespace {

// A script in `bash -c` in a heredoc of an ExecStart: nobody goes further.
constexpr int kDeepest = 4;

bool is_one_of(std::string_view word, std::initializer_list<std::string_view> set) {
  return std::find(set.begin(), set.end(), word) != set.end();
}

bool is_shell(std::string_view program) {
  return is_one_of(last_part(program), {"sh", "bash", "dash", "zsh", "ash", "ksh", "su"});
}

bool is_makefile(std::string_view path) {
  const auto name = lower(last_part(path));
  return starts_with(name, "makefile") || name == "gnumakefile" || ends_with(name, ".mk") ||
         name == "justfile" || name == ".justfile";
}

class ShellReader {
 public:
  ShellReader(const WrittenFile& file, WrittenLaunches& out)
      : file_(file), out_(out), is_makefile_(is_makefile(file.path)), writes_(file, out) {
    found_.script.kind = "shell script";
    found_.script.file = file.path;
  }

  void read(const PlacedText& script, int depth) {
    if (depth > kDeepest) return;
    const auto* outer_script = std::exchange(script_, &script);
    const int outer_depth = std::exchange(depth_, depth);
    const bool outer_export = exports_all_;
    each_command(script, [this](ScriptCommand& command) { take(command); });
    // What a shell inside exports is not seen by the one around it.
    if (depth > 0) exports_all_ = outer_export;
    script_ = outer_script;
    depth_ = outer_depth;
  }

  ShellFound finish() {
    auto& script = found_.script;
    for (auto& variable : script.variables) {
      if (variable.form == WrittenForm::local && exported_.count(variable.name) != 0)
        variable.form = WrittenForm::exported;
    }
    script.role = role_of_commands(script.commands);
    found_.for_later_steps = writes_.finish();
    return std::move(found_);
  }

 private:
  using Words = std::vector<ScriptWord>;

  ProgramCall call(const ScriptCommand& command) const { return {file_, *script_, command.words}; }

  void add(WrittenVariable variable) {
    if (is_wanted_variable(variable.name, variable.value) || variable.form == WrittenForm::option)
      found_.script.variables.push_back(std::move(variable));
  }
  void assign(const ScriptCommand& command, std::size_t at, std::size_t sign, WrittenForm form) {
    auto variable = call(command).variable(command.words[at], 0, sign, form);
    // `NAME=(…)`: an array.
    const auto end = command.words[at].end;
    if (variable.value.empty() && end < script_->size() && script_->text()[end] == '(') return;
    add(std::move(variable));
  }

  void take(ScriptCommand& command) {
    std::size_t at = 0;
    const auto& words = command.words;
    if (command.opens_group) writes_.begin_group();
    while (at < words.size() && assignment_sign(words[at]) != kNoWord) ++at;
    const bool is_plain = at == words.size();
    const auto form = is_plain && !exports_all_ ? WrittenForm::local : WrittenForm::exported;
    for (std::size_t i = 0; i < at; ++i) assign(command, i, assignment_sign(words[i]), form);
    if (is_plain) {
      take_redirects(command, at);
      return;
    }
    run(command, at);
  }

  void run(ScriptCommand& command, std::size_t at) {
    auto& words = command.words;
    strip_make_prefix(words[at]);
    if (take_make_assignment(command, at)) return;
    at = behind_starters(words, at, [&](std::size_t i) {
      assign(command, i, assignment_sign(words[i]), WrittenForm::exported);
    });
    if (at >= words.size()) return;
    if (!run_builtin(command, at)) run_program(command, at);
    take_redirects(command, at);
  }

  // A recipe's `@prefect`, `-prefect`.
  void strip_make_prefix(ScriptWord& word) const {
    const auto begin = std::min(word.text().find_first_not_of("@-+"), word.text().size());
    if (begin == 0 || begin == word.text().size() || begin > word.plain) return;
    if (!is_makefile_ && word.text()[0] != '@') return;
    word.value = word.value.part(begin, word.value.size());
    word.begin += begin;
    word.plain -= begin;
  }

  // `NAME ?= value`, `export NAME := value`: the value is the line's rest.
  bool take_make_assignment(const ScriptCommand& command, std::size_t at) {
    const auto& words = command.words;
    const bool is_exported = words[at].text() == "export";
    if (is_exported) ++at;
    if (at + 1 >= words.size() || !is_variable_name(words[at].text())) return false;
    const auto& sign = words[at + 1].text();
    const bool is_sign = is_one_of(sign, {":=", "?=", "::="}) || (sign == "=" && is_makefile_);
    if (!is_sign) return false;
    if (is_exported) exported_.insert(words[at].text());
    const auto form = is_exported ? WrittenForm::exported : WrittenForm::local;
    WrittenVariable variable;
    if (at + 2 < words.size()) {
      variable = call(command).value_of({}, {}, words[at + 2], 0);
      for (auto i = at + 3; i < words.size(); ++i) {
        variable.value += ' ' + words[i].text();
        variable.is_opaque = variable.is_opaque || words[i].value.is_unknown();
      }
      variable.value_at = script_->place(words[at + 2].begin, words.back().end);
    }
    variable.name = words[at].text();
    variable.form = form;
    variable.file = file_.path;
    variable.name_at = words[at].value.place();
    add(std::move(variable));
    return true;
  }

  // -------------------------------------------------------------------------------------------

  bool run_builtin(const ScriptCommand& command, std::size_t at) {
    const auto& words = command.words;
    const auto& name = words[at].text();
    if (is_one_of(name, {"export", "declare", "typeset", "local", "readonly"})) {
      run_declaration(command, at);
    } else if (name == "set") {
      run_set(words, at);
    } else if (name == "setenv" && at + 1 < words.size()) {
      run_setenv(command, at);
    } else if ((name == "source" || name == ".") && at + 1 < words.size()) {
      run_source(words[at + 1]);
    } else if (is_one_of(name, {"echo", "printf"})) {
      writes_.echo(*script_, command, at);
    } else if (name == "tee") {
      run_tee(command, at);
    } else {
      return false;
    }
    return true;
  }

  void run_declaration(const ScriptCommand& command, std::size_t at) {
    const auto& words = command.words;
    bool exports = words[at].text() == "export";
    for (++at; at < words.size(); ++at) {
      const auto& text = words[at].text();
      if (starts_with(text, "-")) {
        if (text.find('x') != std::string::npos) exports = true;
        if (text.find('n') != std::string::npos) exports = false;
        continue;
      }
      const auto sign = assignment_sign(words[at]);
      if (sign != kNoWord)
        assign(command, at, sign,
               exports || exports_all_ ? WrittenForm::exported : WrittenForm::local);
      if (exports && sign == kNoWord && words[at].value.is_unknown())
        found_.script.is_open = true;  // export $(xargs < .env)
      if (exports) exported_.insert(text.substr(0, text.find('=')));
    }
  }

  void run_set(const Words& words, std::size_t at) {
    for (++at; at < words.size(); ++at) {
      const auto& text = words[at].text();
      if (text.size() < 2 || (text[0] != '-' && text[0] != '+') || text == "--") return;
      const bool is_on = text[0] == '-';
      if (text.find('a', 1) != std::string::npos) exports_all_ = is_on;
      if (text.back() == 'o' && at + 1 < words.size() && words[++at].text() == "allexport")
        exports_all_ = is_on;
    }
  }

  void run_setenv(const ScriptCommand& command, std::size_t at) {
    const auto& words = command.words;
    const auto& name = words[at + 1];
    if (!is_variable_name(name.text())) return;
    WrittenVariable variable;
    if (at + 2 < words.size()) variable = call(command).value_of({}, {}, words[at + 2], 0);
    variable.name = name.text();
    variable.form = WrittenForm::exported;
    variable.file = file_.path;
    variable.name_at = name.value.place();
    add(std::move(variable));
  }

  void run_source(const ScriptWord& word) {
    // A virtual environment says nothing of Prefect's settings.
    if (last_part(word.text()) == "activate") return;
    const bool is_known = !word.value.is_unknown() && file_.sibling && ++sourced_ <= kMostSourced;
    const auto text = is_known ? file_.sibling(word.text()) : nullptr;
    if (!text) {
      found_.script.is_open = true;
      return;
    }
    WrittenFile inner{path_beside(file_.path, word.text()), *text};
    ShellReader reader(inner, out_);
    reader.exports_all_ = exports_all_;
    reader.read({*text, 0}, depth_ + 1);
    auto inside = reader.finish();
    exported_.insert(reader.exported_.begin(), reader.exported_.end());
    found_.script.is_open = found_.script.is_open || inside.script.is_open;
    std::move(inside.script.variables.begin(), inside.script.variables.end(),
              std::back_inserter(found_.script.variables));
  }

  // -------------------------------------------------------------------------------------------

  void run_program(const ScriptCommand& command, std::size_t at) {
    const auto& words = command.words;
    const auto this_call = call(command);
    if (read_container_run(this_call, at, out_)) return;
    if (run_inner_shell(command, at)) return;
    read_helm_call(this_call, at, out_);
    read_kubectl_call(this_call, at, out_);
    const auto prefect = prefect_word(words, at);
    if (prefect == kNoWord) return;
    std::vector<WrittenVariable> variables;
    read_prefect_call(this_call, prefect, variables);
    for (auto& variable : variables) add(std::move(variable));
    const auto begin = words[at].begin;
    const auto end = words.back().end;
    const auto text = std::string_view(script_->text()).substr(begin, end - begin);
    found_.script.commands.push_back(
        {replace_all(replace_all(text, "\\\r\n", ""), "\\\n", ""), script_->place(begin, end)});
  }

  // `bash -lc "…"`, also behind `docker exec` and `ssh`; `eval "…"`; `ssh host <<EOF`.
  bool run_inner_shell(const ScriptCommand& command, std::size_t at) {
    const auto& words = command.words;
    const auto program = last_part(words[at].text());
    const bool is_remote = program == "ssh";
    for (auto i = at; i + 2 < words.size(); ++i) {
      if (!is_shell(words[i].text())) continue;
      for (auto option = i + 1; option + 1 < words.size(); ++option) {
        const auto& text = words[option].text();
        if (text.size() < 2 || text[0] != '-' || text[1] == '-' || text.back() != 'c') continue;
        read(words[option + 1].value, depth_ + 1);
        return true;
      }
      break;
    }
    if ((is_remote || program == "eval") && at + 1 < words.size() &&
        words.back().text().find(' ') != std::string::npos) {
      read(words.back().value, depth_ + 1);
      return true;
    }
    if (!is_shell(words[at].text()) && !is_remote) return false;
    for (const auto& redirect : command.redirects) read(redirect.body, depth_ + 1);
    return !command.redirects.empty();
  }

  // -------------------------------------------------------------------------------------------
  void run_tee(const ScriptCommand& command, std::size_t at) {
    const auto& words = command.words;
    for (++at; at < words.size(); ++at) {
      if (starts_with(words[at].text(), "-")) continue;
      for (const auto& redirect : command.redirects)
        writes_.write(redirect.body, words[at], depth_);
      if (command.is_piped) writes_.write_echo(words[at], depth_);
    }
  }

  void take_redirects(const ScriptCommand& command, std::size_t at) {
    const auto& words = command.words;
    const bool is_echo = at < words.size() && is_one_of(words[at].text(), {"echo", "printf"});
    const bool ends_group = at < words.size() && words[at].text() == "}";
    // `<<EOF` alone is how Docker's RUN says a script.
    if (words.empty() && command.redirects.size() == 1) read(command.redirects[0].body, depth_ + 1);
    for (const auto& redirect : command.redirects) {
      if (redirect.sign.find('>') == std::string::npos) continue;
      if (is_echo) writes_.write_echo(redirect.target, depth_);
      if (ends_group) writes_.write_group(redirect.target, depth_);
      for (const auto& body : command.redirects) writes_.write(body.body, redirect.target, depth_);
    }
    if (!is_echo) writes_.forget_echo();
    if (ends_group) writes_.begin_group();
  }

  static constexpr int kMostSourced = 20;

  const WrittenFile& file_;
  WrittenLaunches& out_;
  const PlacedText* script_ = nullptr;
  int depth_ = 0;
  int sourced_ = 0;
  bool is_makefile_ = false;
  bool exports_all_ = false;
  std::set<std::string> exported_;
  ShellFound found_;
  ShellWrites writes_;
};

}  // namespace

WrittenRole role_of_commands(const std::vector<WrittenCommand>& commands) {
  auto result = WrittenRole::unknown;
  for (const auto& command : commands) {
    const auto role = role_of(command.text);
    if (role == WrittenRole::server || result == WrittenRole::unknown ||
        (result == WrittenRole::client && role == WrittenRole::worker))
      result = role;
  }
  return result;
}

ShellFound read_shell_text(const WrittenFile& file, const PlacedText& text, WrittenLaunches& out,
                           int depth) {
  ShellReader reader(file, out);
  reader.read(text, depth);
  return reader.finish();
}

void take_script(ShellFound& found, WrittenLaunch& launch) {
  launch.role = found.script.role;
  launch.commands = std::move(found.script.commands);
  launch.variables.insert(launch.variables.end(), found.script.variables.begin(),
                          found.script.variables.end());
}

void read_shell(const WrittenFile& file, std::string_view text, std::size_t offset_in_file,
                WrittenLaunches& out) {
  if (out.kind.empty()) out.kind = "shell script";
  auto found = read_shell_text(file, {text, offset_in_file}, out);
  auto& script = found.script;
  for (auto& variable : found.for_later_steps) script.variables.push_back(std::move(variable));
  if (found.is_empty()) return;
  script.at = {offset_in_file, offset_in_file + text.size()};
  out.launches.push_back(std::move(script));
}

}  // namespace prefect_config
