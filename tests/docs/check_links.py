#!/usr/bin/env python3
"""Looks whether what the links of every Markdown file lead to is there: the file, and the heading.

usage: check_links.py [--root DIR] [FILE...]

Relative links alone: nothing is asked over the network. An absolute path (`/x`) leads elsewhere on every site, and so
is wrong. Prints one line a failure, then "N passed, N failed".
"""

from __future__ import annotations

import argparse
import re
import sys
from pathlib import Path
from urllib.parse import unquote

from markdown import anchors_of, links_of, pages_of

ROOT = Path(__file__).resolve().parents[2]
ELSEWHERE = re.compile(r"^(?:[a-z][a-z0-9+.-]*:|//)", re.IGNORECASE)


def wrong_with(target: str, page: Path, root: Path) -> str:
    """What is wrong with a link of a page; empty where nothing is."""
    if target.startswith("/"):
        return f"{target} is absolute"
    name, _, anchor = unquote(target).partition("#")
    place = (page.parent / name).resolve() if name else page
    if root not in (place, *place.parents):
        return f"{target} leads out of the repository"
    if not place.exists():
        return f"{target} is not there"
    if anchor and place.suffix == ".md" and anchor not in anchors_of(place.read_text(encoding="utf-8")):
        return f"{target}: no heading `#{anchor}`"
    return ""


def wrong_links(page: Path, root: Path) -> list[str]:
    found = []
    for line, target in links_of(page.read_text(encoding="utf-8")):
        if not ELSEWHERE.match(target) and (problem := wrong_with(target, page, root)):
            found.append(f"{page.relative_to(root)}:{line}: {problem}")
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--root", type=Path, default=ROOT)
    parser.add_argument("files", nargs="*", type=Path, metavar="FILE")
    arguments = parser.parse_args()
    root = arguments.root.resolve()
    passed = failed = 0
    for page in [path.resolve() for path in arguments.files] or pages_of(root):
        found = wrong_links(page, root)
        for problem in found:
            print(f"FAIL {problem}")
        passed, failed = passed + (not found), failed + len(found)
    print(f"{passed} passed, {failed} failed")
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main())
