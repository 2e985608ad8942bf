#!/usr/bin/env python3
"""Looks whether a built site is whole: nothing is loaded from another host, and what it links to is there.

usage: check_site.py DIR [--self-test]

What a browser loads by itself (scripts, styles, images, fonts, frames, also of style sheets) has to be a file of the
site. A link (`<a href>`) may lead to another host; one within the site has to lead to a file, and to an id of it.
Prints one line a failure, then "N passed, N failed".
"""

from __future__ import annotations

import re
import sys
import tempfile
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

LOADED = {"script": "src", "img": "src", "iframe": "src", "source": "src", "video": "src", "audio": "src", "embed": "src", "object": "data"}
#: Links that a browser follows by itself.
LINKED = {"stylesheet", "icon", "preload", "prefetch", "preconnect", "dns-prefetch", "modulepreload", "manifest"}
IN_STYLES = re.compile(r"url\(\s*['\"]?([^'\")]+)|@import\s+['\"]([^'\"]+)")


class Page(HTMLParser):
    """What one page loads, links to, and has ids for."""

    def __init__(self, text: str):
        super().__init__(convert_charrefs=True)
        self.loads: list[str] = []
        self.links: list[str] = []
        self.ids: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        given = {name: value or "" for name, value in attributes}
        self.ids |= {given[name] for name in ("id", "name") if name in given}
        if tag in LOADED and given.get(LOADED[tag]):
            self.loads.append(given[LOADED[tag]])
        if tag == "link" and LINKED & set(given.get("rel", "").split()):
            self.loads.append(given.get("href", ""))
        if tag == "a" and "href" in given:
            self.links.append(given["href"])
        self.loads += [one or other for one, other in IN_STYLES.findall(given.get("style", ""))]


class Site:
    def __init__(self, root: Path):
        self.root = root.resolve()
        self.pages = {path: Page(path.read_text(encoding="utf-8")) for path in sorted(self.root.rglob("*.html"))}

    def wrong_file(self, path: Path, target: str) -> str:
        """What is wrong with a target within the site; empty where nothing is."""
        parts = urlsplit(target)
        place = (path.parent / unquote(parts.path)).resolve() if parts.path else path
        if target.startswith("/"):  # 404.html alone is served from everywhere
            place = (self.root / unquote(parts.path).lstrip("/")).resolve()
        if place.is_dir():
            place = place / "index.html"
        if self.root not in place.parents or not place.exists():
            return f"{target} is not there"
        anchor = unquote(parts.fragment)
        if anchor and place in self.pages and anchor not in self.pages[place].ids and not anchor.startswith("__"):
            return f"{target}: no such id"
        return ""

    def problems(self):
        for path, page in self.pages.items():
            for target in page.loads:
                if target.startswith("data:"):
                    continue
                elsewhere = urlsplit(target).netloc or target.startswith("//")
                problem = f"loads {target}" if elsewhere else self.wrong_file(path, target)
                if problem:
                    yield f"{path.relative_to(self.root)}: {problem}"
            for target in page.links:
                if not urlsplit(target).scheme and not target.startswith("//") and (problem := self.wrong_file(path, target)):
                    yield f"{path.relative_to(self.root)}: {problem}"
        for path in self.root.rglob("*.css"):
            for one, other in IN_STYLES.findall(path.read_text(encoding="utf-8")):
                target = one or other
                if urlsplit(target).netloc:
                    yield f"{path.relative_to(self.root)}: loads {target}"


def self_test() -> int:
    good = '<link rel="stylesheet" href="a.css"><img src="data:x"><a href="b.html#there">b</a><a href="https://example.com">e</a>'
    wrong = ['<script src="https://example.com/x.js"></script>', '<img src="//example.com/x.png">', '<a href="nosuch.html">',
             '<a href="b.html#gone">', '<link rel="preconnect" href="https://example.com">', '<p style="background: url(https://example.com/x)">',
             '<img src="nosuch.png">', '<a href="../outside.html">']
    failed = 0
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "b.html").write_text('<h1 id="there">', encoding="utf-8")
        for style, page, expected in [("", good, 0), ("@import 'https://example.com/x.css'", good, 1), *[("", good + one, 1) for one in wrong]]:
            Path(folder, "a.css").write_text(style, encoding="utf-8")
            Path(folder, "a.html").write_text(page, encoding="utf-8")
            found = list(Site(Path(folder)).problems())
            if len(found) != expected:
                failed += 1
                print(f"FAIL self-test: {page[len(good):] or style}: {found}")
    print(f"{len(wrong) + 2 - failed} passed, {failed} failed")
    return 1 if failed else 0


def main() -> int:
    if sys.argv[1:] == ["--self-test"]:
        return self_test()
    if len(sys.argv) != 2:
        print(__doc__, file=sys.stderr)
        return 2
    site = Site(Path(sys.argv[1]))
    problems = list(site.problems())
    for problem in problems:
        print(f"FAIL {problem}")
    print(f"{len(site.pages)} pages, {len(problems)} failed")
    return 1 if problems or not site.pages else 0


if __name__ == "__main__":
    sys.exit(main())
