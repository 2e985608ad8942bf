"""Runs our program on a situation and compares it with what real Prefect made of it.

Used by replay.py (against the recordings) and live.py (against Prefect itself, now). One place
decides what counts as equal:

* the JSON view (``view --show-defaults --show-secrets -o json``): ``loads``, ``profile``,
  ``profiles_path``, and every ``typed_value`` by its ``path``; a path missing or too many is a
  failure. Numbers are compared as numbers, true is not 1, and the items of
  ``logging.extra_loggers`` in any order (Prefect's own order is random);
* ``profile`` and ``ui_url`` of the plain JSON view, where Prefect's was recorded;
* the text of ``view -o prefect`` byte for byte, for each view recorded of 3.8.8, but for the
  deviations that the situation itself declares;
* where Prefect does not start: ``loads`` is false, there is a finding, and the status is 1;
* always: the program ends by itself, prints JSON where asked to, and leaves every file alone.
"""

from __future__ import annotations

import json
import math
import os
import pathlib
import shlex
import subprocess

from situation import ANY_ORDER, Layout, Situation

FULL = "--show-defaults --show-secrets"
#: The first release whose text we print.
TEXT_SINCE = (3, 8, 8)
TIMEOUT = 20


class Failed(Exception):
    pass


def starts(entry: dict, situation: Situation) -> bool:
    """Whether that Prefect's command line runs: its settings load and it goes on from there.

    A view that dies of what it has to print (a declared deviation) does not count against it.
    """
    if not entry["loads"] or not entry.get("starts", True):
        return False
    plain = entry["views"].get("")
    if plain is None:
        return True
    return plain["exit"] == 0 or bool(situation.deviation and situation.deviation.view_fails)


def launched(situation: Situation) -> list[str]:
    """Our global options for how Prefect was called: ``--profile NAME`` is ours too."""
    args = situation.args
    if not args or (len(args) == 2 and args[0] == "--profile" and not situation.module):
        return args
    called = ["python", "-m", "prefect"] if situation.module else ["prefect"]
    return ["--command", shlex.join([*called, *args, "config", "view"])]


def show(value) -> str:
    text = json.dumps(value, ensure_ascii=True)
    return text if len(text) <= 160 else f"{text[:110]}...{text[-40:]}"


def equal(ours, theirs) -> bool:
    if isinstance(ours, bool) or isinstance(theirs, bool):
        return ours is theirs
    if isinstance(ours, (int, float)) and isinstance(theirs, (int, float)):
        return ours == theirs or math.isclose(ours, theirs, rel_tol=1e-15, abs_tol=0.0)
    if isinstance(ours, list) and isinstance(theirs, list):
        return len(ours) == len(theirs) and all(map(equal, ours, theirs))
    if isinstance(ours, dict) and isinstance(theirs, dict):
        return ours.keys() == theirs.keys() and all(equal(ours[k], theirs[k]) for k in ours)
    return type(ours) is type(theirs) and ours == theirs


def text_difference(ours: str, theirs: str) -> str | None:
    if ours == theirs:
        return None
    left, right = ours.split("\n"), theirs.split("\n")
    for number, (one, other) in enumerate(zip(left, right), 1):
        if one != other:
            return f"line {number}: Prefect {show(other)}, ours {show(one)}"
    if len(left) > len(right):
        return f"line {len(right) + 1}: not in Prefect's, ours {show(left[len(right)])}"
    return f"line {len(left) + 1}: Prefect {show(right[len(left)])}, ours ends there"


class Comparison:
    def __init__(self, program: str, situation: Situation, version: str, entry: dict):
        self.program = [str(pathlib.Path(program).absolute())]
        self.situation, self.version, self.entry = situation, version, entry
        self.failures: list[str] = []
        self.prints_text = tuple(map(int, version.split("."))) >= TEXT_SINCE

    def run(self) -> list[str] | None:
        """What differs, one text each; None where the situation cannot be laid out here."""
        with Layout(self.situation) as self.layout:
            if not self.layout.modes_are_obeyed:
                return None
            before = self._tree()
            if starts(self.entry, self.situation):
                self._compare_values()
                self._compare_header()
                self._compare_texts()
            else:
                self._compare_refusal()
            if self._tree() != before:
                self.failures.append("the program changed the files it was to read")
        return self.failures

    # ---- running

    def _tree(self):
        found = {}
        for folder, _, names in os.walk(self.layout.root):
            found[folder] = sorted(names)
            for name in names:
                status = os.lstat(os.path.join(folder, name))
                found[os.path.join(folder, name)] = (status.st_size, status.st_mtime_ns, status.st_mode)
        return found

    def _view(self, flags: str):
        command = [*self.program, *launched(self.situation), "--prefect-version", self.version, "view", *flags.split()]
        try:
            done = subprocess.run(
                command,
                cwd=self.layout.cwd,
                env=self.layout.environment,
                preexec_fn=self.layout.preexec,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                timeout=TIMEOUT,
            )
        except subprocess.TimeoutExpired:
            raise Failed(f"view {flags}: still running after {TIMEOUT} s") from None
        said = done.stderr.decode("utf-8", "replace").strip().splitlines()
        said = f", stderr: {show(self.layout.strip(said[-1]))}" if said else ""
        if done.returncode < 0:
            raise Failed(f"view {flags}: killed by signal {-done.returncode}{said}")
        try:
            text = done.stdout.decode("utf-8")
        except UnicodeDecodeError as exc:
            raise Failed(f"view {flags}: stdout is not UTF-8 ({exc})") from None
        return done.returncode, self.layout.strip(text), said

    def _json(self, flags: str, status: int) -> dict:
        code, text, said = self._view(flags)
        try:
            document = json.loads(text)
        except ValueError as exc:
            raise Failed(f"view {flags}: no JSON (exit {code}, {exc}){said}") from None
        if code != status:
            raise Failed(
                f"view {flags}: exit {code} where {status} is due, loads={show(document.get('loads'))}"
                f"{self._reason(document)}{said}"
            )
        return document

    @staticmethod
    def _reason(document: dict) -> str:
        findings = document.get("findings") or []
        return f", findings: {show([f.get('message') for f in findings][:2])}" if findings else ""

    def _check(self, what: str, ours, theirs) -> None:
        if not equal(ours, theirs):
            self.failures.append(f"{what}: Prefect {show(theirs)}, ours {show(ours)}")

    # ---- where Prefect starts

    def _compare_values(self) -> None:
        try:
            document = self._json(f"{FULL} -o json", 0)
        except Failed as failed:
            self.failures.append(str(failed))
            return
        if document.get("loads") is not True:
            self.failures.append(
                f"loads: Prefect true, ours {show(document.get('loads'))}{self._reason(document)}"
            )
        self._check("profile", document.get("profile"), self.entry["profile"])
        self._check("profiles_path", document.get("profiles_path"), self.entry["profiles_path"])
        if "loader_profiles_path" in document:
            read = self.entry["loader_profiles_path"]
            self._check("loader_profiles_path", document["loader_profiles_path"], None if read == "{bundled}" else read)
        ours, theirs = {}, self.entry["effective"]
        for row in document.get("settings", []):
            path = row.get("path")
            if path in ours:
                self.failures.append(f"{path}: listed twice")
            if "typed_value" not in row:
                self.failures.append(f"{path}: no typed_value")
            ours[path] = row.get("typed_value")
        if missing := sorted(set(theirs) - set(ours)):
            self.failures.append(f"{len(missing)} settings not listed: {show(missing[:3])}")
        if extra := sorted(str(path) for path in set(ours) - set(theirs)):
            self.failures.append(f"{len(extra)} settings that version does not have: {show(extra[:3])}")
        for path in sorted(set(ours) & set(theirs)):
            mine, real = ours[path], theirs[path]
            if path in ANY_ORDER and isinstance(mine, list) and isinstance(real, list):
                mine, real = sorted(mine, key=str), sorted(real, key=str)
            self._check(path, mine, real)

    def _compare_header(self) -> None:
        recorded = self.entry["views"].get("-o json")
        if recorded is None or recorded["exit"] != 0:
            return
        try:
            theirs = json.loads(self._deviate(recorded["stdout"], "-o json"))
            ours = self._json("-o json", 0)
        except Failed as failed:
            self.failures.append(str(failed))
            return
        except ValueError:
            return  # Prefect's own JSON is broken by markup
        self._check("-o json profile", ours.get("profile"), theirs["profile"])
        # Prefect leaves an empty ui_url out.
        self._check("-o json ui_url", ours.get("ui_url") or None, theirs.get("ui_url"))

    def _deviate(self, text: str, flags: str) -> str:
        deviation = self.situation.deviation
        if deviation is None or (deviation.unless_secrets and "--show-secrets" in flags):
            return text
        for recorded, ours in deviation.replace:
            # The JSON's rows are not compared as text; only what it says of the user interface is.
            if recorded not in text and "json" not in flags:
                raise Failed(f"view {flags}: the declared deviation is none, {show(recorded)} does not occur")
            text = text.replace(recorded, ours)
        return text

    def _compare_texts(self) -> None:
        if not self.prints_text:
            return
        for flags, recorded in self.entry["views"].items():
            if "json" in flags:
                continue
            what = f"view -o prefect {flags}".rstrip()
            try:
                code, ours, said = self._view(f"-o prefect {flags}")
                if recorded["exit"] != 0:
                    # Only a declared view_fails comes here: ours goes on.
                    if code != 0:
                        self.failures.append(f"{what}: exit {code} where 0 is due{said}")
                    continue
                theirs = self._deviate(recorded["stdout"], flags)
            except Failed as failed:
                self.failures.append(str(failed))
                continue
            if code != 0:
                self.failures.append(f"{what}: exit {code} where 0 is due{said}")
            elif difference := text_difference(ours, theirs):
                self.failures.append(f"{what}: {difference}")

    # ---- where it does not

    def _compare_refusal(self) -> None:
        error = self.entry.get("error") or {
            "class": f"exit {self.entry['views']['']['exit']}",
            "last": (self.entry.get("messages") or [self.entry["views"][""].get("stderr_last", "")])[-1],
        }
        why = f" (Prefect: {error['class'].rsplit('.', 1)[-1]}, {error.get('at', '')} {error['last']})"
        try:
            document = self._json(f"{FULL} -o json", 1)
            if document.get("loads") is not False:
                self.failures.append(f"loads: Prefect false, ours {show(document.get('loads'))}{why}")
            if not document.get("findings"):
                self.failures.append(f"loads is false and no finding says why{why}")
            if self.prints_text:
                code, _, said = self._view("-o prefect")
                if code != 1:
                    self.failures.append(f"view -o prefect: exit {code} where 1 is due{why}{said}")
        except Failed as failed:
            self.failures.append(f"{failed}{why}")


class Tally:
    """Counts, and prints one line a failure: at most ``limit`` for one situation."""

    def __init__(self, limit: int):
        self.limit, self.passed, self.failed, self.skipped = limit, 0, 0, 0

    def add(self, version: str, name: str, failures: list[str] | None) -> None:
        if failures is None:
            self.skipped += 1
            print(f"skipped {version} {name}: this user reads files of mode 000")
        elif not failures:
            self.passed += 1
        else:
            self.failed += 1
            for failure in failures[: self.limit]:
                print(f"FAIL {version} {name}: {failure}")
            if len(failures) > self.limit:
                print(f"FAIL {version} {name}: and {len(failures) - self.limit} more (--limit)")

    def close(self, what: str) -> int:
        skipped = f", {self.skipped} skipped" if self.skipped else ""
        print(f"{what}: {self.passed} passed, {self.failed} failed{skipped}", flush=True)
        return 1 if self.failed else 0
