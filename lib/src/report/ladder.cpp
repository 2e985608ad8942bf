#include "report/ladder.hpp"

#include "report/disclosure.hpp"
#include "report/names.hpp"
#include "resolve/derive.hpp"

#include <algorithm>
#include <utility>

namespace prefect_config {
namespace {

Rung rung_of(const Inspection& inspection, const Candidate& candidate, Disclosure secrets,
             Standing standing, std::string note) {
  return {standing, source_name(candidate.origin), place_name(inspection, candidate.origin),
          quoted_value(candidate.written, secrets), std::move(note)};
}

std::string winner_note(const Resolved& resolved) {
  if (resolved.winner->written.is_empty_text()) return "set, and empty";
  if (resolved.source() == SourceKind::command_line) return "wins by -p";
  if (resolved.winner->group_depth != 0) return "a group's JSON beats single names";
  return {};
}

// The default, which counts where nothing else does.
Rung last_rung(const Resolved& resolved, Disclosure secrets, bool counts) {
  if (counts)
    return {Standing::wins, "default", "", quoted_value(resolved.value, secrets),
            std::string(resolved.derivation)};
  const bool computed = resolved.setting->computed != Computed::no;
  return {Standing::unused_default, "default", "",
          computed ? "computed" : quoted_value(default_of(*resolved.setting), secrets), ""};
}

}  // namespace

std::string_view standing_name(Standing standing) {
  switch (standing) {
  case Standing::refused:
    return "refused";
  case Standing::wins:
    return "wins";
  case Standing::merged:
    return "merged";
  case Standing::hidden:
    return "hidden";
  case Standing::unused_default:
    return "default";
  }
  return {};
}

std::vector<Rung> ladder_of(const Inspection& inspection, const Resolved& resolved,
                            Disclosure secrets) {
  std::vector<Rung> rungs;
  const auto add = [&](const Candidate& candidate, Standing standing, std::string note) {
    rungs.push_back(rung_of(inspection, candidate, secrets, standing, std::move(note)));
  };
  for (const auto& rejected : resolved.rejected)
    add(*rejected.candidate, Standing::refused, "refused: " + rejected.reason);
  if (resolved.winner) add(*resolved.winner, Standing::wins, winner_note(resolved));
  const bool overruled =
      !resolved.winner && !resolved.derivation.empty() && !resolved.shadowed.empty();
  if (overruled)
    rungs.push_back({Standing::wins, "Prefect", "", quoted_value(resolved.value, secrets),
                     std::string(resolved.derivation)});
  for (const auto* candidate : resolved.merged)
    add(*candidate, Standing::merged, "merged: its other keys count");
  for (const auto* candidate : resolved.shadowed)
    add(*candidate, Standing::hidden,
        resolved.winner ? "hidden by " + source_name(resolved.winner->origin) : "overruled");
  rungs.push_back(last_rung(resolved, secrets, !resolved.winner && !overruled));
  return rungs;
}

std::vector<Input> inputs_of(const Inspection& inspection, const Resolved& resolved,
                             Disclosure secrets) {
  std::vector<Input> inputs;
  for (const auto path : resolved.derived_from) {
    if (const auto* variable = inspection.launch.variable(path)) {
      inputs.push_back({std::string(path), quoted(safe_text(*variable)), "env"});
      continue;
    }
    const auto* input = inspection.find(path);
    if (!input || (input->value.is_none() && resolved.derived_from.size() > 2)) continue;
    inputs.push_back({std::string(path), quoted_value(input->value, secrets),
                      input->winner ? source_name(input->winner->origin) + ", " +
                                          place_name(inspection, input->winner->origin)
                                    : std::string()});
  }
  return inputs;
}

std::vector<KeyOrigin> key_origins(const Inspection& inspection, const Resolved& resolved,
                                   Disclosure secrets) {
  std::vector<KeyOrigin> keys;
  if (resolved.merged.empty()) return keys;
  for (const auto& key : resolved.keys) {
    auto origin = key.from->origin;
    origin.key_span = key.span;
    keys.push_back({printable(shown_header_name(key.name, secrets)), source_name(origin),
                    place_name(inspection, origin)});
  }
  return keys;
}

}  // namespace prefect_config
