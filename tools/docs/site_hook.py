"""What mkdocs needs besides docs/: the pages of the root, and links that lead out of docs/.

What it is not: a source of text. README.md becomes the index; CONTRIBUTING.md, CHANGELOG.md, SECURITY.md are pages of
that name. A link to another file of the repository (`lib/src/auth/rules.cpp`, `docs/schema`) leads to where the
repository is kept, SITE_REPOSITORY (`https://HOST/OWNER/NAME/blob/main`), and is left as code where that is not said.
"""

from __future__ import annotations

import os
import re
from pathlib import Path, PurePosixPath

from mkdocs.structure.files import File

ROOT = Path(__file__).resolve().parents[2]
PAGES = {"README.md": "index.md", "CONTRIBUTING.md": "CONTRIBUTING.md", "CHANGELOG.md": "CHANGELOG.md", "SECURITY.md": "SECURITY.md"}
LINK = re.compile(r"\[(?P<text>(?:[^\[\]]|\[[^\[\]]*\])*)\]\((?P<target>[^)#\s:]+)(?P<anchor>#[^)\s]*)?\)")
FENCE = re.compile(r"(^ *`{3,}.*?^ *`{3,}[^\n]*$)", re.MULTILINE | re.DOTALL)
OURS = re.compile(r"<!-- (?:run|run by|not run|file|compiled|generated|end generated)\b[^>]*-->\n")


def on_files(files, config):
    for name, page in PAGES.items():
        if (ROOT / name).exists():
            files.append(File.generated(config, page, abs_src_path=str(ROOT / name)))
    return files


def on_config(config):
    """Pages that other parts of the repository bring are in the navigation where they are there."""
    there = {page for name, page in PAGES.items() if (ROOT / name).exists()}

    def kept(item):
        if isinstance(item, dict):
            return {title: kept(inner) for title, inner in item.items()}
        if isinstance(item, list):
            return [one for one in map(kept, item) if one]
        return item if item in there or (ROOT / "docs" / item).exists() else None

    config["nav"] = kept(config["nav"])
    return config


def site_path(path: str) -> str | None:
    """Where a file of the repository is on the site, from its top; None where it is not."""
    if path in PAGES:
        return PAGES[path]
    inside = path.removeprefix("docs/")
    return inside if inside != path and (ROOT / path).is_file() else None


def relinked(text: str, source: str, page: str) -> str:
    """Links of a page, which are from `source` in the repository, made to be from `page` on the site."""

    def link(match: re.Match) -> str:
        place = PurePosixPath(os.path.normpath(PurePosixPath(source).parent / match["target"])).as_posix()
        if place.startswith(".."):
            return match[0]
        target = site_path(place)
        if target is not None:
            relative = os.path.relpath(target, PurePosixPath(page).parent)
            return f"[{match['text']}]({relative}{match['anchor'] or ''})"
        if not (ROOT / place).exists():
            return match[0]  # for the check of links to find
        kept = os.environ.get("SITE_REPOSITORY")
        return f"[{match['text']}]({kept.rstrip('/')}/{place})" if kept else match["text"]

    parts = FENCE.split(text)
    parts[0::2] = [LINK.sub(link, part) for part in parts[0::2]]
    return "".join(parts)


def on_page_markdown(markdown, page, config, files):
    source = next((name for name, site in PAGES.items() if site == page.file.src_uri), f"docs/{page.file.src_uri}")
    return OURS.sub("", relinked(markdown, source, page.file.src_uri))


def on_page_content(html, page, config, files):
    """Long names in tables may be broken behind their separators, and nowhere else; `\\|` in them is `|`, as at GitHub."""

    def breakable(name: re.Match) -> str:
        return re.sub(r"([_./|-])(?=\w)", r"\1<wbr>", name[0].replace("\\|", "|"))

    def in_cell(match: re.Match) -> str:
        return re.sub(r"(?<=<code>)[^<&]+(?=</code>)", breakable, match[0])

    return re.sub(r"<td[^>]*>.*?</td>", in_cell, html, flags=re.DOTALL)
