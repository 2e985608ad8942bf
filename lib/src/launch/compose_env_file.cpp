#include "launch/compose_env_file.hpp"

#include "support/byte_order_mark.hpp"
#include "support/text.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <utility>

namespace prefect_config {
namespace {

constexpr std::string_view kBlanks = " \t\v\f\r";
constexpr std::string_view kSpaces = " \t\v\f\r\n";

bool is_one_of(char c, std::string_view set) { return set.find(c) != std::string_view::npos; }

bool is_name_character(char c) {
  return is_letter_or_digit(c) || is_one_of(c, "_.-[]") || static_cast<unsigned char>(c) >= 0x80;
}

// `\n`, `\t`, … between double quotes. `\$` is `$$`, which interpolation makes `$`.
std::string without_escapes(std::string_view text) {
  constexpr std::string_view kLetters = "abfnrtv\"\\";
  constexpr std::string_view kBytes = "\a\b\f\n\r\t\v\"\\";
  std::string plain;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const char next = text[at] == '\\' && at + 1 < text.size() ? text[at + 1] : '\0';
    const auto letter = next == '\0' ? std::string_view::npos : kLetters.find(next);
    if (next == '$') {
      plain += "$$";
    } else {
      plain += letter == std::string_view::npos ? text[at] : kBytes[letter];
    }
    if (next == '$' || letter != std::string_view::npos) ++at;
  }
  return plain;
}

class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {
    if (has_byte_order_mark(text)) at_ = kByteOrderMark.size();
  }

  EnvFile run() {
    while (to_statement()) {
      if (read_statement()) continue;
      const auto end = text_.begin() + static_cast<std::ptrdiff_t>(std::min(at_, text_.size()));
      file_.bad_line = static_cast<std::size_t>(std::count(text_.begin(), end, '\n')) + 1;
      break;
    }
    return std::move(file_);
  }

 private:
  bool at_end() const { return at_ >= text_.size(); }
  void skip(std::string_view set) {
    at_ = std::min(text_.find_first_not_of(set, at_), text_.size());
  }

  bool to_statement() {
    for (skip(kSpaces); !at_end() && text_[at_] == '#'; skip(kSpaces))
      at_ = std::min(text_.find('\n', at_), text_.size());
    return !at_end();
  }

  // False where Compose refuses the file.
  bool read_statement() {
    constexpr std::string_view kExport = "export";
    const auto after = at_ + kExport.size();
    if (starts_with(text_.substr(at_), kExport) && after < text_.size() &&
        is_one_of(text_[after], kSpaces)) {
      at_ = after;
      skip(kBlanks);
    }
    const auto begin = at_;
    while (!at_end() && (is_name_character(text_[at_]) || is_one_of(text_[at_], kBlanks))) ++at_;
    if (at_end()) return true;  // the last word of the file, and no variable to Compose
    const char end = text_[at_];
    if (!is_one_of(end, "=:\n")) return false;
    EnvFileEntry entry;
    const auto written = text_.substr(begin, at_ - begin);
    entry.name = written.substr(0, written.find_last_not_of(kBlanks) + 1);
    entry.name_at = {begin, begin + entry.name.size()};
    if (entry.name.find(' ') != std::string::npos) return false;
    ++at_;
    entry.has_value = end != '\n';
    entry.value_at = {entry.name_at.end, entry.name_at.end};
    if (entry.has_value && !read_value(entry)) return false;
    file_.entries.push_back(std::move(entry));
    return true;
  }

  bool read_value(EnvFileEntry& entry) {
    skip(kBlanks);
    if (!at_end() && (text_[at_] == '"' || text_[at_] == '\'')) return read_quoted(entry);
    const auto begin = at_;
    auto value = text_.substr(at_, std::min(text_.find('\n', at_), text_.size()) - at_);
    at_ += value.size();
    value = value.substr(0, value.find(" #"));
    value = value.substr(0, value.find_last_not_of(kBlanks) + 1);
    entry.text = value;
    entry.expands = true;
    entry.value_at = {begin, begin + value.size()};
    return true;
  }

  bool read_quoted(EnvFileEntry& entry) {
    const auto begin = at_;
    const char quote = text_[at_];
    std::string text;
    for (++at_; !at_end() && text_[at_] != quote; ++at_) {
      const bool is_escape = text_[at_] == '\\' && at_ + 1 < text_.size();
      if (is_escape && text_[at_ + 1] != quote) text += text_[at_];
      if (is_escape) ++at_;
      text += text_[at_];
    }
    if (at_end()) {
      at_ = begin;
      return false;
    }
    ++at_;
    entry.expands = quote == '"';
    entry.text = entry.expands ? without_escapes(text) : std::move(text);
    entry.value_at = {begin, at_};
    return true;
  }

  std::string_view text_;
  std::size_t at_ = 0;
  EnvFile file_;
};

EnvFile read_raw(std::string_view text) {
  EnvFile file;
  std::size_t number = 0;
  for (std::size_t at = has_byte_order_mark(text) ? kByteOrderMark.size() : 0; at < text.size();) {
    ++number;
    auto end = std::min(text.find('\n', at), text.size());
    const auto next = end + 1;
    if (end > at && text[end - 1] == '\r') --end;
    const auto begin = std::min(text.find_first_not_of(kBlanks, at), end);
    const auto line = text.substr(begin, end - begin);
    at = next;
    if (line.empty() || line[0] == '#') continue;
    const auto sign = std::min(line.find('='), line.size());
    EnvFileEntry entry;
    entry.name = line.substr(0, sign);
    if (entry.name.empty() || entry.name.find_first_of(kBlanks) != std::string::npos) {
      file.bad_line = number;
      break;
    }
    entry.has_value = sign < line.size();
    entry.name_at = {begin, begin + sign};
    entry.value_at = {begin + sign + (entry.has_value ? 1 : 0), end};
    if (entry.has_value) entry.text = line.substr(sign + 1);
    file.entries.push_back(std::move(entry));
  }
  return file;
}

}  // namespace

EnvFile read_env_file(std::string_view text, bool is_raw) {
  return is_raw ? read_raw(text) : Reader(text).run();
}

std::vector<WrittenVariable> env_file_variables(const EnvFile& file, const std::string& path,
                                                const ComposeLookup& lookup,
                                                WrittenBudget& budget) {
  std::vector<WrittenVariable> variables;
  variables.reserve(std::min(file.entries.size(), kMostVariables));  // `own` points into it
  std::map<std::string_view, const WrittenVariable*> own;
  const ComposeLookup all = [&](std::string_view name) -> const WrittenVariable* {
    if (const auto* known = lookup(name)) return known;
    const auto found = own.find(name);
    return found == own.end() ? nullptr : found->second;
  };
  for (const auto& entry : file.entries) {
    WrittenVariable variable;
    variable.name = entry.name;
    variable.file = path;
    variable.name_at = entry.name_at;
    variable.value_at = entry.value_at;
    variable.value = entry.text;
    variable.is_opaque = !entry.has_value || is_template_text(entry.text);
    if (entry.expands && !variable.is_opaque) {
      auto filled = interpolated(entry.text, all);
      variable.is_opaque = filled.is_open;
      if (!filled.is_open) variable.value = std::move(filled.text);
    }
    const auto* known = entry.has_value ? nullptr : lookup(entry.name);
    if (known) {
      variable.value = known->value;
      variable.is_opaque = known->is_opaque;
    }
    if (!budget.take(variable.name.size() + variable.value.size())) break;
    variables.push_back(std::move(variable));
    own[variables.back().name] = &variables.back();
  }
  return variables;
}

}  // namespace prefect_config
