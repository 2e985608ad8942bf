"""Tests of tools/registry: the data file is whole, merging is sound, the generator is strict."""

from __future__ import annotations

import contextlib
import functools
import io
import itertools
import json
import sys
import tempfile
import unittest
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tools/registry"))

import generate  # noqa: E402
import merge  # noqa: E402

# Measured independently of this registry, by another introspection of installed Prefects: settings,
# those with more than one name, secrets, those whose value is worked out, accepted names.
COUNTS = {
    "3.0.0": (145, 0, 3, 15, 145),
    "3.0.11": (150, 96, 3, 11, 246),
    "3.1.15": (158, 97, 5, 10, 255),
    "3.2.15": (164, 98, 5, 10, 262),
    "3.3.7": (165, 98, 5, 10, 263),
    "3.4.19": (180, 97, 5, 10, 277),
    "3.4.25": (186, 97, 5, 12, 283),
    "3.5.0": (187, 97, 5, 12, 284),
    "3.6.29": (213, 99, 5, 12, 312),
    "3.7.8": (224, 105, 5, 12, 329),
    "3.8.8": (226, 105, 5, 12, 331),
    "3.9.1": (227, 105, 5, 12, 332),
}
# Computed too, but in a new home they come out as declared, which that measurement went by.
COMPUTED_AS_DECLARED = ("ui_url", "api.ssl_cert_file")

ALWAYS_WRITTEN = ("name", "names", "type", "default")


@functools.cache
def registry() -> Any:
    return json.loads(merge.REGISTRY.read_text(encoding="utf-8"))


@functools.cache
def releases() -> dict[str, merge.Release]:
    return merge.read_registry(registry())


def is_worked_out(path: str, attributes: merge.Attributes) -> bool:
    """Whether a new home has another value than the declared one, or one that Prefect calls a function for."""
    if any(validator.startswith("Callback:") for validator in attributes["validators"]):
        return True
    if attributes["fresh"] != attributes["default"]:
        return True
    return path not in COMPUTED_AS_DECLARED and (path == "home" or attributes["default"] != attributes["declared"])


def counts(settings: dict[str, merge.Attributes]) -> tuple[int, int, int, int, int]:
    return (
        len(settings),
        sum(len(attributes["names"]) > 1 for attributes in settings.values()),
        sum(attributes["secret"] for attributes in settings.values()),
        sum(is_worked_out(path, attributes) for path, attributes in settings.items()),
        len({name for attributes in settings.values() for name in attributes["names"]}),
    )


def setting(path: str, **changed: Any) -> Any:
    """A setting as dump.py prints it; `retries` is an integer that is 0."""
    name = "PREFECT_" + path.replace(".", "_").upper()
    value = changed.get("default", 0)
    plain = {
        "path": path,
        "name": name,
        "names": [name],
        "type": "int",
        "allowed": [],
        "constraints": {},
        "validators": [],
        "secret": False,
        "default": value,
        "factory": None,
        "effective": value,
        "fresh": value,
    }
    return {**plain, **changed}


def dump(version: str, *settings: Any, active: str = "ephemeral") -> Any:
    return {
        "version": version,
        "python": "3.11.7",
        "libraries": {"pydantic": "2.9.2", "pydantic-settings": "2.6.0", "python-dotenv": "1.0.1"},
        "bundled_profiles": {"active": active, "profiles": {"ephemeral": {"PREFECT_B": "1", "PREFECT_A": "2"}}},
        "settings": list(settings),
    }


def some_dumps() -> list[Any]:
    """A setting that changes, one that goes, comes back and is renamed, and a release without paths."""
    early = setting("old_name", name="PREFECT_OLD_NAME", names=["PREFECT_OLD_NAME"])
    renamed = setting("group.name", names=["PREFECT_GROUP_NAME", "PREFECT_OLD_NAME"])
    return [
        dump("3.0.0", early, setting("retries", constraints={"ge": 0})),
        dump("3.1.9", renamed, setting("retries", default=2)),
        dump("3.1.10", setting("retries", default=2, fresh=3), active="local"),
        dump("3.2.0", renamed, setting("retries", default=2.0, type="float")),
    ]


def merged_text(dumps: list[Any], old: Any = None) -> str:
    return merge.formatted(merge.merge(dumps, old, {"3.0.0": "2024-09-03"}))


class RegistryTest(unittest.TestCase):
    """The committed data."""

    def test_has_every_listed_release(self) -> None:
        self.assertEqual(list(registry()["releases"]), list(merge.read_dates(merge.RELEASES)))

    def test_counts_are_those_measured_elsewhere(self) -> None:
        for version, expected in COUNTS.items():
            with self.subTest(version=version):
                self.assertEqual(counts(releases()[version].settings), expected)

    def test_each_attribute_has_one_value_in_each_release(self) -> None:
        content = registry()
        for path, entry in content["settings"].items():
            self.assertEqual([a for a in ALWAYS_WRITTEN if a not in entry], [], path)
            for version in content["releases"]:
                held = [sum(merge.contains(span, version) for span in ranges) for ranges in entry.values()]
                self.assertEqual(held, [held[0]] * len(held), f"{path} in {version}")
                self.assertLessEqual(held[0], 1, f"{path} in {version}")

    def test_each_release_has_one_bundle_of_profiles(self) -> None:
        content = registry()
        for version in content["releases"]:
            held = [span for span in content["bundled_profiles"] if merge.contains(span, version)]
            self.assertEqual(len(held), 1, version)

    def test_no_name_belongs_to_two_settings_of_a_release(self) -> None:
        for version, release in releases().items():
            names = [name for attributes in release.settings.values() for name in attributes["names"]]
            self.assertEqual(len(names), len(set(names)), version)

    def test_canonical_name_is_first(self) -> None:
        for version, release in releases().items():
            for path, attributes in release.settings.items():
                self.assertEqual(attributes["name"], attributes["names"][0], f"{path} in {version}")

    def test_is_written_as_merge_writes_it(self) -> None:
        text = merge.REGISTRY.read_text(encoding="utf-8")
        self.assertEqual(merge.formatted(merge.merged(merge.read_registry(json.loads(text)))), text)


class MergeTest(unittest.TestCase):
    def test_order_does_not_matter(self) -> None:
        expected = merged_text(some_dumps())
        for dumps in itertools.permutations(some_dumps()):
            self.assertEqual(merged_text(list(dumps)), expected)

    def test_one_by_one_is_all_at_once(self) -> None:
        expected = merged_text(some_dumps())
        for dumps in itertools.permutations(some_dumps()):
            text = merged_text([dumps[0]])
            for one in dumps[1:]:
                text = merged_text([one], json.loads(text))
            self.assertEqual(text, expected)

    def test_merging_again_changes_nothing(self) -> None:
        text = merged_text(some_dumps())
        self.assertEqual(merged_text(some_dumps()[1:2], json.loads(text)), text)

    def test_a_release_read_anew_replaces_what_was_known_of_it(self) -> None:
        old = json.loads(merged_text([dump("3.1.9", setting("a")), dump("3.2.0", setting("a"))]))
        text = merged_text([dump("3.2.0", setting("b"))], old)
        self.assertEqual(text, merged_text([dump("3.1.9", setting("a")), dump("3.2.0", setting("b"))]))

    def test_ranges(self) -> None:
        settings = merge.merge(some_dumps(), None, {})["settings"]
        self.assertEqual(settings["retries"]["default"], {"3.0.0-3.0.0": 0, "3.1.9-3.1.10": 2, "3.2.0-": 2.0})
        self.assertEqual(settings["retries"]["constraints"], {"3.0.0-3.0.0": {"ge": 0}, "3.1.9-": {}})
        self.assertEqual(list(settings["retries"]["fresh"]), ["3.0.0-3.0.0", "3.1.9-3.1.9", "3.1.10-3.1.10", "3.2.0-"])
        self.assertNotIn("allowed", settings["retries"])

    def test_early_setting_takes_the_path_of_its_successor(self) -> None:
        settings = merge.merge(some_dumps(), None, {})["settings"]
        self.assertEqual(list(settings), ["group.name", "retries"])
        self.assertEqual(list(settings["group.name"]["type"]), ["3.0.0-3.1.9", "3.2.0-"])

    def test_early_setting_without_successor_is_its_name(self) -> None:
        settings = merge.merge(some_dumps()[:1], None, {})["settings"]
        self.assertEqual(list(settings), ["old_name", "retries"])

    def test_early_setting_declared_twice_is_one_if_alike(self) -> None:
        twin = {**setting("retries"), "path": "group.retries"}
        settings = merge.merge([dump("3.0.7", setting("retries"), twin)], None, {})["settings"]
        self.assertEqual(list(settings), ["retries"])
        with self.assertRaisesRegex(SystemExit, "3.0.7: PREFECT_RETRIES is declared twice"):
            merge.merge([dump("3.0.7", setting("retries", default=1), twin)], None, {})

    def test_computed_default(self) -> None:
        where = {"path": "~/.prefect"}
        one = dump("3.1.9", setting("home", type="path", default=where))
        home = merge.merge([one], None, {})["settings"]["home"]
        self.assertEqual(home["default"], {"3.1.9-": {"computed": "user_home"}})
        self.assertEqual(home["declared"], {"3.1.9-": where})
        self.assertNotIn("fresh", home)

    def test_unknown_default_in_the_home_is_refused(self) -> None:
        one = dump("3.1.9", setting("cache", type="path", default={"path": "~/.prefect/cache"}))
        with self.assertRaisesRegex(SystemExit, "cache: .* add one to COMPUTED"):
            merge.merge([one], None, {})


class GenerateTest(unittest.TestCase):
    def generated(self, *settings: Any) -> dict[str, str]:
        return generate.generated(merge.merge([dump("3.1.9", *settings)], None, {}))

    def test_generated_files_are_current(self) -> None:
        self.assertEqual(generate.main(["--check"]), 0)

    def test_check_names_what_differs(self) -> None:
        errors = io.StringIO()
        with tempfile.TemporaryDirectory() as folder, contextlib.redirect_stderr(errors):
            root = Path(folder)
            self.assertEqual(generate.main(["--root", folder]), 0)
            (root / generate.PAGE).write_text("edited")
            (root / generate.BUNDLED / "2.0.0-2.0.1.toml").write_text("")
            self.assertEqual(generate.main(["--root", folder, "--check"]), 1)
        self.assertEqual(len(errors.getvalue().splitlines()), 2)
        self.assertIn("docs/settings.md is not what registry.json gives", errors.getvalue())

    def test_writing_removes_bundles_of_old_ranges(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            old = Path(folder) / generate.BUNDLED / "3.8.0-3.8.1.toml"
            old.parent.mkdir(parents=True)
            old.write_text("")
            generate.main(["--root", folder])
            self.assertFalse(old.exists())

    def test_unknown_type_is_refused_by_name(self) -> None:
        with self.assertRaisesRegex(SystemExit, "group.limit: no ValueType for type 'Decimal'.*VALUE_TYPES"):
            self.generated(setting("group.limit", type="Decimal|none"))

    def test_unknown_validator_is_refused_by_name(self) -> None:
        with self.assertRaisesRegex(SystemExit, "limit: no ValueType .*BeforeValidator:clean"):
            self.generated(setting("limit", validators=["BeforeValidator:clean"]))

    def test_unknown_constraint_is_refused_by_name(self) -> None:
        with self.assertRaisesRegex(SystemExit, "limit: constraint 'multiple_of' has no place"):
            self.generated(setting("limit", constraints={"multiple_of": 2}))

    def test_every_line_of_the_type_table_is_used(self) -> None:
        used = set()
        for release in releases().values():
            for attributes in release.settings.values():
                kinds = [kind for kind in attributes["type"].split("|") if kind != "none"]
                used.add(("|".join(kinds), tuple(attributes["validators"])))
        self.assertEqual(set(generate.VALUE_TYPES) - used, set())

    def test_row_is_split_only_where_something_differs(self) -> None:
        content = merge.merge(some_dumps(), None, {})
        rows = generate.rows_of("retries", merge.read_registry(content))
        ranges = [(row.first, row.last) for row in rows]
        self.assertEqual(ranges, [("3.0.0", "3.0.0"), ("3.1.9", "3.1.10"), ("3.2.0", "3.2.0")])

    def test_defaults_as_initializers(self) -> None:
        cases = [
            (None, ""),
            (True, ".kind = Kind::boolean, .integer = 1"),
            (-5, ".kind = Kind::integer, .integer = -5"),
            (0.2, ".kind = Kind::floating, .floating = 0.2"),
            ('a"\\b', r'.kind = Kind::text, .text = "a\"\\b"'),
            ({"timedelta": 1.5}, ".kind = Kind::duration, .integer = 1500000"),
            ({"set": ["b"]}, r'.kind = Kind::set, .text = "[\"b\"]"'),
            ({"dict": {"a": {"timedelta": 60.0}}}, r'.kind = Kind::dict, .text = "{\"a\":60.0}"'),
            ([], '.kind = Kind::list, .text = "[]"'),
        ]
        for value, expected in cases:
            with self.subTest(value=value):
                self.assertEqual(generate.default_of("some.path", value), expected)

    def test_bundled_profiles_keep_their_order(self) -> None:
        text = generate.generated(merge.merge(some_dumps(), None, {}))["profiles/bundled/3.0.0-3.1.9.toml"]
        self.assertLess(text.index("PREFECT_B"), text.index("PREFECT_A"))


if __name__ == "__main__":
    unittest.main()
