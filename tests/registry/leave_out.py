#!/usr/bin/env python3
"""Takes releases out of a copy of this project, as if they had never been taken in.

usage: leave_out.py --root COPY VERSION ...

For trials of tools/dev/new-release on a release whose right outcome is known, since it is committed:

  git clone . build/trial && tests/registry/leave_out.py --root build/trial 3.9.1
  cd build/trial && tools/dev/new-release 3.9.1=2026-10-30 && git diff    # nothing but the changelog

Out of releases.tsv, registry.json, what is generated of it, the recordings, and the texts that name the
newest release. What it is not: an undo of rows in the sources, which a person wrote.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tools/registry"))

import merge  # noqa: E402

RECORDINGS = ("tests/conformance/recordings", "tests/conformance/auth/recordings")


def listed_without(text: str, versions: list[str]) -> str:
    """releases.tsv without these."""
    lines = text.splitlines(keepends=True)
    return "".join(line for line in lines if line.split("\t")[0] not in versions)


def registry_without(registry: merge.Json, versions: list[str]) -> str:
    """registry.json without these: ranges end and begin where they would have."""
    releases = merge.read_registry(registry)
    for version in versions:
        if version not in releases:
            sys.exit(f"leave_out: {version} is not in the registry")
        del releases[version]
    return merge.formatted(merge.merged(releases))


def leave_out(root: Path, versions: list[str]) -> None:
    listed = root / "tools/registry/releases.tsv"
    listed.write_text(listed_without(listed.read_text("utf-8"), versions), "utf-8")
    data = root / "lib/src/registry/registry.json"
    data.write_text(registry_without(merge.read_json(data), versions), "utf-8")
    for folder in RECORDINGS:
        for version in versions:
            (root / folder / f"{version}.json").unlink(missing_ok=True)
    # With the copy's own tools, which look at the copy's own data.
    for tool in ("generate.py", "stated.py"):
        subprocess.run([sys.executable, str(root / "tools/registry" / tool)], check=True)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--root", type=Path, required=True, help="the copy; never this folder itself")
    parser.add_argument("versions", nargs="+", metavar="VERSION")
    options = parser.parse_args()
    if options.root.resolve() == ROOT:
        parser.error("it changes a copy, not the project that it stands in")
    leave_out(options.root.resolve(), options.versions)
    return 0


if __name__ == "__main__":
    sys.exit(main())
