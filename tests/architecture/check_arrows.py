#!/usr/bin/env python3
"""Fails where the code breaks the picture in docs/architecture.md.

usage: check_arrows.py ROOT | --self-test

Checked by reading includes and calls, line by line:
  - a folder of lib/src includes only itself and the folders before it in the flow;
  - a third-party library is included only where it is wrapped;
  - public headers need the standard library and each other alone;
  - a secret is revealed only where that is the file's purpose.
"""

import re
import sys
import tempfile
from pathlib import Path

# The flow, in order. Adding a stage is adding its name here.
STAGES = (
    "support", "registry", "adapters", "launch", "sources", "resolve", "auth", "profiles", "checks",
    "lint", "diff", "diagnose", "report", "probe",
)

# Header pattern -> the only files that may include it (patterns over the path from the root). Tests
# may include what they like.
THIRD_PARTY = {
    r"toml\+\+/|toml\.hpp": [r"lib/src/adapters/toml\.cpp"],
    r"yaml-cpp/": [r"lib/src/adapters/yaml\w*\.cpp"],
    r"boost/": [r"lib/src/adapters/.*", r"lib/src/probe/.*"],
    r"openssl/": [r"lib/src/probe/.*"],
    r"nlohmann/": [r"lib/src/adapters/json\w*\.cpp"],
    r"sodium": [r"lib/src/support/.*"],
    r"utf8proc": [r"lib/src/support/.*", r"lib/src/report/printable\.cpp"],
    r"CLI/": [r"tools/.*"],
    r"nanobind/": [r"lib/python/module\.cpp"],
    r"doctest/|benchmark/": [r"tests/.*"],
}

# The files that may turn a secret into text: where that is declared and defined, and the one door
# that --show-secrets opens.
REVEALERS = (
    "lib/include/prefect_config/secret.hpp",
    "lib/src/report/disclosure.cpp",
)

# A file of the Python module that defines what a private header of the library declares.
STANDS_IN = {("lib/python/environment.cpp", "adapters/process_environment.hpp")}

INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]')
REVEAL = re.compile(r"\breveal\s*\(")
# Header names of the standard library have no folder and no suffix; C's own are spelled <cstdio>.
STANDARD = re.compile(r"^[a-z_0-9]+$")


def sources(root: Path):
    for folder in ("lib", "tools", "tests"):
        for path in sorted((root / folder).rglob("*")):
            if path.suffix in (".cpp", ".hpp", ".inc") and path.is_file():
                yield path.relative_to(root).as_posix(), path.read_text(encoding="utf-8")


def check_include(path: str, quote: str, header: str):
    """Yields what is wrong with one include."""
    for pattern, allowed in THIRD_PARTY.items():
        if path.startswith("tests/"):
            break
        if re.match(pattern, header) and not any(re.fullmatch(place, path) for place in allowed):
            yield f"<{header}> may be included only in {' or '.join(allowed)}"

    if path.startswith("lib/include/"):
        if quote != "<" or not (STANDARD.match(header) or header.startswith("prefect_config/")):
            yield f"a public header includes only the standard library and <prefect_config/...>: {header}"

    if path.startswith("lib/python/") and quote == '"' and (path, header) not in STANDS_IN:
        yield f"the Python module includes public headers only, as <prefect_config/...>: {header}"

    own = re.match(r"lib/src/(\w+)/", path)
    if own and own[1] not in STAGES:
        yield f"the stage `{own[1]}` is not in the list of {Path(__file__).name}"
    elif own and quote == '"':
        other = header.split("/")[0]
        if "/" not in header or other not in STAGES:
            yield f'"{header}" is not spelled from lib/src: "stage/file.hpp"'
        elif STAGES.index(other) > STAGES.index(own[1]):
            yield f"`{own[1]}` comes before `{other}` in the flow and may not include \"{header}\""


def problems(root: Path):
    for path, text in sources(root):
        for number, line in enumerate(text.splitlines(), start=1):
            include = INCLUDE.match(line)
            if include:
                for problem in check_include(path, include[1], include[2]):
                    yield f"{path}:{number}: {problem}"
            code = line.split("//")[0]
            if REVEAL.search(code) and not path.startswith("tests/") and path not in REVEALERS:
                yield f"{path}:{number}: only {', '.join(REVEALERS)} may call reveal()"


# One planted mistake a line: file, content, what must be said about it (None: it is fine).
PLANTED = (
    ("lib/src/resolve/a.cpp", '#include "sources/b.hpp"', None),
    ("lib/src/resolve/a.cpp", '#include "resolve/b.hpp"', None),
    ("lib/src/sources/a.cpp", '#include "resolve/b.hpp"', "comes before `resolve`"),
    ("lib/src/support/a.hpp", '  #  include "report/b.hpp"', "comes before `report`"),
    ("lib/src/sources/a.cpp", '#include "b.hpp"', "not spelled from lib/src"),
    ("lib/src/surprise/a.cpp", "#include <string>", "is not in the list"),
    ("lib/src/adapters/toml.cpp", "#include <toml++/toml.h>", None),
    ("lib/src/sources/a.cpp", "#include <toml++/toml.h>", "may be included only"),
    ("lib/src/adapters/toml.cpp", "#include <nlohmann/json.hpp>", "may be included only"),
    ("lib/src/report/a.cpp", "#include <boost/program_options.hpp>", "may be included only"),
    ("lib/src/auth/a.cpp", "#include <sodium.h>", "may be included only"),
    ("lib/src/report/a.cpp", "#include <CLI/CLI.hpp>", "may be included only"),
    ("lib/src/report/a.cpp", "#include <doctest/doctest.h>", "may be included only"),
    ("lib/python/module.cpp", "#include <nanobind/nanobind.h>", None),
    ("lib/src/report/a.cpp", "#include <nanobind/nanobind.h>", "may be included only"),
    ("lib/python/module.cpp", '#include "report/b.hpp"', "includes public headers only"),
    ("lib/python/module.cpp", "#include <prefect_config/b.hpp>", None),
    ("lib/python/environment.cpp", '#include "adapters/process_environment.hpp"', None),
    ("lib/python/environment.cpp", '#include "report/b.hpp"', "includes public headers only"),
    ("lib/python/module.cpp", '#include "adapters/process_environment.hpp"', "includes public headers only"),
    ("tests/unit/a.cpp", "#include <nlohmann/json.hpp>", None),
    ("lib/include/prefect_config/a.hpp", "#include <fmt/format.h>", "a public header"),
    ("lib/include/prefect_config/a.hpp", '#include "support/b.hpp"', "a public header"),
    ("lib/include/prefect_config/a.hpp", "#include <prefect_config/b.hpp>", None),
    ("lib/src/report/a.cpp", "auto text = secret.reveal();", "may call reveal()"),
    ("lib/src/report/a.cpp", "// never reveal() here", None),
    ("lib/src/report/disclosure.cpp", "auto text = secret.reveal();", None),
    ("tools/prefect_config/a.cpp", "secret.reveal ()", "may call reveal()"),
)


def self_test() -> int:
    failures = 0
    for path, line, expected in PLANTED:
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder, path)
            file.parent.mkdir(parents=True)
            file.write_text(line + "\n", encoding="utf-8")
            found = list(problems(Path(folder)))
        said = found == [] if expected is None else len(found) == 1 and expected in found[0]
        if not said:
            failures += 1
            print(f"{path}: {line}\n  expected: {expected}\n  said: {found}")
    print(f"{len(PLANTED) - failures} passed, {failures} failed")
    return 1 if failures else 0


def main() -> int:
    if sys.argv[1:] == ["--self-test"]:
        return self_test()
    if len(sys.argv) != 2 or not Path(sys.argv[1], "lib", "src").is_dir():
        print(__doc__, file=sys.stderr)
        return 2
    found = list(problems(Path(sys.argv[1])))
    print("\n".join(found) or "every arrow points the right way")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
