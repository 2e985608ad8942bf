#!/usr/bin/env python3
"""Runs end-to-end cases: what a person sees, from files and environment to text and exit status.

usage: run_cases.py --program PATH [--update] CASE...    run cases; --update writes what was seen
       run_cases.py --self-test

A case file (`*.case`), line by line:

  # text                what the case shows
  @file PATH            a file, its lines following; PATH is below the case's folder, which holds
  | content               home/ and work/. Bytes as written; {home} is not replaced
  \\ no newline            after a content or output line: it ends without a line feed
  @template PATH        the same with {home} and {work} replaced, and {key} by a key of Prefect Cloud's
                          form: a whole one stands in no file of the tree
  @file-hex PATH        the same, content as hexadecimal digits
  @size N PATH          makes the file N bytes long, sparse
  @dir PATH             an empty folder
  @symlink PATH TARGET  PATH becomes a link to TARGET
  @mode 0600 PATH       permission bits; comes after what made PATH
  @env NAME=VALUE       one variable; the rest of the line as it is, {home} and {work} replaced
  @env-hex NAME HEX     the same with odd bytes
  @unset NAME           HOME and PATH are always set unless this takes them away
  @cwd DIR              the current folder, work unless given
  @needs-user           skipped for root, whom permission bits do not stop

  $ prefect-config ARGS words as a shell splits them; {home} and {work} replaced; assignments may
                          stand before the program: $ NAME=VALUE prefect-config view
  < text                what comes on standard input, a line each; {0x00} is that byte
  > text                expected stdout
  ! text                expected stderr
  ? N                   expected exit status, 0 unless given

In output the case's folders read {home} and {work}, and a byte that is no plain text (a control
character, a piece of broken UTF-8) reads {0x1b}. An expected line may hold {any} for what differs
from run to run, and {newest} for the newest release that the registry has.

Exit status: 0 all as expected, 1 not, 2 usage, 77 all skipped.
"""

import argparse
import difflib
import os
import random
import re
import shlex
import string
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "tools" / "registry"))

from releases import newest  # noqa: E402

PROGRAM = "prefect-config"
SKIPPED = 77
TIMEOUT_SECONDS = 60
NO_NEWLINE = "\\ no newline"
ASSIGNMENT = re.compile(r"[A-Za-z_][A-Za-z0-9_]*=")


#: Of the form of a key, and of none that opens anything.
KEY = "pnu_TEST" + "".join(random.Random(1).choices(string.ascii_letters + string.digits, k=32))


class CaseError(Exception):
    """The case file itself is wrong."""


@dataclass
class Command:
    line: str  # as written after "$ "
    stdin: list[str] = field(default_factory=list)
    stdout: list[str] = field(default_factory=list)
    stderr: list[str] = field(default_factory=list)
    status: int = 0

    def lines(self) -> list[str]:
        """The command and its output as the case file holds them."""
        lines = [f"$ {self.line}"]
        lines += [line if line == NO_NEWLINE else f"< {line}" for line in self.stdin]
        for mark, output in ((">", self.stdout), ("!", self.stderr)):
            lines += [line if line == NO_NEWLINE else f"{mark} {line}" if line else mark
                      for line in output]
        return lines + ([f"? {self.status}"] if self.status else [])


@dataclass
class Case:
    path: Path
    head: list[str]  # every line before the first command, as written
    commands: list[Command]

    def text(self) -> str:
        blocks = ["\n".join(command.lines()) for command in self.commands]
        return "\n".join(self.head + ["\n\n".join(blocks)]) + "\n"


def parse(path: Path) -> Case:
    case = Case(path, [], [])
    output = None  # where a "no newline" line belongs
    for number, line in enumerate(path.read_text(encoding="utf-8").split("\n"), start=1):
        mark, _, rest = line.partition(" ")
        if mark == "$":
            case.commands.append(Command(rest))
            output = None
        elif not case.commands:
            case.head.append(line)
        elif mark in ("<", ">", "!"):
            command = case.commands[-1]
            output = {"<": command.stdin, ">": command.stdout, "!": command.stderr}[mark]
            output.append(rest)
        elif line == NO_NEWLINE and output is not None:
            output.append(line)
        elif mark == "?" and rest.isdecimal():
            case.commands[-1].status = int(rest)
        elif line:
            raise CaseError(f"{path}:{number}: not understood after a command: {line!r}")
    if not case.commands:
        raise CaseError(f"{path}: no command")
    return case


class Stage:
    """The temporary folder of one case, set as its head says."""

    def __init__(self, case: Case, folder: Path):
        # Resolved, because the program may print the real path of where it stands.
        self.root = folder.resolve()
        self.home = self.root / "home"
        self.work = self.root / "work"
        self.cwd = self.work
        self.needs_user = False
        self.env = {b"HOME": os.fsencode(self.home), b"PATH": b"/usr/bin:/bin"}
        self.home.mkdir()
        self.work.mkdir()
        # Fingerprints are then the same at every run.
        self._write("home/.config/prefect-config/fingerprint.key", b"0" * 64)
        self._read_head(case)

    def fill(self, text: str) -> str:
        text = text.replace("{key}", KEY)
        return text.replace("{home}", str(self.home)).replace("{work}", str(self.work))

    def mask(self, output: bytes) -> str:
        text = output.replace(os.fsencode(self.home), b"{home}")
        text = text.replace(os.fsencode(self.work), b"{work}").decode("utf-8", "surrogateescape")
        return "".join(c if c == "\n" or c.isprintable() else _byte_names(c) for c in text)

    def _path(self, text: str) -> Path:
        path = self.root / text
        if self.root not in (path.parent.resolve(), *path.parent.resolve().parents):
            raise CaseError(f"{text} is outside of the case's folder")
        path.parent.mkdir(parents=True, exist_ok=True)
        return path

    def _read_head(self, case: Case):
        lines = list(case.head)
        while lines:
            line = lines.pop(0)
            if not line or line.startswith("#"):
                continue
            word, _, rest = line.partition(" ")
            content = []
            while word in ("@file", "@file-hex", "@template") and lines and (
                    lines[0].startswith("|") or lines[0] == NO_NEWLINE):
                content.append(lines.pop(0))
            try:
                self._directive(word, rest, content)
            except (ValueError, KeyError) as error:
                raise CaseError(f"{case.path}: {line!r}: {error}") from error

    def _write(self, path: str, content: bytes):
        """As Prefect writes its own: for nobody else to read. @mode says otherwise."""
        place = self._path(path)
        place.write_bytes(content)
        place.chmod(0o600)

    def _directive(self, word: str, rest: str, content: list[str]):
        if word in ("@file", "@template"):
            text = _join([line if line == NO_NEWLINE else line[2:] for line in content])
            text = self.fill(text) if word == "@template" else text
            self._write(rest, text.encode())
        elif word == "@file-hex":
            self._write(rest, bytes.fromhex(" ".join(line[1:] for line in content)))
        elif word == "@size":
            size, path = rest.split(" ", 1)
            with open(self._path(path), "ab") as file:
                file.truncate(int(size))
        elif word == "@dir":
            self._path(rest).mkdir(exist_ok=True)
        elif word == "@symlink":
            path, target = rest.split(" ", 1)
            self._path(path).symlink_to(self.fill(target))
        elif word == "@mode":
            mode, path = rest.split(" ", 1)
            self._path(path).chmod(int(mode, 8))
        elif word == "@env":
            name, value = rest.split("=", 1)
            self.env[name.encode()] = self.fill(value).encode()
        elif word == "@env-hex":
            name, value = rest.split(" ", 1)
            self.env[name.encode()] = bytes.fromhex(value)
        elif word == "@unset":
            del self.env[rest.encode()]
        elif word == "@cwd":
            self.cwd = self.root / rest
            self.cwd.mkdir(parents=True, exist_ok=True)
        elif word == "@needs-user":
            self.needs_user = True
        else:
            raise ValueError("unknown directive")

    def run(self, program: Path, command: Command) -> Command:
        env = dict(self.env)
        line = command.line
        words = [self.fill(word) for word in shlex.split(line)]
        while words and ASSIGNMENT.match(words[0]):
            name, value = words.pop(0).split("=", 1)
            env[name.encode()] = value.encode()
        if not words or words[0] != PROGRAM:
            raise CaseError(f"only {PROGRAM} can be run: {line!r}")
        typed = re.sub(r"\{0x([0-9a-f]{2})\}", lambda byte: chr(int(byte[1], 16)),
                       self.fill(_join(command.stdin)))
        done = subprocess.run([program, *words[1:]], cwd=self.cwd, env=env, capture_output=True,
                              input=typed.encode("latin-1" if "{0x" in _join(command.stdin) else "utf-8"),
                              timeout=TIMEOUT_SECONDS, check=False)
        return Command(line, command.stdin, _split(self.mask(done.stdout)), _split(self.mask(done.stderr)),
                       done.returncode)


def _byte_names(character: str) -> str:
    return "".join(f"{{0x{byte:02x}}}" for byte in character.encode("utf-8", "surrogateescape"))


def _split(text: str) -> list[str]:
    lines = text.split("\n")
    return lines[:-1] if lines[-1] == "" else [*lines, NO_NEWLINE]


def _join(lines: list[str]) -> str:
    if lines[-1:] == [NO_NEWLINE]:
        return "\n".join(lines[:-1])
    return "".join(line + "\n" for line in lines)


def _settle(expected: list[str], seen: list[str]) -> list[str]:
    """What was seen, with an expected line in place of each line that its {any} matches."""
    if len(expected) != len(seen):
        return seen
    return [wanted if _matches(wanted, line) else line for wanted, line in zip(expected, seen)]


def _matches(wanted: str, line: str) -> bool:
    wanted = wanted.replace("{newest}", newest()) if "{newest}" in wanted else wanted
    return wanted == line or "{any}" in wanted and re.fullmatch(
        ".*".join(re.escape(part) for part in wanted.split("{any}")), line) is not None


def run_case(program: Path, path: Path, update: bool) -> str:
    """Returns "passed", "skipped" or a unified diff."""
    expected = parse(path)
    with tempfile.TemporaryDirectory(prefix="case-") as folder:
        stage = Stage(expected, Path(folder))
        if stage.needs_user and os.geteuid() == 0:
            return "skipped"
        seen = Case(path, expected.head, [])
        for command in expected.commands:
            now = stage.run(program, command)
            now.stdout = _settle(command.stdout, now.stdout)
            now.stderr = _settle(command.stderr, now.stderr)
            seen.commands.append(now)
    if seen.commands == expected.commands:
        return "passed"
    if update:
        path.write_text(seen.text(), encoding="utf-8")
        return f"updated {path}"
    return "\n".join(difflib.unified_diff(
        expected.text().split("\n"), seen.text().split("\n"), f"{path} (expected)", "seen",
        lineterm=""))


def run_cases(program: Path, paths: list[Path], update: bool) -> int:
    results = []
    for path in paths:
        try:
            results.append(run_case(program, path, update))
        except (CaseError, OSError, subprocess.TimeoutExpired) as error:
            results.append(f"{path}: {error}")
        if results[-1] not in ("passed", "skipped"):
            print(results[-1])
    passed, skipped = results.count("passed"), results.count("skipped")
    updated = sum(result.startswith("updated ") for result in results)
    failed = len(results) - passed - skipped - updated
    print(f"{passed} passed, {failed} failed, {skipped} skipped, {updated} updated")
    return 1 if failed else SKIPPED if skipped == len(results) else 0


# A program that prints what it was given, and a case that uses every directive.
ECHO = r'''#!/usr/bin/env python3
import os, sys
print("arguments", sys.argv[1:])
print(*sorted(name for name in os.environ if name not in ("LC_CTYPE",)))
print(os.getcwd(), os.environ.get("WHERE"))
for name in ("plain", "hex", "filled", "link"):
    path = os.path.join(os.environ["HOME"], name)
    print(name, open(path, "rb").read(), oct(os.stat(path).st_mode & 0o777))
print("size", os.path.getsize(os.path.join(os.environ["HOME"], "big")))
print("pid", os.getpid())
sys.stdout.flush()
sys.stdout.buffer.write(b"\x1b[0m \xff")
sys.stderr.write("to stderr\n\nlast\n")
sys.exit(3)
'''
ECHO_CASE = r'''# Every directive.
@file home/plain
| one
|  two
|
@file-hex home/hex
| 0d 0a
| ff
@template home/filled
| {home}
\ no newline
@symlink home/link plain
@size 1000 home/big
@dir work/empty
@mode 0600 home/plain
@env WHERE={work}/x y
@env-hex ODD 66ff
@cwd work/deep

$ MORE=1 prefect-config view 'a b' {home}
> arguments ['view', 'a b', '{home}']
> HOME MORE ODD PATH WHERE
> {work}/deep {work}/x y
> plain b'one\n two\n\n' 0o600
> hex b'\r\n\xff' 0o600
> filled b'{home}' 0o600
> link b'one\n two\n\n' 0o600
> size 1000
> pid {any}
> {0x1b}[0m {0xff}
\ no newline
! to stderr
!
! last
? 3
'''


def self_test() -> int:
    checks = []

    def check(name: str, condition: bool):
        checks.append(condition)
        if not condition:
            print(f"self-test failed: {name}")

    with tempfile.TemporaryDirectory() as folder:
        os.umask(0o022)
        program = Path(folder, "echo")
        program.write_text(ECHO, encoding="utf-8")
        program.chmod(0o755)
        path = Path(folder, "echo.case")
        path.write_text(ECHO_CASE, encoding="utf-8")

        result = run_case(program, path, update=False)
        check(f"a right case passes\n{result}", result == "passed")
        check("a case is written as it was read", parse(path).text() == ECHO_CASE)
        check("{newest} is a release", _matches("at {newest}", f"at {newest()}") and not _matches("{newest}", "0.0.1"))

        for right, wrong in (("> size 1000", "> size 1001"), ("! last", "! lost"), ("? 3\n", ""),
                             ("\\ no newline\n!", "!"), ("{0x1b}", "\\x1b"), ("pid {any}", "bid {any}")):
            path.write_text(ECHO_CASE.replace(right, wrong), encoding="utf-8")
            check(f"{wrong!r} is noticed", run_case(program, path, update=False).startswith("---"))
        path.write_text(ECHO_CASE.replace("> size 1000", "> size 7"), encoding="utf-8")
        run_case(program, path, update=True)
        check("--update writes what was seen, and keeps {any}", path.read_text() == ECHO_CASE)

        for broken in ("# no command\n", "@flie x\n$ prefect-config\n", "$ prefect-config\nstray\n",
                       "@file ../x\n| a\n$ prefect-config\n", "$ rm x\n"):
            path.write_text(broken, encoding="utf-8")
            try:
                run_case(program, path, update=False)
                check(f"{broken!r} is refused", False)
            except CaseError:
                check("", True)

    print(f"{sum(checks)} passed, {len(checks) - sum(checks)} failed")
    return 0 if all(checks) else 1


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", type=Path)
    parser.add_argument("--update", action="store_true")
    parser.add_argument("--self-test", action="store_true")
    parser.add_argument("cases", nargs="*", type=Path, metavar="CASE")
    arguments = parser.parse_args()
    if arguments.self_test:
        return self_test()
    if not arguments.program or not arguments.cases:
        parser.error("--program and at least one CASE are needed")
    return run_cases(arguments.program.resolve(), arguments.cases, arguments.update)


if __name__ == "__main__":
    sys.exit(main())
