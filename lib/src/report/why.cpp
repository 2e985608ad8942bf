// `why NAME`: one setting's ladder, from the winner down to the default, and the line the winner
// stands on.
#include <prefect_config/report.hpp>

#include "report/disclosure.hpp"
#include "report/json_parts.hpp"
#include "report/names.hpp"
#include "report/prefect_view.hpp"
#include "report/snippet.hpp"
#include "resolve/derive.hpp"
#include "support/text.hpp"

#include <algorithm>
#include <vector>

namespace prefect_config {
namespace {

// A column of the ladder is no wider; what is longer stands out of it.
constexpr std::size_t kWidest = 44;

// One rung. `wins` is the arrow.
struct Rung {
  bool wins = false;
  std::string source;
  std::string place;
  std::string value;
  std::string note;
};

Rung rung_of(const Inspection& inspection, const Candidate& candidate, Disclosure secrets,
             std::string note) {
  return {false, source_name(candidate.origin), place_name(inspection, candidate.origin),
          quoted_value(candidate.written, secrets), std::move(note)};
}

std::string winner_note(const Resolved& resolved) {
  if (!resolved.winner) return {};
  if (resolved.winner->written.is_empty_text()) return "set, and empty";
  if (resolved.source() == SourceKind::command_line) return "wins by -p";
  if (resolved.winner->group_depth != 0) return "a group's JSON beats single names";
  return {};
}

std::vector<Rung> ladder(const Inspection& inspection, const Resolved& resolved,
                         Disclosure secrets) {
  std::vector<Rung> rungs;
  for (const auto& rejected : resolved.rejected)
    rungs.push_back(
        rung_of(inspection, *rejected.candidate, secrets, "refused: " + rejected.reason));
  if (resolved.winner) {
    rungs.push_back(rung_of(inspection, *resolved.winner, secrets, winner_note(resolved)));
    rungs.back().wins = true;
  }
  if (!resolved.winner && !resolved.derivation.empty() && !resolved.shadowed.empty()) {
    rungs.push_back({true, "Prefect", "", quoted_value(resolved.value, secrets),
                     std::string(resolved.derivation)});
  }
  for (const auto* candidate : resolved.merged)
    rungs.push_back(rung_of(inspection, *candidate, secrets, "merged: its other keys count"));
  for (const auto* candidate : resolved.shadowed) {
    auto hidden_by = resolved.winner ? "hidden by " + source_name(resolved.winner->origin)
                                     : std::string("overruled");
    rungs.push_back(rung_of(inspection, *candidate, secrets, std::move(hidden_by)));
  }
  Rung last{false, "default", "", {}, {}};
  const bool computed = resolved.setting->computed != Computed::no;
  if (rungs.empty() ||
      std::none_of(rungs.begin(), rungs.end(), [](const Rung& r) { return r.wins; })) {
    last.wins = true;
    last.value = quoted_value(resolved.value, secrets);
    last.note = std::string(resolved.derivation);
  } else {
    last.value = computed ? "computed" : quoted_value(default_of(*resolved.setting), secrets);
  }
  rungs.push_back(std::move(last));
  return rungs;
}

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
    std::string line = (rung.wins ? "  > " : "    ") + padded(rung.source, source) + "  " +
                       padded(rung.place, place) + "  " + padded(rung.value, value) + "  " +
                       rung.note;
    while (!line.empty() && line.back() == ' ') line.pop_back();
    text += line + '\n';
  }
  return text;
}

// Of a mapping that several sources make, where each key comes from.
std::string keys_text(const Inspection& inspection, const Resolved& resolved, Disclosure secrets) {
  if (resolved.merged.empty()) return {};
  std::size_t width = 0;
  std::vector<std::string> names;
  for (const auto& key : resolved.keys) {
    names.push_back(printable(shown_header_name(key.name, secrets)));
    width = std::max(width, display_width(names.back()));
  }
  std::string text = "\nits keys:\n";
  for (std::size_t i = 0; i < names.size(); ++i) {
    auto origin = resolved.keys[i].from->origin;
    origin.key_span = resolved.keys[i].span;
    text += "    " + padded(names[i], std::min(width, kWidest)) + "  " + source_name(origin) +
            "  " + place_name(inspection, origin) + '\n';
  }
  return text;
}

std::string derivation_text(const Inspection& inspection, const Resolved& resolved,
                            Disclosure secrets) {
  if (resolved.derived_from.empty()) return {};
  std::string text = "\ncomputed, " + std::string(resolved.derivation) + ":\n";
  for (const auto path : resolved.derived_from) {
    if (const auto* variable = inspection.launch.variable(path)) {
      text += "    " + std::string(path) + " = " + quoted(safe_text(*variable)) + "  (from env)\n";
      continue;
    }
    const auto* input = inspection.find(path);
    if (!input || (input->value.is_none() && resolved.derived_from.size() > 2)) continue;
    text += "    " + std::string(path) + " = " + quoted_value(input->value, secrets);
    if (input->winner)
      text += "  (from " + source_name(input->winner->origin) + ", " +
              place_name(inspection, input->winner->origin) + ')';
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
  text += ladder_text(ladder(inspection, resolved, secrets));
  text += keys_text(inspection, resolved, secrets);
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
