// How keys and auth strings are written: what a copy, a quote or a missing secret makes of them.
#include "checks/checks.hpp"
#include "sources/protect.hpp"
#include "support/text.hpp"

#include <algorithm>
#include <string>

namespace prefect_config {
namespace {

bool has_scheme(const std::string& text) {
  return starts_with_ignoring_case(text, "bearer ") || starts_with_ignoring_case(text, "basic ");
}

bool check_scheme(Checked& checked, const Resolved& setting, const std::string& text, bool is_key) {
  if (!has_scheme(text)) return false;
  checked.add(RuleId::credential_form, setting,
              {std::string(setting.setting->name),
               "begins with a scheme, which Prefect writes by itself",
               is_key ? "take `" + text.substr(0, text.find(' ')) + "` and the blank away"
                      : "write USER:PASSWORD, which Prefect encodes by itself"});
  return true;
}

// What both kinds share; true where something is wrong.
bool check_common(Checked& checked, const Resolved& setting, const std::string& text, bool is_key) {
  const std::string name(setting.setting->name);
  if (is_template(text)) {
    add_template(checked, setting, text);
  } else if (is_quoted(text)) {
    checked.add(RuleId::value_quoted, setting, {name});
  } else if (const auto what = blanks_in(text, is_key); !what.empty()) {
    auto& finding =
        checked.add(RuleId::value_has_blanks, setting, {name, what, help_with_blanks(what)});
    if (is_key && checked.http_refuses()) finding.severity_override = Severity::error;
  } else {
    return false;
  }
  return true;
}

bool check_key(Checked& checked, const Resolved& key) {
  const auto text = text_of(key.value);
  // A scheme has a blank behind it, and says more.
  if (check_scheme(checked, key, text, true) || check_common(checked, key, text, true)) return true;
  if (text.find("****") != std::string::npos) {
    checked.add(RuleId::credential_form, key,
                {std::string(key.setting->name), "is a mask, and no key", "copy the key itself"});
    return false;
  }
  const bool is_cloud_key = starts_with(text, "pnu_") || starts_with(text, "pnb_");
  if (!is_cloud_key && checked.plans.target == Target::cloud)
    checked.add(RuleId::credential_form, key,
                {std::string(key.setting->name), "is no key of Prefect Cloud",
                 "a key begins with pnu_ (a user's) or pnb_ (a service account's)"});
  return false;
}

bool check_auth_string(Checked& checked, const Resolved& auth) {
  const auto text = text_of(auth.value);
  if (check_scheme(checked, auth, text, false) || check_common(checked, auth, text, false))
    return true;
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
