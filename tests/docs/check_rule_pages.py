#!/usr/bin/env python3
"""Runs the example of every page under docs/rules and compares what is printed on stderr, by lint on stdout.

Then `rules CODE` must give the page as it is, byte for byte, and the page begin as the table of rules says.

usage: check_rule_pages.py --program PATH [--update]

A page's example is what a reader sees: files as "`~/.prefect/profiles.toml`:" before a fenced block, and
one console block whose first line is the command; a page without such a block fails. Each runs in a home
of its own; in output the working directory reads /srv/project and the home /home/me. A line `…` stands
for any lines. `pnu_TEST…` in a file is a whole key, made here: none is kept in the tree. With --update the console blocks without one are written anew. Prints "N passed, N failed"; exit status 1 where one differs.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import shlex
import string
import subprocess
import sys
import tempfile
from pathlib import Path

PAGES = Path(__file__).resolve().parents[2] / "docs" / "rules"
FILE = re.compile(r"^`(?P<path>(?:~/)?[^`\n]+)`:\n\n```[a-z]*\n(?P<content>.*?)^```$", re.MULTILINE | re.DOTALL)
CONSOLE = re.compile(r"^```console\n\$ (?P<command>.*?)\n(?P<output>.*?)^```$", re.MULTILINE | re.DOTALL)
ASSIGNMENT = re.compile(r"([A-Za-z_]\w*)=(.*)", re.DOTALL)


#: Of the form of a key and of none that opens anything.
KEY = "pnu_TEST" + "".join(random.Random(1).choices(string.ascii_letters + string.digits, k=32))


def run(page: str, program: Path) -> str:
    """What the page's command prints on stderr, with its files in place."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)  # what others can read is told by the files themselves
        home, work = Path(folder, "home"), Path(folder, "work")
        home.mkdir()
        work.mkdir()
        for file in FILE.finditer(page):
            path = file["path"]
            place = home / path[2:] if path.startswith("~/") else work / path
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_text(file["content"].replace("pnu_TEST…", KEY), encoding="utf-8")
            place.chmod(0o600)
        environment = {"HOME": str(home), "PATH": "/usr/bin:/bin"}
        words = shlex.split(CONSOLE.search(page)["command"])
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
        many = words[:2] == ["seq", "-f"]
        if many:
            lines = [words[2].replace("%g", str(number + 1)) for number in range(int(words[3]))]
            Path(work, words[4].removeprefix(">")).write_text("".join(f"{line}\n" for line in lines))
            words = words[6:]
        while match := ASSIGNMENT.fullmatch(words[0]):
            environment[match[1]] = match[2]
            words.pop(0)
        if words[0] != "prefect-config":
            raise ValueError(f"not a prefect-config command: {words[0]}")
        done = subprocess.run(
            [str(program), *words[1:]], env=environment, cwd=work, capture_output=True, text=True, check=False, timeout=60
        )
        printed = done.stdout if words[1] == "lint" else done.stderr
        return printed.replace(str(work), "/srv/project").replace(str(home), "/home/me")


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
    """Whether the output is the example's, whatever stands where the example has a line `…`."""
    start, elided, end = example.partition("…\n")
    return output.startswith(start) and output.endswith(end) if elided else output == example


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", type=Path, required=True)
    parser.add_argument("--update", action="store_true")
    arguments = parser.parse_args()
    passed = failed = 0
    for path in sorted(PAGES.glob("PC*.md")):
        page = path.read_text(encoding="utf-8")
        example = CONSOLE.search(page)
        if not example:
            print(f"FAIL {path.name}: no console block")
            failed += 1
            continue
        output = run(page, arguments.program.resolve())
        fires = f"[{path.stem}]" in output
        if fires and arguments.update and "…\n" not in example["output"]:
            path.write_text(page[: example.start("output")] + output + page[example.end("output") :], encoding="utf-8")
            passed += 1
        elif fires and is_shown(example["output"], output):
            passed += 1
        else:
            print(f"FAIL {path.name}: {'prints something else' if fires else 'the rule does not fire'}:\n{output}")
            failed += 1
        # An update is in the program when that is built again.
        if not arguments.update and (wrong := wrong_in_program(path, page, arguments.program.resolve())):
            print(f"FAIL {path.name}: {wrong}")
            failed += 1
    print(f"{passed} passed, {failed} failed")
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main())
