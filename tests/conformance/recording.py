"""The recordings' file format: small and diff-friendly, exact in both directions.

In memory an entry is what prefect_runs.py gives: every effective value, every view's text. In
the file ``effective`` holds only what differs from the ``defaults`` block (the settings object
of the situation ``no-files``), and a text is a list of lines, or, for the long views, its
difference from the same view of ``no-files``: ``[first line, lines dropped, lines put there]``.

Of a version that is not recorded in whole, a situation that is not in its file is answered as the
version that stands for it answers (situation.py): ``answers`` gives both.
"""

from __future__ import annotations

import difflib
import json
import os

from situation import HERE, VERSIONS, stands_for

BASE = "no-files"
LONG = ("--show-defaults", "--show-defaults --show-secrets")
#: What two versions must agree in for one to stand for the other, besides the values set.
AGREED = ("loads", "starts", "profile", "profiles_path", "loader_profiles_path")


def path_of(version: str):
    return HERE / "recordings" / f"{version}.json"


def versions() -> list[str]:
    """Those that are recorded, oldest first."""
    found = [path.stem for path in (HERE / "recordings").glob("*.json")]
    return sorted(found, key=lambda version: tuple(map(int, version.split("."))))


def _edits(base: list[str], lines: list[str]) -> list:
    matcher = difflib.SequenceMatcher(None, base, lines, autojunk=False)
    return [
        [i1, i2 - i1, lines[j1:j2]]
        for tag, i1, i2, j1, j2 in matcher.get_opcodes()
        if tag != "equal"
    ]


def _apply(base: list[str], edits: list) -> list[str]:
    lines = list(base)
    for first, dropped, put in reversed(edits):
        lines[first : first + dropped] = put
    return lines


def _pack(entry: dict, base: dict, is_base: bool) -> dict:
    packed = {key: value for key, value in entry.items() if key not in ("effective", "views")}
    if "effective" in entry:
        known = {} if is_base else base["effective"]
        if set(entry["effective"]) != set(base["effective"]):
            raise ValueError("two settings objects of one version have other settings")
        if not is_base:
            packed["effective"] = {
                path: value
                for path, value in sorted(entry["effective"].items())
                if json.dumps(known[path]) != json.dumps(value)
            }
    packed["views"] = {}
    for flags, view in entry["views"].items():
        view = dict(view)
        lines = view.pop("stdout").split("\n")
        if flags in LONG and not is_base and view["exit"] == 0:
            view["edits"] = _edits(base["views"][flags]["stdout"].split("\n"), lines)
        else:
            view["lines"] = lines
        packed["views"][flags] = view
    return packed


def _unpack(packed: dict, base: dict | None, defaults: dict) -> dict:
    entry = {key: value for key, value in packed.items() if key not in ("effective", "views")}
    if entry["loads"]:
        entry["effective"] = defaults | packed.get("effective", {})
    entry["views"] = {}
    for flags, view in packed["views"].items():
        view = dict(view)
        if "edits" in view:
            lines = _apply(base["views"][flags]["stdout"].split("\n"), view.pop("edits"))
        else:
            lines = view.pop("lines")
        entry["views"][flags] = view | {"stdout": "\n".join(lines)}
    return entry


def _text(value, depth: int) -> str:
    """JSON with one item a line down to the lines of a view, one line below that."""
    pad = " " * (depth + 1)
    flat = json.dumps(value, ensure_ascii=True)
    if not value or not isinstance(value, (dict, list)) or len(flat) + depth < 96:
        return flat
    if isinstance(value, dict):
        inside = [f"{json.dumps(k)}: {_text(v, depth + 1)}" for k, v in value.items()]
        return "{\n" + ",\n".join(pad + i for i in inside) + "\n" + " " * depth + "}"
    inside = [_text(v, depth + 1) for v in value]
    return "[\n" + ",\n".join(pad + i for i in inside) + "\n" + " " * depth + "]"


def write(version: str, entries: dict[str, dict]) -> None:
    base = entries[BASE]
    document = {
        "prefect_version": version,
        "defaults": dict(sorted(base["effective"].items())),
        "situations": {
            name: _pack(entries[name], base, name == BASE) for name in sorted(entries)
        },
    }
    path_of(version).parent.mkdir(exist_ok=True)
    # Whole or not at all: a run that is stopped here leaves the recording that was there.
    begun = path_of(version).with_suffix(".begun")
    begun.write_text(_text(document, 0) + "\n", encoding="utf-8")
    if _read(begun) != entries:
        raise AssertionError(f"a recording does not read back as it was written: {begun}")
    os.replace(begun, path_of(version))


def read(version: str) -> dict[str, dict]:
    return _read(path_of(version)) if path_of(version).exists() else {}


def _read(path) -> dict[str, dict]:
    document = json.loads(path.read_text(encoding="utf-8"))
    situations, defaults = document["situations"], document["defaults"]
    base = _unpack(situations[BASE], None, defaults)
    return {
        name: base if name == BASE else _unpack(packed, base, defaults)
        for name, packed in situations.items()
    }


def changed(entry: dict, base: dict) -> dict:
    """The values that a situation makes other than that version's defaults."""
    known = base["effective"]
    return {
        path: value
        for path, value in entry.get("effective", {}).items()
        if json.dumps(known[path]) != json.dumps(value)
    }


def answers(version: str) -> dict[str, dict]:
    """What that version says of every situation, its own recording before the stand-in's.

    record.py keeps what differs in AGREED or in the values changed; so what it did not keep is
    the stand-in's answer, with the values it changed laid over this version's own defaults. A
    view belongs to the version that printed it.
    """
    own = read(version)
    if version in VERSIONS or not own:
        return own
    other = read(stands_for(version))
    base, inherited = own[BASE], {}
    for name, entry in other.items():
        values = changed(entry, other[BASE])
        if values.keys() <= base["effective"].keys():  # else it could not have been left out
            inherited[name] = {key: entry[key] for key in (*AGREED, "error") if key in entry} | {"views": {}}
            if entry["loads"]:
                inherited[name]["effective"] = base["effective"] | values
    return inherited | own
