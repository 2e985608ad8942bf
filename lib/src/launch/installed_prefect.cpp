#include "launch/installed_prefect.hpp"

#include <prefect_config/registry.hpp>

#include "support/text.hpp"

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <string_view>
#include <utility>
#include <vector>

namespace prefect_config {
namespace {

using Texts = std::vector<std::string>;

// Scripts, settings and the head of METADATA are shorter; what is not, is none of them.
constexpr std::size_t kStart = 4096;
// A script may start a script. Longer chains are circles.
constexpr int kMostScripts = 8;

// ---------------------------------------------------------------------------------------------
// Texts and paths

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r'; }

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
  return text;
}

// What stands before `separator`; `text` keeps what stands behind it.
std::string_view take_until(std::string_view& text, char separator) {
  const auto part = text.substr(0, text.find(separator));
  text.remove_prefix(std::min(text.size(), part.size() + 1));
  return part;
}

std::string_view take_word(std::string_view& text) {
  text = trimmed(text);
  const auto word = text.substr(0, text.find_first_of(" \t"));
  text.remove_prefix(word.size());
  return word;
}

std::string folder_of(std::string_view path) {
  const auto slash = path.rfind('/');
  return slash == std::string_view::npos || slash == 0 ? "/" : std::string(path.substr(0, slash));
}

std::string joined(const std::string& folder, std::string_view name) {
  std::string path = folder;
  if (path.empty() || path.back() != '/') path += '/';
  return path += name;
}

bool contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

// The value of `key = value` or `Key: value`, the first line that has it; empty where none does.
std::string_view value_of(std::string_view text, std::string_view key, char separator) {
  while (!text.empty()) {
    auto line = take_until(text, '\n');
    if (equal_ignoring_case(trimmed(take_until(line, separator)), key)) return trimmed(line);
  }
  return {};
}

// What stands before the first empty line.
std::string_view headers_of(std::string_view text) {
  for (std::size_t start = 0; start < text.size();) {
    const auto end = std::min(text.size(), text.find('\n', start));
    if (trimmed(text.substr(start, end - start)).empty()) return text.substr(0, start);
    start = end + 1;
  }
  return text;
}

// `3.11` of `3.11.7` and `3.11.7.final.0`; empty where there is no such thing.
std::string minor_version(std::string_view text) {
  const auto first = text.find('.');
  if (first == std::string_view::npos || first == 0 || !is_digit(text.front())) return {};
  auto end = first + 1;
  while (end < text.size() && is_digit(text[end])) ++end;
  // `python3.13t`, the build without the global lock, has a folder of that name.
  if (end < text.size() && text[end] == 't') ++end;
  return std::string(text.substr(0, end));
}

// ---------------------------------------------------------------------------------------------
// Versions as Python packages write them

enum class Stage : std::uint8_t { before, release, after };

struct PythonVersion {
  Version release;
  Stage stage = Stage::release;
};

// PEP 440, as far as it decides which release this is, or is near to.
std::optional<PythonVersion> read_version(std::string_view text) {
  const auto written = lower(trimmed(text));
  std::string_view rest = written;
  if (starts_with(rest, "v")) rest.remove_prefix(1);
  std::uint16_t numbers[3] = {0, 0, 0};
  for (std::size_t i = 0;; ++i) {
    std::uint16_t number = 0;
    const auto [end, error] = std::from_chars(rest.data(), rest.data() + rest.size(), number);
    if (error != std::errc()) return std::nullopt;
    if (i < std::size(numbers)) numbers[i] = number;
    rest.remove_prefix(static_cast<std::size_t>(end - rest.data()));
    if (rest.size() < 2 || rest[0] != '.' || !is_digit(rest[1])) break;
    rest.remove_prefix(1);
  }
  // `0+unknown` is what is written where a checkout has no tags: it says nothing.
  if (numbers[0] == 0) return std::nullopt;
  PythonVersion version{{numbers[0], numbers[1], numbers[2]}};
  if (rest.empty() || rest.front() == '+') return version;
  if (rest.size() > 1 && rest[0] == '-' && is_digit(rest[1])) {
    version.stage = Stage::after;
    return version;
  }
  if (rest.find_first_of("-_.") == 0) rest.remove_prefix(1);
  const auto word = rest.substr(0, rest.find_first_not_of("abcdefghijklmnopqrstuvwxyz"));
  constexpr std::string_view kBefore[] = {"a",    "b",   "c",   "rc",     "alpha",
                                          "beta", "dev", "pre", "preview"};
  constexpr std::string_view kAfter[] = {"post", "rev", "r"};
  if (std::find(std::begin(kBefore), std::end(kBefore), word) != std::end(kBefore)) {
    version.stage = Stage::before;
  } else if (std::find(std::begin(kAfter), std::end(kAfter), word) != std::end(kAfter)) {
    version.stage = Stage::after;
  } else {
    return std::nullopt;
  }
  return version;
}

// The known release that answers: the newest one that is not newer, of a pre-release the newest one
// before it. Not one of an older major version, though, where its own has one.
Version known_release(const PythonVersion& wanted) {
  const auto known = known_versions();
  const auto after = wanted.stage == Stage::before
                         ? std::lower_bound(known.begin(), known.end(), wanted.release)
                         : std::upper_bound(known.begin(), known.end(), wanted.release);
  if (after == known.begin()) return *after;
  const auto nearest = *std::prev(after);
  const bool own_is_next = after != known.end() && after->major == wanted.release.major;
  return nearest.major != wanted.release.major && own_is_next ? *after : nearest;
}

// ---------------------------------------------------------------------------------------------
// The search

/// A Python, and which places of packages its command line leaves out.
struct Interpreter {
  std::string path;
  bool environment_counts = true;
  bool user_folder_counts = true;
};

/// Folders of packages below a prefix; `%` is `python3.11`.
constexpr std::string_view kOwnFolders[] = {"lib/%/site-packages", "lib64/%/site-packages"};
/// The same below /usr, before those: what Debian and Fedora made of it.
constexpr std::string_view kSystemFolders[] = {
    "local/lib/%/dist-packages", "lib/python3/dist-packages", "lib/%/dist-packages",
    "local/lib/%/site-packages", "local/lib64/%/site-packages"};

std::string folder_below(const std::string& prefix, std::string_view pattern,
                         const std::string& python) {
  return joined(prefix, replace_all(pattern, "%", python));
}

Interpreter with_options(std::string path, std::string_view options) {
  Interpreter python{std::move(path)};
  for (auto word = take_word(options); !word.empty(); word = take_word(options)) {
    if (word.front() != '-' || word.substr(0, 2) == "--") continue;
    const bool isolated = word.find('I') != std::string_view::npos;
    if (isolated || word.find('E') != std::string_view::npos) python.environment_counts = false;
    if (isolated || word.find('s') != std::string_view::npos) python.user_folder_counts = false;
  }
  return python;
}

// The name that `env` is asked to start; `rest` keeps that program's options.
std::string_view env_program(std::string_view& rest) {
  while (true) {
    const auto word = take_word(rest);
    if (word.empty() || (word.front() != '-' && !contains(word, "="))) return word;
  }
}

constexpr std::string_view kExec = "'''exec' ";

class Search {
 public:
  explicit Search(const Launch& launch) : launch_(launch), files_(*launch.files) {}

  PrefectSearch on_path() {
    const auto script = find_program("prefect", {});
    if (!script) return {{}, "no prefect on PATH: newest known"};
    return of_script(*script);
  }

  PrefectSearch of_script(const std::string& script) {
    where_ = script;
    const auto python = interpreter_of(script, "prefect", 0);
    if (!python) return unknown("cannot tell its release");
    return answer(release_of(*python), "cannot tell its release");
  }

  PrefectSearch of_python(const std::string& program) {
    where_ =
        contains(program, "/") ? launch_.absolute(program) : find_program(program, {}).value_or("");
    if (where_.empty()) return {{}, "no " + program + " on PATH: newest known"};
    const auto python = python_by_name(where_, {}, 0);
    return python ? answer(release_of(*python), "no prefect there")
                  : unknown("cannot tell its release");
  }

  PrefectSearch in_venv(const std::string& venv) {
    const auto script = joined(venv, "bin/prefect");
    where_ = files_.is_executable(script) ? script : venv;
    return answer(release_of({joined(venv, "bin/python")}), "no prefect there");
  }

 private:
  // -------------------------------------------------------------------------------- the answer

  PrefectSearch unknown(const std::string& why) const {
    return {{}, shown(where_) + ": " + why + ": newest known"};
  }

  std::string shown(const std::string& path) const {
    const auto& home = launch_.user_home;
    return home.size() > 1 && starts_with(path, home + '/') ? '~' + path.substr(home.size()) : path;
  }

  PrefectSearch answer(const std::string& text, const std::string& otherwise) const {
    if (text.empty()) return unknown(otherwise);
    const auto version = read_version(text);
    if (!version) return unknown("its version `" + text + "` names no release");
    const auto release = known_release(*version);
    auto reason = shown(where_);
    if (release.text() != text)
      reason = "prefect " + text + " of " + shown(where_) + " is not known: answering for " +
               release.text();
    return {InstalledPrefect{release, where_, text}, reason};
  }

  // --------------------------------------------------------------------------------- files

  std::string start_of(const std::string& path) const {
    auto text = files_.read_start(path, kStart);
    auto* start = std::get_if<std::string>(&text);
    return start ? std::move(*start) : std::string();
  }

  /// A program as a shell finds it. `without`: a folder that is passed over.
  std::optional<std::string> find_program(std::string_view name, const std::string& without) const {
    const auto* path = launch_.non_empty("PATH");
    std::string_view rest = path ? std::string_view(*path) : std::string_view();
    while (!rest.empty()) {
      const auto entry = take_until(rest, ':');
      const auto folder = entry.empty() ? launch_.working_directory : launch_.absolute(entry);
      if (folder == without) continue;
      auto program = joined(folder, name);
      if (files_.is_executable(program)) return program;
    }
    return std::nullopt;
  }

  // --------------------------------------------------------------------------------- scripts

  /// The Python that runs a script called `name`.
  std::optional<Interpreter> interpreter_of(const std::string& script, const std::string& name,
                                            int depth) {
    if (depth == kMostScripts) return std::nullopt;
    const auto text = start_of(script);
    std::string_view rest = text;
    auto line = take_until(rest, '\n');
    if (!starts_with(line, "#!")) return beside(script);
    line.remove_prefix(2);
    auto program = std::string(take_word(line));
    const bool by_env = last_part(program) == "env";
    if (by_env) program = env_program(line);
    if (starts_with(last_part(program), "py")) {
      if (!by_env && !contains(program, "/shims/")) return with_options(program, line);
      return python_by_name(program, line, depth);
    }
    if (starts_with(rest, kExec)) return behind_wrapper(script, rest);
    if (contains(text, "pyenv")) return behind_shim(script, text, name, depth);
    return std::nullopt;
  }

  /// `#!/usr/bin/env python3`: the Python on the PATH, which may be a shim again.
  std::optional<Interpreter> python_by_name(const std::string& program, std::string_view options,
                                            int depth) {
    const auto found =
        contains(program, "/") ? launch_.absolute(program) : find_program(program, {}).value_or("");
    if (found.empty()) return std::nullopt;
    if (!contains(found, "/shims/")) return with_options(found, options);
    const auto shim = start_of(found);
    return contains(shim, "pyenv")
               ? behind_shim(found, shim, std::string(last_part(program)), depth)
               : std::nullopt;
  }

  /// No script but a program of its own: the Python beside it, if that has a Prefect.
  std::optional<Interpreter> beside(const std::string& program) const {
    const auto real = files_.resolve_links(program);
    if (!real) return std::nullopt;
    return Interpreter{joined(folder_of(*real), "python")};
  }

  /// `#!/bin/sh` and `'''exec' /a/long/path/bin/python "$0" "$@"`: what pip and uv write where a
  /// path is too long for a first line, or may move.
  std::optional<Interpreter> behind_wrapper(const std::string& script,
                                            std::string_view rest) const {
    auto line = take_until(rest, '\n');
    line.remove_prefix(kExec.size());
    if (contains(line.substr(0, line.find(" \"$@\"")), "realpath")) return beside(script);
    if (line.empty() || (line.front() != '"' && line.front() != '\''))
      return with_options(std::string(take_word(line)), line.substr(0, line.find("\"$0\"")));
    const char quote = line.front();
    line.remove_prefix(1);
    const auto python = std::string(take_until(line, quote));
    return with_options(python, line.substr(0, line.find("\"$0\"")));
  }

  // --------------------------------------------------------------------------------- pyenv

  std::optional<Interpreter> behind_shim(const std::string& shim, std::string_view text,
                                         const std::string& name, int depth) {
    const auto root = pyenv_root(text);
    const auto found = pyenv_program(root, name).value_or("");
    if (found.empty() || found == shim) return std::nullopt;
    if (name != "prefect") return Interpreter{found};
    where_ = found;
    return interpreter_of(found, name, depth + 1);
  }

  /// A shim says it itself, whatever the environment says.
  std::string pyenv_root(std::string_view shim) const {
    constexpr std::string_view kExport = "export PYENV_ROOT=\"";
    if (const auto at = shim.find(kExport); at != std::string_view::npos) {
      auto rest = shim.substr(at + kExport.size());
      return std::string(take_until(rest, '"'));
    }
    const auto* root = launch_.non_empty("PYENV_ROOT");
    return root ? launch_.absolute(*root) : joined(launch_.user_home, ".pyenv");
  }

  /// A program of the first chosen Python that has it, else of the PATH without the shims.
  std::optional<std::string> pyenv_program(const std::string& root, const std::string& name) const {
    const auto shims = joined(root, "shims");
    const auto chosen = pyenv_versions(root);
    std::string_view rest = chosen;
    while (!rest.empty()) {
      const auto version = take_until(rest, ':');
      if (version == "system") break;
      const auto folder = pyenv_folder(root, version);
      auto program = joined(joined(folder, "bin"), name);
      if (!folder.empty() && files_.is_executable(program)) return program;
    }
    return find_program(name, shims);
  }

  /// `3.11.7:3.12`.
  std::string pyenv_versions(const std::string& root) const {
    if (const auto* version = launch_.non_empty("PYENV_VERSION")) return *version;
    for (auto folder = launch_.working_directory;; folder = folder_of(folder)) {
      const auto file = joined(folder, ".python-version");
      if (files_.is_file(file)) return first_words(start_of(file));
      if (folder == "/" || folder.empty()) break;
    }
    return first_words(start_of(joined(root, "version")));
  }

  static std::string first_words(std::string_view text) {
    std::string words;
    while (!text.empty()) {
      auto line = take_until(text, '\n');
      const auto word = take_word(line);
      if (word.empty() || word.front() == '#' || contains(word, "/") || word == "..") continue;
      words += (words.empty() ? "" : ":") + std::string(word);
    }
    return words;
  }

  /// `3.11.7`, `python-3.11.7`, or `3.11` for the newest 3.11 there is.
  std::string pyenv_folder(const std::string& root, std::string_view version) const {
    const auto versions = joined(root, "versions");
    const auto names = files_.list(versions);
    for (const auto prefix : {std::string_view(), std::string_view("python-")}) {
      if (!starts_with(version, prefix)) continue;
      const auto name = version.substr(prefix.size());
      if (std::find(names.begin(), names.end(), name) != names.end()) return joined(versions, name);
      if (const auto newest = newest_of(names, name); !newest.empty())
        return joined(versions, newest);
    }
    return {};
  }

  static std::string newest_of(const Texts& names, std::string_view minor) {
    std::string newest;
    Version highest;
    for (const auto& name : names) {
      const auto version = Version::parse(name);
      if (!version || !starts_with(name, std::string(minor) + '.')) continue;
      if (!newest.empty() && *version < highest) continue;
      newest = name;
      highest = *version;
    }
    return newest;
  }

  // -------------------------------------------------------------------------------- packages

  /// The version of the Prefect that a Python imports, as written; empty where it has none.
  std::string release_of(const Interpreter& python) const {
    if (python.environment_counts) {
      if (auto text = release_by_environment(); !text.empty()) return text;
    }
    for (const auto& prefix : {folder_of(folder_of(python.path)), folder_of(python.path)}) {
      const auto settings = start_of(joined(prefix, "pyvenv.cfg"));
      if (!settings.empty()) return release_of_venv(python, prefix, settings);
    }
    return release_of_base(python);
  }

  std::string release_of_venv(const Interpreter& python, const std::string& prefix,
                              const std::string& settings) const {
    auto minor = minor_version(value_of(settings, "version", '='));
    if (minor.empty()) minor = minor_version(value_of(settings, "version_info", '='));
    if (minor.empty()) minor = minor_of(python.path);
    for (const auto& name : python_names(minor, prefix)) {
      if (auto text = release_below(prefix, kOwnFolders, name); !text.empty()) return text;
    }
    // What says the version may be out of date, the folder is there.
    for (const auto& name : minor.empty() ? Texts() : python_names({}, prefix)) {
      if (auto text = release_below(prefix, kOwnFolders, name); !text.empty()) return text;
    }
    if (!equal_ignoring_case(value_of(settings, "include-system-site-packages", '='), "true"))
      return {};
    auto base = python;
    base.path = joined(std::string(value_of(settings, "home", '=')), last_part(python.path));
    if (!files_.is_executable(base.path)) base.path = joined(folder_of(base.path), "python3");
    return release_of_base(base);
  }

  /// A Python that is no virtual environment's: the user's packages come before its own.
  std::string release_of_base(const Interpreter& python) const {
    const auto real = files_.resolve_links(python.path).value_or(python.path);
    const auto prefix = folder_of(folder_of(real));
    const auto minor = minor_of(real);
    const bool switched_off = python.environment_counts && launch_.non_empty("PYTHONNOUSERSITE");
    if (python.user_folder_counts && !switched_off) {
      const auto user = user_base();
      for (const auto& name : python_names(minor, user)) {
        if (auto text = release_below(user, kOwnFolders, name); !text.empty()) return text;
      }
    }
    for (const auto& name : python_names(minor, prefix)) {
      auto text = prefix == "/usr" ? release_below(prefix, kSystemFolders, name) : std::string();
      if (text.empty()) text = release_below(prefix, kOwnFolders, name);
      if (!text.empty()) return text;
    }
    return {};
  }

  /// Python reads it even where `-E` tells it to leave its variables alone (measured on 3.11 to
  /// 3.13).
  std::string user_base() const {
    const auto* base = launch_.non_empty("PYTHONUSERBASE");
    return base ? launch_.absolute(*base) : joined(launch_.user_home, ".local");
  }

  /// `3.11` as the name of a Python says it, or of what it is a link to; empty where none does.
  std::string minor_of(const std::string& python) const {
    constexpr std::string_view kPython = "python";
    for (const auto& path : {python, files_.resolve_links(python).value_or("")}) {
      const auto name = last_part(path);
      if (!starts_with(name, kPython)) continue;
      if (auto minor = minor_version(name.substr(kPython.size())); !minor.empty()) return minor;
    }
    return {};
  }

  /// `python3.11`, as its folder in `lib` is called; every one below a prefix where nothing says.
  Texts python_names(const std::string& minor, const std::string& prefix) const {
    if (!minor.empty() && minor.back() != 't') return {"python" + minor, "python" + minor + 't'};
    if (!minor.empty()) return {"python" + minor};
    Texts names;
    for (const auto* folder : {"lib", "lib64"}) {
      for (auto& name : files_.list(joined(prefix, folder))) {
        const bool is_python = starts_with(name, "python3.");
        if (is_python && std::find(names.begin(), names.end(), name) == names.end())
          names.push_back(std::move(name));
      }
    }
    return names;
  }

  template <std::size_t Count>
  std::string release_below(const std::string& prefix, const std::string_view (&patterns)[Count],
                            const std::string& python) const {
    for (const auto pattern : patterns) {
      if (auto text = release_in(folder_below(prefix, pattern, python)); !text.empty()) return text;
    }
    return {};
  }

  std::string release_by_environment() const {
    const auto* path = launch_.non_empty("PYTHONPATH");
    std::string_view rest = path ? std::string_view(*path) : std::string_view();
    while (!rest.empty()) {
      const auto entry = take_until(rest, ':');
      const auto folder = entry.empty() ? launch_.working_directory : launch_.absolute(entry);
      if (auto text = release_in(folder); !text.empty()) return text;
    }
    return {};
  }

  /// As Python's importlib.metadata: the first in the folder's order. A folder without METADATA is
  /// what an uninstallation left, and counts only where there is nothing else.
  std::string release_in(const std::string& folder) const {
    std::string by_name;
    for (const auto& name : files_.list(folder)) {
      if (name == "prefect.egg-link") {
        if (auto text = release_by_link(joined(folder, name)); !text.empty()) return text;
        continue;
      }
      if (!describes_prefect(name)) continue;
      if (auto text = version_in(joined(folder, name)); !text.empty()) return text;
      if (by_name.empty()) by_name = version_of_name(name);
    }
    return by_name;
  }

  /// `prefect-3.8.8.dist-info`, and not `prefect_aws-…` or `~refect-…`.
  static bool describes_prefect(std::string_view name) {
    const auto folded = lower(name);
    if (!ends_with(folded, ".dist-info") && !ends_with(folded, ".egg-info")) return false;
    std::string_view project = std::string_view(folded).substr(0, folded.rfind('.'));
    return take_until(project, '-') == "prefect";
  }

  static std::string version_of_name(std::string_view name) {
    take_until(name, '-');
    const auto whole = name.substr(0, name.rfind('.'));
    return std::string(whole.substr(0, whole.find('-')));
  }

  std::string version_in(const std::string& info) const {
    const bool is_egg = ends_with(lower(info), ".egg-info");
    auto text = start_of(joined(info, is_egg ? "PKG-INFO" : "METADATA"));
    if (text.empty() && is_egg) text = start_of(info);
    return std::string(value_of(headers_of(text), "Version", ':'));
  }

  /// `pip install -e` of older pips: the file names the folder of the sources.
  std::string release_by_link(const std::string& link) const {
    const auto text = start_of(link);
    std::string_view rest = text;
    const auto folder = trimmed(take_until(rest, '\n'));
    if (!starts_with(folder, "/")) return {};
    return version_in(joined(std::string(folder), "prefect.egg-info"));
  }

  const Launch& launch_;
  const FileSystem& files_;
  std::string where_;
};

}  // namespace

PrefectSearch find_installed_prefect(const Launch& launch, const std::string& venv) {
  Search search(launch);
  if (venv.empty()) return search.on_path();
  auto folder = launch.absolute(venv);
  while (folder.size() > 1 && folder.back() == '/') folder.pop_back();
  return search.in_venv(folder);
}

PrefectSearch find_prefect_of_script(const Launch& launch, const std::string& script) {
  const bool is_here = starts_with(script, "./");
  return Search(launch).of_script(launch.absolute(is_here ? script.substr(2) : script));
}

PrefectSearch find_prefect_of_python(const Launch& launch, const std::string& python) {
  return Search(launch).of_python(python);
}

}  // namespace prefect_config
