#!/usr/bin/env python3
"""Runs the example of every page under docs/rules and compares what is printed on stderr, by lint and doctor on stdout.

Then `rules CODE` must give the page as it is, byte for byte, and the page begin as the table of rules says.

usage: check_rule_pages.py --program PATH [--update] [PAGE...]

A page's example is what a reader sees: files as "`~/.prefect/profiles.toml`:" before a fenced block, and
one console block whose first line is the command; a page without such a block fails. Each runs in a home
of its own; in output the working directory reads /srv/project and the home /home/me. A line `…` stands
for any lines, and `…` in a line for any text of it. `pnu_TEST…` in a file is a whole key, made here: none is
kept in the tree. Where a page says "Exit status N", the program must end so.

A server that the example talks to is a line that ends in "at port N … that answers:" before a fenced block,
a script of scripted_server.py, which is played at another port of as many digits: the page's own is put in its
place in files, commands and output. "Nothing listens at port N." keeps a port free. What is asked for must stand
in the script, and what stands there be asked for. authority.pem, of a
server with TLS, is in the home, which files name as /home/me too.

With --update the console blocks without a line `…` are written anew, unless they are right as they stand. Prints
"N passed, N failed"; exit status 1 where one differs.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import random
import re
import shlex
import string
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

from scripted_server import Script, ScriptError, ScriptedServer, free_port

PAGES = Path(__file__).resolve().parents[2] / "docs" / "rules"
FILE = re.compile(r"^`(?P<path>(?:~/)?[^`\n]+)`:\n\n```[a-z]*\n(?P<content>.*?)^```$", re.MULTILINE | re.DOTALL)
CONSOLE = re.compile(r"^```console\n\$ (?P<command>.*?)\n(?P<output>.*?)^```$", re.MULTILINE | re.DOTALL)
SERVER = re.compile(r"^[^\n`]*\bat port (?P<port>\d+)\b[^\n]* that answers:\n\n```text\n(?P<script>.*?)^```$", re.MULTILINE | re.DOTALL)
NO_SERVER = re.compile(r"\bNothing listens at port (?P<port>\d+)\.")
STATUS = re.compile(r"^Exit status (?P<status>\d)\b", re.MULTILINE)
ASSIGNMENT = re.compile(r"([A-Za-z_]\w*)=(.*)", re.DOTALL)


#: Of the form of a key and of none that opens anything.
KEY = "pnu_TEST" + "".join(random.Random(1).choices(string.ascii_letters + string.digits, k=32))


@dataclass
class Ports:
    """The ports of a page, and those that stand for them in this run."""

    page: str
    real: dict = field(default_factory=dict)

    def add(self, port: str) -> int:
        while True:
            free = free_port(int(port))
            # Put back, it must not be taken for another number of the page.
            if str(free) not in self.page and str(free) not in self.real.values():
                self.real[port] = str(free)
                return free

    @staticmethod
    def replaced(text: str, ports: dict) -> str:
        return re.sub(r"(?<=:)\d+\b", lambda match: ports.get(match[0], match[0]), text)

    def into_run(self, text: str) -> str:
        return self.replaced(text, self.real)

    def out_of_run(self, text: str) -> str:
        return self.replaced(text, {real: port for port, real in self.real.items()})


@dataclass
class Run:
    output: str
    status: int
    problems: list  # what is wrong beside it


def run(page: str, program: Path) -> Run:
    """What the page's command prints, with its files in place and its servers up."""
    ports = Ports(page)
    for part in (*SERVER.finditer(page), *NO_SERVER.finditer(page)):
        ports.add(part["port"])
    with tempfile.TemporaryDirectory() as folder, contextlib.ExitStack() as stack:
        Path(folder).chmod(0o755)  # what others can read is told by the files themselves
        home, work = Path(folder, "home"), Path(folder, "work")
        home.mkdir()
        work.mkdir()
        servers = []
        for part in SERVER.finditer(page):
            script = Script.parse(ports.into_run(part["script"]))
            servers.append(stack.enter_context(ScriptedServer(script, int(ports.real[part["port"]]), home)))
        for file in FILE.finditer(page):
            path = file["path"]
            place = home / path[2:] if path.startswith("~/") else work / path
            place.parent.mkdir(parents=True, exist_ok=True)
            content = ports.into_run(file["content"]).replace("pnu_TEST…", KEY).replace("/home/me/", f"{home}/")
            place.write_text(content, encoding="utf-8")
            place.chmod(0o600)
        command = ports.into_run(CONSOLE.search(page)["command"])
        done = run_command(command, home, work, program)
        is_answer = re.search(r"\bprefect-config (lint|doctor)\b", command)
        printed = done.stdout if is_answer else done.stderr
        printed = printed.replace(str(work), "/srv/project").replace(str(home), "/home/me")
        if "[PC115]" not in page:
            printed = outside_of_container(printed)
        printed = with_name_server(printed)
        return Run(ports.out_of_run(printed), done.returncode, [problem for server in servers for problem in server.problems()])


def outside_of_container(printed: str) -> str:
    """Without what is said of a loopback address only where the tests run in a container themselves."""
    printed, count = re.subn(r"^warning\[PC115\]: .*?\n\n", "", printed, flags=re.MULTILINE | re.DOTALL)

    def fewer(match: re.Match) -> str:
        warnings = int(match[1]) - count
        return f"{warnings} warning{'' if warnings == 1 else 's'}, "

    return re.sub(r"\b(\d+) warnings?, (?=\d+ notes?;)", fewer, printed) if count else printed


def with_name_server(printed: str) -> str:
    """As where a name server says that there is no such name, and not where none can be asked."""
    said, wanted = "Temporary failure in name resolution", "Name or service not known"
    column = " " * (len(said) - len(wanted))
    return printed.replace(f"{said}  ", f"{wanted}{column}  ").replace(said, wanted)


def run_command(command: str, home: Path, work: Path, program: Path) -> subprocess.CompletedProcess:
    environment = {"HOME": str(home), "PATH": "/usr/bin:/bin"}
    words = shlex.split(command)
    # `mkdir -p ~/x && prefect-config …`: what a page needs besides files.
    while words[:2] == ["mkdir", "-p"]:
        Path(words[2].replace("~", str(home), 1)).mkdir(parents=True)
        words = words[4:]
    # `printf 'A=\xe9' >.env && prefect-config …`: a file that is no UTF-8.
    while words[0] == "printf":
        Path(work, words[2].removeprefix(">")).write_bytes(words[1].encode().decode("unicode_escape").encode("latin-1"))
        words = words[4:]
    # `chmod 644 ~/.prefect/profiles.toml && prefect-config …`: a file that others can read.
    while words[0] == "chmod":
        Path(words[2].replace("~", str(home), 1)).chmod(int(words[1], 8))
        words = words[4:]
    # `seq -f 'line %g' 1200 >.env && prefect-config …`: a file of many lines, of which few are shown.
    if words[:2] == ["seq", "-f"]:
        lines = [words[2].replace("%g", str(number + 1)) for number in range(int(words[3]))]
        Path(work, words[4].removeprefix(">")).write_text("".join(f"{line}\n" for line in lines))
        words = words[6:]
    while match := ASSIGNMENT.fullmatch(words[0]):
        environment[match[1]] = match[2]
        words.pop(0)
    if words[0] != "prefect-config":
        raise ValueError(f"not a prefect-config command: {words[0]}")
    return subprocess.run(
        [str(program), *words[1:]], env=environment, cwd=work, capture_output=True, text=True, check=False, timeout=60
    )


def wrong_in_program(path: Path, page: str, program: Path) -> str:
    """What the program says otherwise than the page; empty where nothing is."""
    done = subprocess.run([str(program), "rules", path.stem, "-o", "json"], capture_output=True, text=True, check=False, timeout=60)
    if done.returncode != 0:
        return done.stderr
    rule = json.loads(done.stdout)["rule"]
    if rule["page"] != page:
        return "the program has another page"
    begins = f"# {path.stem}: {rule['title']}\n\nSeverity: {rule['severity']}"
    return "" if page.startswith(begins) else f"the page does not begin with\n{begins}"


def is_shown(example: str, output: str) -> bool:
    """Whether the output is the example's, whatever stands where the example has `…`."""
    pattern = "".join(
        r"(?:.*\n)*?" if line == "…\n" else "[^\\n]*".join(re.escape(part) for part in line.split("…"))
        for line in example.splitlines(keepends=True)
    )
    return re.fullmatch(pattern, output) is not None


def problems_of(path: Path, program: Path, update: bool):
    """Yields what is wrong with a page."""
    page = path.read_text(encoding="utf-8")
    example = CONSOLE.search(page)
    if not example:
        yield "no console block"
        return
    try:
        ran = run(page, program)
    except (ScriptError, ValueError) as error:
        yield str(error)
        return
    status = STATUS.search(page)
    if status and int(status["status"]) != ran.status:
        yield f"exit status {ran.status}"
    yield from ran.problems
    if f"[{path.stem}]" not in ran.output:
        yield f"the rule does not fire:\n{ran.output}"
    elif is_shown(example["output"], ran.output):
        pass
    elif update and "…\n" not in example["output"].splitlines(keepends=True):
        path.write_text(page[: example.start("output")] + ran.output + page[example.end("output") :], encoding="utf-8")
    else:
        yield f"prints something else:\n{ran.output}"
    # An update is in the program when that is built again.
    if not update and (wrong := wrong_in_program(path, page, program)):
        yield wrong


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", type=Path, required=True)
    parser.add_argument("--update", action="store_true")
    parser.add_argument("pages", nargs="*", type=Path, metavar="PAGE", help="only these")
    arguments = parser.parse_args()
    passed = failed = 0
    for path in arguments.pages or sorted(PAGES.glob("PC*.md")):
        problems = list(problems_of(path, arguments.program.resolve(), arguments.update))
        for problem in problems:
            print(f"FAIL {path.name}: {problem}")
        failed += 1 if problems else 0
        passed += 0 if problems else 1
    print(f"{passed} passed, {failed} failed")
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main())
