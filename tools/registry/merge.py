#!/usr/bin/env python3
"""Merges dumps of single Prefect releases (dump.py) into lib/src/registry/registry.json.

The order of merging does not matter, and merging a dump again changes nothing: the file is taken
apart into releases, the dumps are put in, and it is written anew.

In the file each attribute of a setting has one line, which maps ranges of releases to values:
``3.0.0-3.4.24`` is both ends included, ``3.4.25-`` reaches to the newest release. An attribute
that is at its neutral value (see ``NEUTRAL`` and ``neutral``) in every release is left out.

``default`` is what is in force when nothing is set: a constant, or ``{"computed": RULE}``.
``declared`` is what Prefect's model says; ``fresh`` is the value in a new home, where the
bundled profile is active.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from releases import dates, parts

ROOT = Path(__file__).resolve().parents[2]
REGISTRY = ROOT / "lib/src/registry/registry.json"
RELEASES = ROOT / "tools/registry/releases.tsv"

Attributes = dict[str, Any]
Json = Any

# Settings whose default is worked out at run time; the rules are the enum `Computed` of registry.hpp.
COMPUTED = {
    "home": "user_home",
    "profiles_path": "profiles_path",
    "results.local_storage_path": "local_storage_path",
    "logging.config_path": "logging_config_path",
    "server.memo_store_path": "memo_store_path",
    "cloud.ui_url": "cloud_ui_url",
    "ui_url": "ui_url",
    "server.ui.api_url": "server_ui_api_url",
    "server.database.connection_url": "database_connection_url",
    "api.ssl_cert_file": "ssl_cert_file",
}

# What 2.20 has in such a place where nothing is worked out yet.
CONSTANT_BEFORE_3 = {"server.ui.api_url": "/api"}

# In the order in which they are written.
ATTRIBUTES = (
    "name",
    "names",
    "type",
    "allowed",
    "constraints",
    "validators",
    "secret",
    "default",
    "declared",
    "fresh",
)
NEUTRAL: Attributes = {"allowed": [], "constraints": {}, "validators": [], "secret": False}

# Earlier releases read no TOML files, so a path was no spelling of theirs, and most have none.
FIRST_WITH_PATHS = (3, 0, 11)


def text_of(value: Json) -> str:
    return json.dumps(value, sort_keys=True, ensure_ascii=False)


def same(left: Json, right: Json) -> bool:
    """Equal as JSON: unlike for Python, 1, 1.0 and true differ."""
    return left is right or (left == right and text_of(left) == text_of(right))


def neutral(attribute: str, attributes: Attributes) -> Json:
    """The value of an attribute that is not written."""
    if attribute in ("declared", "fresh"):
        return attributes["default"]
    return NEUTRAL.get(attribute)


class Release:
    """One release: what it was installed with, its bundled profiles and its settings by path."""

    def __init__(self, facts: dict[str, str], bundled: Json, settings: dict[str, Attributes]) -> None:
        self.facts = facts
        self.bundled = bundled
        self.settings = settings


def attributes_of(setting: Json) -> Attributes:
    """A dumped setting, its default still the value that it came out as."""
    attributes = {name: setting[name] for name in ("name", "names", "type", *NEUTRAL)}
    return {**attributes, "default": setting["effective"], "declared": setting["default"], "fresh": setting["fresh"]}


def mark_computed(path: str, attributes: Attributes) -> None:
    """Puts the rule in place of the value where the default is worked out."""
    if path not in COMPUTED:
        return
    if path in CONSTANT_BEFORE_3 and attributes["default"] == CONSTANT_BEFORE_3[path]:
        return
    rule = {"computed": COMPUTED[path]}
    if same(attributes["fresh"], attributes["default"]):
        attributes["fresh"] = rule
    attributes["default"] = rule


def refuse_unknown_rule(path: str, attributes: Attributes) -> None:
    if "~/" in text_of(attributes["default"]):
        sys.exit(
            f"{path}: its default depends on the home folder, and merge.py has no rule for it: "
            "add one to COMPUTED, to the enum in registry.hpp and to the rules in resolve"
        )


def successors(releases: dict[str, Release]) -> dict[str, str]:
    """For each accepted name the path that takes it in the first release with paths that knows it."""
    found: dict[str, str] = {}
    for version in sorted(releases, key=parts):
        if parts(version) < FIRST_WITH_PATHS:
            continue
        for path, attributes in releases[version].settings.items():
            for name in attributes["names"]:
                found.setdefault(name, path)
    return found


def early_path(name: str, known: dict[str, str]) -> str:
    return known.get(name, name.removeprefix("PREFECT_").lower())


def place_early_settings(releases: dict[str, Release]) -> None:
    """Gives the settings of the releases without paths those of their successors."""
    known = successors(releases)
    for version, release in releases.items():
        if parts(version) >= FIRST_WITH_PATHS:
            continue
        placed: dict[str, Attributes] = {}
        for attributes in release.settings.values():
            path = early_path(attributes["name"], known)
            if path in placed:
                sys.exit(f"{version}: {attributes['name']} and {placed[path]['name']} both come to {path}")
            mark_computed(path, attributes)
            placed[path] = attributes
        release.settings = placed


def read_early_settings(dump: Json) -> dict[str, Attributes]:
    """By name: their paths are found when all releases are read.

    3.0.7 and 3.0.10 declare PREFECT_API_DEFAULT_LIMIT twice, in the old place and in the new one: to
    who sets it that is one setting.
    """
    settings: dict[str, Attributes] = {}
    for setting in dump["settings"]:
        attributes = attributes_of(setting)
        if not same(settings.setdefault(setting["name"], attributes), attributes):
            sys.exit(f"{dump['version']}: {setting['name']} is declared twice and not alike")
    return settings


def read_settings(dump: Json) -> dict[str, Attributes]:
    if parts(dump["version"]) < FIRST_WITH_PATHS:
        return read_early_settings(dump)
    settings = {setting["path"]: attributes_of(setting) for setting in dump["settings"]}
    for path, attributes in settings.items():
        mark_computed(path, attributes)
        refuse_unknown_rule(path, attributes)
    return settings


def read_dump(dump: Json, dates: dict[str, str]) -> tuple[str, Release]:
    version = dump["version"]
    facts = {"date": dates.get(version, ""), "python": dump["python"], **dump["libraries"]}
    return version, Release(facts, dump["bundled_profiles"], read_settings(dump))


def contains(span: str, version: str) -> bool:
    first, _, last = span.partition("-")
    return parts(first) <= parts(version) and (not last or parts(version) <= parts(last))


def by_version(ranges: dict[str, Json], versions: list[str]) -> dict[str, Json]:
    """The value in each release that a range of it covers."""
    return {v: value for span, value in ranges.items() for v in versions if contains(span, v)}


def read_setting(setting: dict[str, Json], versions: list[str]) -> dict[str, Attributes]:
    """The attributes of one setting of registry.json in each release that has it."""
    written = {attribute: by_version(ranges, versions) for attribute, ranges in setting.items()}
    found: dict[str, Attributes] = {}
    for version in written["name"]:
        attributes: Attributes = {}
        for attribute in ATTRIBUTES:
            values = written.get(attribute, {})
            attributes[attribute] = values[version] if version in values else neutral(attribute, attributes)
        found[version] = attributes
    return found


def read_registry(registry: Json) -> dict[str, Release]:
    """The releases, oldest first, that registry.json holds."""
    versions = sorted(registry["releases"], key=parts)
    bundled = by_version(registry["bundled_profiles"], versions)
    releases = {v: Release(registry["releases"][v], bundled[v], {}) for v in versions}
    for path, setting in registry["settings"].items():
        for version, attributes in read_setting(setting, versions).items():
            releases[version].settings[path] = attributes
    return releases


def spans(values: list[tuple[str, Json]], versions: list[str]) -> dict[str, Json]:
    """Ranges of neighbouring releases with equal values; `values` are (version, value), oldest first."""
    position = {version: index for index, version in enumerate(versions)}
    runs: list[list[Any]] = []
    for version, value in values:
        if runs and position[version] == position[runs[-1][1]] + 1 and same(runs[-1][2], value):
            runs[-1][1] = version
        else:
            runs.append([version, version, value])
    newest = versions[-1]
    return {f"{first}-{'' if last == newest else last}": value for first, last, value in runs}


def is_left_out(attribute: str, history: list[tuple[str, Attributes]]) -> bool:
    if attribute in ("name", "names", "type", "default"):
        return False
    return all(same(attributes[attribute], neutral(attribute, attributes)) for _, attributes in history)


def merged_setting(history: list[tuple[str, Attributes]], versions: list[str]) -> dict[str, Json]:
    """One setting of registry.json from its attributes in each release that has it, oldest first."""
    return {
        attribute: spans([(version, attributes[attribute]) for version, attributes in history], versions)
        for attribute in ATTRIBUTES
        if not is_left_out(attribute, history)
    }


def merged(releases: dict[str, Release]) -> Json:
    """The content of registry.json."""
    place_early_settings(releases)
    versions = sorted(releases, key=parts)
    histories: dict[str, list[tuple[str, Attributes]]] = {}
    for version in versions:
        for path, attributes in releases[version].settings.items():
            histories.setdefault(path, []).append((version, attributes))
    return {
        "releases": {version: releases[version].facts for version in versions},
        "bundled_profiles": spans([(v, releases[v].bundled) for v in versions], versions),
        "settings": {path: merged_setting(histories[path], versions) for path in sorted(histories)},
    }


def lines_of(items: dict[str, str], indent: str) -> str:
    return ",\n".join(f"{indent}{text_of(key)}: {value}" for key, value in items.items())


def formatted(registry: Json) -> str:
    """One line a release, a range of bundled profiles and an attribute, so that changes read well."""
    releases = {key: text_of(value) for key, value in registry["releases"].items()}
    # The order of the bundled profiles and of their keys is Prefect's, and is kept.
    bundled = {k: json.dumps(v, ensure_ascii=False) for k, v in registry["bundled_profiles"].items()}
    settings = {}
    for path, setting in registry["settings"].items():
        attributes = {key: in_order(ranges) for key, ranges in setting.items()}
        settings[path] = "{\n" + lines_of(attributes, "   ") + "\n  }"
    return (
        '{\n "releases": {\n' + lines_of(releases, "  ") + "\n },\n"
        ' "bundled_profiles": {\n' + lines_of(bundled, "  ") + "\n },\n"
        ' "settings": {\n' + lines_of(settings, "  ") + "\n }\n}\n"
    )


def in_order(ranges: dict[str, Json]) -> str:
    """Ranges stay oldest first; only the values' own keys are sorted."""
    return "{" + ", ".join(f"{text_of(span)}: {text_of(value)}" for span, value in ranges.items()) + "}"


def read_dates(path: Path) -> dict[str, str]:
    return dates(path) if path.exists() else {}


def read_json(path: Path) -> Json:
    return json.loads(path.read_text(encoding="utf-8"))


def merge(dumps: list[Json], registry: Json | None, dates: dict[str, str]) -> Json:
    releases = read_registry(registry) if registry is not None else {}
    releases.update(read_dump(dump, dates) for dump in dumps)
    return merged(releases)


def main() -> int:
    parser = argparse.ArgumentParser(description="Merge dumps of Prefect releases into registry.json.")
    parser.add_argument("dumps", nargs="+", type=Path, help="JSON files that dump.py printed")
    parser.add_argument("--registry", type=Path, default=REGISTRY)
    parser.add_argument("--anew", action="store_true", help="forget what the registry holds now")
    options = parser.parse_args()
    old = None
    if options.registry.exists() and not options.anew:
        old = read_json(options.registry)
    dumps = [read_json(path) for path in options.dumps]
    text = formatted(merge(dumps, old, read_dates(RELEASES)))
    options.registry.parent.mkdir(parents=True, exist_ok=True)
    options.registry.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
