// One setting as a waterfall, on a page: which source wins, and what it hides.
#include "report/disclosure.hpp"
#include "report/html_parts.hpp"
#include "report/ladder.hpp"
#include "report/names.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace prefect_config {
namespace {

// A sign beside the word: states are told by neither colour nor shape alone.
constexpr std::string_view sign_of(Standing standing) {
  switch (standing) {
  case Standing::refused:
    return "✖";
  case Standing::wins:
    return "▶";
  case Standing::merged:
    return "＋";
  case Standing::hidden:
  case Standing::unused_default:
    return "▽";
  }
  return {};
}

std::string_view word_of(Standing standing) {
  return standing == Standing::unused_default ? "not needed" : standing_name(standing);
}

void add_rung(Html& html, const Rung& rung) {
  html.raw(fmt::format("<li class=\"rung {0}\"><span class=\"state\"><span "
                       "aria-hidden=\"true\">{1}</span> {2}</span> <span class=\"source\">",
                       standing_name(rung.standing), sign_of(rung.standing),
                       word_of(rung.standing)))
      .name(rung.source)
      .raw("</span> <span class=\"place\">");
  if (!rung.place.empty()) html.name(rung.place);
  const bool is_struck = rung.standing == Standing::hidden || rung.standing == Standing::refused;
  html.raw(is_struck ? "</span> <s class=\"value\">" : "</span> <span class=\"value\">");
  html.code(rung.value).raw(is_struck ? "</s>" : "</span>");
  if (!rung.note.empty()) html.raw(" <span class=\"why\">").name(rung.note).raw("</span>");
  html.raw("</li>\n");
}

// A mapping can have as many keys as a file has lines.
constexpr std::size_t kMostKeys = 200;

void add_keys(Html& html, const std::vector<KeyOrigin>& keys) {
  if (keys.empty()) return;
  html.raw("<p class=\"why\">Its keys:</p>\n<ul class=\"inputs\">\n");
  for (std::size_t i = 0; i < std::min(keys.size(), kMostKeys); ++i)
    html.raw("<li>")
        .code(keys[i].name)
        .raw(" from ")
        .name(keys[i].source + ", " + keys[i].place)
        .raw("</li>\n");
  html.raw("</ul>\n");
  if (keys.size() > kMostKeys)
    html.raw(fmt::format("<p class=\"why\">and {} more</p>\n", keys.size() - kMostKeys));
}

void add_inputs(Html& html, const Resolved& resolved, const std::vector<Input>& inputs) {
  if (inputs.empty()) return;
  html.raw("<p class=\"why\">Computed, ")
      .text(resolved.derivation)
      .raw(":</p>\n<ul class=\"inputs\">\n");
  for (const auto& input : inputs) {
    html.raw("<li>").code(input.name).raw(" = ").code(input.value);
    if (!input.from.empty()) html.raw(" from ").name(input.from);
    html.raw("</li>\n");
  }
  html.raw("</ul>\n");
}

}  // namespace

void add_ladder(Html& html, const Inspection& inspection, const Resolved& resolved,
                std::string_view remark) {
  const auto secrets = html.secrets();
  const auto& setting = *resolved.setting;
  html.raw("<section class=\"setting\">\n<h3>").code(setting.name).raw(" <small>");
  html.text(setting.path).raw("</small></h3>\n<ol class=\"ladder\">\n");
  for (const auto& rung : ladder_of(inspection, resolved, secrets)) add_rung(html, rung);
  html.raw("</ol>\n");
  if (resolved.winner && resolved.winner->written.is_empty_text())
    html.raw("<p class=\"why\">An empty value counts as set, and hides every weaker source.</p>\n");
  add_keys(html, key_origins(inspection, resolved, secrets));
  add_inputs(html, resolved, inputs_of(inspection, resolved, secrets));
  if (!remark.empty()) html.raw("<p class=\"why\">").words(remark).raw("</p>\n");
  html.raw("</section>\n");
}

}  // namespace prefect_config
