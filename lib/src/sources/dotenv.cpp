#include "sources/dotenv.hpp"

#include "adapters/dotenv.hpp"
#include "sources/finding_limit.hpp"
#include "sources/protect.hpp"
#include "sources/quirks.hpp"
#include "sources/settings_file.hpp"
#include "support/byte_order_mark.hpp"
#include "support/text.hpp"

#include <algorithm>
#include <unordered_map>
#include <utility>

namespace prefect_config {
namespace {

Finding finding_at(RuleId rule, std::vector<std::string> arguments, const std::string& where,
                   Span span) {
  Finding finding{rule, std::move(arguments)};
  finding.place = Place{where, span, span, {}};
  return finding;
}

constexpr bool is_name_character(char c) {
  return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

DotenvDialect dialect_of(const Quirks& quirks) {
  return {quirks.dotenv_skips_bom, quirks.dotenv_hash_after_blank_is_comment,
          quirks.dotenv_backslash_escapes_any};
}

// A name without `=` has no value: it is as if it were not there, also for an earlier value.
std::vector<Variable> as_dict(std::vector<DotenvEntry> entries) {
  std::unordered_map<std::string, std::size_t> places;
  std::vector<std::pair<Variable, bool>> dict;
  for (auto& entry : entries) {
    const auto [place, is_new] = places.try_emplace(entry.key, dict.size());
    if (is_new) dict.emplace_back();
    auto& [variable, has_value] = dict[place->second];
    has_value = entry.value.has_value();
    variable = {std::move(entry.key), std::move(entry.value).value_or(""), entry.key_span,
                entry.value_span};
  }
  // Names are looked up whatever their case, and of several spellings the last counts, also as one
  // that has no value.
  std::unordered_map<std::string, bool> is_set;
  for (const auto& [variable, has_value] : dict) is_set[lower(variable.name)] = has_value;
  std::vector<Variable> variables;
  for (auto& [variable, has_value] : dict) {
    if (has_value && is_set.at(lower(variable.name))) variables.push_back(std::move(variable));
  }
  return variables;
}

// A `.env` file holds secrets of every program: only what is known to be none is ever shown.
std::vector<Span> secret_spans(const std::vector<DotenvEntry>& entries, const Registry& registry) {
  std::vector<Span> spans;
  for (const auto& entry : entries) {
    const auto* setting = registry.find_name(upper(entry.key));
    if (!setting || may_be_secret(*setting) ||
        protect(*setting, entry.value.value_or("")).is_secret())
      spans.push_back(entry.value_span);
  }
  return spans;
}

std::uint32_t last_line(const Span& span) {
  return span.end_column <= 1 && span.end_line > span.line ? span.end_line - 1 : span.end_line;
}

// A span that ends where a line begins does not reach into that line.
bool is_one_line(const Span& span) { return last_line(span) == span.line; }

std::string lines_text(const Span& span) {
  return is_one_line(span)
             ? "line " + std::to_string(span.line)
             : "lines " + std::to_string(span.line) + " to " + std::to_string(last_line(span));
}

// Of what is skipped, all but a name of Prefect's at its start.
Span after_name(const DotenvProblem& problem, std::string_view text) {
  constexpr std::string_view kPrefix = "PREFECT_";
  const auto statement = text.substr(problem.offset);
  const auto blanks = std::min(statement.find_first_not_of(" \t"), statement.size());
  if (!starts_with(statement.substr(blanks), kPrefix)) return problem.span;
  auto end = blanks + kPrefix.size();
  while (end < statement.size() && is_name_character(statement[end])) ++end;
  auto span = problem.span;
  span.column += static_cast<std::uint32_t>(end);
  return span;
}

// A pipe that this release reads. It is not read here: that would take its text from Prefect.
bool is_read_pipe(const Launch& launch, const std::string& path) {
  if (!quirks_of(launch.prefect_version).dotenv_may_be_pipe) return false;
  const auto start = launch.files->read_start(path, 1);
  const auto* error = std::get_if<FileError>(&start);
  return error && *error == FileError::named_pipe;
}

// The variables that `${NAME}` can stand for. Where a name occurs twice, Python has the first.
std::unordered_map<std::string_view, const std::string*> by_name(const Launch& launch) {
  std::unordered_map<std::string_view, const std::string*> variables;
  for (const auto& variable : launch.environment)
    variables.try_emplace(variable.name, &variable.value);
  return variables;
}

}  // namespace

const std::string* DotenvSource::find(std::string_view name) const {
  const auto found = std::find_if(variables.begin(), variables.end(),
                                  [name](const Variable& v) { return v.name == name; });
  return found == variables.end() ? nullptr : &found->value;
}

DotenvSource read_dotenv(const Launch& launch, const Registry& registry,
                         std::vector<SourceFile>& files) {
  DotenvSource source;
  source.where = launch.absolute(".env");
  if (!launch.files->is_file(source.where) && !is_read_pipe(launch, source.where)) return source;
  auto read = read_settings_text(launch, source.where);
  if (const auto* problem = std::get_if<FileProblem>(&read)) {
    source.loads = problem->ours;  // where it is ours, nobody knows
    source.complete = !problem->ours;
    source.findings.push_back(
        finding_at(RuleId::settings_file_unreadable,
                   {source.where, problem->reason, problem->help,
                    problem->ours ? "" : ": Prefect does not start beside it"},
                   source.where, problem->span));
    return source;
  }
  auto& text = std::get<std::string>(read);
  const auto quirks = quirks_of(launch.prefect_version);
  // Here and not by the reader, so that places are those of the text that is kept.
  auto dialect = dialect_of(quirks);
  if (dialect.skips_bom && has_byte_order_mark(text)) {
    text.erase(0, kByteOrderMark.size());
    dialect.skips_bom = false;
  }
  const auto variables = by_name(launch);
  const auto variable = [&](std::string_view name) {
    const auto found = variables.find(name);
    return found == variables.end() ? nullptr : found->second;
  };
  auto parsed = parse_dotenv(text, dialect, variable);
  if (parsed.too_large) {
    source.complete = false;
    source.findings.push_back(finding_at(
        RuleId::settings_file_unreadable,
        {source.where, "grows beyond 16 MiB by its `${…}`", "make its values smaller", ""},
        source.where, {}));
  }
  SourceFile file{source.where, {}, secret_spans(parsed.entries, registry), false};
  FindingLimit limit(source.findings, "statements that are skipped", source.where);
  for (const auto& problem : parsed.problems) {
    file.secrets.push_back(after_name(problem, text));
    if (!limit.take()) continue;
    source.findings.push_back(finding_at(
        RuleId::dotenv_statement_skipped,
        {source.where, lines_text(problem.span), is_one_line(problem.span) ? "is" : "are"},
        source.where, problem.span));
  }
  file.text = std::move(text);
  files.push_back(std::move(file));
  source.variables = as_dict(std::move(parsed.entries));
  return source;
}

Layer dotenv_layer(const DotenvSource& source, const Registry& registry,
                   std::vector<Finding>& findings, bool& parses) {
  std::vector<Variable> variables;
  std::vector<Variable> others;
  for (const auto& variable : source.variables)
    (starts_with_ignoring_case(variable.name, "PREFECT_") ? variables : others).push_back(variable);
  const VariablesPlace place{SourceKind::dotenv, source.where};
  auto layer = variables_layer(place, variables, registry, findings, parses);
  if (quirks_of(registry.version()).bare_names_count_in_dotenv)
    add_bare_names(place, others, registry, layer, findings, parses);
  return layer;
}

}  // namespace prefect_config
