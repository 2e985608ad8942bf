#include "report/names.hpp"

#include <prefect_config/report.hpp>

#include "support/text.hpp"

#include <algorithm>

namespace prefect_config {

std::string short_path(const std::string& home, const std::string& path) {
  const bool inside = home.size() > 1 && starts_with(path, home) &&
                      (path.size() == home.size() || path[home.size()] == '/');
  return safe_text(inside ? '~' + path.substr(home.size()) : path);
}

std::string short_path(const Inspection& inspection, const std::string& path) {
  return short_path(inspection.launch.user_home, path);
}

std::string source_name(const Origin& origin) {
  std::string name(prefect_word(origin.kind));
  if (is_profile(origin.kind)) name += ' ' + safe_text(origin.table);
  return name;
}

std::string place_name(const std::string& user_home, const Origin& origin) {
  if (origin.kind == SourceKind::environment && !origin.key_span.exists())
    return safe_text(origin.key);
  if (!origin.key_span.exists()) return "bundled with Prefect";
  return short_path(user_home, origin.where) + ':' + std::to_string(origin.key_span.line);
}

std::string place_name(const Inspection& inspection, const Origin& origin) {
  return place_name(inspection.launch.user_home, origin);
}

std::string location_of(const Inspection& inspection, const Place& place) {
  auto text = short_path(inspection, place.where);
  if (place.span.exists())
    text += ':' + std::to_string(place.span.line) + ':' + std::to_string(place.span.column);
  return text;
}

std::string version_name(const Inspection& inspection) {
  return "Prefect " + inspection.launch.prefect_version.text() + " (" +
         safe_text(inspection.launch.version_reason) + ')';
}

std::string page_name(std::string_view code) {
  return std::string(kPages) + '/' + std::string(code) + ".md";
}

std::string with_short_home(const Inspection& inspection, const std::string& text) {
  const auto& home = inspection.launch.user_home;
  if (home.size() < 2) return safe_text(text);
  std::string result;
  std::size_t at = 0;
  for (auto found = text.find(home + '/'); found != std::string::npos;
       found = text.find(home + '/', at)) {
    result += text.substr(at, found - at) + '~';
    at = found + home.size();
  }
  return safe_text(result + text.substr(at));
}

std::size_t count_of(const Inspection& inspection, Severity severity) {
  return static_cast<std::size_t>(
      std::count_if(inspection.findings.begin(), inspection.findings.end(),
                    [severity](const Finding& finding) { return finding.severity() == severity; }));
}

std::string counted(std::size_t count, std::string_view word, std::string_view ending) {
  auto text = std::to_string(count) + ' ' + std::string(word);
  if (count != 1) text += ending;
  return text;
}

std::string quoted(std::string_view text) { return '\'' + printable(text) + '\''; }

std::string wrapped(std::string_view text, std::size_t column, std::size_t indent,
                    std::size_t width) {
  std::string result;
  while (!text.empty()) {
    const auto word = text.substr(0, text.find(' '));
    text.remove_prefix(std::min(text.size(), word.size() + 1));
    const auto columns = display_width(word);
    if (!result.empty() && column + 1 + columns > width) {
      result += '\n' + std::string(indent, ' ');
      column = indent;
    } else if (!result.empty()) {
      result += ' ';
      ++column;
    }
    result += word;
    column += columns;
  }
  return result;
}

std::string padded(std::string text, std::size_t width) {
  const auto columns = display_width(text);
  if (columns < width) text.append(width - columns, ' ');
  return text;
}

}  // namespace prefect_config
