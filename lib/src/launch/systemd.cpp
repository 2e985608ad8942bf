#include "launch/systemd.hpp"

#include "launch/env_lines.hpp"
#include "launch/shell_script.hpp"
#include "launch/shell_words.hpp"
#include "support/text.hpp"

#include <algorithm>
#include <iterator>
#include <optional>
#include <set>
#include <utility>
#include <vector>

namespace prefect_config {
namespace {

constexpr int kDeepest = 4;
constexpr std::string_view kBlanks = " \t\r";

std::string_view trimmed(std::string_view text) {
  const auto begin = std::min(text.find_first_not_of(kBlanks), text.size());
  const auto end = text.find_last_not_of(kBlanks);
  return end == std::string_view::npos ? std::string_view() : text.substr(begin, end - begin + 1);
}

bool is_comment(std::string_view line) {
  return line.empty() || line.front() == '#' || line.front() == ';';
}

int hex_digit(char c) {
  const char low = ascii_lower(c);
  if (c >= '0' && c <= '9') return c - '0';
  return low >= 'a' && low <= 'f' ? low - 'a' + 10 : -1;
}

// One item of `Environment=`, without its quotes.
struct Item {
  PlacedText value;
  std::size_t begin = 0;  // in the line
  std::size_t end = 0;
};

// Items as systemd's extract_first_word cuts them: quotes go wherever they stand, and backslashes
// escape as in C.
class ItemReader {
 public:
  explicit ItemReader(const PlacedText& line) : line_(line), text_(line.text()) {}

  std::optional<Item> next() {
    at_ = std::min(text_.find_first_not_of(" \t\r\n", at_), text_.size());
    if (at_ == text_.size()) return std::nullopt;
    Item item;
    item.begin = at_;
    char quote = '\0';
    while (at_ < text_.size()) {
      const char c = text_[at_];
      if (c == '\\') {
        read_escape(item.value);
      } else if (quote != '\0' ? c == quote : c == '"' || c == '\'') {
        quote = quote == '\0' ? c : '\0';
        ++at_;
      } else if (quote == '\0' && kSeparators.find(c) != std::string_view::npos) {
        break;
      } else if (c == '%') {
        read_specifier(item.value);
      } else {
        item.value.add(line_, at_, at_ + 1);
        ++at_;
      }
    }
    item.end = at_;
    if (quote != '\0' || is_broken_) {
      // systemd ignores it and what follows.
      at_ = text_.size();
      return std::nullopt;
    }
    return item;
  }

 private:
  static constexpr std::string_view kSeparators = " \t\r\n";

  void read_specifier(PlacedText& value) {
    const bool is_percent = at_ + 1 < text_.size() && text_[at_ + 1] == '%';
    if (is_percent) {
      ++at_;
    } else {
      value.mark_unknown();
    }
    value.add(line_, at_, at_ + 1);
    ++at_;
  }

  void read_escape(PlacedText& value) {
    constexpr std::string_view kNames = "abfnrtvs\\\"'";
    constexpr std::string_view kValues = "\a\b\f\n\r\t\v \\\"'";
    const char c = at_ + 1 < text_.size() ? text_[at_ + 1] : '\0';
    std::size_t size = 2;
    std::string decoded;
    const auto named = c == '\0' ? std::string_view::npos : kNames.find(c);
    if (named != std::string_view::npos) {
      decoded = kValues[named];
    } else if (c == 'x' && at_ + 3 < text_.size() && hex_digit(text_[at_ + 2]) >= 0 &&
               hex_digit(text_[at_ + 3]) >= 0) {
      decoded = static_cast<char>(hex_digit(text_[at_ + 2]) * 16 + hex_digit(text_[at_ + 3]));
      size = 4;
    } else if (c >= '0' && c <= '3' && at_ + 3 < text_.size() && is_octal(text_[at_ + 2]) &&
               is_octal(text_[at_ + 3])) {
      decoded =
          static_cast<char>((c - '0') * 64 + (text_[at_ + 2] - '0') * 8 + text_[at_ + 3] - '0');
      size = 4;
    } else if (c == 'u' || c == 'U') {
      value.mark_unknown();
      decoded = c;
    } else {
      is_broken_ = true;
    }
    value.add_at(decoded, line_.place(at_, std::min(at_ + size, text_.size())));
    at_ = std::min(at_ + size, text_.size());
  }
  static bool is_octal(char c) { return c >= '0' && c <= '7'; }

  const PlacedText& line_;
  std::string_view text_;
  std::size_t at_ = 0;
  bool is_broken_ = false;
};

class UnitReader {
 public:
  UnitReader(const WrittenFile& file, WrittenLaunches& out, int depth)
      : file_(file), out_(out), depth_(depth) {
    launch_.kind = "systemd unit";
    launch_.file = file.path;
  }

  void read(const PlacedText& unit, const std::string& file) {
    path_ = file;
    section_.clear();
    const std::string_view text = unit.text();
    for (std::size_t at = 0; at < text.size();) {
      PlacedText line;
      at = read_line(unit, at, line);
      const auto content = trimmed(line.text());
      if (starts_with(content, "[") && ends_with(content, "]")) {
        section_ = std::string(content.substr(1, content.size() - 2));
        if (section_ == "Service" || section_ == "Container") note_place(line);
      } else if (section_ == "Service" || section_ == "Container") {
        take(line);
      }
    }
  }

  WrittenLaunch finish() {
    // An EnvironmentFile= is stronger than any Environment=.
    std::move(from_files_.begin(), from_files_.end(), std::back_inserter(launch_.variables));
    auto& variables = launch_.variables;
    variables.erase(std::remove_if(variables.begin(), variables.end(),
                                   [this](const auto& v) { return unset_.count(v.name) != 0; }),
                    variables.end());
    launch_.commands.insert(launch_.commands.begin(), commands_before_.begin(),
                            commands_before_.end());
    launch_.role = role_of_commands(launch_.commands);
    return std::move(launch_);
  }

 private:
  // Lines that end in a backslash go on in the next one; comments between them are no part,
  // and a blank line ends them.
  static std::size_t read_line(const PlacedText& unit, std::size_t at, PlacedText& line) {
    const std::string_view text = unit.text();
    for (bool is_first = true; at < text.size(); is_first = false) {
      const auto one = line_at(text, at);
      at = one.next;
      const auto content = text.substr(one.begin, one.end - one.begin);
      if (is_comment(trimmed(content))) {
        if (is_first || trimmed(content).empty()) break;
        continue;
      }
      if (!ends_with(content, "\\")) {
        line.add(unit, one.begin, one.end);
        break;
      }
      line.add(unit, one.begin, one.end - 1);
      line.add_at(" ", unit.place(one.end - 1, one.end));
    }
    return at;
  }

  void note_place(const PlacedText& line) {
    if (launch_.at.is_empty()) launch_.at = line.place();
    launch_.is_container = launch_.is_container || section_ == "Container";
  }

  void take(const PlacedText& line) {
    const std::string_view text = line.text();
    const auto sign = text.find('=');
    if (sign == std::string_view::npos) return;
    const auto key = trimmed(text.substr(0, sign));
    const auto value_text = trimmed(text.substr(sign + 1));
    const auto begin = static_cast<std::size_t>(value_text.data() - text.data());
    const auto value =
        value_text.empty() ? PlacedText() : line.part(begin, begin + value_text.size());
    if (key == "Environment") {
      take_environment(value);
    } else if (key == "EnvironmentFile") {
      take_file(value);
    } else if (key == "PassEnvironment") {
      launch_.is_open = true;
    } else if (key == "UnsetEnvironment") {
      take_unset(value);
    } else if (key == "ExecStart" || key == "ExecStartPre" || key == "Exec") {
      take_command(key, value);
    } else if (key == "Image") {
      launch_.image = value.text();
      launch_.image_at = value.place();
    }
  }

  void take_environment(const PlacedText& value) {
    if (value.size() == 0) launch_.variables.clear();
    ItemReader items(value);
    while (const auto item = items.next()) {
      const auto& text = item->value.text();
      const auto sign = text.find('=');
      if (sign == std::string::npos) continue;
      WrittenVariable variable;
      variable.name = text.substr(0, sign);
      variable.value = text.substr(sign + 1);
      if (!is_variable_name(variable.name) || !is_wanted_variable(variable.name, variable.value))
        continue;
      variable.is_opaque = item->value.is_unknown(sign + 1, text.size());
      variable.file = path_;
      variable.name_at = item->value.place(0, sign);
      // `NAME="value"` with its quotes; those around the whole item are no part of the value.
      const bool is_bare = value.text().compare(item->begin, sign + 1, text, 0, sign + 1) == 0;
      variable.value_at = is_bare ? value.place(item->begin + sign + 1, item->end)
                                  : item->value.place(sign + 1, text.size());
      launch_.variables.push_back(std::move(variable));
    }
  }

  void take_file(const PlacedText& value) {
    if (value.size() == 0) {
      from_files_.clear();
      return;
    }
    auto path = value.text();
    if (path.front() == '-') path.erase(0, 1);
    const std::string name(last_part(path));
    const bool is_known = path.find('%') == std::string::npos && !value.is_unknown();
    const auto text = is_known && file_.sibling ? file_.sibling(name) : nullptr;
    if (!text || !read_env_lines({*text, 0}, path_beside(file_.path, name), EnvDialect::systemd,
                                 from_files_))
      launch_.is_open = true;
  }

  void take_unset(const PlacedText& value) {
    ItemReader items(value);
    while (const auto item = items.next()) unset_.insert(item->value.text());
  }

  void take_command(std::string_view key, const PlacedText& value) {
    auto& commands = key == "ExecStartPre" ? commands_before_ : launch_.commands;
    if (value.size() == 0) {
      commands.clear();
      return;
    }
    const auto begin = std::min(value.text().find_first_not_of("@-:+!|"), value.size());
    const auto command = value.part(begin, value.size());
    // A `prefect config set` in it, or what its `bash -c` exports.
    auto found = read_shell_text(file_, command, out_, depth_ + 1);
    for (auto& variable : found.script.variables) {
      variable.file = path_;
      launch_.variables.push_back(std::move(variable));
    }
    // Of a drop-in the place is another file's.
    const bool is_own = path_ == launch_.file;
    commands.push_back({command.text(), is_own ? command.place() : launch_.at});
  }

  const WrittenFile& file_;
  WrittenLaunches& out_;
  int depth_;
  std::string path_;
  std::string section_;
  WrittenLaunch launch_;
  std::vector<WrittenCommand> commands_before_;
  std::set<std::string> unset_;
  std::vector<WrittenVariable> from_files_;
};

void keep(WrittenLaunch launch, WrittenLaunches& out) {
  const bool is_prefect =
      std::any_of(launch.commands.begin(), launch.commands.end(), [](const auto& command) {
        return role_of(command.text) != WrittenRole::unknown;
      });
  if (is_prefect || !launch.variables.empty()) out.launches.push_back(std::move(launch));
}

}  // namespace

bool is_systemd_unit(std::string_view text) {
  bool is_first = true;
  for (std::size_t at = 0; at < text.size();) {
    const auto line = line_at(text, at);
    at = line.next;
    const auto content = trimmed(text.substr(line.begin, line.end - line.begin));
    if (is_comment(content)) continue;
    const bool starts_process = content == "[Service]" || content == "[Container]";
    if (is_first && !starts_process && content != "[Unit]" && content != "[Install]") return false;
    if (starts_process) return true;
    is_first = false;
  }
  return false;
}

void read_systemd(const WrittenFile& file, WrittenLaunches& out) {
  if (out.kind.empty()) out.kind = "systemd unit";
  UnitReader reader(file, out, 0);
  reader.read({file.text, 0}, file.path);
  const auto drop_in = std::string(last_part(file.path)) + ".d/override.conf";
  if (const auto text = file.sibling ? file.sibling(drop_in) : nullptr)
    reader.read({*text, 0}, path_beside(file.path, drop_in));
  keep(reader.finish(), out);
}

void read_systemd_text(const WrittenFile& file, const PlacedText& text, const std::string& name,
                       WrittenLaunches& out, int depth) {
  if (depth > kDeepest) return;
  UnitReader reader(file, out, depth);
  reader.read(text, file.path);
  auto launch = reader.finish();
  launch.name = name;
  keep(std::move(launch), out);
}

}  // namespace prefect_config
