#include "report/markdown.hpp"

#include "report/names.hpp"
#include "support/text.hpp"

#include <algorithm>
#include <optional>
#include <vector>

namespace prefect_config {
namespace {

constexpr std::size_t kBody = 2;
constexpr std::size_t kCode = 4;

std::string_view trimmed(std::string_view text) {
  const auto begin = text.find_first_not_of(' ');
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(' ') + 1 - begin);
}

// `../precedence.md` as seen from `docs/rules`: `docs/precedence.md`.
std::string path_from(std::string_view folder, std::string_view target) {
  constexpr std::string_view kUp = "../";
  while (starts_with(target, kUp) && !folder.empty()) {
    target.remove_prefix(kUp.size());
    const auto parent = folder.rfind('/');
    folder = parent == std::string_view::npos ? std::string_view() : folder.substr(0, parent);
  }
  return folder.empty() ? std::string(target) : std::string(folder) + '/' + std::string(target);
}

// What stands inside of a line: code, links, emphasis.
class Inline {
 public:
  Inline(std::string_view text, std::string_view folder) : rest_(text), folder_(folder) {}

  std::string text() {
    std::string result;
    while (!rest_.empty()) result += take();
    return result;
  }

 private:
  std::string take() {
    if (rest_.front() == '`') return take_code();
    if (rest_.front() == '[') {
      if (auto link = take_link()) return *link;
    }
    if (rest_.front() == '*') {
      if (auto emphasis = take_emphasis()) return *emphasis;
    }
    return std::string(take_bytes(1));
  }

  std::string_view take_bytes(std::size_t count) {
    const auto taken = rest_.substr(0, count);
    rest_.remove_prefix(taken.size());
    return taken;
  }

  // With its backticks: they say where a command ends.
  std::string take_code() {
    const auto ticks = rest_.substr(0, std::min(rest_.find_first_not_of('`'), rest_.size()));
    const auto end = rest_.find(ticks, ticks.size());
    return std::string(
        take_bytes(end == std::string_view::npos ? ticks.size() : end + ticks.size()));
  }

  std::optional<std::string> take_link() {
    const auto middle = rest_.find("](");
    const auto end = rest_.find(')', middle);
    if (middle == std::string_view::npos || end == std::string_view::npos) return std::nullopt;
    const auto words = rest_.substr(1, middle - 1);
    if (words.find('[') != std::string_view::npos) return std::nullopt;
    const auto target = rest_.substr(middle + 2, end - middle - 2);
    auto text = Inline(words, folder_).text() + place_of_link(words, target);
    take_bytes(end + 1);
    return text;
  }

  std::string place_of_link(std::string_view words, std::string_view target) const {
    const bool is_said = target == words || target == std::string(words) + ".md";
    if (is_said || starts_with(target, "#")) return {};
    const bool is_address = target.find("://") != std::string_view::npos;
    return " (" + (is_address ? std::string(target) : path_from(folder_, target)) + ')';
  }

  // `*so*` and `**so**`; a lone star, as in `server.*`, is one.
  std::optional<std::string> take_emphasis() {
    const std::string_view stars = starts_with(rest_, "**") ? "**" : "*";
    const auto end = rest_.find(stars, stars.size());
    if (end == std::string_view::npos || end == stars.size()) return std::nullopt;
    const auto words = rest_.substr(stars.size(), end - stars.size());
    if (words.front() == ' ' || words.back() == ' ') return std::nullopt;
    auto text = Inline(words, folder_).text();
    take_bytes(end + stars.size());
    return text;
  }

  std::string_view rest_;
  std::string_view folder_;
};

// The length of `- `, `* ` or `12. ` and the blanks before it; 0 where no item begins.
std::size_t length_of_marker(std::string_view line) {
  const auto begin = line.find_first_not_of(' ');
  if (begin == std::string_view::npos) return 0;
  auto end = begin;
  while (end < line.size() && is_digit(line[end])) ++end;
  const bool is_number = end > begin && line.substr(end, 2) == ". ";
  if (is_number) return end + 2;
  const auto mark = line.substr(begin, 2);
  return mark == "- " || mark == "* " ? begin + 2 : 0;
}

bool is_fence(std::string_view line) { return starts_with(trimmed(line), "```"); }

bool begins_block(std::string_view line) {
  return trimmed(line).empty() || is_fence(line) || line.front() == '#' || line.front() == '|' ||
         length_of_marker(line) != 0;
}

using Cells = std::vector<std::string>;

bool is_rule_of_table(const Cells& cells) {
  return std::all_of(cells.begin(), cells.end(), [](const std::string& cell) {
    return cell.find_first_not_of(":-") == std::string::npos;
  });
}

class Renderer {
 public:
  Renderer(std::string_view markdown, std::string_view folder, std::size_t width)
      : folder_(folder), width_(width) {
    while (!markdown.empty()) {
      lines_.push_back(line_of(markdown, 1));
      markdown.remove_prefix(std::min(markdown.find('\n'), markdown.size() - 1) + 1);
    }
  }

  std::string run() {
    while (!is_at_end()) {
      const auto line = lines_[at_];
      if (trimmed(line).empty()) {
        ++at_;
      } else if (is_fence(line)) {
        code();
      } else if (line.front() == '#') {
        heading();
      } else if (line.front() == '|') {
        table();
      } else if (length_of_marker(line) != 0) {
        list();
      } else {
        paragraph();
      }
    }
    return std::move(text_);
  }

 private:
  bool is_at_end() const { return at_ == lines_.size(); }

  // What belongs to a heading follows it at once.
  void begin_block() {
    if (!text_.empty() && !after_heading_) text_ += '\n';
    after_heading_ = false;
  }

  std::string inline_text(std::string_view text) const { return Inline(text, folder_).text(); }

  // This line and those that go on with it, as one.
  std::string joined(std::string_view first) {
    std::string text(trimmed(first));
    for (++at_; !is_at_end() && !begins_block(lines_[at_]); ++at_)
      (text += ' ') += trimmed(lines_[at_]);
    return inline_text(text);
  }

  void heading() {
    begin_block();
    const auto line = lines_[at_++];
    const auto words = line.find_first_not_of('#');
    if (words != std::string_view::npos)
      text_ += wrapped(inline_text(trimmed(line.substr(words))), 0, kBody, width_) + '\n';
    after_heading_ = true;
  }

  void paragraph() {
    begin_block();
    text_ += std::string(kBody, ' ') + wrapped(joined(lines_[at_]), kBody, kBody, width_) + '\n';
  }

  void list() {
    begin_block();
    while (!is_at_end()) {
      const auto marker = length_of_marker(lines_[at_]);
      if (marker == 0) return;
      const auto indent = kBody + marker;
      text_ += std::string(kBody, ' ') + std::string(lines_[at_].substr(0, marker));
      text_ += wrapped(joined(lines_[at_].substr(marker)), indent, indent, width_) + '\n';
    }
  }

  void code() {
    begin_block();
    for (++at_; !is_at_end() && !is_fence(lines_[at_]); ++at_) {
      if (!lines_[at_].empty()) (text_ += std::string(kCode, ' ')) += lines_[at_];
      text_ += '\n';
    }
    if (!is_at_end()) ++at_;
  }

  // A `\|` and a `|` in backticks are none of the table's.
  Cells cells_of(std::string_view line) const {
    Cells cells;
    std::string cell;
    bool is_in_code = false;
    line = trimmed(line);
    for (std::size_t i = 1; i < line.size(); ++i) {
      if (line[i] == '`') is_in_code = !is_in_code;
      if (line[i] == '\\' && line.substr(i + 1, 1) == "|") {
        cell += line[++i];
      } else if (line[i] == '|' && !is_in_code) {
        cells.push_back(inline_text(trimmed(cell)));
        cell.clear();
      } else {
        cell += line[i];
      }
    }
    if (!trimmed(cell).empty()) cells.push_back(inline_text(trimmed(cell)));
    return cells;
  }

  void table() {
    begin_block();
    std::vector<Cells> rows;
    std::vector<std::size_t> widths;
    for (; !is_at_end() && starts_with(lines_[at_], "|"); ++at_) {
      auto cells = cells_of(lines_[at_]);
      if (is_rule_of_table(cells)) continue;
      widths.resize(std::max(widths.size(), cells.size()));
      for (std::size_t i = 0; i < cells.size(); ++i)
        widths[i] = std::max(widths[i], display_width(cells[i]));
      rows.push_back(std::move(cells));
    }
    for (std::size_t i = 0; i < rows.size(); ++i) {
      row(rows[i], widths);
      if (i != 0 || rows.size() == 1) continue;
      Cells rule;
      std::size_t column = kBody;
      for (const auto width : widths) {
        // What is wrapped is not as wide as it is long.
        rule.emplace_back(std::min(width, width_ - std::min(column, width_)), '-');
        column += width + 2;
      }
      row(rule, widths);
    }
  }

  void row(const Cells& cells, const std::vector<std::size_t>& widths) {
    std::string line(kBody, ' ');
    std::size_t column = kBody;
    for (std::size_t i = 0; i + 1 < cells.size(); ++i) {
      line += padded(cells[i], widths[i]) + "  ";
      column += widths[i] + 2;
    }
    if (!cells.empty()) line += wrapped(cells.back(), column, column, width_);
    text_ += line.substr(0, line.find_last_not_of(' ') + 1) + '\n';
  }

  std::vector<std::string_view> lines_;
  std::string_view folder_;
  std::size_t width_;
  std::size_t at_ = 0;
  std::string text_;
  bool after_heading_ = false;
};

}  // namespace

std::string markdown_text(std::string_view markdown, std::string_view folder, std::size_t width) {
  return Renderer(markdown, folder, width).run();
}

}  // namespace prefect_config
