#include "sources/settings_file.hpp"

#include "sources/quirks.hpp"
#include "support/byte_order_mark.hpp"
#include "support/text.hpp"

#include <algorithm>
#include <utility>

namespace prefect_config {
namespace {

std::string with_python_newlines(std::string text) {
  if (text.find('\r') == std::string::npos) return text;
  return replace_all(replace_all(text, "\r\n", "\n"), "\r", "\n");
}

Span position_of(std::string_view text, std::size_t offset) {
  const auto before = text.substr(0, offset);
  const auto line = static_cast<std::uint32_t>(1 + std::count(before.begin(), before.end(), '\n'));
  const auto start = before.rfind('\n') + 1;
  const auto column = static_cast<std::uint32_t>(1 + before.size() - start);
  return {line, column, line, column + 1};
}

std::string what_to_do(FileError error) {
  switch (error) {
  case FileError::too_large:
    return "Prefect reads a file of any size, this program up to 16 MiB: make it smaller";
  case FileError::named_pipe:
    return "reading it here would take its text from Prefect: put its text into a file to ask "
           "about";
  case FileError::not_regular:
    return "put a regular file in its place";
  default:
    return "make it a readable UTF-8 text file";
  }
}

// The first statement of a file as a key with a value on its first line: the entry that it makes,
// taken out of its tables; nothing where the file begins otherwise.
std::optional<TomlEntry> take_first_key(TomlNode& table) {
  if (table.entries.empty() || table.entries.front().key_span.line != 1) return std::nullopt;
  auto& first = table.entries.front();
  if (first.node.kind == TomlNode::Kind::table && !first.node.entries.empty())
    return take_first_key(first.node);  // a dotted key
  auto taken = std::move(first);
  table.entries.erase(table.entries.begin());
  return taken;
}

// What Python's readers make of a byte order mark at the start of the file. The key that is lost by
// it, if any.
std::optional<TomlEntry> apply_bom(TomlResult& parsed, std::string_view text,
                                   const Quirks& quirks) {
  auto* root = std::get_if<TomlNode>(&parsed);
  if (!root || (!quirks.bom_is_malformed && !quirks.bom_joins_first_key)) return std::nullopt;
  const bool begins_with_key = text.find_first_not_of(" \t") < text.find_first_of("[#\n");
  if (quirks.bom_joins_first_key && begins_with_key) return take_first_key(*root);
  parsed = TomlError{"the file begins with a byte order mark, which is no TOML to Python: save it "
                     "without one",
                     Span{1, 1, 1, 2}};
  return std::nullopt;
}

}  // namespace

std::variant<std::string, FileProblem> read_settings_text(const Launch& launch,
                                                          const std::string& path) {
  auto read = launch.files->read(path);
  if (const auto* error = std::get_if<FileError>(&read)) {
    FileProblem problem{FileProblem::Kind::unreadable, std::string(file_error_text(*error))};
    problem.help = what_to_do(*error);
    problem.ours = *error == FileError::too_large || *error == FileError::named_pipe ||
                   *error == FileError::not_regular;
    return problem;
  }
  std::string text = with_python_newlines(std::get<std::string>(std::move(read)));
  if (std::size_t offset = 0; !is_utf8(text, &offset)) {
    const auto span = position_of(text, offset);
    return FileProblem{FileProblem::Kind::unreadable,
                       "is not UTF-8 (line " + std::to_string(span.line) + ")", span,
                       "save it as UTF-8"};
  }
  return text;
}

std::variant<SettingsToml, FileProblem>
read_settings_toml(const Launch& launch, const std::string& path, std::vector<SourceFile>& files) {
  auto read = read_settings_text(launch, path);
  if (auto* problem = std::get_if<FileProblem>(&read)) return std::move(*problem);
  auto& text = std::get<std::string>(read);
  const bool has_bom = has_byte_order_mark(text);
  if (has_bom) text.erase(0, kByteOrderMark.size());
  auto parsed = parse_toml(text);
  auto lost = has_bom ? apply_bom(parsed, text, quirks_of(launch.prefect_version)) : std::nullopt;
  files.push_back({path, std::move(text), {}, false});
  if (auto* error = std::get_if<TomlError>(&parsed)) {
    files.back().malformed = true;
    return FileProblem{FileProblem::Kind::malformed, std::move(error->message), error->span};
  }
  return SettingsToml{std::get<TomlNode>(std::move(parsed)), std::move(lost)};
}

}  // namespace prefect_config
