#include "diagnose/forms.hpp"

#include "checks/checks.hpp"
#include "support/base64.hpp"
#include "support/text.hpp"

#include <algorithm>

namespace prefect_config {
namespace {

bool is_readable(const std::string& text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= 0x20 && c < 0x7F; });
}

bool is_cloud_key(std::string_view text) {
  return starts_with(text, "pnu_") || starts_with(text, "pnb_");
}

// What a key and an auth string can have alike.
std::string wrong_wrapping(const std::string& text, bool is_key) {
  if (starts_with_ignoring_case(text, "basic ") || starts_with_ignoring_case(text, "bearer "))
    return "one with the word `" + text.substr(0, text.find(' ')) + "` in front of it";
  if (is_quoted(text)) return "one with quotes around it";
  if (text.empty()) return {};
  const auto blanks = blanks_in(text, is_key);
  return blanks.empty() ? std::string() : "one that " + blanks;
}

}  // namespace

std::string wrong_auth_string(const std::string& text) {
  if (auto form = wrong_wrapping(text, false); !form.empty()) return form;
  if (is_cloud_key(text)) return "an API key of Prefect Cloud";
  const auto plain = base64_decoded(text);
  const bool is_encoded = text.find(':') == std::string::npos && is_readable(plain) &&
                          plain.find(':') != std::string::npos;
  return is_encoded ? "one that is base64 already" : std::string();
}

std::string wrong_key(const std::string& text) {
  if (auto form = wrong_wrapping(text, true); !form.empty()) return form;
  return is_cloud_key(text) || text.empty() ? std::string()
                                            : "one that begins with neither pnu_ nor pnb_";
}

bool is_not_ascii(std::string_view text) {
  return std::any_of(text.begin(), text.end(), [](char c) { return (c & 0x80) != 0; });
}

std::string command_for_secret(const Inspection& inspection, std::string_view path) {
  const auto* resolved = inspection.find(path);
  if (!resolved) return {};
  const auto set = "set --prompt " + std::string(resolved->setting->name);
  if (!resolved->winner) {
    // Of a launch that is none of this shell's profile it would change another's.
    return inspection.launch.environment_name == "environment" ? "prefect-config " + set
                                                               : std::string();
  }
  const auto& origin = resolved->winner->origin;
  if (!is_profile(origin.kind) || resolved->winner->group_depth != 0) return {};
  return "prefect-config --profile " + shell_quoted(origin.table) + ' ' + set;
}

}  // namespace prefect_config
