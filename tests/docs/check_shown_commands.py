#!/usr/bin/env python3
"""Runs every command that README.md, CONTRIBUTING.md, SECURITY.md and docs show, and compares what is printed.

usage: check_shown_commands.py --program PATH [--update] [PAGE...]
       check_shown_commands.py --self-test

A console block, and a block of shell with any command in it, has a comment before it:

  <!-- run: SETUP -->                      its commands are run one after the other in a place of their own
  <!-- run: SETUP, stdout, status 1 -->    `stdout`: what is on stderr is not shown; `status N`: the last command ends so
  <!-- run by: PATH -->                    a test of this repository runs it, and has its commands (shown_by_test.py)
  <!-- not run: REASON -->                 one of NOT_RUN
  <!-- file: SETUP PATH -->                before a block of any language: it is that file of the setup

SETUP is a file of tests/docs/setups, which has the directives of a case (tests/cli/run_cases.py: @file, @env, ...), and
`@server PORT` with a script of scripted_server.py below it; the server is played at another port. A command is run by
bash, in $HOME/../work; without other words the block shows stdout, then stderr. The folders read /home/me and
/srv/project in it. A line `…` stands for any lines, `…` in a line for any text of it. A block of shell shows no output:
it must end with the status. A block without such a comment fails.

Whether it is run or not, and in blocks of other languages, in usage lines (blocks without a language) and in code spans
too: each command line of ours must be one that the program has, each tools/... script one that is there. The pages of
docs/rules are run by check_rule_pages.py; here their command lines are looked at.

With --update blocks whose output differs are written anew, unless they have a line `…`. Prints one line a failure, then
"N passed, N failed".
"""

from __future__ import annotations

import argparse
import contextlib
import os
import re
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
sys.path.insert(0, str(HERE.parent / "cli"))

from check_rule_pages import Ports, is_shown, outside_of_container, with_name_server  # noqa: E402
from command_words import PROGRAM, Commands, command_lines, synopsis_lines, typed_part  # noqa: E402
from markdown import Block, blocks_of, line_of, spans_of  # noqa: E402
from run_cases import Case, CaseError, Stage  # noqa: E402
from scripted_server import Script, ScriptError, ScriptedServer  # noqa: E402
from shown_by_test import missing  # noqa: E402

SETUPS = HERE / "setups"
SHELLS = {"sh", "bash", "shell", "zsh", "fish"}
NOT_RUN = {
    "it builds": "compiles this repository, or runs all of its tests",
    "it installs": "changes the machine",
    "it asks a server": "needs a real server, Prefect Cloud or the network",
    "it needs Prefect": "starts real Prefect, or what runs on it",
    "it needs a process": "is about a process that runs already",
    "it is interactive": "asks, or starts a shell",
}
MARKER = re.compile(r"^(?P<how>run|run by|not run|file): (?P<what>.+)$")
#: A line that is more than a comment.
COMMAND = re.compile(r"^[ \t]*[^\s#]", re.MULTILINE)
SCRIPT = re.compile(r"(?<![\w./-])(?:\./)?((?:tools/(?:dev|registry|fleet|docs)|\.ci)/[\w./-]*\w)")


class Wrong(Exception):
    """What is wrong with a block, for people."""


@dataclass
class Setup:
    head: list[str] = field(default_factory=list)
    servers: list[tuple[str, str]] = field(default_factory=list)  # port and script
    text: str = ""

    @staticmethod
    def read(name: str) -> "Setup":
        path = SETUPS / name
        if not path.is_file():
            raise Wrong(f"there is no setup `{name}`")
        setup = Setup(text=path.read_text(encoding="utf-8"))
        lines = setup.text.splitlines()
        while lines:
            line = lines.pop(0)
            if line.startswith("@server "):
                script = []
                while lines and lines[0].startswith("|"):
                    script.append(lines.pop(0)[2:])
                setup.servers.append((line.split()[1], "\n".join(script) + "\n"))
            else:
                setup.head.append(line)
        return setup


@dataclass
class Shown:
    """One command of a block and its output as shown."""

    command: str
    output: str


def commands_of(block: Block) -> list[Shown]:
    """A block of shell is one command, whose output is not shown."""
    if block.language in SHELLS:
        return [Shown(block.body, "")]
    found: list[Shown] = []
    lines = block.body.splitlines(keepends=True)
    while lines:
        line = lines.pop(0)
        if line.startswith("$ "):
            command = line[2:]
            while command.endswith("\\\n") and lines:
                command += lines.pop(0)
            found.append(Shown(command.rstrip("\n"), ""))
        elif found:
            found[-1].output += line
        else:
            raise Wrong("the block does not begin with `$ `")
    if not found:
        raise Wrong("no command in it")
    return found


class Sandbox:
    """A place of its own for the commands of one block."""

    def __init__(self, setup: Setup, program: Path, block: Block, stack: contextlib.ExitStack):
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="shown-"))).resolve()
        folder.chmod(0o755)
        ports = self.ports = Ports(setup.text + block.body)
        for port, _ in setup.servers:
            ports.add(port)
        head = [ports.into_run(line) for line in setup.head]
        self.stage = Stage(Case(Path(block.marker), head, []), folder)
        self.servers = [stack.enter_context(ScriptedServer(
            Script.parse(ports.into_run(script)), int(ports.real[port]), self.stage.home)) for port, script in setup.servers]
        programs = folder / "bin"
        programs.mkdir()
        (programs / PROGRAM).symlink_to(program)
        self.stage.env[b"PATH"] = os.fsencode(programs) + b":" + self.stage.env.get(b"PATH", b"/usr/bin:/bin")

    def run(self, command: str, stdout_alone: bool) -> tuple[str, int]:
        done = subprocess.run(["bash", "-e", "-c", self.ports.into_run(command)], cwd=self.stage.cwd, env=self.stage.env, check=False,
                              stdin=subprocess.DEVNULL, capture_output=True, timeout=60)
        printed = done.stdout + (b"" if stdout_alone else done.stderr)
        text = printed.decode("utf-8", "backslashreplace")
        text = text.replace(str(self.stage.work), "/srv/project").replace(str(self.stage.home), "/home/me")
        text = with_name_server(outside_of_container(text))
        return self.ports.out_of_run(text), done.returncode


def run_block(block: Block, what: str, program: Path) -> str:
    """The block as it should be: its own text where its output is as shown."""
    name, *words = [word.strip() for word in what.split(",")]
    status, stdout_alone = 0, "stdout" in words
    for word in words:
        if match := re.fullmatch(r"status (\d+)", word):
            status = int(match[1])
        elif word != "stdout":
            raise Wrong(f"`{word}` is no word of a marker")
    setup, shown = Setup.read(name), commands_of(block)
    wanted = ""
    with contextlib.ExitStack() as stack:
        sandbox = Sandbox(setup, program, block, stack)
        for index, one in enumerate(shown):
            printed, ended = sandbox.run(one.command, stdout_alone)
            is_last = index + 1 == len(shown)
            if ended != (status if is_last else 0):
                raise Wrong(f"`{one.command}` ends with status {ended}:\n{printed}")
            # A blank line sets one command off from the next, and is not of its output.
            gap = "\n" if not is_last and (one.output == "\n" or one.output.endswith("\n\n")) and not printed.endswith("\n\n") else ""
            right = is_shown(one.output, printed + gap)
            if block.language in SHELLS:
                return block.body
            wanted += f"$ {one.command}\n" + (one.output if right else printed + gap)
        for server in sandbox.servers:
            for problem in server.problems():
                raise Wrong(problem)
    return wanted


def compare_file(block: Block, what: str) -> None:
    """Raises where a block is not the file of a setup that it shows."""
    name, _, path = what.partition(" ")
    with tempfile.TemporaryDirectory(prefix="shown-") as folder:
        stage = Stage(Case(Path(name), Setup.read(name).head, []), Path(folder))
        file = stage.root / path
        if not file.is_file():
            raise Wrong(f"the setup `{name}` has no {path}")
        if not is_shown(block.body, file.read_text(encoding="utf-8")):
            raise Wrong(f"{path} of the setup `{name}` is another file:\n{file.read_text(encoding='utf-8')}")


def wrong_words(text: str, commands: Commands, synopsis: bool = False):
    """Yields (offset, what is wrong) of the command lines and scripts of a text."""
    for offset, words in (synopsis_lines if synopsis else command_lines)(text):
        if problem := commands.problem(words, synopsis):
            yield offset, f"`{PROGRAM} {' '.join(words)}`: {problem}"
    for script in SCRIPT.finditer(text):
        if not (ROOT / script[1]).exists():
            yield script.start(), f"there is no {script[1]}"


class Page:
    """One page, and what is wrong with it."""

    def __init__(self, path: Path, program: Path, commands: Commands, is_run: bool):
        self.path, self.program, self.commands, self.is_run = path, program, commands, is_run
        self.text = path.read_text(encoding="utf-8")
        self.passed, self.problems = 0, []
        self.updates: list[tuple[Block, str]] = []

    def check(self) -> None:
        for block in blocks_of(self.text):
            problems = self._wrong_in(block)
            self.problems += problems
            self.passed += not problems
        for line, span in spans_of(self.text):
            if span.startswith(f"{PROGRAM} ") or SCRIPT.match(span):
                problems = [f"{line}: {problem}" for _, problem in wrong_words(span, self.commands)]
                self.problems += problems
                self.passed += not problems

    def _wrong_in(self, block: Block) -> list[str]:
        synopsis = block.language in ("", "text") and "$ " not in block.body
        body = typed_part(block.body) if block.language == "console" else block.body
        problems = [f"{line_of(self.text, block.start + offset)}: {problem}"
                    for offset, problem in wrong_words(body, self.commands, synopsis)]
        try:
            wanted = self._shown(block)
            if wanted != block.body:
                self.updates.append((block, wanted))
                problems.append(f"{block.line}: prints something else:\n{wanted}")
        except (Wrong, CaseError, ScriptError, subprocess.TimeoutExpired) as error:
            problems.append(f"{block.line}: {error}")
        return problems

    def _shown(self, block: Block) -> str:
        marker = MARKER.match(block.marker)
        if not marker:
            if self.is_run and (block.language == "console" or block.language in SHELLS and COMMAND.search(block.body)):
                raise Wrong("a shown command without a comment that says how it is run")
            return block.body
        if marker["how"] == "not run":
            if marker["what"] not in NOT_RUN:
                raise Wrong(f"`{marker['what']}` is no reason; there are: {', '.join(NOT_RUN)}")
            return block.body
        if marker["how"] == "file":
            compare_file(block, marker["what"])
            return block.body
        if marker["how"] == "run by":
            if not (ROOT / marker["what"]).is_file():
                raise Wrong(f"there is no {marker['what']}")
            script = "\n".join(one.command for one in commands_of(block))
            if lacking := missing(script, (ROOT / marker["what"]).read_text(encoding="utf-8")):
                raise Wrong(f"{marker['what']} does not have `{'`, `'.join(lacking)}`")
            return block.body
        return run_block(block, marker["what"], self.program)

    def update(self) -> int:
        """Writes what was seen; the number of blocks."""
        updates = [(block, wanted) for block, wanted in self.updates if "…\n" not in block.body.splitlines(keepends=True)]
        for block, wanted in sorted(updates, key=lambda one: -one[0].start):
            self.text = self.text[:block.start] + wanted + self.text[block.end:]
        if updates:
            self.path.write_text(self.text, encoding="utf-8")
        return len(updates)


def default_pages() -> list[Path]:
    top = [ROOT / name for name in ("README.md", "CONTRIBUTING.md", "SECURITY.md")]
    return [path for path in top if path.exists()] + sorted((ROOT / "docs").rglob("*.md"))


def check_pages(pages: list[Path], program: Path, update: bool) -> int:
    commands = Commands.of_program(program)
    passed = failed = updated = 0
    for path in pages:
        page = Page(path, program, commands, is_run=path.parent.name != "rules")
        page.check()
        count = page.update() if update else 0
        passed, updated, failed = passed + page.passed, updated + count, failed + len(page.problems) - count
        for problem in page.problems:
            if not (count and "prints something else" in problem):
                print(f"FAIL {path.name}:{problem}")
    print(f"{passed} passed, {failed} failed" + (f", {updated} updated" if updated else ""))
    return 1 if failed or not passed else 0


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", type=Path)
    parser.add_argument("--update", action="store_true")
    parser.add_argument("--self-test", action="store_true")
    parser.add_argument("pages", nargs="*", type=Path, metavar="PAGE", help="only these")
    arguments = parser.parse_args()
    if arguments.self_test:
        from shown_commands_selftest import self_test
        return self_test()
    if not arguments.program:
        parser.error("--program is needed")
    return check_pages([page.resolve() for page in arguments.pages] or default_pages(), arguments.program.resolve(), arguments.update)


if __name__ == "__main__":
    sys.exit(main())
