#!/usr/bin/env python3
"""Has real Prefect read what our edits wrote: it must see exactly the profiles that were meant.

usage: read_by_prefect.py --program PATH/TO/prefect-config --prefects FOLDER [--versions V ...]

Every file of tests/data/profiles, each edit of it by the program in a home of its own. What is meant comes
from the file before, by Python's tomllib, and the edit; what Prefect sees from its own function that reads
profiles. A file that a release reads otherwise before any edit (the `toml` package, docs/deviations.md) is
left out for it, and counted. Prints "N passed, N failed". FOLDER has environments of Prefect (tests/conformance/prepare).
"""

from __future__ import annotations

import argparse
import copy
import json
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

FILES = Path(__file__).resolve().parents[1] / "data" / "profiles"
VALUE = "it's \"new\" # \\ ü"
READ = r"""
import json, pathlib, sys, warnings
warnings.simplefilter("ignore")
from prefect.settings import profiles
found = {}
for path in json.load(sys.stdin):
    try:
        read = profiles._read_profiles_from(pathlib.Path(path))
        found[path] = {"active": read.active_name,
                       "profiles": {p.name: {s.name: str(v) for s, v in p.settings.items()} for p in read.profiles_by_name.values()}}
    except Exception as error:
        found[path] = {"error": type(error).__name__}
json.dump(found, sys.stdout)
"""


def edits(before: dict) -> list[tuple[list[str], dict]]:
    """Words of the program, and the tables that they are meant to make."""
    found = []
    names = list(before["profiles"])

    def add(words, change):
        meant = copy.deepcopy(before)
        change(meant)
        found.append((words, meant))

    for name in names:
        own = before["profiles"][name]
        add(["--profile", name, "set", f"PREFECT_DEPLOYMENTS_DEFAULT_WORK_POOL_NAME={VALUE}"], lambda m, n=name: m["profiles"][n].update(PREFECT_DEPLOYMENTS_DEFAULT_WORK_POOL_NAME=VALUE))
        add(["profile", "use", name], lambda m, n=name: m.update(active=n))
        add(["profile", "rename", name, "new name"], lambda m, n=name: rename(m, n, "new name"))
        add(["profile", "create", "a copy", "--from", name], lambda m, n=name: m["profiles"].update({"a copy": m["profiles"][n]}))
        if name != before.get("active"):
            add(["profile", "delete", name], lambda m, n=name: m["profiles"].pop(n))
        for key in own:
            add(["--profile", name, "unset", key], lambda m, n=name, k=key: m["profiles"][n].pop(k))
    add(["profile", "create", "added.one"], lambda m: m["profiles"].update({"added.one": {}}))
    return found


def rename(tables: dict, name: str, new: str) -> None:
    tables["profiles"][new] = tables["profiles"].pop(name)
    if tables.get("active") == name:
        tables["active"] = new


def expected(tables: dict, known: set[str]) -> dict:
    profiles = {name: {k: str(v) for k, v in own.items() if k in known} for name, own in tables["profiles"].items()}
    return {"active": tables.get("active"), "profiles": profiles}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", required=True)
    parser.add_argument("--prefects", type=Path, required=True)
    parser.add_argument("--versions", nargs="+", default=["3.4.19", "3.8.8"])
    options = parser.parse_args()
    options.program, options.prefects = str(Path(options.program).resolve()), options.prefects.resolve()
    passed = failed = 0
    with tempfile.TemporaryDirectory(prefix="read-") as root:
        cases = []
        for file in sorted(FILES.glob("*.toml")):
            raw = file.read_bytes()
            before = tomllib.loads(raw.decode().lstrip("\ufeff"))
            for number, (words, meant) in enumerate(edits(before)):
                home = Path(root, f"{file.stem}-{number}")
                path = home / ".prefect" / "profiles.toml"
                path.parent.mkdir(parents=True)
                path.write_bytes(raw)
                done = subprocess.run(
                    [options.program, *words, "-q", "--prefect-version", "3.9.1"],
                    env={"HOME": str(home), "PATH": "/usr/bin:/bin"}, cwd=home, capture_output=True, text=True,
                )
                what = f"{file.name}: {' '.join(words)}"
                if raw.startswith(b"\xef\xbb\xbf"):
                    # 3.9.1 takes it for no TOML: nobody edits what Prefect cannot read.
                    good = done.returncode == 1 and "PC125" in done.stderr and path.read_bytes() == raw
                    passed, failed = passed + good, failed + (not good)
                    if not good:
                        print(f"FAIL {what}: {done}")
                elif done.returncode:
                    failed += 1
                    print(f"FAIL {what}: status {done.returncode}, {done.stderr.strip()}")
                elif tomllib.loads(path.read_bytes().decode().lstrip("\ufeff")) != meant:
                    failed += 1
                    print(f"FAIL {what}: {path.read_text()!r}")
                else:
                    passed += 1
                    cases.append((what, str(path), meant, str(file), before))
        for version in options.versions:
            python = options.prefects / version / "bin" / "python"
            asked = json.dumps(sorted({path for case in cases for path in (case[1], case[3])}))
            said = subprocess.run([str(python), "-c", READ], input=asked, env={"HOME": root, "PATH": "/usr/bin:/bin"}, cwd=root, capture_output=True, text=True)
            if said.returncode:
                print(f"FAIL {version}: {said.stderr[-500:]}")
                failed += 1
                continue
            seen = json.loads(said.stdout)
            known = {name for one in seen.values() for own in one.get("profiles", {}).values() for name in own}
            misread = set()
            for what, path, meant, file, before in cases:
                if seen[file] != expected(before, known):
                    misread.add(file)
                elif seen[path] == expected(meant, known):
                    passed += 1
                else:
                    failed += 1
                    print(f"FAIL {version} {what}: {seen[path]}, meant {expected(meant, known)}")
            print(f"{version}: {len(misread)} files left out: {', '.join(sorted(Path(f).stem for f in misread)) or 'none'}")
    print(f"{passed} passed, {failed} failed")
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main())
