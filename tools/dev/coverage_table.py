#!/usr/bin/env python3
"""A table of what the tests cover, by folder, from `llvm-cov export --summary-only`.

usage: coverage_table.py SUMMARY.json [--root FOLDER] [--write FILE] [--self-test]

Of lib and tools/prefect_config, which is all that users get; tests and third-party headers are left out. What the
compiler works out itself (auth/rules.cpp) and what ends in another program (live_elsewhere.cpp) counts as not run. Exit
status 1 where less is covered than FLOOR asks for: raise it when more is, lower it for no reason that is not
written down here.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from pathlib import Path

KINDS = ("lines", "functions", "branches")
#: Percent of all lines, functions and branches: a little less than what is covered, as machines differ.
FLOOR = {"lines": 95.5, "functions": 96.5, "branches": 83.5}
OURS = ("lib/", "tools/prefect_config/")
WORST = 10
#: A file of fewer lines says little by its percentage.
LEAST_LINES = 20

Counts = dict[str, tuple[int, int]]


def by_file(export: dict, root: Path) -> dict[str, Counts]:
    """Covered and all, of each file of ours."""
    found = {}
    for one in export["data"][0]["files"]:
        # A compiler cache gives the compiler names from the build folder on.
        path = Path(os.path.normpath(one["filename"]))
        name = str(path.relative_to(root)) if path.is_relative_to(root) else ""
        if name.startswith(OURS):
            found[name] = {kind: (one["summary"][kind]["covered"], one["summary"][kind]["count"]) for kind in KINDS}
    return found


def folder_of(name: str) -> str:
    """lib/src/auth of lib/src/auth/plan.cpp; a stage's own folder, whatever is below it."""
    return "/".join(name.split("/")[: 3 if name.startswith("lib/") else 2])


def added(counts: list[Counts]) -> Counts:
    return {kind: (sum(c[kind][0] for c in counts), sum(c[kind][1] for c in counts)) for kind in KINDS}


def percent(covered: int, count: int) -> float:
    return 100.0 * covered / count if count else 100.0


def row(name: str, counts: Counts) -> str:
    cells = (f"{percent(*counts[kind]):6.1f} % of {counts[kind][1]:>6}" for kind in KINDS)
    return f"{name:<34}" + "".join(f"{cell:>20}" for cell in cells)


def table(files: dict[str, Counts]) -> list[str]:
    folders: dict[str, list[Counts]] = {}
    for name, counts in files.items():
        folders.setdefault(folder_of(name), []).append(counts)
    lines = [f"{'covered by tests':<34}" + "".join(f"{kind:>20}" for kind in KINDS)]
    lines += [row(name, added(folders[name])) for name in sorted(folders)]
    worst = sorted((c for c in files.items() if c[1]["lines"][1] >= LEAST_LINES), key=lambda c: percent(*c[1]["lines"]))
    lines += ["", f"least covered, of files of {LEAST_LINES} lines and more:"]
    lines += [row(name, counts) for name, counts in worst[:WORST]]
    return [*lines, "", row("all", added(list(files.values())))]


def below(total: Counts, floor: dict[str, float]) -> list[str]:
    return [
        f"{percent(*total[kind]):.2f} % of the {kind} are covered, which is less than {least} (FLOOR in tools/dev/coverage_table.py)"
        for kind, least in floor.items()
        if percent(*total[kind]) < least
    ]


def self_test() -> int:
    def one(name: str, covered: int, count: int) -> dict:
        return {"filename": name, "summary": {kind: {"covered": covered, "count": count} for kind in KINDS}}

    names = ("/p/build/clang/../../lib/src/auth/a.cpp", "/p/lib/src/auth/b/c.cpp", "/p/tests/unit/x.cpp", "/usr/include/y", "/p/tools/prefect_config/m.cpp")
    export = {"data": [{"files": [one(name, 90 - i * 10, 100) for i, name in enumerate(names)]}]}
    files = by_file(export, Path("/p"))
    total = added(list(files.values()))
    wrong = [
        what
        for what, right in {
            "only our files": set(files) == {"lib/src/auth/a.cpp", "lib/src/auth/b/c.cpp", "tools/prefect_config/m.cpp"},
            "a folder": added([files["lib/src/auth/a.cpp"], files["lib/src/auth/b/c.cpp"]])["lines"] == (170, 200),
            "the total": total["branches"] == (220, 300),
            "at the floor": below(total, {"lines": 73.3}) == [],
            "below it": len(below(total, {"lines": 73.4, "branches": 80.0})) == 2,
            "least first": table(files)[5].startswith("tools/prefect_config/m.cpp"),
        }.items()
        if not right
    ]
    for what in wrong:
        print(f"self-test failed: {what}")
    print(f"{6 - len(wrong)} passed, {len(wrong)} failed")
    return 1 if wrong else 0


def main() -> int:
    if sys.argv[1:] == ["--self-test"]:
        return self_test()
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("summary", type=Path)
    parser.add_argument("--root", type=Path, default=Path(__file__).resolve().parents[2])
    parser.add_argument("--write", type=Path, help="file for the whole table; its first and last lines are printed anyway")
    options = parser.parse_args()
    files = by_file(json.loads(options.summary.read_text("utf-8")), options.root)
    if not files:
        print("no file of ours is in it")
        return 1
    lines = table(files)
    if options.write:
        options.write.write_text("\n".join(lines) + "\n", "utf-8")
    print("\n".join(lines))
    low = below(added(list(files.values())), FLOOR)
    for line in low:
        print(line)
    return 1 if low else 0


if __name__ == "__main__":
    sys.exit(main())
