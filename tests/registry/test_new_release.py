"""Tests of tools/dev/new-release without a Prefect or a network: a release that is left out comes back byte
for byte; each step is taken once, in order, and what fails is named with the file to edit.

The steps run in a folder whose tools are stand-ins that note how they were called (TOOLS). The real ones are
tried by hand: leave_out.py says how.
"""

from __future__ import annotations

import contextlib
import functools
import io
import json
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
sys.path.insert(0, str(ROOT / "tools/registry"))

import leave_out  # noqa: E402
import merge  # noqa: E402
import new_release  # noqa: E402
import release_news  # noqa: E402
import release_state  # noqa: E402
import releases  # noqa: E402
import stated  # noqa: E402

VERSION, DATE, BEFORE = "3.9.1", "2026-10-30", "3.9.0"
DUMP = HERE / "data" / f"dump-{VERSION}.json"

#: Notes its call, then does what the test has asked of it: `do/NAME` in the folder.
STAND_IN = """#!/usr/bin/env python3
import pathlib, runpy, sys
root = pathlib.Path(__file__).resolve().parents[{depth}]
with open(root / "calls", "a") as calls:
    print({name!r}, *sys.argv[1:], file=calls)
behaviour = root / "do" / {flat!r}
if behaviour.exists():
    exec(compile(behaviour.read_text(), str(behaviour), "exec"), {{"root": root, "arguments": sys.argv[1:]}})
"""
TOOLS = (
    "tools/registry/add",
    "tools/registry/generate.py",
    "tools/registry/build_program",
    "tools/registry/stated.py",
    "tests/conformance/prepare",
    "tests/conformance/record.py",
    "tests/conformance/replay.py",
    "tests/conformance/random_run.py",
    "tests/conformance/auth/record_auth.py",
    "tests/conformance/auth/replay.py",
    "tools/docs/generate.py",
    "tests/docs/check_shown_commands.py",
    "tests/docs/check_library.py",
)
#: What the stand-ins do where all goes well.
WELL = {
    "tools/registry/add": "(root / 'lib/src/registry/registry.json').write_text((root / 'whole.json').read_text())\n"
    f"(root / 'tools/registry/releases.tsv').open('a').write('{VERSION}\\t{DATE}\\n')",
    "tests/conformance/record.py": f"(root / 'tests/conformance/recordings/{VERSION}.json').write_text('{{\"situations\": {{}}}}')\nprint('{VERSION}: 1 situations')",
    "tests/conformance/replay.py": "print('replay: 408 passed, 0 failed')",
    "tests/conformance/random_run.py": f"print('{VERSION}: 200 cases, 0 differ')",
    "tests/conformance/auth/record_auth.py": "if '--thin' not in arguments:\n"
    f"    (root / 'tests/conformance/auth/recordings/{VERSION}.json').write_text((root / 'cases.json').read_text())\n"
    f"    print('{VERSION}: 1 cases')",
    "tests/conformance/auth/replay.py": "print('1 passed, 0 failed')",
    "tools/registry/build_program": "print('100% tests passed, 0 tests failed out of 9')",
}
CASE = {"surface": "http", "target": "self-hosted", "credentials": "key", "environment": [], "outcome": "connects", "requests": []}
CHANGELOG = "# Changelog\n\n## [Unreleased]\n\n### Added\n\n- A thing.\n\n### Fixed\n\n- Another.\n\n## [0.1.0]\n\n### Added\n\n- Old.\n"


@functools.cache
def committed() -> str:
    return merge.REGISTRY.read_text(encoding="utf-8")


@functools.cache
def left_out() -> str:
    """registry.json without the release and without all that is newer, whatever has come since."""
    content = json.loads(committed())
    newer = [v for v in content["releases"] if releases.parts(v) >= releases.parts(VERSION)]
    return leave_out.registry_without(content, newer)


@functools.cache
def whole() -> str:
    """The same with the release."""
    content = json.loads(committed())
    newer = [v for v in content["releases"] if releases.parts(v) > releases.parts(VERSION)]
    return leave_out.registry_without(content, newer)


@functools.cache
def two() -> tuple[str, str]:
    """A small registry, of the release before alone, and of both."""
    others = [v for v in json.loads(committed())["releases"] if v not in (BEFORE, VERSION)]
    both = leave_out.registry_without(json.loads(committed()), others)
    return leave_out.registry_without(json.loads(both), [VERSION]), both


class LeftOutTest(unittest.TestCase):
    def test_comes_back_byte_for_byte(self) -> None:
        self.assertNotIn(VERSION, left_out())
        again = merge.merge([json.loads(DUMP.read_text("utf-8"))], json.loads(left_out()), {VERSION: DATE})
        self.assertEqual(merge.formatted(again), whole())

    def test_out_of_the_middle_it_comes_back_too(self) -> None:
        """Into the registry as it is, whatever is newer."""
        without = json.loads(leave_out.registry_without(json.loads(committed()), [VERSION]))
        again = merge.merge([json.loads(DUMP.read_text("utf-8"))], without, {VERSION: DATE})
        self.assertEqual(merge.formatted(again), committed())

    def test_only_a_copy_is_changed(self) -> None:
        done = subprocess.run([sys.executable, str(HERE / "leave_out.py"), "--root", str(ROOT), VERSION], capture_output=True, check=False)
        self.assertEqual(done.returncode, 2)

    def test_the_list_keeps_its_other_lines(self) -> None:
        self.assertEqual(leave_out.listed_without("# a\n3.9.0\tx\n3.9.1\ty\n3.9.10\tz\n", ["3.9.1"]), "# a\n3.9.0\tx\n3.9.10\tz\n")


class ReleasesTest(unittest.TestCase):
    def test_numbers_are_ordered_as_numbers(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            listed = Path(folder, "releases.tsv")
            listed.write_text("# x\n3.10.0\t2027-01-01\n3.9.1\t2026-10-30\n3.9.10\t2026-12-01\n", "utf-8")
            self.assertEqual(list(releases.dates(listed)), ["3.9.1", "3.9.10", "3.10.0"])
            self.assertEqual(releases.newest(listed), "3.10.0")
        self.assertEqual(releases.before("3.10.0", ["3.9.1", "3.9.10", "4.0.0"]), "3.9.10")
        self.assertIsNone(releases.before("2.20.0"))


class StepsTest(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory(prefix="new-release-")
        self.addCleanup(folder.cleanup)
        self.root = Path(folder.name)
        for name in TOOLS:
            self.write(name, STAND_IN.format(depth=name.count("/"), name=name, flat=name.replace("/", ".")))
            (self.root / name).chmod(0o755)
        for name, behaviour in WELL.items():
            self.do(name, behaviour)
        before, both = two()
        self.write("lib/src/registry/registry.json", before)
        self.write("whole.json", both)
        self.write("tools/registry/releases.tsv", f"{BEFORE}\t2026-10-23\n")
        self.write("CHANGELOG.md", CHANGELOG)
        self.write("tests/conformance/recordings/x", "")
        self.write(f"tests/conformance/auth/recordings/{BEFORE}.json", json.dumps({"cases": [CASE]}))
        self.write("cases.json", json.dumps({"cases": [CASE]}))

    def write(self, name: str, text: str) -> None:
        (self.root / name).parent.mkdir(parents=True, exist_ok=True)
        (self.root / name).write_text(text, "utf-8")

    def do(self, name: str, behaviour: str) -> None:
        self.write(f"do/{name.replace('/', '.')}", behaviour)

    def run_it(self, date: str = DATE) -> tuple[int, str]:
        (self.root / "calls").unlink(missing_ok=True)
        releases.dates.cache_clear()
        self.addCleanup(releases.dates.cache_clear)
        said = io.StringIO()
        run = new_release.Run(self.root, VERSION, date, self.root / "prefects", 200, 1)
        with contextlib.redirect_stdout(said):
            status = new_release.take_in(run)
        return status, said.getvalue()

    def calls(self) -> list[str]:
        return [line.split()[0] for line in (self.root / "calls").read_text().splitlines()]

    def test_all_steps_in_order_and_the_line_of_the_changelog(self) -> None:
        status, said = self.run_it()
        self.assertEqual(status, 0, said)
        wanted = ["tools/registry/add", "tools/registry/build_program", "tests/conformance/prepare"]
        wanted += ["tests/conformance/record.py", "tests/conformance/replay.py", "tests/conformance/random_run.py"]
        wanted += ["tests/conformance/auth/record_auth.py", "tests/conformance/auth/replay.py"]
        wanted += ["tests/conformance/auth/record_auth.py"]
        wanted += ["tools/registry/stated.py", "tests/conformance/auth/replay.py", "tools/docs/generate.py"]
        wanted += ["tests/docs/check_shown_commands.py", "tests/docs/check_library.py"]
        wanted += ["tools/registry/build_program"]
        self.assertEqual(self.calls(), wanted)
        changelog = (self.root / "CHANGELOG.md").read_text()
        self.assertIn("- A thing.\n- Prefect 3.9.1: 227 settings, none added, gone or changed since 3.9.0", changelog)
        self.assertIn("credentials as of 3.9.0.\n\n### Fixed", changelog)
        self.assertIn("a person: read git diff", said)

    def test_what_is_done_is_not_done_again(self) -> None:
        self.run_it()
        changelog = (self.root / "CHANGELOG.md").read_text()
        status, said = self.run_it(date="")
        self.assertEqual(status, 0, said)
        self.assertNotIn("tools/registry/add", self.calls())
        self.assertNotIn("tests/conformance/record.py", self.calls())
        # Once, for what the newest before it need not keep.
        self.assertEqual(self.calls().count("tests/conformance/auth/record_auth.py"), 1)
        self.assertEqual((self.root / "CHANGELOG.md").read_text(), changelog)

    def test_a_type_that_is_not_known_stops_it_and_is_said(self) -> None:
        self.do("tools/registry/add", "print(\"group.limit: no ValueType for type 'Decimal'\"); raise SystemExit(1)")
        status, said = self.run_it()
        self.assertEqual(status, 1)
        self.assertEqual(self.calls(), ["tools/registry/add"])
        self.assertIn("group.limit: no ValueType for type 'Decimal'\nedit: a row of VALUE_TYPES in tools/registry/generate.py", said)
        self.assertIn("not taken in yet", said)

    def test_a_release_without_a_day_is_refused(self) -> None:
        status, said = self.run_it(date="")
        self.assertEqual((status, "give 3.9.1=YYYY-MM-DD" in said), (1, True))

    def test_other_answers_are_named_and_do_not_stop_it(self) -> None:
        self.do("tests/conformance/replay.py",
                "print('FAIL 3.9.1 home-tilde: profiles_path: Prefect \"/a\", ours \"/b\"\\nFAIL 3.9.1 x: api.key: Prefect 1, ours 2\\n"
                "FAIL 3.9.1 y: api.url: Prefect 1, ours 2\\nreplay: 405 passed, 3 failed'); raise SystemExit(1)")
        status, said = self.run_it()
        self.assertEqual(status, 1)
        self.assertIn("1 answers differ from what real Prefect says, as 3.9.1 home-tilde: profiles_path", said)
        self.assertIn("edit: lib/src/sources/locate.cpp", said)
        self.assertIn("2 answers differ from what real Prefect says, as 3.9.1 x: api.key", said)
        self.assertIn("edit: a row of lib/src/sources/precedence.cpp", said)
        self.assertEqual(self.calls()[-1], "tools/registry/build_program")

    def test_a_row_that_does_not_predict_is_named_with_a_connection(self) -> None:
        row, none = "row events-in-token, since 3.6.14", "no row of the rule table for http self-hosted"
        self.do("tests/conformance/auth/replay.py",
                f"print('right row http, since 3.4.8: predicts 9, not 0\\nWRONG {row}: predicts 1, not 2\\n"
                f"WRONG {none}: predicts 0, not 1\\n"
                f"FAIL 3.9.1 http self-hosted [key]: absent ({none})\\n"
                f"FAIL 3.9.1 events-in self-hosted [auth]: headers: a, ours b ({row})'); raise SystemExit(1)")
        status, said = self.run_it()
        self.assertEqual(status, 1)
        self.assertIn(f"{row} predicts 1, not 2 of the recorded connections, as 3.9.1 events-in self-hosted [auth]: headers: a, ours b", said)
        self.assertIn("edit: lib/src/auth/rules.cpp, row events-in-token: end it at 3.9.0 and add one since 3.9.1", said)
        self.assertIn("edit: lib/src/auth/rules.cpp: add a row for http self-hosted since 3.9.1", said)

    def test_a_recording_of_a_busy_machine_is_not_kept(self) -> None:
        late = json.dumps({"cases": [CASE | {"error": "TimeoutError: "}]}, separators=(",", ":"))
        self.write("cases.json", late)
        status, said = self.run_it()
        self.assertEqual((status, "1 connections timed out" in said), (1, True))
        self.assertFalse((self.root / f"tests/conformance/auth/recordings/{VERSION}.json").exists())

    def test_texts_wait_for_right_answers(self) -> None:
        waits = ("tools/registry/stated.py", "tools/docs/generate.py", "tests/docs/check_shown_commands.py", "tests/docs/check_library.py")
        for name in ("tests/conformance/replay.py", "tests/conformance/random_run.py", "tests/conformance/auth/replay.py"):
            with self.subTest(name):
                self.do(name, "print('FAIL 3.9.1 x: api.key: Prefect 1, ours 2'); raise SystemExit(1)")
                status, said = self.run_it()
                self.assertEqual(status, 1)
                self.assertFalse(set(waits) & set(self.calls()))
                self.assertNotIn("--thin", (self.root / "calls").read_text())
                self.assertNotIn("--update", (self.root / "calls").read_text())
                self.assertEqual((self.root / "CHANGELOG.md").read_text(), CHANGELOG)
                self.assertIn("texts        waits", said)
                self.do(name, WELL[name])
        self.assertEqual(self.run_it()[0], 0)

    def test_a_text_that_cannot_be_written_stops_it(self) -> None:
        for name in ("tests/conformance/auth/replay.py", "tools/docs/generate.py", "tests/docs/check_shown_commands.py", "tests/docs/check_library.py"):
            with self.subTest(name):
                self.do(name, WELL.get(name, "") + "\nif '--rules' not in arguments: raise SystemExit(1)")
                self.assertEqual(self.run_it()[0], 1)
                self.assertEqual((self.root / "CHANGELOG.md").read_text(), CHANGELOG)
                self.do(name, WELL.get(name, ""))

    def test_only_the_release_before_is_thinned(self) -> None:
        self.write("tests/conformance/auth/recordings/3.8.8.json", json.dumps({"cases": [CASE]}))
        self.run_it()
        calls = (self.root / "calls").read_text()
        self.assertIn(f"record_auth.py --thin --versions {BEFORE}\n", calls)
        self.assertEqual(calls.count("--thin"), 1)

    def test_a_recording_that_was_cut_off_is_made_again(self) -> None:
        self.write(f"tests/conformance/recordings/{VERSION}.json", '{"situations": {"a"')
        self.write(f"tests/conformance/auth/recordings/{VERSION}.json", "{}")
        status, said = self.run_it()
        self.assertEqual(status, 0, said)
        self.assertIn("tests/conformance/record.py", self.calls())
        self.assertEqual(self.calls().count("tests/conformance/auth/record_auth.py"), 2)
        self.assertEqual(json.loads((self.root / f"tests/conformance/recordings/{VERSION}.json").read_text()), {"situations": {}})

    def test_another_line_of_the_changelog_is_a_person_s(self) -> None:
        self.run_it()
        changelog = self.root / "CHANGELOG.md"
        edited = changelog.read_text().replace("227 settings", "2 settings")
        changelog.write_text(edited)
        status, said = self.run_it()
        self.assertEqual((status, changelog.read_text()), (0, edited))
        self.assertIn("    written:  Prefect 3.9.1: 2 settings, none added", said)
        self.assertIn("    computed: Prefect 3.9.1: 227 settings, none added", said)

    def test_a_failing_test_is_named(self) -> None:
        self.do("tools/registry/build_program", "if arguments:\n    print('The following tests FAILED:\\n\\t 83 - cli.usage (Failed)\\n\\t 84 - cli.other (Skipped)'); raise SystemExit(8)")
        status, said = self.run_it()
        self.assertEqual(status, 1)
        self.assertIn("the test cli.usage fails", said)
        self.assertNotIn("cli.other", said)

    def test_a_tool_that_dies_is_no_success(self) -> None:
        for name in ("tests/conformance/replay.py", "tests/conformance/random_run.py", "tests/conformance/auth/replay.py", "tools/registry/stated.py"):
            with self.subTest(name):
                self.do(name, "raise SystemExit(3)")
                self.assertEqual(self.run_it()[0], 1)
                self.do(name, WELL.get(name, ""))


class CleanTest(unittest.TestCase):
    def test_own_changes_go_on_and_others_do_not(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            root, logs = Path(folder), Path(folder, "build/new-release/3.9.1")

            def git(*words: str) -> None:
                who = ["-c", "user.name=T", "-c", "user.email=t@example.com", "-c", "commit.gpgsign=false"]
                subprocess.run(["git", "-C", folder, *who, *words], check=True, capture_output=True)

            self.assertIn("git does not say", release_state.refusal(root, logs))
            git("init")
            (root / ".gitignore").write_text("/build/\n")
            (root / "a").write_text("1")
            git("add", "-A")
            git("commit", "-m", "x")
            (root / "a").write_text("2")
            self.assertIn("not committed: a", release_state.refusal(root, logs))
            git("checkout", "a")
            self.assertEqual(release_state.refusal(root, logs), "")
            (root / "a").write_text("3")
            self.assertEqual(release_state.refusal(root, logs), "")
            self.assertIn("not committed: a", release_state.refusal(root, logs.with_name("3.9.2")))
            git("commit", "-a", "-m", "y")
            (root / "b").write_text("4")
            self.assertIn("not committed: b", release_state.refusal(root, logs))

    def test_the_command_refuses(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            words = [sys.executable, str(ROOT / "tools/registry/new_release.py"), "--root", folder, f"{VERSION}={DATE}"]
            done = subprocess.run(words, capture_output=True, text=True, check=False)
            self.assertEqual((done.returncode, done.stdout), (1, ""))
            self.assertIn("--dirty", done.stderr)


class NewsTest(unittest.TestCase):
    def test_credentials_that_changed_are_counted(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            recordings = Path(folder, release_news.RECORDINGS)
            recordings.mkdir(parents=True)
            other = CASE | {"requests": [{"url": "x"}]}
            for version, case in ((BEFORE, CASE), (VERSION, other)):
                (recordings / f"{version}.json").write_text(json.dumps({"cases": [case]}))
            self.assertEqual(release_news.of_credentials(Path(folder), VERSION), "credentials otherwise than of 3.9.0 on http (1 cases)")
            self.assertEqual(release_news.of_credentials(Path(folder), "3.9.2"), "credentials not recorded")

    def test_packages_that_are_others(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            recordings = Path(folder, release_news.RECORDINGS)
            recordings.mkdir(parents=True)
            for version, packages in ((BEFORE, {"httpx": "0.28.1", "websockets": "15.0"}), (VERSION, {"httpx": "0.28.1", "websockets": "16.0"})):
                (recordings / f"{version}.json").write_text(json.dumps({"cases": [], "packages": packages}))
            self.assertEqual(release_news.other_packages(Path(folder), VERSION), "websockets 15.0 is 16.0")

    def test_the_line_goes_under_what_is_not_released(self) -> None:
        text = release_news.with_line("# C\n\n## [Unreleased]\n\n## [0.1.0]\n\n### Added\n\n- x\n", "3.9.1", "Prefect 3.9.1: y.")
        self.assertEqual(text, "# C\n\n## [Unreleased]\n\n### Added\n\n- Prefect 3.9.1: y.\n\n## [0.1.0]\n\n### Added\n\n- x\n")
        self.assertEqual(release_news.with_line(text, "3.9.1", "Prefect 3.9.1: z."), text)
        self.assertIn("### Added\n\n- a\n- Prefect 3.9.1: y.\n", release_news.with_line("## [Unreleased]\n\n### Added\n\n- a\n", "3.9.1", "Prefect 3.9.1: y."))
        with self.assertRaises(ValueError):
            release_news.with_line("# C\n", "3.9.1", "y")


class StatedTest(unittest.TestCase):
    def test_numbers_are_written_anew_and_checked(self) -> None:
        with tempfile.TemporaryDirectory() as folder, contextlib.redirect_stderr(io.StringIO()) as errors:
            root = Path(folder)
            for name, text in {
                "tools/registry/releases.tsv": "3.9.1\tx\n3.10.0\ty\n",
                "tests/conformance/auth/recordings/3.9.1.json": json.dumps({"cases": [CASE] * 1234}),
                "README.md": "2.20 and 3.0.0 to 3.9.1, 7 recorded connections of 2\nreleases; 3.0.0 to 3.1.7\n",
                "CHANGELOG.md": "2.20 and 3.0.0 to 3.9.1\n",
                "docs/a.md": "40 releases from 2.20.0 to\n3.8.8\n",
            }.items():
                (root / name).parent.mkdir(parents=True, exist_ok=True)
                (root / name).write_text(text, "utf-8")
            self.assertEqual(stated.main(["--check", "--root", folder]), 1)
            self.assertIn("README.md: '2.20 and 3.0.0 to 3.9.1, 7 recorded connections of 2' is now", errors.getvalue())
            self.assertEqual(stated.main(["--root", folder]), 0)
            self.assertEqual((root / "README.md").read_text(), "2.20 and 3.0.0 to 3.10.0, 1,234 recorded connections of 1\nreleases; 3.0.0 to 3.1.7\n")
            self.assertEqual((root / "docs/a.md").read_text(), "1 releases from 2.20.0 to\n3.9.1\n")
            self.assertEqual((root / "CHANGELOG.md").read_text(), "2.20 and 3.0.0 to 3.9.1\n")
            self.assertEqual(stated.main(["--check", "--root", folder]), 0)


if __name__ == "__main__":
    unittest.main()
