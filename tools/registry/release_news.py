"""What a Prefect release has otherwise than the one before it: settings, and credentials on connections.

Read from registry.json and the recordings; nothing is measured here. The answers become the line of
CHANGELOG.md, which is written once and then a person's to edit.
"""

from __future__ import annotations

import json
import re
import textwrap
from collections import Counter
from pathlib import Path
from typing import Any

import generate
import merge
import releases

RECORDINGS = "tests/conformance/auth/recordings"
UNRELEASED = "## [Unreleased]"
WIDTH = 118
#: Names that a line of the changelog gives; of more it gives the number.
MOST_NAMES = 6


def listed(what: str, names: list[str]) -> str:
    """`2 added (a, b)`; more names than are read are counted."""
    shown = ", ".join(f"`{name}`" for name in names[:MOST_NAMES])
    more = f" and {len(names) - MOST_NAMES} more" if len(names) > MOST_NAMES else ""
    return f"{len(names)} {what} ({shown}{more})" if names else ""


def changed_attributes(older: merge.Release, newer: merge.Release) -> list[str]:
    """Settings that are in both and are another in anything but what is said of a new home."""
    looked_at = [attribute for attribute in merge.ATTRIBUTES if attribute != "fresh"]
    return [
        path
        for path in sorted(newer.settings)
        if path in older.settings
        and any(not merge.same(older.settings[path][name], newer.settings[path][name]) for name in looked_at)
    ]


def of_settings(older: merge.Release, newer: merge.Release) -> str:
    """Added, gone, moved and changed, in words."""
    found: dict[str, list[str]] = {"new": [], "gone": [], "moved": []}
    for line in generate.changes(older, newer):
        kind, _, names = line.removeprefix("- ").partition(": ")
        found[kind].append(names.strip("`").split("`")[0])
    said = [
        listed("added", found["new"]),
        listed("gone", found["gone"]),
        listed("moved", found["moved"]),
        listed("changed", changed_attributes(older, newer)),
    ]
    told = ", ".join(text for text in said if text) or "none added, gone or changed"
    profiles = "" if merge.same(older.bundled, newer.bundled) else "; other bundled profiles"
    return f"{len(newer.settings)} settings, {told}{profiles}"


def cases_of(root: Path, version: str) -> dict[str, Any]:
    """Of each case what was sent, by what the case was given."""
    document = json.loads((root / RECORDINGS / f"{version}.json").read_text("utf-8"))
    given = ("surface", "way", "target", "credentials", "environment", "server")
    return {
        json.dumps([case.get(name) for name in given]): [case["outcome"], case.get("requests", [])]
        for case in document["cases"]
    }


def changed_connections(root: Path, older: str, newer: str) -> Counter[str]:
    """How many cases of each surface are answered otherwise, of those that both have."""
    before, now = cases_of(root, older), cases_of(root, newer)
    return Counter(json.loads(case)[0] for case in now if case in before and now[case] != before[case])


def of_credentials(root: Path, version: str) -> str:
    older = recorded_before(root, version)
    if older is None or not (root / RECORDINGS / f"{version}.json").exists():
        return "credentials not recorded"
    changed = changed_connections(root, older, version)
    if not changed:
        return f"credentials as of {older}"
    return f"credentials otherwise than of {older} on " + ", ".join(f"{name} ({n} cases)" for name, n in sorted(changed.items()))


def recorded_before(root: Path, version: str) -> str | None:
    """The last older release whose connections are recorded."""
    return releases.before(version, [path.stem for path in (root / RECORDINGS).glob("*.json")])


def other_packages(root: Path, version: str) -> str:
    """Of httpx and websockets, which decide some of the odd cases: what is another version than before."""
    older = recorded_before(root, version)
    if older is None:
        return ""
    was, now = (json.loads((root / RECORDINGS / f"{v}.json").read_text("utf-8")).get("packages", {}) for v in (older, version))
    return ", ".join(f"{name} {was.get(name, 'none')} is {now[name]}" for name in now if was.get(name) != now[name])


def own_situations(root: Path, version: str) -> list[str]:
    """Situations that are recorded of this release since it answers otherwise than the one that stands for it."""
    path = root / f"tests/conformance/recordings/{version}.json"
    return [name for name in json.loads(path.read_text("utf-8")).get("situations", {}) if name != "no-files"]


def news(root: Path, version: str) -> str:
    """One sentence: what there is to say of a release in the changelog."""
    known = merge.read_registry(merge.read_json(root / "lib/src/registry/registry.json"))
    older = releases.before(version, known)
    settings = of_settings(known[older], known[version]) if older else f"{len(known[version].settings)} settings"
    since = f" since {older}" if older else ""
    return f"Prefect {version}: {settings}{since}; {of_credentials(root, version)}."


def written(changelog: str, version: str) -> str:
    """The line that the changelog has of that release, in one; empty where it has none."""
    line = re.search(rf"^- (Prefect {re.escape(version)}:.*(?:\n  \S.*)*)", changelog, re.MULTILINE)
    return " ".join(line[1].split()) if line else ""


def with_line(changelog: str, version: str, sentence: str) -> str:
    """The changelog with that sentence last under Added of what is not released; as it is where it has one."""
    start = changelog.find(UNRELEASED)
    if start < 0:
        raise ValueError(f"CHANGELOG.md has no line {UNRELEASED}")
    end = re.compile(r"^## ", re.MULTILINE).search(changelog, start + len(UNRELEASED))
    stop = end.start() if end else len(changelog)
    head, part, rest = changelog[:start], changelog[start:stop], changelog[stop:]
    if written(changelog, version):
        return changelog
    entry = textwrap.fill(sentence, WIDTH, initial_indent="- ", subsequent_indent="  ", break_on_hyphens=False)
    if "\n### Added\n" not in part:
        part = part.rstrip("\n") + "\n\n### Added\n\n"
    before, heading, body = part.partition("\n### Added\n")
    after = re.search(r"^### ", body, re.MULTILINE)
    own, others = (body[: after.start()], body[after.start() :]) if after else (body, "")
    own = own.rstrip("\n") + "\n" + entry + "\n" + ("\n" if others or rest else "")
    return head + before + heading + own + others + rest
