// `why NAME`: one setting's ladder, from the winner down to the default, and the line the winner
// stands on.
#include <prefect_config/report.hpp>

#include "report/disclosure.hpp"
#include "report/json_parts.hpp"
#include "report/ladder.hpp"
#include "report/names.hpp"
#include "report/prefect_view.hpp"
#include "report/snippet.hpp"
#include "support/text.hpp"

#include <algorithm>
#include <vector>

namespace prefect_config {
namespace {

// A column of the ladder is no wider; what is longer stands out of it.
constexpr std::size_t kWidest = 44;

std::string ladder_text(const std::vector<Rung>& rungs) {
  std::size_t source = 0;
  std::size_t place = 0;
  std::size_t value = 0;
  const auto widen = [](std::size_t& width, const std::string& text) {
    if (const auto columns = display_width(text); columns <= kWidest)
      width = std::max(width, columns);
  };
  for (const auto& rung : rungs) {
    widen(source, rung.source);
    widen(place, rung.place);
    widen(value, rung.value);
  }
  std::string text;
  for (const auto& rung : rungs) {
    std::string line = (rung.standing == Standing::wins ? "  > " : "    ") +
                       padded(rung.source, source) + "  " + padded(rung.place, place) + "  " +
                       padded(rung.value, value) + "  " + rung.note;
    while (!line.empty() && line.back() == ' ') line.pop_back();
    text += line + '\n';
  }
  return text;
}

// Of a mapping that several sources make, where each key comes from.
std::string keys_text(const std::vector<KeyOrigin>& keys) {
  if (keys.empty()) return {};
  std::size_t width = 0;
  for (const auto& key : keys) width = std::max(width, display_width(key.name));
  std::string text = "\nits keys:\n";
  for (const auto& key : keys)
    text += "    " + padded(key.name, std::min(width, kWidest)) + "  " + key.source + "  " +
            key.place + '\n';
  return text;
}

std::string derivation_text(const Inspection& inspection, const Resolved& resolved,
                            Disclosure secrets) {
  if (resolved.derived_from.empty()) return {};
  std::string text = "\ncomputed, " + std::string(resolved.derivation) + ":\n";
  for (const auto& input : inputs_of(inspection, resolved, secrets)) {
    text += "    " + input.name + " = " + input.value;
    if (!input.from.empty()) text += "  (from " + input.from + ')';
    text += '\n';
  }
  return text;
}

}  // namespace

std::string why_text(const Inspection& inspection, const Resolved& resolved, Disclosure secrets) {
  const auto head =
      std::string(resolved.setting->name) + " = " + quoted_value(resolved.value, secrets);
  const auto version = version_name(inspection);
  const auto used = display_width(head) + display_width(version);
  std::string text = head + (used + 2 <= kLineWidth ? std::string(kLineWidth - used, ' ') : "\n") +
                     version + "\n\n";
  text += ladder_text(ladder_of(inspection, resolved, secrets));
  text += keys_text(key_origins(inspection, resolved, secrets));
  text += derivation_text(inspection, resolved, secrets);
  if (resolved.winner && resolved.winner->origin.key_span.exists()) {
    const auto& origin = resolved.winner->origin;
    text += "\n  --> " + place_name(inspection, origin) + ':' +
            std::to_string(origin.key_span.column) + '\n' +
            snippet(inspection, place_of(origin), {});
  }
  if (resolved.winner && resolved.winner->written.is_empty_text()) {
    text += "\nAn empty value counts as set, and hides every weaker source.\n";
    if (resolved.source() == SourceKind::environment && !resolved.winner->origin.key_span.exists())
      text += "next: unset " + safe_text(resolved.winner->origin.key) + '\n';
  }
  return text;
}

std::string why_json(const Inspection& inspection, const Resolved& resolved, Disclosure secrets) {
  JsonWriter json(secrets);
  json.begin_object();
  write_head(json, inspection, "why");
  json.key("setting").begin_object();
  write_setting(json, resolved, secrets);
  json.key("derivation");
  resolved.derivation.empty() ? json.null() : json.value(resolved.derivation);
  json.end_object();
  write_findings(json, inspection.findings);
  json.end_object();
  return json.take();
}

}  // namespace prefect_config
