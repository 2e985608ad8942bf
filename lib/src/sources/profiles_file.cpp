#include "sources/profiles_file.hpp"

#include "adapters/toml.hpp"
#include "sources/protect.hpp"
#include "sources/quirks.hpp"
#include "support/text.hpp"

#include <algorithm>
#include <utility>

namespace prefect_config {
namespace {

constexpr std::string_view kBom = "\xEF\xBB\xBF";

// Python reads text with universal newlines: a lone carriage return ends a line too.
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

ProfilesFileProblem unreadable(const std::string& path, FileError error) {
  ProfilesFileProblem problem;
  problem.finding = {RuleId::profiles_file_unreadable, {path, std::string(file_error_text(error))}};
  problem.finding.place = Place{path, {}, {}, {}};
  problem.ours = error == FileError::too_large || error == FileError::not_regular;
  return problem;
}

ProfilesFileProblem not_utf8(const std::string& path, std::string_view text, std::size_t offset) {
  const auto span = position_of(text, offset);
  ProfilesFileProblem problem;
  problem.finding = {RuleId::profiles_file_unreadable,
                     {path, "is not UTF-8 (line " + std::to_string(span.line) + ")"}};
  problem.finding.place = Place{path, span, {}, {}};
  return problem;
}

ProfilesFileProblem malformed(const std::string& path, const TomlError& error) {
  ProfilesFileProblem problem;
  problem.finding = {RuleId::profiles_file_malformed,
                     {path, error.message, "until then Prefect stops at every command"}};
  problem.finding.place = Place{path, error.span, {}, {}};
  problem.malformed = true;
  return problem;
}

ProfileTable table_of(const TomlEntry& entry) {
  ProfileTable table;
  table.name = entry.key;
  table.span = entry.key_span;
  table.is_table = entry.node.kind == TomlNode::Kind::table;
  if (!table.is_table) table.value_span = entry.node.span;
  table.entries.reserve(entry.node.entries.size());
  for (const auto& child : entry.node.entries) {
    table.entries.push_back({child.key, child.node.value(), child.key_span, child.node.span});
  }
  return table;
}

ProfilesFile file_of(const TomlNode& root, std::string where) {
  ProfilesFile file;
  file.where = std::move(where);
  if (const auto* active = root.find("active")) {
    file.active = active->node.value();
    file.active_span = active->node.span;
    file.active_stops = active->node.kind != TomlNode::Kind::scalar;
  }
  if (const auto* profiles = root.find("profiles")) {
    file.profiles_is_table = profiles->node.kind == TomlNode::Kind::table;
    file.profiles.reserve(profiles->node.entries.size());
    for (const auto& entry : profiles->node.entries) file.profiles.push_back(table_of(entry));
  }
  return file;
}

// What Python's readers make of a byte order mark at the start of the file.
void apply_bom(TomlResult& parsed, const Quirks& quirks) {
  auto* root = std::get_if<TomlNode>(&parsed);
  const bool begins_with_key = root && !root->entries.empty() &&
                               root->entries.front().key_span.line == 1 &&
                               root->entries.front().node.kind != TomlNode::Kind::table;
  if (quirks.bom_is_malformed || (quirks.bom_joins_first_key && !begins_with_key)) {
    parsed = TomlError{"the file begins with a byte order mark, which is no TOML to Python",
                       Span{1, 1, 1, 2}};
  } else if (quirks.bom_joins_first_key) {
    root->entries.erase(root->entries.begin());
  }
}

// Values that a snippet must not show: those of secret settings, of names nobody knows (a misspelt
// PREFECT_API_KY), and everything in which a secret is recognised.
std::vector<Span> secret_spans(const ProfilesFile& file, const Registry& registry) {
  std::vector<Span> spans;
  for (const auto& profile : file.profiles) {
    // A setting that lost its table: `[profiles]` and then PREFECT_API_KEY.
    if (!profile.is_table) spans.push_back(profile.value_span);
    for (const auto& entry : profile.entries) {
      const auto* setting = registry.find(entry.key);
      if (!setting || may_be_secret(*setting) || protect(*setting, entry.value).is_secret())
        spans.push_back(entry.value_span);
    }
  }
  return spans;
}

}  // namespace

const ProfileTable* ProfilesFile::find(std::string_view name) const {
  const auto found = std::find_if(profiles.begin(), profiles.end(),
                                  [name](const ProfileTable& p) { return p.name == name; });
  return found == profiles.end() ? nullptr : &*found;
}

ProfilesFileResult read_profiles_file(const Launch& launch, const std::string& path,
                                      const Registry& registry, std::vector<SourceFile>& files) {
  auto read = launch.files->read(path);
  if (const auto* error = std::get_if<FileError>(&read)) return unreadable(path, *error);
  std::string text = with_python_newlines(std::get<std::string>(std::move(read)));
  if (std::size_t offset = 0; !is_utf8(text, &offset)) return not_utf8(path, text, offset);

  const bool has_bom = starts_with(text, kBom);
  if (has_bom) text.erase(0, kBom.size());
  auto parsed = parse_toml(text);
  if (has_bom) apply_bom(parsed, quirks_of(launch.prefect_version));
  SourceFile source{path, std::move(text), {}, false};
  if (const auto* error = std::get_if<TomlError>(&parsed)) {
    source.malformed = true;
    files.push_back(std::move(source));
    return malformed(path, *error);
  }
  auto file = file_of(std::get<TomlNode>(parsed), path);
  source.secrets = secret_spans(file, registry);
  files.push_back(std::move(source));
  return file;
}

ProfilesFile bundled_profiles_file(Version version) {
  const auto& bundled = bundled_profiles(version);
  ProfilesFile file;
  file.where = "profiles bundled with Prefect " + version.text();
  file.bundled = true;
  file.active = std::string(bundled.active);
  for (const auto& profile : bundled.profiles) {
    ProfileTable table;
    table.name = std::string(profile.name);
    for (const auto& entry : profile.entries)
      table.entries.push_back({std::string(entry.key), std::string(entry.value), {}, {}});
    file.profiles.push_back(std::move(table));
  }
  return file;
}

}  // namespace prefect_config
