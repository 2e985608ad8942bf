#include "report/html_parts.hpp"

#include "report/names.hpp"
#include "support/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <utility>

namespace prefect_config {
namespace {

// What decided for the profile, for people.
std::string profile_text(const Inspection& inspection) {
  const auto& loader = inspection.layers.loader;
  const auto& laid_over = inspection.command_line.selection;
  const auto base = loader.name.empty() ? std::string("none") : loader.name;
  auto text = laid_over.by_override() ? laid_over.name + " by -p, over " + base : base;
  if (!laid_over.by_override() && !loader.requested_by.empty())
    text += " (" + (loader.requested_by == "active" ? "the active one" : loader.requested_by) + ')';
  return text + ", " + short_path(inspection, loader.where);
}

struct Pieces {
  std::string_view before;
  std::string_view marked;
  std::string_view after;
};

// A line by its columns.
Pieces pieces_of(std::string_view line, std::size_t from, std::size_t to) {
  const auto byte_of = [line](std::size_t column) {
    std::size_t at = 0;
    for (std::size_t width = 0; at < line.size() && width < column;) {
      const auto rest = line.substr(at);
      const auto character = rest.substr(0, bytes_of_code_points(rest, 1));
      width += display_width(character);
      at += character.size();
    }
    return at;
  };
  const auto begin = byte_of(from);
  const auto end = std::max(begin, byte_of(to));
  return {line.substr(0, begin), line.substr(begin, end - begin), line.substr(end)};
}

constexpr std::string_view sign_of(Severity severity) {
  switch (severity) {
  case Severity::error:
    return "✖";
  case Severity::warning:
    return "▲";
  case Severity::info:
    return "●";
  }
  return {};
}

}  // namespace

void add_launch_facts(Html& html, const Inspection& inspection) {
  html.fact("Profile", profile_text(inspection));
  html.fact("Version", version_name(inspection));
  html.fact("Directory", short_path(inspection, inspection.launch.working_directory));
}

void add_launch_notes(Html& html, const Inspection& inspection) {
  const auto version = inspection.launch.prefect_version.text();
  if (!inspection.complete)
    html.raw("<p class=\"note error\"><strong>Not everything could be read here.</strong> What is "
             "shown is what is known.</p>\n");
  else if (!inspection.loads)
    html.raw("<p class=\"note error\"><strong>Prefect ")
        .raw(version)
        .raw(" does not start like this.</strong> What is shown is the best reading of it.</p>\n");
  else if (!inspection.command_starts)
    html.raw("<p class=\"note error\"><strong>Every <code>prefect</code> command of ")
        .raw(version)
        .raw(" ends with a traceback here.</strong></p>\n");
  for (const auto& note : inspection.launch.notes)
    html.raw("<p class=\"note\">Note: ").name(note).raw("</p>\n");
}

void add_badge(Html& html, Severity severity) {
  const auto word = severity_word(severity);
  html.raw(fmt::format(R"(<span class="badge {}"><span aria-hidden="true">{}</span> {}</span>)",
                       word, sign_of(severity), word));
}

void add_counts(Html& html, std::size_t errors, std::size_t warnings, std::size_t notes) {
  const auto add = [&html](Severity severity, std::size_t count, std::string_view word) {
    html.raw(
        fmt::format("<li class=\"{}\"><strong>{}</strong> <span aria-hidden=\"true\">{}</span> "
                    "{}{}</li>\n",
                    count == 0 ? "nothing" : severity_word(severity), count, sign_of(severity),
                    word, count == 1 ? "" : "s"));
  };
  html.raw("<ul class=\"counts\">\n");
  add(Severity::error, errors, "error");
  add(Severity::warning, warnings, "warning");
  add(Severity::info, notes, "note");
  html.raw("</ul>\n");
}

void add_snippet(Html& html, const std::string& where, const ShownSnippet& snippet,
                 std::string_view label) {
  html.raw("<figure class=\"snippet\">\n<figcaption>").name(where);
  if (snippet.line.empty()) {
    if (!label.empty()) html.raw(": ").name(label);
    html.raw("</figcaption>\n</figure>\n");
    return;
  }
  const auto pieces = pieces_of(snippet.line, snippet.from, snippet.to);
  html.raw("</figcaption>\n<pre>");
  if (snippet.number != 0)
    html.raw(fmt::format("<span class=\"line-number\">{}</span> ", snippet.number));
  html.raw("<code>").text(pieces.before).raw("<mark>").text(pieces.marked);
  // What points past the end of a line points at something, too.
  if (pieces.marked.empty()) html.raw(" ");
  html.raw("</mark>").text(pieces.after).raw("</code></pre>\n");
  if (!label.empty())
    html.raw("<p class=\"label\"><span aria-hidden=\"true\">↑ </span>").name(label).raw("</p>\n");
  html.raw("</figure>\n");
}

void add_advice(Html& html, std::string_view term, std::string_view text, bool is_typed) {
  if (text.empty()) return;
  html.raw("<div><dt>").raw(term).raw("</dt><dd>");
  is_typed ? html.code(text) : html.words(text);
  html.raw("</dd></div>\n");
}

void add_code(Html& html, std::string_view code) {
  html.raw(fmt::format(R"(<a class="code" href="#rule-{0}">{0}</a>)", code));
}

void add_rules(Html& html, std::vector<RuleId> used) {
  std::sort(used.begin(), used.end(),
            [](RuleId a, RuleId b) { return rule(a).code < rule(b).code; });
  used.erase(std::unique(used.begin(), used.end()), used.end());
  if (used.empty()) return;
  html.raw("<section aria-labelledby=\"rules\">\n<h2 id=\"rules\">The rules named here</h2>\n"
           "<dl class=\"facts\">\n");
  for (const auto id : used) {
    const auto& row = rule(id);
    html.raw(fmt::format("<div id=\"rule-{0}\"><dt>{0}</dt><dd>", row.code)).words(row.title);
    html.raw(fmt::format("<br><code>prefect-config rules {}</code>", row.code));
    if (!kHomepage.empty())
      html.raw(fmt::format(" · <a rel=\"noreferrer\" href=\"{}/{}\">its page</a>", kHomepage,
                           page_name(row.code)));
    html.raw("</dd></div>\n");
  }
  html.raw("</dl>\n</section>\n");
}

}  // namespace prefect_config
