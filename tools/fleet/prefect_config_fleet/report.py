"""The report as JSON (docs/schema/fleet.v1.schema.json) and as one HTML file, beside the results.

What it is not: a calculation. Whatever a page or the document says stands in what merge.report_of
made. Texts are from other people's repositories: `shown` is what they pass before they are escaped.
"""

from __future__ import annotations

import json
import re
import unicodedata
from pathlib import Path

from . import inventory
from .merge import report_of
from .store import Store, write_whole

HERE = Path(__file__).resolve().parent
# The style of every page of prefect-config, where this is the repository; else the copy beside us.
STYLES = (HERE.parents[2] / "lib/src/report/html/report.css", HERE / "report.css")
MOST_ROWS = 1000  # of one table of a page; the JSON has all
MOST_PLACES = 200
LONGEST = 500


def as_json(report: dict) -> str:
    # Escapes keep what is not printable, and what turns a line around, from a terminal.
    return json.dumps(report, indent=1, ensure_ascii=True) + "\n"


def shown(value) -> str:
    """A text without what a page, a terminal or an eye could be fooled by; long ones are cut."""
    text = str(value)
    left = len(text) - LONGEST
    text = "".join(c if _is_plain(c) else f"\\u{ord(c):04x}" for c in text[:LONGEST])
    return f"{text}… ({left} more characters)" if left > 0 else text


def _is_plain(character: str) -> bool:
    return unicodedata.category(character) not in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")


def style() -> str:
    text = next(path.read_text("utf-8") for path in STYLES if path.is_file())
    return re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL).replace("</", "<\\/").strip()


def as_html(report: dict, most_rows: int = MOST_ROWS) -> str:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined
    from markupsafe import Markup

    environment = Environment(loader=FileSystemLoader(HERE), autoescape=True, undefined=StrictUndefined)
    environment.filters["shown"] = shown
    rows = report["items"]  # `items` is a method of every mapping
    return environment.get_template("report.html.j2").render(
        {**{key: value for key, value in report.items() if key != "items"}, "rows": rows, "css": Markup(style()),
         "most_rows": most_rows, "most_places": MOST_PLACES})


def name_of(kinds) -> str:
    """Each flow's own, so that none writes over another's."""
    return {("repository",): "report-lint", ("launch",): "report-explain"}.get(tuple(kinds), "report")


def write(inventory_file: str, folder: str, kinds=("repository", "launch"), most_findings: int = 10_000) -> dict:
    """The report of what an inventory names, from the store: each item once, those without a result too."""
    items = [item for item in inventory.read(inventory_file) if item.kind in kinds]
    results = Store(folder)

    def each():
        for item in items:
            nothing = {"id": item.id, "kind": item.kind, "name": item.name, "report": None,
                       "source": inventory.without_secrets(item.source),
                       "reason": item.trouble or "nobody has looked at it yet"}
            # Of an entry with trouble the inventory knows all, and its place may have been another's before.
            result = None if item.trouble else results.get(item.id)
            yield {**result, "kind": item.kind, "name": item.name} if result else nothing

    made = report_of(each, most_findings)
    write_whole(Path(folder) / f"{name_of(kinds)}.json", as_json(made))
    write_whole(Path(folder) / f"{name_of(kinds)}.html", as_html(made))
    return made
