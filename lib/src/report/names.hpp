// How reports name places and sources, in one voice.
#pragma once

#include <prefect_config/inspect.hpp>

#include <string>
#include <string_view>

namespace prefect_config {

/// A path with the user's home as `~`, made printable.
std::string short_path(const std::string& user_home, const std::string& path);
std::string short_path(const Inspection& inspection, const std::string& path);

/// `env`, `profile prod`, `defaults`.
std::string source_name(const Origin& origin);

/// Where a value stands, for people: `~/.prefect/profiles.toml:5`, or the variable's name, or
/// `bundled`.
std::string place_name(const std::string& user_home, const Origin& origin);
std::string place_name(const Inspection& inspection, const Origin& origin);

/// `~/.prefect/profiles.toml:5:1`, or `environment`.
std::string location_of(const Inspection& inspection, const Place& place);

/// `Prefect 3.8.8 (newest known)`.
std::string version_name(const Inspection& inspection);

/// The folder of the rules' pages, and the page of one: `docs/rules/PC202.md`.
inline constexpr std::string_view kPages = "docs/rules";
std::string page_name(std::string_view code);

/// Where the project's pages are on the web: absolute, without a slash at the end. Where that is
/// not known documents name no page: a relative one leads nowhere.
#ifdef PREFECT_CONFIG_HOMEPAGE
inline constexpr std::string_view kHomepage = PREFECT_CONFIG_HOMEPAGE;
#else
inline constexpr std::string_view kHomepage;
#endif

/// A message that names paths as they were opened, made safe: people know them with `~`.
std::string with_short_home(const Inspection& inspection, const std::string& text);

/// How many findings of a launch are as severe as that.
std::size_t count_of(const Inspection& inspection, Severity severity);

/// `3 errors`, `1 error`.
std::string counted(std::size_t count, std::string_view word, std::string_view ending = "s");

/// The value's quoted text for people: one line, safe on a terminal.
std::string quoted(std::string_view text);

/// The width reports are written for.
inline constexpr std::size_t kLineWidth = 80;

/// `text` broken at blanks so that lines end by `width`; the first begins at `column`, the others
/// after `indent` blanks.
std::string wrapped(std::string_view text, std::size_t column, std::size_t indent,
                    std::size_t width = kLineWidth);

/// `text` and as many blanks as bring it to `width` columns.
std::string padded(std::string text, std::size_t width);

}  // namespace prefect_config
