#!/usr/bin/env python3
"""What texts written by hand say of the releases, and what it must be: the newest one, how many are recorded.

usage: stated.py [--check] [--root FOLDER]

Writes each such number anew where it stands; with --check exit status 1 where one differs, by name. A text
that says no such thing is left alone. Pages that are generated whole are generate.py's, and what a release
does is nobody's to rewrite.

To add one: a row of STATED, its pattern with a group a number.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from pathlib import Path
from typing import Callable, Iterator

import releases

ROOT = Path(__file__).resolve().parents[2]
VERSION = r"(\d+\.\d+\.\d+)"


def newest(root: Path) -> tuple[str]:
    return (releases.newest(root / "tools/registry/releases.tsv"),)


def recordings(root: Path) -> list[Path]:
    return list((root / "tests/conformance/auth/recordings").glob("*.json"))


def connections(root: Path) -> tuple[str, str]:
    """Recorded connections, and the releases that they are of."""
    found = recordings(root)
    cases = sum(len(json.loads(path.read_text("utf-8"))["cases"]) for path in found)
    return f"{cases:,}", str(len(found))


def recorded_to_newest(root: Path) -> tuple[str, str]:
    found = [path.stem for path in recordings(root)]
    return str(len(found)), max(found, key=releases.parts)


#: Files, what they say, and the numbers that belong there. Any blanks may stand for one.
STATED: tuple[tuple[str, str, Callable[[Path], tuple[str, ...]]], ...] = (
    ("*.md", rf"2\.20 and 3\.0\.0 to {VERSION}", newest),
    ("*.md", r"([\d,]*\d) recorded connections of (\d+) releases", connections),
    ("docs/*.md", rf"(\d+) releases from 2\.20\.0 to {VERSION}", recorded_to_newest),
    ("docs/*.md", rf"Prefect {VERSION} \(no prefect on PATH: newest known\)", newest),
    ("docs/rules/PC106.md", rf"the answer is that of Prefect {VERSION}", newest),
)
#: What it says was so when it was written.
NOT_OURS = ("CHANGELOG.md",)


def put(match: re.Match[str], numbers: tuple[str, ...]) -> str:
    text, start = match[0], match.start()
    for group, number in reversed(list(enumerate(numbers, 1))):
        text = text[: match.start(group) - start] + number + text[match.end(group) - start :]
    return text


def rewritten(root: Path) -> Iterator[tuple[Path, str, str]]:
    """Each text that says such a thing: its file, as it is, as it must be."""
    texts: dict[Path, tuple[str, str]] = {}
    for files, pattern, value in STATED:
        numbers = value(root)
        for path in sorted(root.glob(files)):
            if path.name in NOT_OURS:
                continue
            was, now = texts.get(path) or (path.read_text("utf-8"),) * 2
            texts[path] = was, re.sub(pattern.replace(" ", r"\s+"), lambda match: put(match, numbers), now)
    yield from ((path, was, now) for path, (was, now) in texts.items())


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="change nothing; exit 1 where a number is not right")
    parser.add_argument("--root", type=Path, default=ROOT)
    options = parser.parse_args(arguments)
    differing = [(path, was, now) for path, was, now in rewritten(options.root) if was != now]
    for path, was, now in differing:
        if options.check:
            lines = zip(was.split("\n"), now.split("\n"))
            said = "; ".join(f"{one.strip()!r} is now {other.strip()!r}" for one, other in lines if one != other)
            print(f"{path.relative_to(options.root)}: {said}: run tools/registry/stated.py", file=sys.stderr)
        else:
            path.write_text(now, "utf-8")
    return int(options.check and bool(differing))


if __name__ == "__main__":
    sys.exit(main())
