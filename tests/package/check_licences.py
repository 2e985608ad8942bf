#!/usr/bin/env python3
"""Compares what is said of the libraries with what CMake asks for and with Debian's own copyright files.

usage: check_licences.py

Checked: docs/licences.md and the wheel's NOTICES are what tools/dev/licences writes; every library that CMake's
files or pyproject.toml ask for, in the version they ask for, is a row of cmake/libraries.json, and no row is left over; each row's licence is named in
the copyright file of its Debian package; each licence has a text. Then the checks are checked with a row that
is wrong.
"""

import copy
import json
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
#: What CMake calls a library; `None` for what it does not look for by itself.
ASKED = {
    "fmt": "fmt", "nlohmann_json": "JSON for Modern C++", "CLI11": "CLI11", "tomlplusplus": "toml++", "doctest": "doctest",
    "benchmark": "Google Benchmark", "OpenSSL": "OpenSSL", "Boost": "Boost.Program_options", "sodium": "libsodium", "utf8proc": "utf8proc",
    "yaml-cpp": "yaml-cpp", "nanobind": "nanobind",
}
#: What is looked for, and is no library that becomes a part of anything.
NO_LIBRARIES = {"Python", "Python3", "Threads", "PkgConfig", "prefect_config", "scikit-build-core"}
#: The compiler's own, the headers of the Boost that is asked for already, and what others carry inside.
IMPLIED = {"libstdc++ and libgcc", "glibc", "Boost.Beast and Boost.Asio", "fast_float", "robin-map"}
COMMON = {"Apache-2.0", "GPL-3.0-or-later", "LGPL-2.1-or-later"}


def cmake_files() -> list:
    found = [path for pattern in ("CMakeLists.txt", "*.cmake", "*.cmake.in") for path in ROOT.rglob(pattern)]
    return [path for path in found if not path.relative_to(ROOT).parts[0].startswith((".", "build"))]


def asked() -> dict:
    """Library to version, as CMake's files and pyproject.toml have them; without one, the version is empty."""
    text = "\n".join(re.sub(r"#.*", "", path.read_text("utf-8")) for path in cmake_files())
    found = re.findall(r"find_(?:package|dependency)\(\s*([\w+.-]+)(?:\s+([0-9.]+))?", text)
    found += re.findall(r"^prefect_config_find_with_pkg_config\((\S+) \S+ ([0-9.]+)\)", text, re.M)
    requires = re.search(r"^requires = \[(.*?)\]", (ROOT / "pyproject.toml").read_text("utf-8"), re.M | re.S)[1]
    found += re.findall(r'"([\w.-]+)(?:[>=~]+([0-9.]+))?[^"]*"', requires)
    versions = {}
    for name, version in found:
        versions[name] = version or versions.get(name, "")
    return {name: version for name, version in versions.items() if name not in NO_LIBRARIES}


def problems_of(rows: list) -> list:
    problems = []
    by_name = {row["name"]: row for row in rows}
    wanted = asked()
    for name, version in wanted.items():
        row = by_name.get(ASKED.get(name, ""))
        if not row:
            problems.append(f"CMake asks for {name}, which is no row of libraries.json")
        elif row["oldest"] != version:
            problems.append(f"{row['name']}: {row['oldest']} in libraries.json, and CMake asks for {version}")
    known = {ASKED[name] for name in wanted if name in ASKED} | IMPLIED
    problems += [f"nothing asks for {name}" for name in by_name if name not in known]
    for row in rows:
        for one in [*re.split(" AND | OR | WITH ", row["licence"]), *([row["notices"]] if "notices" in row else [])]:
            if one not in COMMON and not (ROOT / "cmake/licences" / f"{one}.txt").is_file():
                problems.append(f"{row['name']}: {one} has no text in cmake/licences")
        if row["used"] == "wheel":
            continue  # of PyPI
        path = Path("/usr/share/doc") / row.get("copyright", row["package"]) / "copyright"
        if not path.is_file():
            # Benchmarks are not built by the tests, so their library need not be there.
            if row["used"] != "bench":
                problems.append(f"{row['name']}: {path} is not there")
            continue
        text = " ".join(path.read_text("utf-8", errors="replace").split()).lower()
        problems += [f"{row['name']}: {word} is not in {path}" for word in row["debian"] if word.lower() not in text]
    return problems


def main() -> int:
    rows = json.loads((ROOT / "cmake/libraries.json").read_text("utf-8"))["libraries"]
    results = {"libraries.json": problems_of(rows)}
    page = subprocess.run([ROOT / "tools/dev/licences", "--check"], capture_output=True, text=True, check=False)
    results["docs/licences.md"] = [page.stderr] if page.returncode else []
    for what, key, value in (("a version", "oldest", "0.1"), ("a licence", "debian", ["WTFPL"]), ("a text", "licence", "Nonsense-1.0"), ("a name", "name", "libnonsense")):
        bad = copy.deepcopy(rows)
        bad[0][key] = value
        results[f"self-check: {what}"] = [] if problems_of(bad) else ["not seen"]
    results["self-check: a library of the wheel"] = [] if problems_of([row for row in rows if row["name"] != "nanobind"]) else ["not seen"]
    for what, problems in results.items():
        for problem in problems:
            print(f"FAILED {what}: {problem}")
    failed = sum(bool(problems) for problems in results.values())
    print(f"{len(results) - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
