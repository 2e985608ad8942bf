// How keys and auth strings are written: what a copy, a quote or a missing secret makes of them.
#include "checks/checks.hpp"
#include "sources/protect.hpp"
#include "support/text.hpp"

#include <algorithm>
#include <string>

namespace prefect_config {
namespace {

// A blank or control character that no credential is written with on purpose; empty where there is
// none. Blanks inside an auth string can be meant.
std::string blanks_in(const std::string& text, bool also_inside) {
  const auto is_blank = [](char c) { return static_cast<unsigned char>(c) <= ' ' || c == 0x7F; };
  const auto is_line_end = [](char c) { return c == '\n' || c == '\r'; };
  if (is_line_end(text.back())) return "ends in a line end";
  if (is_blank(text.back())) return "ends in a blank";
  if (is_blank(text.front())) return "begins with a blank";
  if (std::any_of(text.begin(), text.end(), is_line_end)) return "holds a line end";
  if (also_inside && std::any_of(text.begin(), text.end(), is_blank)) return "holds a blank";
  return {};
}

// What both kinds share; true where something is wrong.
bool check_common(Checked& checked, const Resolved& setting, const std::string& text, bool is_key) {
  const std::string name(setting.setting->name);
  if (is_template(text)) {
    checked.add(RuleId::value_is_template, setting, {name});
  } else if (is_quoted(text)) {
    checked.add(RuleId::value_quoted, setting, {name});
  } else if (auto what = blanks_in(text, is_key); !what.empty()) {
    checked.add(RuleId::value_has_blanks, setting, {name, std::move(what)});
  } else if (starts_with_ignoring_case(text, "bearer ") ||
             starts_with_ignoring_case(text, "basic ")) {
    checked.add(RuleId::credential_form, setting,
                {name, "begins with a scheme, which Prefect writes by itself",
                 "take `" + text.substr(0, text.find(' ')) + "` and the blank away"});
  } else {
    return false;
  }
  return true;
}

bool check_key(Checked& checked, const Resolved& key) {
  const auto text = text_of(key.value);
  // A key with a blank in it is found first: `Bearer pnu_…`.
  const bool has_scheme =
      starts_with_ignoring_case(text, "bearer ") || starts_with_ignoring_case(text, "basic ");
  if (!has_scheme && check_common(checked, key, text, true)) return true;
  if (has_scheme) return check_common(checked, key, text, false);
  const bool is_cloud_key = starts_with(text, "pnu_") || starts_with(text, "pnb_");
  if (!is_cloud_key && checked.plans.target == Target::cloud)
    checked.add(RuleId::credential_form, key,
                {std::string(key.setting->name), "is no key of Prefect Cloud",
                 "a key begins with pnu_ (a user's) or pnb_ (a service account's)"});
  return false;
}

bool check_auth_string(Checked& checked, const Resolved& auth) {
  const auto text = text_of(auth.value);
  if (check_common(checked, auth, text, false)) return true;
  if (text.find(':') == std::string::npos)
    checked.add(RuleId::auth_without_colon, auth, {std::string(auth.setting->name)});
  return false;
}

}  // namespace

bool check_forms(Checked& checked) {
  bool wrong = false;
  if (const auto* key = checked.written("api.key")) wrong = check_key(checked, *key);
  if (const auto* auth = checked.written("api.auth_string"))
    wrong = check_auth_string(checked, *auth) || wrong;
  return wrong;
}

}  // namespace prefect_config
