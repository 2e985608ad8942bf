// The Prefect that a launch would run: found by files alone, Python never runs.
//
// What it is not: a survey of every Prefect of this machine. The `prefect` first on the launch's
// PATH counts, or one virtual environment; and then the packages that its Python would import.
//
// To add a way of starting `prefect`: `Search::interpreter_of`. A place of packages: a row of
// `kOwnFolders` or `kSystemFolders`.
#pragma once

#include <prefect_config/launch.hpp>
#include <prefect_config/version.hpp>

#include <optional>
#include <string>

namespace prefect_config {

struct InstalledPrefect {
  Version version;    ///< the known release that answers for it
  std::string where;  ///< `/x/.venv/bin/prefect`
  std::string text;   ///< its version as its metadata says: `3.9.0rc1`
};

struct PrefectSearch {
  std::optional<InstalledPrefect> found;
  std::string reason;  ///< one line for people, its paths not escaped
};

/// `venv`: the folder of a virtual environment; where it is empty, the launch's PATH is searched.
PrefectSearch find_installed_prefect(const Launch& launch, const std::string& venv);

/// The Prefect that a script called `prefect` runs, named with its folder.
PrefectSearch find_prefect_of_script(const Launch& launch, const std::string& script);

/// The Prefect that `PYTHON -m prefect` runs; PYTHON is a path, or a name on the PATH.
PrefectSearch find_prefect_of_python(const Launch& launch, const std::string& python);

}  // namespace prefect_config
