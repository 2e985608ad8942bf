// Which Prefect a launch would run, over every layout of files that installers leave.
#include "launch/installed_prefect.hpp"
#include "memory_files.hpp"

#include <doctest/doctest.h>

#include <algorithm>

using namespace prefect_config;
using namespace prefect_config::testing;

namespace {

constexpr const char* kVenv = "/x/.venv";
constexpr const char* kScript = "/x/.venv/bin/prefect";
constexpr const char* kPackages = "/x/.venv/lib/python3.11/site-packages/";

std::string metadata(const std::string& version) {
  return "Metadata-Version: 2.4\nName: prefect\nVersion: " + version +
         "\nSummary: text\n\nVersion: 9";
}

std::string script_of(const std::string& python) {
  return "#!" + python + "\n# -*- coding: utf-8 -*-\nimport sys\n";
}

struct Machine : MemoryFiles {
  std::vector<EnvironmentVariable> environment;
  std::string working_directory = "/work";

  /// `folder`: with a slash at its end.
  void add_package(const std::string& folder, const std::string& version) {
    files[folder + "prefect-" + version + ".dist-info/METADATA"] = metadata(version);
  }
  void add_venv(const std::string& version, const std::string& folder = kVenv) {
    files[folder + "/pyvenv.cfg"] = "home = /usr/bin\nversion = 3.11.7\n";
    add_executable(folder + "/bin/prefect", script_of(folder + "/bin/python"));
    add_package(folder + "/lib/python3.11/site-packages/", version);
  }
  void add_system_python() {
    add_executable("/usr/bin/python3.11", "\x7f"
                                          "ELF");
    links["/usr/bin/python3"] = "python3.11";
  }
  void set(const std::string& name, const std::string& value) {
    environment.push_back({name, value});
  }

  PrefectSearch search(const std::string& venv = {}) const {
    auto launch = launch_of(*this, environment);
    launch.working_directory = working_directory;
    return find_installed_prefect(launch, venv);
  }
  /// The version as written, or the reason why there is none.
  std::string found(const std::string& venv = {}) const {
    const auto result = search(venv);
    return result.found ? result.found->text : result.reason;
  }
};

Machine machine_with_path(const std::string& path) {
  Machine machine;
  machine.set("PATH", path);
  return machine;
}

Machine machine_with_venv(const std::string& version) {
  auto machine = machine_with_path("/usr/bin:/x/.venv/bin");
  machine.add_venv(version);
  return machine;
}

constexpr const char* kNoneOnPath = "no prefect on PATH: newest known";

}  // namespace

TEST_CASE("installed prefect: a virtual environment on the PATH") {
  const auto search = machine_with_venv("3.4.19").search();
  REQUIRE(search.found);
  CHECK(search.found->version == Version{3, 4, 19});
  CHECK(search.found->where == kScript);
  CHECK(search.found->text == "3.4.19");
  CHECK(search.reason == kScript);
}

TEST_CASE("installed prefect: a path below the home is shortened in the reason only") {
  auto machine = machine_with_path("/home/user/v/bin");
  machine.add_venv("3.4.19", "/home/user/v");
  CHECK(machine.search().reason == "~/v/bin/prefect");
  CHECK(machine.search().found->where == "/home/user/v/bin/prefect");
}

TEST_CASE("installed prefect: none") {
  CHECK(Machine().found() == kNoneOnPath);
  CHECK(machine_with_path("").found() == kNoneOnPath);
  CHECK(machine_with_path(":::").found() == kNoneOnPath);
  CHECK(machine_with_path("/usr/bin").found() == kNoneOnPath);
}

TEST_CASE("installed prefect: the first on the PATH counts") {
  auto machine = machine_with_path("/none:/b/bin:/x/.venv/bin");
  machine.add_venv("3.4.19");
  machine.add_venv("3.8.8", "/b");
  CHECK(machine.found() == "3.8.8");

  SUBCASE("but not what cannot be executed") {
    machine.executables.erase("/b/bin/prefect");
    CHECK(machine.found() == "3.4.19");
  }
  SUBCASE("nor a folder of that name") {
    machine.files.erase("/b/bin/prefect");
    machine.files["/b/bin/prefect/file"] = "";
    CHECK(machine.found() == "3.4.19");
  }
  SUBCASE("nor a broken link, nor links in a circle") {
    machine.files.erase("/b/bin/prefect");
    machine.links["/b/bin/prefect"] = "/b/bin/none";
    CHECK(machine.found() == "3.4.19");
    machine.links["/b/bin/none"] = "prefect";
    CHECK(machine.found() == "3.4.19");
  }
  SUBCASE("also where its release cannot be told") {
    machine.add_executable("/b/bin/prefect", "#!/bin/sh\nexec docker run prefect\n");
    CHECK(machine.found() == "/b/bin/prefect: cannot tell its release: newest known");
    CHECK_FALSE(machine.search().found);
  }
}

TEST_CASE("installed prefect: empty and relative entries of the PATH start where the launch does") {
  for (const auto* path : {"", "bin", "./bin"}) {
    CAPTURE(path);
    auto machine = machine_with_path(std::string("/none:") + path + ":/x/.venv/bin");
    machine.add_venv("3.4.19");
    machine.add_venv("3.8.8", "/y");
    const auto folder = *path ? std::string("/work/") + path : "/work";
    machine.add_executable(folder + "/prefect", script_of("/y/bin/python"));
    CHECK(machine.found() == "3.8.8");
  }
}

TEST_CASE("installed prefect: a virtual environment by its folder") {
  auto machine = machine_with_path("/b/bin");
  machine.add_venv("3.8.8", "/b");
  machine.add_venv("3.4.19");
  CHECK(machine.found(kVenv) == "3.4.19");
  CHECK(machine.found("/x/.venv/") == "3.4.19");
  CHECK(machine.search(kVenv).reason == kScript);
  machine.working_directory = "/x";
  CHECK(machine.found(".venv") == "3.4.19");

  machine.files.erase(kScript);  // python -m prefect
  CHECK(machine.search(kVenv).reason == kVenv);
  CHECK(machine.found("/none") == "/none: no prefect there: newest known");
}

TEST_CASE("installed prefect: which Python's packages") {
  auto machine = machine_with_path("/x/.venv/bin");
  machine.add_executable(kScript, script_of("/x/.venv/bin/python"));
  machine.add_package("/x/.venv/lib/python3.10/site-packages/", "3.1.0");
  machine.add_package("/x/.venv/lib/python3.11/site-packages/", "3.2.0");
  machine.add_package("/x/.venv/lib/python3.12/site-packages/", "3.3.0");
  auto& settings = machine.files["/x/.venv/pyvenv.cfg"];
  settings = "home = /usr/bin\n";
  CHECK(machine.found() == "3.1.0");  // nothing says
  SUBCASE("venv") {
    settings += "version = 3.11.2\n";
    CHECK(machine.found() == "3.2.0");
  }
  SUBCASE("uv and virtualenv") {
    settings += "VERSION_INFO=3.12.1.final.0\r\n";
    CHECK(machine.found() == "3.3.0");
  }
  SUBCASE("the interpreter's link") {
    machine.add_executable("/usr/bin/python3.11", "");
    machine.links["/x/.venv/bin/python"] = "/usr/bin/python3.11";
    CHECK(machine.found() == "3.2.0");
  }
  SUBCASE("what says it is out of date") {
    settings += "version = 3.9.1\n";
    CHECK(machine.found() == "3.1.0");
  }
  SUBCASE("the build without the global lock") {
    settings += "version = 3.13.0\n";
    machine.add_package("/x/.venv/lib/python3.13t/site-packages/", "3.5.0");
    CHECK(machine.found() == "3.5.0");
  }
}

TEST_CASE("installed prefect: lib64") {
  auto machine = machine_with_path("/x/.venv/bin");
  machine.add_executable(kScript, script_of("/x/.venv/bin/python"));
  machine.add_package("/x/.venv/lib64/python3.11/site-packages/", "3.2.0");
  for (const auto* settings : {"version = 3.11.2\n", "home = /usr/bin\n"}) {
    machine.files["/x/.venv/pyvenv.cfg"] = settings;
    CHECK(machine.found() == "3.2.0");
  }
}

TEST_CASE("installed prefect: scripts") {
  auto machine = machine_with_path("/bin:/usr/bin");
  machine.add_venv("3.4.19", "/long path");
  machine.add_venv("3.8.8", "/long");
  const auto found = [&](const std::string& script) {
    machine.add_executable("/bin/prefect", script);
    return machine.found();
  };
  CHECK(found("#!/long/bin/python\n") == "3.8.8");
  CHECK(found("#! /long/bin/python3 -E\r\n") == "3.8.8");
  CHECK(found("#!/long/bin/python3.11") == "3.8.8");
  CHECK(found("#!/bin/sh\n'''exec' /long/bin/python \"$0\" \"$@\"\n' '''\n") == "3.8.8");
  CHECK(found("#!/bin/sh\n'''exec' \"/long path/bin/python\" \"$0\" \"$@\"\n' '''\n") == "3.4.19");
  CHECK(found("#!/bin/sh\n'''exec' '/long path/bin/python' \"$0\" \"$@\"\n' '''\n") == "3.4.19");
  machine.add_venv("3.5.0", "/p/.pyenv/v");
  CHECK(found("#!/bin/sh\n'''exec' /p/.pyenv/v/bin/python \"$0\" \"$@\"\n' '''\n") == "3.5.0");
  for (const auto* nothing :
       {"", "#!", "#!\n", "#!/bin/sh", "#!/bin/sh\n'''exec' ", "#!/bin/sh\n'''exec' '",
        "#!/usr/bin/env", "#!/usr/bin/env -S", "#!/usr/bin/env python3"}) {
    CAPTURE(nothing);
    CHECK(found(nothing) == "/bin/prefect: cannot tell its release: newest known");
  }
}

TEST_CASE("installed prefect: a script that may be moved, found through a link") {
  auto machine = machine_with_path("/home/user/.local/bin");
  machine.add_venv("3.8.8");
  machine.add_executable(kScript,
                         "#!/bin/sh\n'''exec' \"$(dirname -- \"$(realpath -- \"$0\")\")\"/'python' "
                         "\"$0\" \"$@\"\n' '''\n");
  machine.links["/home/user/.local/bin/prefect"] = "../../../../x/.venv/bin/prefect";
  CHECK(machine.found() == "3.8.8");
  CHECK(machine.search().reason == "~/.local/bin/prefect");
}

TEST_CASE("installed prefect: pipx and uv tool, a link to the script") {
  auto machine = machine_with_path("/home/user/.local/bin");
  machine.add_venv("3.8.8", "/home/user/.local/share/uv/tools/prefect");
  machine.links["/home/user/.local/bin/prefect"] =
      "/home/user/.local/share/uv/tools/prefect/bin/prefect";
  CHECK(machine.found() == "3.8.8");
}

TEST_CASE("installed prefect: env finds Python on the PATH") {
  auto machine = machine_with_path("/tools:/x/.venv/bin:/usr/bin");
  machine.add_venv("3.8.8");
  machine.add_executable("/x/.venv/bin/python3", "");
  machine.add_system_python();
  for (const auto* line :
       {"#!/usr/bin/env python3", "#!/usr/bin/env -S python3 -E", "#!/usr/bin/env -S A=b python3",
        "#!/usr/bin/env /x/.venv/bin/python3"}) {
    CAPTURE(line);
    machine.add_executable("/tools/prefect", std::string(line) + "\nimport prefect\n");
    CHECK(machine.found() == "3.8.8");
  }
}

TEST_CASE("installed prefect: pip --user") {
  auto machine = machine_with_path("/home/user/.local/bin:/usr/bin");
  machine.add_system_python();
  machine.add_executable("/home/user/.local/bin/prefect", script_of("/usr/bin/python3"));
  machine.add_package("/usr/local/lib/python3.11/dist-packages/", "3.4.19");
  machine.add_package("/home/user/.local/lib/python3.12/site-packages/", "3.9.0");
  CHECK(machine.found() == "3.4.19");
  machine.add_package("/home/user/.local/lib/python3.11/site-packages/", "3.8.8");
  CHECK(machine.found() == "3.8.8");

  SUBCASE("not where user folders are switched off") {
    machine.set("PYTHONNOUSERSITE", "1");
    CHECK(machine.found() == "3.4.19");
  }
  SUBCASE("not by the script's own options") {
    for (const auto* option : {" -s", " -sP", " -I"}) {
      machine.add_executable("/home/user/.local/bin/prefect",
                             script_of(std::string("/usr/bin/python3") + option));
      CHECK(machine.found() == "3.4.19");
    }
  }
  SUBCASE("another folder") {
    machine.set("PYTHONUSERBASE", "/base");
    CHECK(machine.found() == "3.4.19");
    machine.add_package("/base/lib/python3.11/site-packages/", "3.7.0");
    CHECK(machine.found() == "3.7.0");
    machine.set("PYTHONNOUSERSITE", "1");
    CHECK(machine.found() == "3.4.19");
    machine.add_executable("/home/user/.local/bin/prefect", script_of("/usr/bin/python3 -E"));
    CHECK(machine.found() == "3.7.0");
  }
}

TEST_CASE("installed prefect: the folders of a distribution's Python") {
  for (const auto* folder :
       {"/usr/local/lib/python3.11/dist-packages/", "/usr/lib/python3/dist-packages/",
        "/usr/lib/python3.11/site-packages/", "/usr/lib64/python3.11/site-packages/",
        "/usr/local/lib/python3.11/site-packages/"}) {
    CAPTURE(folder);
    auto machine = machine_with_path("/usr/local/bin");
    machine.add_system_python();
    machine.add_executable("/usr/local/bin/prefect", script_of("/usr/bin/python3"));
    machine.add_package(folder, "3.8.8");
    CHECK(machine.found() == "3.8.8");
  }
}

TEST_CASE("installed prefect: a Python of its own, by a link from elsewhere") {
  auto machine = machine_with_path("/usr/local/bin");
  machine.add_executable("/opt/python/bin/python3.11", "");
  machine.links["/usr/local/bin/python3"] = "/opt/python/bin/python3";
  machine.links["/opt/python/bin/python3"] = "python3.11";
  machine.add_executable("/usr/local/bin/prefect", script_of("/usr/local/bin/python3"));
  machine.add_package("/opt/python/lib/python3.11/site-packages/", "3.8.8");
  CHECK(machine.found() == "3.8.8");
}

TEST_CASE("installed prefect: include-system-site-packages") {
  auto machine = machine_with_path("/x/.venv/bin:/usr/bin");
  machine.add_system_python();
  machine.add_executable(kScript, script_of("/x/.venv/bin/python3"));
  machine.add_package("/usr/lib/python3/dist-packages/", "3.4.19");
  auto& settings = machine.files["/x/.venv/pyvenv.cfg"];
  settings = "home = /usr/bin\nversion = 3.11.2\ninclude-system-site-packages = false\n";
  CHECK_FALSE(machine.search().found);
  settings = "home = /usr/bin\nversion = 3.11.2\ninclude-system-site-packages = true\n";
  CHECK(machine.found() == "3.4.19");
  machine.add_package(kPackages, "3.8.8");
  CHECK(machine.found() == "3.8.8");
}

TEST_CASE("installed prefect: PYTHONPATH comes first") {
  auto machine = machine_with_venv("3.4.19");
  machine.add_package("/work/vendor/", "3.8.8");
  machine.set("PYTHONPATH", "/none::vendor");
  CHECK(machine.found() == "3.8.8");
  machine.add_executable(kScript, script_of("/x/.venv/bin/python -E"));
  CHECK(machine.found() == "3.4.19");
}

TEST_CASE("installed prefect: what else lies among the packages") {
  auto machine = machine_with_venv("3.8.8");
  const std::string folder = "/x/.venv/lib/python3.11/site-packages";
  for (const auto* name : {"~refect-3.1.0.dist-info", "prefect_aws-0.5.0.dist-info",
                           "prefect.extra-1.0.dist-info", "prefects-1.0.dist-info",
                           "prefect-1.0.dist-info.bak", "prefect-kubernetes-0.1.dist-info"}) {
    machine.files[folder + '/' + name + "/METADATA"] = metadata("3.0.0");
    machine.folders[folder].push_back(name);
  }
  // A dash in a name is no name's: importlib.metadata reads `prefect`, of version `kubernetes`.
  machine.files.erase(folder + "/prefect-kubernetes-0.1.dist-info/METADATA");
  machine.folders[folder].pop_back();
  CHECK(machine.found() == "3.8.8");
}

TEST_CASE("installed prefect: two of them, the first in the folder's order") {
  auto machine = machine_with_venv("3.8.8");
  machine.add_package(kPackages, "3.4.19");
  const std::string folder = "/x/.venv/lib/python3.11/site-packages";
  machine.folders[folder] = {"prefect-3.8.8.dist-info", "prefect-3.4.19.dist-info"};
  CHECK(machine.found() == "3.8.8");
  std::reverse(machine.folders[folder].begin(), machine.folders[folder].end());
  CHECK(machine.found() == "3.4.19");
  // What an uninstallation left.
  machine.files.erase(folder + "/prefect-3.4.19.dist-info/METADATA");
  CHECK(machine.found() == "3.8.8");
  machine.files.erase(folder + "/prefect-3.8.8.dist-info/METADATA");
  CHECK(machine.found() == "3.4.19");
}

TEST_CASE("installed prefect: METADATA wins over the folder's name") {
  auto machine = machine_with_venv("3.8.8");
  auto& text = machine.files[std::string(kPackages) + "prefect-3.8.8.dist-info/METADATA"];
  text = metadata("3.4.19");
  CHECK(machine.found() == "3.4.19");
  text = "name: prefect\r\nVERSION:3.4.20\r\n";
  CHECK(machine.found() == "3.4.20");
  text = "Name: prefect\n\nVersion: 3.4.19\n";  // of the description
  CHECK(machine.found() == "3.8.8");
}

TEST_CASE("installed prefect: egg-info and egg-link of older installers") {
  auto machine = machine_with_venv("3.8.8");
  const std::string folder = kPackages;
  machine.files.erase(folder + "prefect-3.8.8.dist-info/METADATA");
  SUBCASE("a folder") {
    machine.files[folder + "Prefect-3.4.19-py3.11.egg-info/PKG-INFO"] = metadata("3.4.19");
    CHECK(machine.found() == "3.4.19");
  }
  SUBCASE("a file") {
    machine.files[folder + "prefect-3.4.19.egg-info"] = metadata("3.4.19");
    CHECK(machine.found() == "3.4.19");
  }
  SUBCASE("by its name") {
    machine.files[folder + "prefect-3.4.19-py3.11.egg-info/SOURCES.txt"] = "";
    CHECK(machine.found() == "3.4.19");
  }
  SUBCASE("editable") {
    machine.files[folder + "prefect.egg-link"] = "/src/prefect/src\n../";
    machine.files["/src/prefect/src/prefect.egg-info/PKG-INFO"] = metadata("3.4.19");
    CHECK(machine.found() == "3.4.19");
  }
}

TEST_CASE("installed prefect: pyenv") {
  auto machine = machine_with_path("/home/user/.pyenv/shims:/x/.venv/bin:/usr/bin");
  machine.add_venv("3.0.0");
  machine.working_directory = "/work/deep/er";
  const std::string root = "/home/user/.pyenv";
  const std::string shim =
      "#!/usr/bin/env bash\nexec \"/x/libexec/pyenv\" exec \"prefect\" \"$@\"\n";
  machine.add_executable(root + "/shims/prefect", shim);
  const auto add = [&](const std::string& name, const std::string& version) {
    const auto prefix = root + "/versions/" + name;
    machine.add_executable(prefix + "/bin/prefect", script_of(prefix + "/bin/python3.11"));
    machine.add_package(prefix + "/lib/python3.11/site-packages/", version);
  };
  add("3.11.7", "3.4.19");
  add("3.11.10", "3.5.0");
  add("mine", "3.8.8");
  machine.add_executable(root + "/versions/3.10.1/bin/python", "");

  SUBCASE("nothing chosen: the PATH without the shims") { CHECK(machine.found() == "3.0.0"); }
  SUBCASE("PYENV_VERSION") {
    machine.files["/work/deep/.python-version"] = "mine";
    machine.set("PYENV_VERSION", "3.10.1:3.11.7:mine");
    CHECK(machine.found() == "3.4.19");
    CHECK(machine.search().reason == "~/.pyenv/versions/3.11.7/bin/prefect");
  }
  SUBCASE("a file, from the working directory upward") {
    machine.files["/.python-version"] = "3.11.7";
    CHECK(machine.found() == "3.4.19");
    machine.files["/work/.python-version"] = "# the project's\n\n  mine and\n3.11.7";
    CHECK(machine.found() == "3.8.8");
    machine.files["/work/deep/er/.python-version"] = "system";
    CHECK(machine.found() == "3.0.0");
  }
  SUBCASE("the global one") {
    machine.files[root + "/version"] = "python-3.11.7\n";
    CHECK(machine.found() == "3.4.19");
  }
  SUBCASE("the newest of a minor version") {
    machine.set("PYENV_VERSION", "3.11");
    CHECK(machine.found() == "3.5.0");
  }
  SUBCASE("one that has no prefect, or is not there, or leads elsewhere") {
    for (const auto* version : {"3.10.1", "3.9", "", "..", "../../../b"}) {
      CAPTURE(version);
      machine.files[root + "/version"] = version;
      CHECK(machine.found() == "3.0.0");
    }
  }
  SUBCASE("another root") {
    machine.set("PYENV_ROOT", "/p");
    machine.set("PYENV_VERSION", "mine");
    machine.add_venv("3.7.0", "/p/versions/mine");
    CHECK(machine.found() == "3.7.0");
    machine.add_executable(root + "/shims/prefect",
                           "#!/usr/bin/env bash\nexport PYENV_ROOT=\"" + root + "\"\n" + shim);
    CHECK(machine.found() == "3.8.8");
  }
  SUBCASE("a shim that leads to itself") {
    machine.add_executable(root + "/versions/mine/bin/prefect", shim);
    machine.set("PYENV_VERSION", "mine");
    CHECK_FALSE(machine.search().found);
  }
  SUBCASE("env finds a shim of Python") {
    machine.environment = {{"PATH", "/tools:" + root + "/shims"}, {"PYENV_VERSION", "3.11.7"}};
    machine.add_executable("/tools/prefect", "#!/usr/bin/env python3\n");
    machine.add_executable(root + "/shims/python3", shim);
    machine.add_executable(root + "/versions/3.11.7/bin/python3", "");
    machine.links[root + "/versions/3.11.7/bin/python3"] = "python3.11";
    machine.add_executable(root + "/versions/3.11.7/bin/python3.11", "");
    CHECK(machine.found() == "3.4.19");
  }
}

TEST_CASE("installed prefect: which known release answers") {
  const auto known = known_versions();
  const auto newest = newest_version();
  const auto after_newest = Version{newest.major, newest.minor, std::uint16_t(newest.patch + 1)};
  struct Row {
    std::string text;
    Version answers;
  };
  const auto before = [&](Version version) {
    return *std::prev(std::lower_bound(known.begin(), known.end(), version));
  };
  const Row rows[] = {
      {"3.8.8", {3, 8, 8}},
      {"3.8.8.post1", {3, 8, 8}},
      {"3.8.8-1", {3, 8, 8}},
      {"3.8.8.post1.dev2", {3, 8, 8}},
      {"3.8.8+5.gabcdef.dirty", {3, 8, 8}},
      {"3.8.8.0", {3, 8, 8}},
      {"3.8", {3, 8, 0}},
      {"V3.8.8", {3, 8, 8}},
      {"3.8.8rc1", before({3, 8, 8})},
      {"3.8.8.dev3", before({3, 8, 8})},
      {"3.8.8-alpha.1", before({3, 8, 8})},
      {"3.8.8b2+local", before({3, 8, 8})},
      {"3.1.0rc1", before({3, 1, 0})},
      {"3.0.0rc20", {3, 0, 0}},
      {after_newest.text(), newest},
      {after_newest.text() + "rc1", newest},
      {"9.0.0", newest},
      {"9.0.0.dev1", newest},
      {"1.4.1", known.front()},
      {"3.8.65000", before({3, 9, 0})},
  };
  for (const auto& row : rows) {
    CAPTURE(row.text);
    const auto search = machine_with_venv(row.text).search();
    REQUIRE(search.found);
    CHECK(search.found->version == row.answers);
    CHECK(search.found->text == row.text);
    CHECK(search.reason == (row.answers.text() == row.text
                                ? std::string(kScript)
                                : "prefect " + row.text + " of " + kScript +
                                      " is not known: answering for " + row.answers.text()));
  }
  for (const auto* text :
       {"0+unknown", "0.0.0", "abc", "3.8.8junk", "3.99999.1", "3.", "-1", "1!3.0.0"}) {
    CAPTURE(text);
    CHECK(machine_with_venv(text).found() ==
          std::string(kScript) + ": its version `" + text + "` names no release: newest known");
  }
}

namespace {

// What `--command LINE` would run on a machine.
std::string run_by(const Machine& machine, const std::string& line) {
  auto launch = launch_of(machine, machine.environment);
  launch.working_directory = machine.working_directory;
  launch.version_is_detected = true;
  const auto result = launch_of_command(launch, line);
  const auto* found = std::get_if<Launch>(&result);
  return found ? found->prefect_version.text() : "refused";
}

}  // namespace

TEST_CASE("installed prefect: a command line names a script, a Python or a project") {
  auto machine = machine_with_venv("3.4.19");
  machine.set("HOME", "/home/user");
  machine.add_venv("3.2.15", "/work/.venv");
  machine.add_venv("3.1.15", "/opt/pipx/venvs/prefect");
  machine.links["/home/user/.local/bin/prefect"] = "/opt/pipx/venvs/prefect/bin/prefect";
  machine.links["/work/prefect"] = ".venv/bin/prefect";
  machine.add_executable("/opt/pipx/venvs/prefect/bin/python", "");
  machine.add_executable("/work/.venv/bin/python", "");
  CHECK(run_by(machine, "prefect version") == "3.4.19");
  CHECK(run_by(machine, "/home/user/.local/bin/prefect version") == "3.1.15");
  CHECK(run_by(machine, "./prefect version") == "3.2.15");
  CHECK(run_by(machine, ".venv/bin/prefect version") == "3.2.15");
  CHECK(run_by(machine, ".venv/bin/python -m prefect version") == "3.2.15");
  CHECK(run_by(machine, "PATH=/opt/pipx/venvs/prefect/bin python -m prefect version") == "3.1.15");
  CHECK(run_by(machine, "uv run prefect version") == "3.2.15");
  CHECK(run_by(machine, "poetry run prefect version") == "3.2.15");
  machine.working_directory = "/elsewhere";
  CHECK(run_by(machine, "uv run prefect version") == "3.4.19");
  machine.set("VIRTUAL_ENV", "/opt/pipx/venvs/prefect");
  CHECK(run_by(machine, "uv run prefect version") == "3.1.15");
}
