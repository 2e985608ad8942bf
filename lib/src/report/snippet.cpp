#include "report/snippet.hpp"

#include <prefect_config/report.hpp>

#include "checks/shown_line.hpp"
#include "support/byte_span.hpp"
#include "support/text.hpp"

#include <algorithm>
#include <vector>

namespace prefect_config {
namespace {

const SourceFile* find_file(const Inspection& inspection, const std::string& where) {
  for (const auto& file : inspection.layers.files) {
    if (file.where == where) return &file;
  }
  return nullptr;
}

// The part of a span that lies on line `number`.
ByteSpan on_line(const Span& span, std::size_t number, std::string_view line) {
  const auto begin = span.line == number ? bytes_of_code_points(line, span.column - 1) : 0;
  const auto end =
      span.end_line == number ? bytes_of_code_points(line, span.end_column - 1) : line.size();
  return {std::min(begin, line.size()), std::min(std::max(begin, end), line.size())};
}

// In a file that is no TOML nothing is known of values, nor what is a key: shown are a Prefect name
// or `active` and its `=`, and a profile's plain header. All else is hidden.
ByteSpan unknown_value(std::string_view line) {
  const auto begin = std::min(line.find_first_not_of(" \t"), line.size());
  const auto rest = line.substr(begin);
  constexpr std::string_view kName =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_";
  const auto name = rest.substr(0, rest.find_first_not_of(kName));
  if (name == "active" || name == "profiles" || starts_with_ignoring_case(name, "PREFECT_")) {
    const auto equals = std::min(rest.find_first_not_of(" \t", name.size()), rest.size());
    const bool is_key = equals < rest.size() && rest[equals] == '=';
    const auto value = rest.find_first_not_of(" \t", is_key ? equals + 1 : name.size());
    return {begin + std::min(value, rest.size()), line.size()};
  }
  const bool plain_header =
      starts_with(rest, "[profiles") &&
      rest.find_first_not_of("[]._- abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                             "0123456789") == std::string_view::npos;
  return plain_header ? ByteSpan{line.size(), line.size()} : ByteSpan{begin, line.size()};
}

std::vector<ByteSpan> hidden_stretches(const SourceFile& file, std::size_t number,
                                       std::string_view line) {
  if (file.malformed) return {unknown_value(line)};
  std::vector<ByteSpan> hidden;
  for (const auto& span : file.secrets) {
    if (span.line <= number && number <= span.end_line)
      hidden.push_back(on_line(span, number, line));
  }
  std::sort(hidden.begin(), hidden.end(),
            [](const ByteSpan& a, const ByteSpan& b) { return a.begin < b.begin; });
  return hidden;
}

// A long line is shown up to here: a person looks at its beginning.
constexpr std::size_t kLongestLine = 400;

}  // namespace

ShownSnippet shown_snippet(const Inspection& inspection, const Place& place) {
  const auto* file = place.span.exists() ? find_file(inspection, place.where) : nullptr;
  if (!file) return {};
  const std::size_t number = place.span.line;
  auto line = line_of(file->text, number);
  if (line.size() > kLongestLine) line = line.substr(0, bytes_of_code_points(line, kLongestLine));
  auto hidden = hidden_stretches(*file, number, line);
  // What follows a value is a comment, and may say anything.
  const auto& last = place.value.exists() ? place.value : place.span;
  if (!file->malformed && last.end_line == number)
    line = line.substr(0, on_line(last, number, line).end);
  hidden.erase(std::remove_if(hidden.begin(), hidden.end(),
                              [&](const ByteSpan& s) { return s.end > line.size(); }),
               hidden.end());
  const ShownLine shown(line, hidden);

  auto marked = on_line(place.span, number, line);
  if (place.span.end_line != number) marked.end = line.size();
  const auto from = shown.column(marked.begin);
  return {place.span.line, shown.text(), from, std::max(from + 1, shown.column(marked.end))};
}

ShownSnippet shown_variable(const Place& place) {
  constexpr std::size_t kLongest = 50;
  if (place.variable.empty()) return {};
  auto value = printable(place.shown_value);
  if (value.size() > kLongest)
    value = printable(std::string_view(place.shown_value).substr(0, kLongest)) + "…";
  const auto name = safe_text(place.variable) + '=';
  const auto from = display_width(name);
  return {0, name + value, from, from + std::max<std::size_t>(1, display_width(value))};
}

std::string snippet(const Inspection& inspection, const Place& place, std::string_view label) {
  const auto shown = shown_snippet(inspection, place);
  if (!shown.exists()) return {};
  const std::string gutter = std::to_string(shown.number);
  const std::string blank(gutter.size(), ' ');
  std::string text = ' ' + blank + " |\n " + gutter + " | " + shown.line + "\n " + blank + " | " +
                     std::string(shown.from, ' ') + std::string(shown.to - shown.from, '^');
  if (!label.empty()) (text += ' ') += label;
  return text += '\n';
}

}  // namespace prefect_config
