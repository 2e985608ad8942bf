#include "profile_list.hpp"

#include "report/disclosure.hpp"
#include "report/json_writer.hpp"
#include "report/names.hpp"
#include "sources/protect.hpp"
#include "support/edit_distance.hpp"
#include "support/text.hpp"

#include <algorithm>
#include <utility>

namespace prefect_config::tool {
namespace {

constexpr std::pair<std::string_view, std::string_view> kCredentials[] = {
    {"api.key", "api_key"},
    {"api.auth_string", "auth_string"},
    {"client.custom_headers", "custom_headers"}};

SettingValue value_of(const Inspection& inspection, const ProfileEntry& entry) {
  const auto* setting = inspection.registry.find_name(entry.key);
  // What nobody knows may be a misspelt secret.
  return setting ? protect(*setting, entry.value) : SettingValue(Secret(entry.value));
}

ProfileRow row_of(const Inspection& inspection, const ProfileTable& profile) {
  ProfileRow row;
  row.name = profile.name;
  row.active = profile.name == inspection.command_line.selection.name;
  row.where = inspection.layers.profiles_file->where;
  row.line = profile.span.line;
  const auto* cloud = inspection.find("cloud.api_url");
  for (const auto& entry : profile.entries) {
    const auto* setting = inspection.registry.find_name(entry.key);
    if (!setting || !entry.value.truthy()) continue;
    if (setting->path == "api.url") {
      const bool is_cloud = cloud && starts_with(entry.value.str(), text_of(cloud->value));
      row.target = is_cloud ? "cloud" : "self-hosted";
      row.url = value_of(inspection, entry).masked().str();
    }
    for (const auto& [path, name] : kCredentials) {
      if (setting->path == path) row.credentials.emplace_back(name);
    }
  }
  return row;
}

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const auto& word : words) (text += text.empty() ? "" : ", ") += word;
  return text;
}

}  // namespace

std::vector<ProfileRow> profile_rows(const Inspection& inspection) {
  std::vector<ProfileRow> rows;
  const auto& file = inspection.layers.profiles_file;
  if (!file) return rows;
  for (const auto& profile : file->profiles) rows.push_back(row_of(inspection, profile));
  return rows;
}

std::string profile_list_text(const Inspection& inspection, const std::vector<ProfileRow>& rows) {
  constexpr std::size_t kLongestName = 30;
  std::size_t width = 0;
  for (const auto& row : rows) width = std::max(width, display_width(safe_text(row.name)));
  width = std::min(width, kLongestName);
  std::string text;
  for (const auto& row : rows) {
    std::string line = (row.active ? "* " : "  ") + padded(safe_text(row.name), width);
    line += "  " + padded(row.target.empty() ? "no URL" : row.target, 11);
    const auto credentials = joined(row.credentials);
    line += "  " + padded(credentials.empty() ? "no credential" : credentials, 13);
    line += "  " + short_path(inspection, row.where) + ':' + std::to_string(row.line);
    text += line + '\n';
    if (!row.url.empty()) text += "    " + printable(row.url) + '\n';
  }
  const auto& active = inspection.command_line.selection;
  const bool is_listed =
      std::any_of(rows.begin(), rows.end(), [](const ProfileRow& row) { return row.active; });
  if (!is_listed)
    text += "* " + safe_text(active.name) + "  bundled with Prefect, and not in the file\n";
  return text;
}

std::string profile_list_json(const Inspection& inspection, const std::vector<ProfileRow>& rows) {
  JsonWriter json(Disclosure::masked);
  json.begin_object();
  json.key("schema").value("prefect-config/profile-ls/v1");
  json.key("active").value(inspection.command_line.selection.name);
  json.key("profiles").begin_array();
  for (const auto& row : rows) {
    json.begin_object();
    json.key("name").value(row.name);
    json.key("active").value(row.active);
    json.key("target");
    row.target.empty() ? json.null() : json.value(row.target);
    json.key("api_url");
    row.url.empty() ? json.null() : json.value(row.url);
    json.key("credentials").begin_array();
    for (const auto& credential : row.credentials) json.value(credential);
    json.end_array();
    json.key("origin").begin_object();
    json.key("where").value(row.where);
    json.key("line");
    row.line == 0 ? json.null() : json.value(row.line);
    json.end_object();
    json.end_object();
  }
  json.end_array();
  json.end_object();
  return json.take();
}

std::string profile_text(const Inspection& inspection, const ProfileTable& profile,
                         Disclosure secrets) {
  std::string text;
  for (const auto& entry : profile.entries)
    text += safe_text(entry.key) + '=' + quoted_value(value_of(inspection, entry), secrets) + '\n';
  return text;
}

std::string profile_json(const Inspection& inspection, const ProfileTable& profile,
                         Disclosure secrets) {
  JsonWriter json(secrets);
  json.begin_object();
  json.key("schema").value("prefect-config/profile-inspect/v1");
  json.key("name").value(profile.name);
  json.key("settings").begin_array();
  for (const auto& entry : profile.entries) {
    json.begin_object();
    json.key("name").value(entry.key);
    json.key("value").value(shown_text(value_of(inspection, entry), secrets));
    json.end_object();
  }
  json.end_array();
  json.end_object();
  return json.take();
}

std::vector<std::string> profile_names(const Inspection& inspection) {
  std::vector<std::string> names;
  const auto& file = inspection.layers.profiles_file;
  if (file) {
    for (const auto& profile : file->profiles) names.push_back(profile.name);
  }
  for (const auto& bundled : bundled_profiles(inspection.launch.prefect_version).profiles) {
    const std::string name(bundled.name);
    if (!file || !file->find(name)) names.push_back(name);
  }
  return names;
}

std::vector<std::string> nearest_profiles(const Inspection& inspection, std::string_view name) {
  std::vector<std::string> near;
  const auto& file = inspection.layers.profiles_file;
  if (!file) return near;
  constexpr std::size_t kMost = 3;
  const std::size_t limit = std::max<std::size_t>(1, name.size() / 3);
  for (const auto& profile : file->profiles) {
    if (near.size() < kMost && edit_distance(name, profile.name, limit + 1) <= limit)
      near.push_back(profile.name);
  }
  return near;
}

}  // namespace prefect_config::tool
