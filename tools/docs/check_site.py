#!/usr/bin/env python3
"""Looks whether a built site is whole: nothing is loaded from another host, and what it links to is there.

usage: check_site.py DIR [--self-test]

What a browser loads by itself (scripts, styles, images of every size, posters, fonts, frames, what style sheets name)
has to be a file of the site, and so has what a script may load later (`data-src`). What scripts fetch is seen where two
pages are opened in Chromium (open_site.py), which is left out, and said, where build/html-venv is not there
(tests/html/prepare). A link (`<a href>`) may lead to another host: whether there is a page at its end is not looked at,
no link is followed. One within the site has to lead to a file, and to an id of it. Prints one line a failure, then
"N pages, N failed".
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

ROOT = Path(__file__).resolve().parents[2]
#: Attributes that name what is loaded, whatever the tag; `srcset` names several.
LOADED = {"src", "poster", "data-src", "background"}
SEVERAL = {"srcset", "data-srcset", "imagesrcset"}
#: Links that a browser follows by itself.
LINKED = {"stylesheet", "icon", "preload", "prefetch", "preconnect", "dns-prefetch", "modulepreload", "manifest"}
COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
IN_STYLES = re.compile(
    r"""url\(\s*(?:"([^"]*)"|'([^']*)'|([^'")\s]+))\s*\)|@import\s+(?:"([^"]+)"|'([^']+)')""", re.IGNORECASE)


def named_in_style(text: str) -> list[str]:
    """What a style sheet, or the style of one element, loads."""
    return [target for found in IN_STYLES.findall(COMMENT.sub("", text)) for target in found if target]


def named_in_srcset(text: str) -> list[str]:
    """`a.png 1x, b.png 2x`; the address of an image in it can hold a comma, none ends with one."""
    return re.findall(r"(?:^|[\s,])([^\s,]\S*[^\s,]|[^\s,])(?=[\s,]|$)(?:\s+[\d.]+[wxh])*", text)


class Page(HTMLParser):
    """What one page loads, links to, and has ids for."""

    def __init__(self, text: str):
        super().__init__(convert_charrefs=True)
        self.loads: list[str] = []
        self.links: list[str] = []
        self.ids: set[str] = set()
        self.in_style = False
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        given = {name: value or "" for name, value in attributes}
        self.ids |= {given[name] for name in ("id", "name") if name in given}
        self.in_style = tag == "style"
        self.loads += [given[name] for name in LOADED if given.get(name)]
        self.loads += [target for name in SEVERAL for target in named_in_srcset(given.get(name, ""))]
        if tag == "object" and given.get("data"):
            self.loads.append(given["data"])
        if tag in ("image", "use"):  # of SVG; `#id` is of the same page
            self.loads += [given[name] for name in ("href", "xlink:href") if given.get(name, "#")[0] != "#"]
        if tag == "link" and LINKED & set(given.get("rel", "").split()):
            self.loads.append(given.get("href", ""))
        if tag == "a" and "href" in given:
            self.links.append(given["href"])
        self.loads += named_in_style(given.get("style", ""))

    def handle_endtag(self, tag):
        self.in_style = self.in_style and tag != "style"

    def handle_data(self, data):
        if self.in_style:
            self.loads += named_in_style(data)


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

    def wrong_load(self, path: Path, target: str) -> str:
        if target.startswith(("data:", "#", "about:")):
            return ""
        elsewhere = urlsplit(target).scheme or urlsplit(target).netloc
        return f"loads {target}" if elsewhere else self.wrong_file(path, target)

    def problems(self):
        for path, page in self.pages.items():
            for target in page.loads:
                if problem := self.wrong_load(path, target):
                    yield f"{path.relative_to(self.root)}: {problem}"
            for target in page.links:
                if not urlsplit(target).scheme and not target.startswith("//") and (problem := self.wrong_file(path, target)):
                    yield f"{path.relative_to(self.root)}: {problem}"
        for path in self.root.rglob("*.css"):
            for target in named_in_style(path.read_text(encoding="utf-8")):
                if problem := self.wrong_load(path, target):
                    yield f"{path.relative_to(self.root)}: {problem}"


def self_test() -> int:
    good = '<link rel="stylesheet" href="a.css"><img src="data:x"><a href="b.html#there">b</a><a href="https://example.com">e</a>'
    wrong = ['<script src="https://example.com/x.js"></script>', '<img src="//example.com/x.png">', '<a href="nosuch.html">',
             '<a href="b.html#gone">', '<link rel="preconnect" href="https://example.com">', '<p style="background: url(https://example.com/x)">',
             '<img src="nosuch.png">', '<a href="../outside.html">', '<img srcset="b.html 1x, https://example.com/x.png 2x">',
             '<source srcset="nosuch.png, b.html 2x">', '<video poster="https://example.com/x.png">', '<img data-src="//example.com/x.png">',
             '<style>p { background: URL( "https://example.com/x" ) }</style>', '<style>@import url(//example.com/x.css);</style>',
             '<svg><image href="https://example.com/x.svg"></svg>']
    styles = ["@import 'https://example.com/x.css'", "a { background: url(nosuch.png) }", "@font-face { src: url( 'https://example.com/f' ) }"]
    failed = 0
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "b.html").write_text('<h1 id="there">', encoding="utf-8")
        for style, page, expected in [("/* url(x) */ a { b: url(#c) }", good, 0), *[(one, good, 1) for one in styles], *[("", good + one, 1) for one in wrong]]:
            Path(folder, "a.css").write_text(style, encoding="utf-8")
            Path(folder, "a.html").write_text(page, encoding="utf-8")
            found = list(Site(Path(folder)).problems())
            if len(found) != expected:
                failed += 1
                print(f"FAIL self-test: {page[len(good):] or style}: {found}")
    print(f"{len(wrong) + len(styles) + 1 - failed} passed, {failed} failed")
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
    return 1 if problems or not site.pages or not opened(site.root) else 0


def opened(root: Path) -> bool:
    """Whether nothing is wrong with pages that are opened in Chromium, where that can be."""
    python = ROOT / "build/html-venv/bin/python"
    if not python.exists():
        print("not opened in Chromium: tests/html/prepare makes what that takes")
        return True
    return subprocess.run([python, Path(__file__).with_name("open_site.py"), root], check=False, timeout=300).returncode == 0


if __name__ == "__main__":
    sys.exit(main())
