"""What the checks of this folder read in a Markdown file: fenced blocks, code spans, headings, links.

What it is not: a parser of Markdown. It knows what our pages use, and reads nothing inside of fenced blocks.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

FENCE = re.compile(
    r"^(?P<indent> *)(?P<ticks>`{3,})(?P<language>[\w+-]*)[^\n`]*\n(?P<body>.*?)^(?P=indent)(?P=ticks) *$",
    re.MULTILINE | re.DOTALL)
COMMENT_BEFORE = re.compile(r"<!--(?P<text>(?:(?!-->).)*)-->\s*\Z", re.DOTALL)
SPAN = re.compile(r"(?<!`)(?P<ticks>`+)(?!`)(?P<text>(?:(?!\n\s*\n).)+?)(?<!`)(?P=ticks)(?!`)", re.DOTALL)
HEADING = re.compile(r"^(#{1,6}) +(.+?) *#*$", re.MULTILINE)
#: `[text](target)` and `![text](target)`; a text may hold brackets of one level.
LINK = re.compile(r"!?\[(?:[^\[\]]|\[[^\[\]]*\])*\]\((?P<target>[^)\s]+)(?: +\"[^\"]*\")?\)")
REFERENCE = re.compile(r"^\[[^\]]+\]: +(?P<target>\S+)", re.MULTILINE)
HTML_ANCHOR = re.compile(r"<a +(?:id|name)=\"([^\"]+)\"")


@dataclass
class Block:
    """A fenced block, and the comment that stands right before it."""

    language: str
    body: str
    marker: str  # empty where there is none
    start: int  # of the body, in the page
    end: int
    line: int  # of the fence, from 1


def line_of(page: str, offset: int) -> int:
    return page.count("\n", 0, offset) + 1


def blocks_of(page: str) -> list[Block]:
    found = []
    for fence in FENCE.finditer(page):
        comment = COMMENT_BEFORE.search(page, 0, fence.start())
        marker = " ".join(comment["text"].split()) if comment else ""
        found.append(Block(fence["language"], fence["body"], marker, fence.start("body"), fence.end("body"),
                           line_of(page, fence.start())))
    return found


def without_blocks(page: str) -> str:
    """The page with blanks where fenced blocks and comments are: every offset stays what it is."""

    def blank(match: re.Match) -> str:
        return re.sub(r"[^\n]", " ", match[0])

    return re.sub(r"<!--.*?-->", blank, FENCE.sub(blank, page), flags=re.DOTALL)


def spans_of(page: str) -> list[tuple[int, str]]:
    """Code spans outside of fenced blocks, each with its line; a table's `\\|` reads `|`."""
    prose = without_blocks(page)
    return [(line_of(prose, span.start()), " ".join(span["text"].replace("\\|", "|").split()))
            for span in SPAN.finditer(prose)]


def prose_of(page: str) -> str:
    """The page without fenced blocks, comments and code spans: what links are looked for in."""
    return SPAN.sub(lambda span: re.sub(r"[^\n]", " ", span[0]), without_blocks(page))


def links_of(page: str) -> list[tuple[int, str]]:
    """Targets of links, each with its line."""
    # The text of a link may be a code span, so that only what is a target inside of a span is no link.
    text = SPAN.sub(lambda span: span[0].replace("](", "] ("), without_blocks(page))
    return [(line_of(text, link.start()), link["target"]) for pattern in (LINK, REFERENCE) for link in pattern.finditer(text)]


def anchor_of(heading: str) -> str:
    """The anchor that GitHub gives a heading, and our site too (mkdocs.yml)."""
    text = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading).replace("`", "")
    return re.sub(r"[^\w\- ]", "", text.strip().lower()).replace(" ", "-")


def anchors_of(page: str) -> set[str]:
    found: set[str] = set()
    for _, heading in HEADING.findall(without_blocks(page)):
        anchor, count = anchor_of(heading), 0
        while (name := f"{anchor}-{count}" if count else anchor) in found:
            count += 1
        found.add(name)
    return found | set(HTML_ANCHOR.findall(page))


def pages_of(root: Path) -> list[Path]:
    """Every Markdown file of the repository but those of its builds."""
    left_out = {"build", "node_modules", ".git", ".venv"}
    return [path for path in sorted(root.rglob("*.md"))
            if not left_out & set(path.relative_to(root).parts) and "fuzz" not in path.relative_to(root).parts]
