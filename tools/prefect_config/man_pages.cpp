#include "man_pages.hpp"

#include "manual.hpp"
#include "support/text.hpp"

#include <algorithm>
#include <memory>
#include <string>
#include <string_view>

namespace prefect_config::tool {
namespace {

// As roff prints it: it takes signs for others, and a line that begins with a dot for a request.
std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const bool is_first = out.empty() || out.back() == '\n';
    if (is_first && (c == '.' || c == '\'')) out += "\\&";
    switch (c) {
    case '\\':
      out += "\\e";
      break;
    case '-':
      out += "\\-";
      break;
    case '\'':
      out += "\\(aq";
      break;
    case '`':
      out += "\\(ga";
      break;
    case '^':
      out += "\\(ha";
      break;
    case '~':
      out += "\\(ti";
      break;
    default:
      out += c;
    }
  }
  return out;
}

std::string bold(std::string_view text) { return "\\fB" + escaped(text) + "\\fR"; }
std::string italic(std::string_view text) { return "\\fI" + escaped(text) + "\\fR"; }

std::string page_name(std::string_view command) {
  return command.empty() ? "prefect-config" : "prefect-config-" + std::string(command);
}

class Page {
 public:
  void section(const char* title) { text_ += std::string(".SH ") + title + '\n'; }
  void subsection(const std::string& title) { text_ += ".SS " + title + '\n'; }
  void line(const std::string& roff) { text_ += roff + '\n'; }
  void paragraph(std::string_view text, bool is_first) {
    if (!is_first) line(".PP");
    line(escaped(text));
  }
  /// A name, and what is said of it below.
  void item(const std::string& roff, std::string_view says) {
    line(".TP");
    line(roff);
    line(escaped(says));
  }
  void example(const Example& example, bool is_first) {
    paragraph(example.says, is_first);
    line(".PP\n.RS 4\n.nf");
    line(escaped(example.line));
    line(".fi\n.RE");
  }
  std::string take() { return std::move(text_); }

 private:
  std::string text_;
};

std::string names_in_bold(const std::string& names) {
  std::string roff;
  for (const auto& name : names_of(names)) roff += (roff.empty() ? "" : ", ") + bold(name);
  return roff;
}

void add_options(Page& page, const Command& command) {
  for (const auto& value : command.values) {
    auto says = value.help;
    // The choices that the help names anyway are not said twice.
    const auto is_said = [&](const std::string& choice) {
      return value.help.find(choice) != std::string::npos;
    };
    if (!std::all_of(value.choices.begin(), value.choices.end(), is_said)) {
      says += ". One of:";
      for (const auto& choice : value.choices)
        says += (&choice == &value.choices.front() ? " " : ", ") + choice;
    }
    page.item(is_argument(value) ? italic(value.type_name)
                                 : names_in_bold(value.names) + ' ' + italic(value.type_name),
              says);
  }
  for (const auto& flag : command.flags) {
    const auto names = flag.opposite.empty() ? flag.names : flag.names + ',' + flag.opposite;
    page.item(names_in_bold(names), flag.help);
  }
}

void add_synopsis(Page& page, const Command& command) {
  const bool is_program = command.name.empty();
  page.section("SYNOPSIS");
  std::string roff =
      bold("prefect-config") + ' ' + (is_program ? italic("COMMAND") : bold(command.name));
  roff += " [" + italic("OPTIONS") + ']';
  for (const auto& value : command.values) {
    if (is_argument(value) && !is_program) roff += ' ' + italic(value.type_name);
  }
  page.line(roff);
}

void add_commands(Page& page, const std::vector<Command>& commands) {
  page.section("COMMANDS");
  for (const auto& command : commands) page.item(bold(command.name), command.help);
}

void add_statuses(Page& page) {
  page.section("EXIT STATUS");
  for (const auto& row : kStatusMeanings) page.item(std::to_string(row.status), row.meaning);
}

void add_named(Page& page, const char* title, const std::vector<Named>& rows, bool is_file) {
  page.section(title);
  for (const auto& row : rows) page.item(is_file ? italic(row.name) : bold(row.name), row.says);
}

void add_manual(Page& page, const Manual& manual) {
  page.section("DESCRIPTION");
  for (const auto& text : manual.paragraphs) page.paragraph(text, &text == &manual.paragraphs[0]);
}

void add_examples(Page& page, const Manual& manual) {
  page.section("EXAMPLES");
  for (const auto& example : manual.examples)
    page.example(example, &example == &manual.examples[0]);
}

void add_see_also(Page& page, const std::vector<Command>& commands, const std::string& except) {
  page.section("SEE ALSO");
  std::vector<std::string> pages;
  if (!except.empty()) pages.push_back(page_name(""));
  for (const auto& command : commands) {
    if (command.name != except) pages.push_back(page_name(command.name));
  }
  for (const auto& name : pages)
    page.line(bold(name) + "(1)" + (&name == &pages.back() ? "" : ","));
}

// The program itself is a command without a name.
std::string man_page(const std::vector<Command>& commands, const Command& command,
                     const Command& global, const std::string& date) {
  const auto* manual = manual_of(command.name);
  Page page;
  page.line(".TH " + upper(page_name(command.name)) + " 1 " + date + R"( "prefect\-config )" +
            PREFECT_CONFIG_VERSION + R"(" "User Commands")");
  // Nothing is broken at a hyphen: what is typed stays in one piece.
  page.line(".nh\n.ad l");
  page.section("NAME");
  page.line(escaped(page_name(command.name)) + " \\- " + escaped(command.help));
  add_synopsis(page, command);
  if (manual) add_manual(page, *manual);
  const bool is_program = command.name.empty();
  if (is_program) add_commands(page, commands);
  page.section("OPTIONS");
  if (!is_program) {
    add_options(page, command);
    page.subsection("Options of every command");
  }
  add_options(page, global);
  page.item(names_in_bold(kHelpFlag.names), kHelpFlag.help);
  if (is_program) page.item(names_in_bold(kVersionFlag.names), kVersionFlag.help);
  add_statuses(page);
  add_named(page, "ENVIRONMENT", manual_variables(), false);
  add_named(page, "FILES", manual_files(), true);
  if (manual) add_examples(page, *manual);
  add_see_also(page, commands, command.name);
  return page.take();
}

struct Options {
  std::string command;
  std::string date = "\"\"";
};

Outcome run(const std::vector<Command>& commands, const Options& options) {
  GlobalOptions nowhere;
  const auto global = global_options(nowhere);
  Command program;
  program.help = kAbout;
  program.help.pop_back();  // a title has no full stop
  if (options.command.empty())
    return {man_page(commands, program, global, options.date), {}, status_fine};
  const auto found = std::find_if(commands.begin(), commands.end(),
                                  [&](const Command& c) { return c.name == options.command; });
  if (found == commands.end()) return failed_with(status_usage, "there is no such command");
  return {man_page(commands, *found, global, options.date), {}, status_fine};
}

}  // namespace

Command man_command(const std::vector<Command>& commands) {
  const auto options = std::make_shared<Options>();
  Command command;
  command.name = "__man";
  command.help = "A manual page: of the program, or of a command";
  command.is_hidden = true;
  command.values = {
      // No argument: a command's name there would be taken for the command.
      {"--of", "COMMAND", "Whose", &options->command},
      {"--date", "DATE", "Of the release, as 2026-01-31", &options->date},
  };
  command.run = [&commands, options](const Context&) {
    std::vector<Command> shown;
    std::copy_if(commands.begin(), commands.end(), std::back_inserter(shown),
                 [](const Command& one) { return !one.is_hidden; });
    return run(shown, *options);
  };
  return command;
}

}  // namespace prefect_config::tool
