"""Which file to edit where a new Prefect release is answered for wrongly: tables, by what the tests print.

The engine's side of "Where to add" in docs/architecture.md. What it is not: a judge of what is wrong; a
line that no row knows is shown as it is.
"""

from __future__ import annotations

import re

#: What a refusal of the registry's tools says, and what it asks for.
REFUSED = (
    (r"no ValueType for type", "a row of VALUE_TYPES in tools/registry/generate.py; a new type also in registry.hpp and resolve/coerce_*.cpp"),
    (r"constraint .* has no place", "its place in tools/registry/generate.py and lib/src/resolve/coerce_*.cpp"),
    (r"add one to COMPUTED", "COMPUTED in tools/registry/merge.py, Computed in registry.hpp, a row of lib/src/resolve/derive.cpp"),
    (r"No solution found|not found in the package registry|no version of prefect", "the version and the day: does the package index have it?"),
)

#: Of a situation (tests/conformance): what differs, and where that is decided.
DIFFERS = (
    (r"settings not listed|settings that version does not have|no typed_value", "lib/src/registry/registry.json: it is not what the release has; tools/registry/dump.py"),
    (r"^(loader_)?profiles_path:|^profile:|^-o json profile:", "lib/src/sources/locate.cpp, profiles_file.cpp; a field of lib/src/sources/quirks.hpp for the release"),
    (r"^loads:|loads=|loads is false|exit \d where", "lib/src/resolve/coerce_*.cpp for what a type takes; a field of lib/src/sources/quirks.hpp for what stops the release"),
    (r"^view -o prefect|^-o json ui_url:", "lib/src/report/prefect_view.cpp"),
    (r"", "a row of lib/src/sources/precedence.cpp if its sources are in another order; a field of lib/src/sources/quirks.hpp for an oddity; lib/src/resolve/derive.cpp if it is computed"),
)


def place(text: str, table: tuple[tuple[str, str], ...]) -> str:
    """The file for it; empty where no row is about it."""
    return next((where for pattern, where in table if re.search(pattern, text, re.IGNORECASE)), "")


def of_situation(line: str) -> str:
    """`FAIL VERSION NAME: WHAT` of replay.py or random_run.py."""
    return place(line.split(": ", 1)[-1], DIFFERS)


def of_row(row: str, version: str, before: str | None) -> str:
    """`row ID, since 3.4.8` does not predict, or `no row of the rule table for SURFACE TARGET` holds."""
    if row.startswith("no row"):
        return f"lib/src/auth/rules.cpp: add a row for {row.split(' for ')[-1]} since {version}"
    name = row.removeprefix("row ").split(",")[0]
    ends = f"end it at {before} and " if before else ""
    return f"lib/src/auth/rules.cpp, row {name}: {ends}add one since {version}"
