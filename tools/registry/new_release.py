#!/usr/bin/env python3
"""Takes one new Prefect release in, step by step; tools/dev/new-release is how it is called.

Each step sees whether it is done, so that the command can be given again after a failure or an edit. What
a step runs is logged to build/new-release/VERSION/STEP.log and shown only in one line. A step that the rest
stands on stops the command; what the others find is gathered, and said at the end with the file to edit. What is
written of the program's answers, and what is dropped, waits until nothing is found. It begins in a clean tree only
(release_state.py).

To add a step: a function that returns what it did, and its row in STEPS.
"""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Callable

sys.path.insert(0, str(Path(__file__).resolve().parent))

import merge  # noqa: E402
import release_advice as advice  # noqa: E402
import release_news  # noqa: E402
import release_state  # noqa: E402
import releases  # noqa: E402

ROOT = Path(__file__).resolve().parents[2]
CONFORMANCE = "tests/conformance"
#: The quick tests that are about data: all but those of one build, of real Prefect, and of odd bytes.
TESTS = "registry|conformance|docs|cli|unit|schema"
LINES = 3


class Stop(Exception):
    """Nothing after this step makes sense."""


@dataclass
class Run:
    root: Path
    version: str
    date: str
    prefects: Path
    cases: int
    seed: int
    step: str = ""
    #: What is wrong, each with the file to edit.
    problems: list[str] = field(default_factory=list)
    #: What a person decides.
    decide: list[str] = field(default_factory=list)

    @property
    def logs(self) -> Path:
        return self.root / "build/new-release" / self.version

    @property
    def program(self) -> str:
        return str(self.root / "build/release/tools/prefect_config/prefect-config")

    @property
    def before(self) -> str | None:
        return releases.before(self.version, releases.dates(self.root / "tools/registry/releases.tsv"))

    def call(self, *words: str) -> tuple[int, str]:
        """Status and output of a command of the project, which goes to the step's log."""
        command = [str(self.root / words[0]), *words[1:]]
        if words[0].endswith(".py"):
            command.insert(0, sys.executable)
        done = subprocess.run(command, cwd=self.root, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
        text = done.stdout.decode("utf-8", "replace")
        with open(self.logs / f"{self.step}.log", "a", encoding="utf-8") as log:
            log.write(f"$ {' '.join(words)}\n{text}")
        return done.returncode, text

    def need(self, *words: str) -> str:
        """The same, of what the rest stands on."""
        status, text = self.call(*words)
        if status:
            where = advice.place(text, advice.REFUSED)
            raise Stop("\n".join([*text.strip().splitlines()[-LINES:], *([f"edit: {where}"] if where else [])]))
        return text

    def found(self, what: str, where: str = "") -> None:
        self.problems.append(f"{what}\n    edit: {where}" if where else what)

    def recording(self, folder: str = "") -> Path:
        return self.root / CONFORMANCE / folder / "recordings" / f"{self.version}.json"


def registry(run: Run) -> str:
    known = merge.read_json(run.root / "lib/src/registry/registry.json")["releases"]
    listed = releases.dates.__wrapped__(run.root / "tools/registry/releases.tsv")
    if run.version in known and run.version in listed:
        # Generated again: it may have been refused the last time.
        run.need("tools/registry/generate.py")
        return "is there"
    if not run.date and run.version not in listed:
        raise Stop(f"{run.version} is not in tools/registry/releases.tsv: give {run.version}=YYYY-MM-DD, the day of its upload")
    run.need("tools/registry/add", run.version + (f"={run.date}" if run.date else ""))
    releases.dates.cache_clear()
    return "read"


def program(run: Run) -> str:
    run.need("tools/registry/build_program")
    return "built"


def prefect(run: Run) -> str:
    run.need(f"{CONFORMANCE}/prepare", "--folder", str(run.prefects), run.version)
    return "installed"


def situations(run: Run) -> str:
    if release_state.is_whole(run.recording(), "situations"):
        return "recorded before"
    text = run.need(f"{CONFORMANCE}/record.py", "--quick", "--prefects", str(run.prefects), "--versions", run.version)
    return text.splitlines()[0].partition(": ")[2] if text else "recorded"


def differing(run: Run, text: str, again: str) -> None:
    """A problem a kind of difference, with how many there are and one to look at."""
    kinds: dict[str, list[str]] = {}
    for line in text.splitlines():
        if line.startswith("FAIL "):
            kinds.setdefault(advice.of_situation(line), []).append(line.removeprefix("FAIL "))
    for where, lines in kinds.items():
        run.found(f"{len(lines)} answers differ from what real Prefect says, as {lines[0]}\n    again: {again}", where)


def replay(run: Run) -> str:
    words = (f"{CONFORMANCE}/replay.py", "--program", run.program, "--versions", run.version)
    status, text = run.call(*words)
    differing(run, text, f"python3 {words[0]} --program build/release/tools/prefect_config/prefect-config --versions {run.version}")
    if status and "FAIL " not in text:
        run.found(f"replay.py ended with {status}: {text.strip().splitlines()[-1:]}")
    return text.strip().splitlines()[-1].removeprefix("replay: ") if text.strip() else "nothing said"


def random_cases(run: Run) -> str:
    if not run.cases:
        return "left out"
    # A few also run in fresh processes, since the quick way is a belief about this release too.
    words = [f"{CONFORMANCE}/random_run.py", "--program", run.program, "--prefects", str(run.prefects), "--versions", run.version]
    words += ["--cases", str(run.cases), "--seed", str(run.seed), "--jobs", "1", "--fresh-sample", "6", "--failures", str(run.logs)]
    status, text = run.call(*words)
    differing(run, text, f"tools/dev/conformance --versions {run.version} --cases {run.cases} --seed {run.seed}")
    if status and "FAIL " not in text:
        run.found(f"random_run.py ended with {status}; see {run.step}.log")
    return next((line.partition(": ")[2] for line in text.splitlines() if line.startswith(f"{run.version}: ")), "nothing said")


def connections(run: Run) -> str:
    if release_state.is_whole(run.recording("auth"), "cases"):
        return "recorded before"
    text = run.need(f"{CONFORMANCE}/auth/record_auth.py", "--prefects", str(run.prefects), "--versions", run.version, "--jobs", "1")
    if late := run.recording("auth").read_text("utf-8").count('"error":"TimeoutError'):
        run.recording("auth").unlink()
        raise Stop(f"{late} connections timed out, which says something of this machine: nothing is kept; again when it is less busy")
    return text.strip().splitlines()[-1].partition(": ")[2]


def thinned(run: Run) -> str:
    older = release_news.recorded_before(run.root, run.version)
    if older is None:
        return "none is recorded"
    text = run.need(f"{CONFORMANCE}/auth/record_auth.py", "--thin", "--versions", older)
    return text.strip() or "nothing to drop"


def rules(run: Run) -> str:
    before = len(run.problems)
    status, text = run.call(f"{CONFORMANCE}/auth/replay.py", "--program", run.program, "--versions", run.version, "--rules", "--limit", "100000")
    failed = [line.removeprefix("FAIL ") for line in text.splitlines() if line.startswith("FAIL ")]
    wrong = [line for line in text.splitlines() if line.startswith("WRONG ")]
    for line in wrong:
        row, _, count = line.removeprefix("WRONG ").rpartition(": predicts ")
        example = next((one for one in failed if one.endswith(f"({row})")), "")
        run.found(f"{row} predicts {count} of the recorded connections, as {example}", advice.of_row(row, run.version, run.before))
    for line in [line for line in failed if "flow-run-environment" in line]:
        run.found(line, "lib/src/auth/flow_run.cpp")
    if status and len(run.problems) == before:
        run.found(f"auth/replay.py ended with {status}{', as ' + failed[0] if failed else ''}; see {run.step}.log")
    return text.strip().splitlines()[-1] if text.strip() else "nothing said"


def texts(run: Run) -> str:
    run.need("tools/registry/stated.py")
    # What is kept of it is how many connections each rule predicts, of all releases.
    run.need(f"{CONFORMANCE}/auth/replay.py", "--program", run.program, "--update")
    run.need("tools/docs/generate.py", "--program", run.program)
    run.need("tests/docs/check_shown_commands.py", "--program", run.program, "--update")
    run.need("tests/docs/check_library.py", "--build", str(run.root / "build/release"), "--update")
    return "their numbers are those of the data"


def changelog(run: Run) -> str:
    path = run.root / "CHANGELOG.md"
    was = path.read_text("utf-8")
    sentence = release_news.news(run.root, run.version)
    if written := release_news.written(was, run.version):
        if written != sentence:
            run.decide.append(f"CHANGELOG.md has another line than is computed now:\n    written:  {written}\n    computed: {sentence}")
        return "has its line" + (", and it is another" if written != sentence else "")
    now = release_news.with_line(was, run.version, sentence)
    path.write_text(now, "utf-8")
    return sentence


def tests(run: Run) -> str:
    status, text = run.call("tools/registry/build_program", TESTS)
    for name in re.findall(r"^\s*\d+ - (\S+) \((?!Skipped)", text, re.MULTILINE):
        run.found(f"the test {name} fails: ctest --test-dir build/release --output-on-failure -R '^{name}$'")
    summary = re.search(r"^\d+% tests passed.*$", text, re.MULTILINE)
    if status and not run.problems:
        run.found(f"the tests could not be built or run; see {run.step}.log")
    return summary[0] if summary else "did not run"


STEPS: tuple[tuple[str, str, Callable[[Run], str]], ...] = (
    ("registry", "its settings, into registry.json and what is generated of it", registry),
    ("program", "the program, built with them", program),
    ("prefect", "a real Prefect of that release, dependencies as of its day", prefect),
    ("situations", "what it answers in every situation, recorded where it differs", situations),
    ("replay", "our answers in every situation against its", replay),
    ("random", "our answers in random cases against its, run now", random_cases),
    ("connections", "which credentials it sends on each connection, recorded", connections),
    ("rules", "the rows of the rule table against those recordings", rules),
    ("thinned", "of the release recorded before, the standard cases alone are kept", thinned),
    ("texts", "README and docs: the newest release, how many are recorded", texts),
    ("changelog", "a line of CHANGELOG.md, computed", changelog),
    ("tests", f"the tests of {TESTS.replace('|', ', ')}", tests),
)
#: These take the program's answers for right, or drop data: not while there is a problem.
WAIT = ("thinned", "texts", "changelog")


def to_decide(run: Run) -> list[str]:
    """What no command knows."""
    older = run.before
    said = ["read git diff: registry.json, and the line of CHANGELOG.md", *run.decide]
    if own := release_news.own_situations(run.root, run.version):
        said.append(f"read {CONFORMANCE}/recordings/{run.version}.json: another answer than its stand-in's in {len(own)} situations, as {', '.join(own[:LINES])}")
    if recorded := release_news.recorded_before(run.root, run.version):
        said.append(f"read diff {CONFORMANCE}/auth/recordings/{{{recorded},{run.version}}}.json, what it sends otherwise")
    if packages := release_news.other_packages(run.root, run.version):
        said.append(f"{packages}: they decide some of the odd connections, for other releases too where those are installed anew")
    if older and releases.parts(older)[:2] != releases.parts(run.version)[:2]:
        said.append(
            "a new minor release: what it shows where a connection is refused is not recorded; put it into CLIENTS of tests/probe/setups.py "
            f"and `everyday` of {CONFORMANCE}/prepare, then tests/probe/record_symptoms.py --clients {run.version} (half an hour)"
        )
    return said


def take_in(run: Run, steps=STEPS) -> int:
    run.logs.mkdir(parents=True, exist_ok=True)
    stopped = False
    for name, what, step in steps:
        run.step, began, problems = name, time.monotonic(), len(run.problems)
        (run.logs / f"{name}.log").unlink(missing_ok=True)
        if problems and name in WAIT:
            print(f"{name:<12} {'waits':<8} until the problems are mended", flush=True)
            continue
        try:
            said = step(run)
        except Stop as why:
            run.found(f"{what}: {why}")
            said, stopped = "stopped", True
        mark = "PROBLEM" if len(run.problems) > problems else "ok"
        print(f"{name:<12} {mark:<8} {said} ({time.monotonic() - began:.0f} s)", flush=True)
        if stopped:
            break
    print()
    for problem in run.problems:
        print(f"problem: {problem}")
    print(f"logs: {run.logs}")
    if run.problems:
        print(f"Prefect {run.version} is not taken in yet; when that is mended, give the same command again")
        return 1
    for line in to_decide(run):
        print(f"a person: {line}")
    print(f"Prefect {run.version} is taken in")
    return 0


def main() -> int:
    parser = argparse.ArgumentParser(prog="tools/dev/new-release", description="Take in a new Prefect release.")
    parser.add_argument("release", metavar="VERSION[=YYYY-MM-DD]", help="the day of its upload, if releases.tsv has it not")
    parser.add_argument("--dry-run", action="store_true", help="list the steps")
    parser.add_argument("--cases", type=int, default=200, help="random cases; 0 for none")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--dirty", action="store_true", help="also where changes are not committed")
    parser.add_argument("--prefects", type=Path, help="folder of real Prefects (build/prefect)")
    parser.add_argument("--root", type=Path, default=ROOT, help=argparse.SUPPRESS)
    options = parser.parse_args()
    version, _, date = options.release.partition("=")
    if not re.fullmatch(r"\d+\.\d+\.\d+", version) or (date and not re.fullmatch(r"\d{4}-\d\d-\d\d", date)):
        parser.error(f"{options.release}: not VERSION=YYYY-MM-DD, as 3.9.1=2026-10-30; pre-releases are not taken in")
    if releases.parts(version) < (3,):
        parser.error(f"{version}: tools/registry/add takes in the settings of 2.20; tests/conformance/v2 records it")
    if options.dry_run:
        for number, (name, what, _) in enumerate(STEPS, 1):
            print(f"{number:>2}  {name:<12} {what}")
        return 0
    root = options.root.resolve()
    # One spelling of the folder: an environment that was made under another name is made again.
    prefects = Path(os.path.abspath(options.prefects or root / "build/prefect"))
    run = Run(root, version, date, prefects, options.cases, options.seed)
    if not options.dirty and (why := release_state.refusal(root, run.logs)):
        parser.exit(1, f"new-release: {why}\nnext: commit them or git stash; or --dirty\n")
    return take_in(run)


if __name__ == "__main__":
    sys.exit(main())
