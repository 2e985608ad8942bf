"""The Prefect releases that this project knows, by releases.tsv: which there are, which is the newest.

For tests and tools that follow the newest release by themselves, so that a new one is one line of data
and no search for the number of the last. What it is not: what these releases do (registry.json).
"""

from __future__ import annotations

import functools
from pathlib import Path

LIST = Path(__file__).resolve().parent / "releases.tsv"


@functools.cache
def parts(version: str) -> tuple[int, ...]:
    """What releases are ordered by: 3.10.0 comes after 3.9.1."""
    return tuple(int(part) for part in version.split("."))


@functools.cache
def dates(path: Path = LIST) -> dict[str, str]:
    """The day of upload of each release, oldest release first."""
    lines = (line.split("\t") for line in path.read_text(encoding="utf-8").splitlines())
    found = {fields[0]: fields[1] for fields in lines if len(fields) >= 2 and not fields[0].startswith("#")}
    return {version: found[version] for version in sorted(found, key=parts)}


def newest(path: Path = LIST) -> str:
    return list(dates(path))[-1]


def before(version: str, versions=None) -> str | None:
    """The last of these releases, or of all known, that is older; None for the first."""
    older = [v for v in (dates() if versions is None else versions) if parts(v) < parts(version)]
    return max(older, key=parts, default=None)
