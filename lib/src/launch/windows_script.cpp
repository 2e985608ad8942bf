#include "launch/windows_script.hpp"

#include "launch/env_lines.hpp"
#include "launch/shell_words.hpp"
#include "support/text.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace prefect_config {
namespace {

constexpr auto kNone = std::string_view::npos;

// A line, and what is found in it.
struct Line {
  const WrittenFile& file;
  const PlacedText& text;
  std::size_t begin;
  std::size_t end;
  ShellFound& found;

  std::string_view bytes() const {
    return std::string_view(text.text()).substr(begin, end - begin);
  }
  void skip_blanks() {
    while (begin < end && (text.text()[begin] == ' ' || text.text()[begin] == '\t')) ++begin;
  }
  void trim_end() {
    while (end > begin && (text.text()[end - 1] == ' ' || text.text()[end - 1] == '\t')) --end;
  }
};

void add(Line& line, std::size_t name_begin, std::size_t name_end, ByteSpan value, ByteSpan written,
         bool is_opaque) {
  const std::string_view text = line.text.text();
  WrittenVariable variable;
  variable.name = std::string(text.substr(name_begin, name_end - name_begin));
  variable.value = std::string(value.of(text));
  if (!is_wanted_variable(variable.name, variable.value)) return;
  variable.is_opaque = is_opaque || line.text.is_unknown(value.begin, value.end);
  variable.form = WrittenForm::exported;
  variable.file = line.file.path;
  variable.name_at = line.text.place(name_begin, name_end);
  variable.value_at = line.text.place(written.begin, written.end);
  line.found.script.variables.push_back(std::move(variable));
}

// `%NAME%`, or GitHub's `${{ … }}`.
bool has_batch_reference(std::string_view value) {
  if (value.find("${{") != kNone) return true;
  const auto first = value.find('%');
  const auto second = first == kNone ? kNone : value.find('%', first + 1);
  return second != kNone && second > first + 1;
}

void take_set(Line line) {
  line.skip_blanks();
  const std::string_view text = line.text.text();
  const bool is_quoted = line.begin < line.end && text[line.begin] == '"';
  if (is_quoted) {
    ++line.begin;
    const auto close = text.substr(0, line.end).rfind('"');
    if (close != kNone && close >= line.begin) line.end = close;
  } else {
    // `set A=1&& prefect …`, `set A=1& …`.
    const auto next = line.bytes().find('&');
    if (next != kNone) line.end = line.begin + next;
  }
  const auto sign = line.begin + line.bytes().find('=');
  if (sign < line.begin || sign >= line.end) return;
  const ByteSpan value{sign + 1, line.end};
  add(line, line.begin, sign, value, value, has_batch_reference(value.of(text)));
}

void take_setx(Line line) {
  line.skip_blanks();
  const std::string_view text = line.text.text();
  const auto name_end = std::min(text.find_first_of(" \t", line.begin), line.end);
  const auto name_begin = std::exchange(line.begin, name_end);
  line.skip_blanks();
  ByteSpan written{line.begin, line.end};
  auto value = written;
  if (!value.is_empty() && text[value.begin] == '"') {
    const auto close = std::min(text.find('"', value.begin + 1), line.end);
    written.end = std::min(close + 1, line.end);
    value = {value.begin + 1, close};
  } else {
    value.end = written.end = std::min(text.find_first_of(" \t", value.begin), line.end);
  }
  add(line, name_begin, name_end, value, written, has_batch_reference(value.of(text)));
}

// A program's line is read as a shell reads it, but for backslashes, which are Windows' slashes.
void take_command(const Line& line, WrittenLaunches& out) {
  if (line.bytes().find("prefect") == kNone) return;
  PlacedText shell;
  for (auto at = line.begin; at < line.end;) {
    const auto stop = std::min(line.text.text().find('\\', at), line.end);
    shell.add(line.text, at, stop);
    if (stop < line.end) shell.add_at("/", line.text.place(stop, stop + 1));
    at = stop + 1;
  }
  auto inner = read_shell_text(line.file, shell, out);
  auto& script = line.found.script;
  std::move(inner.script.variables.begin(), inner.script.variables.end(),
            std::back_inserter(script.variables));
  std::move(inner.script.commands.begin(), inner.script.commands.end(),
            std::back_inserter(script.commands));
}

void read_batch_line(Line line, WrittenLaunches& out) {
  if (starts_with(line.bytes(), "@")) ++line.begin;
  const auto bytes = line.bytes();
  if (starts_with(bytes, "::") || starts_with_ignoring_case(bytes, "rem ")) return;
  if (starts_with_ignoring_case(bytes, "set ")) {
    line.begin += 4;
    take_set(line);
  } else if (starts_with_ignoring_case(bytes, "setx ")) {
    line.begin += 5;
    take_setx(line);
  } else {
    // A `%NAME%` in it is not known.
    PlacedText marked;
    for (auto at = line.begin; at < line.end; ++at) {
      if (line.text.text()[at] == '%') marked.mark_unknown();
      marked.add(line.text, at, at + 1);
    }
    take_command({line.file, marked, 0, marked.size(), line.found}, out);
  }
}

void read_powershell_line(Line line, WrittenLaunches& out) {
  constexpr std::string_view kEnvironment = "$env:";
  line.trim_end();
  if (starts_with(line.bytes(), "#")) return;
  if (!starts_with_ignoring_case(line.bytes(), kEnvironment)) return take_command(line, out);
  const std::string_view text = line.text.text();
  const auto name_begin = line.begin + kEnvironment.size();
  const auto name_end = std::min(text.find_first_of(" \t=", name_begin), line.end);
  if (!is_variable_name(text.substr(name_begin, name_end - name_begin))) return;
  line.begin = name_end;
  line.skip_blanks();
  if (line.begin >= line.end || text[line.begin] != '=') return;
  ++line.begin;
  line.skip_blanks();
  const ByteSpan rest{line.begin, line.end};
  const char quote = rest.is_empty() ? '\0' : text[rest.begin];
  const auto close = quote == '"' || quote == '\'' ? text.find(quote, rest.begin + 1) : kNone;
  if (close == kNone || close >= line.end) {
    // Without quotes it is an expression.
    add(line, name_begin, name_end, rest, rest, true);
    return;
  }
  const ByteSpan value{rest.begin + 1, close};
  const bool expands = quote == '"' && value.of(text).find('$') != kNone;
  add(line, name_begin, name_end, value, {rest.begin, close + 1}, expands);
}

constexpr std::string_view kBatch = "batch file";
constexpr std::string_view kPowerShell = "PowerShell script";

template <typename ReadLine>
ShellFound read_lines(const WrittenFile& file, const PlacedText& text, WrittenLaunches& out,
                      std::string_view kind, ReadLine read_line) {
  ShellFound found;
  found.script.kind = kind;
  found.script.file = file.path;
  for (std::size_t at = 0; at < text.size();) {
    const auto span = line_at(text.text(), at);
    at = span.next;
    Line line{file, text, span.begin, span.end, found};
    line.skip_blanks();
    if (!line.bytes().empty()) read_line(line, out);
  }
  found.script.role = role_of_commands(found.script.commands);
  return found;
}

void keep(ShellFound found, std::string_view text, std::size_t offset, WrittenLaunches& out) {
  if (out.kind.empty()) out.kind = found.script.kind;
  if (found.is_empty()) return;
  found.script.at = {offset, offset + text.size()};
  out.launches.push_back(std::move(found.script));
}

}  // namespace

ShellFound read_batch_text(const WrittenFile& file, const PlacedText& text, WrittenLaunches& out) {
  return read_lines(file, text, out, kBatch, read_batch_line);
}

ShellFound read_powershell_text(const WrittenFile& file, const PlacedText& text,
                                WrittenLaunches& out) {
  return read_lines(file, text, out, kPowerShell, read_powershell_line);
}

void read_batch(const WrittenFile& file, std::string_view text, std::size_t offset_in_file,
                WrittenLaunches& out) {
  keep(read_batch_text(file, {text, offset_in_file}, out), text, offset_in_file, out);
}

void read_powershell(const WrittenFile& file, std::string_view text, std::size_t offset_in_file,
                     WrittenLaunches& out) {
  keep(read_powershell_text(file, {text, offset_in_file}, out), text, offset_in_file, out);
}

}  // namespace prefect_config
