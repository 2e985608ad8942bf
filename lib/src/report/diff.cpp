// `diff`: what is compared, then the settings, connections and credentials that differ.
#include <prefect_config/report.hpp>

#include "report/diff_credentials.hpp"
#include "report/disclosure.hpp"
#include "report/names.hpp"
#include "support/text.hpp"

namespace prefect_config {
namespace {

std::string head_line(char letter, const DiffSide& side, Disclosure secrets) {
  std::string text;
  if (side.is_document) text = printable(shown_name(side.name, secrets)) + ": ";
  text += "profile " + printable(shown_name(side.profile, secrets)) + ", Prefect " +
          side.prefect_version;
  if (!side.version_reason.empty()) text += " (" + safe_text(side.version_reason) + ')';
  if (!side.loads) text += ": does not start like this";
  return std::string(1, letter) + "  " + wrapped(text, 3, 3) + '\n';
}

std::string setting_side(char letter, const DiffSide& side, const DiffSetting* setting,
                         Disclosure secrets) {
  if (!setting) return sided(letter, "no setting of Prefect " + side.prefect_version, {});
  const auto source = setting->origin ? source_name(*setting->origin) + ", " +
                                            place_name(side.user_home, *setting->origin)
                                      : std::string("default");
  return sided(letter, quoted_value(setting->value, secrets), '(' + source + ')');
}

// Where the two texts alone do not tell it.
std::string value_note(const SettingDifference& difference, Disclosure secrets) {
  if (!difference.a || !difference.b) return {};
  const auto& a = difference.a->value;
  const auto& b = difference.b->value;
  if (!a.is_secret() && !b.is_secret()) return {};
  if (quoted_value(a, secrets) != quoted_value(b, secrets)) return {};
  return difference.value == Same::yes ? "       the same value\n" : "       another value\n";
}

std::string settings_text(const Diff& diff, Disclosure secrets) {
  std::string text;
  for (const auto& difference : diff.settings) {
    if (difference.is_default()) continue;
    const auto* last = difference.b ? difference.b : difference.a;
    text += "  " + std::string(last->setting->name);
    if (difference.a && last->setting->name != difference.a->setting->name)
      text += "\n    in A called " + std::string(difference.a->setting->name);
    text += '\n' + setting_side('A', *diff.a, difference.a, secrets) +
            setting_side('B', *diff.b, difference.b, secrets) + value_note(difference, secrets);
  }
  return text.empty() ? text : "\nSettings\n" + text;
}

std::string defaults_text(const Diff& diff, Disclosure secrets) {
  std::string text;
  for (const auto& difference : diff.settings) {
    if (!difference.is_default()) continue;
    const std::string name(difference.b->setting->name);
    const auto values = quoted_value(difference.a->value, secrets) + " -> " +
                        quoted_value(difference.b->value, secrets);
    const bool fits = 4 + name.size() + display_width(values) <= kLineWidth;
    (text += "  ").append(name).append(fits ? "  " : "\n    ").append(values) += '\n';
  }
  return text.empty() ? text : "\nChanged defaults (A -> B)\n" + text;
}

std::string target_side(char letter, const DiffSide& side, Disclosure secrets) {
  const auto target = std::string(target_name(side.target));
  if (side.api_url.value.is_none()) return sided(letter, target, {});
  return sided(letter, quoted_value(side.api_url.value, secrets), target);
}

std::string target_text(const Diff& diff, Disclosure secrets) {
  // The settings say it where both talk to the same kind of server.
  if (diff.target == Same::yes || (diff.settings_compared && diff.a->target == diff.b->target))
    return {};
  return "\nTalks to\n" + target_side('A', *diff.a, secrets) + target_side('B', *diff.b, secrets) +
         (diff.target == Same::unknown ? "       cannot be compared: masked\n" : "");
}

}  // namespace

std::string diff_text(const Diff& diff, Disclosure secrets) {
  auto text = head_line('A', *diff.a, secrets) + head_line('B', *diff.b, secrets);
  if (!diff.settings_compared) text += "Settings are not compared: a saved explanation has none\n";
  text += target_text(diff, secrets) + settings_text(diff, secrets) + defaults_text(diff, secrets) +
          surfaces_text(diff, secrets) + credentials_text(diff, secrets);
  if (diff.sides() == Same::yes) text += "\nnothing differs\n";
  if (diff.sides() == Same::unknown) text += "\nnothing differs that can be compared\n";
  return text;
}

}  // namespace prefect_config
