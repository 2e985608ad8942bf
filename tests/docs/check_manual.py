#!/usr/bin/env python3
"""Reads the manual pages that the program makes, and runs every example of them.

usage: check_manual.py --program PATH

Checked of each page (the program's own and one a command): mandoc and groff have no warning, every option and
argument that `__describe` knows is in it with its help, every section is there and none is empty, and it fits
80 columns. Every example is run by sh in a home made for it, and must end as it should. Then the checks are
checked: a page with an unknown macro and one without an option must be found.

Needs mandoc and groff (Debian: mandoc, groff-base).
"""

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

SECTIONS = ["NAME", "SYNOPSIS", "DESCRIPTION", "OPTIONS", "EXIT STATUS", "ENVIRONMENT", "FILES", "EXAMPLES", "SEE ALSO"]
KEY = "pnu_TEST000000000000000000000000000000"
PROFILES = f"""active = "prod"

[profiles.prod]
PREFECT_API_URL = "https://prefect.example.com/api"
PREFECT_API_AUTH_STRING = "admin:TEST-manual-password"

[profiles.staging]
PREFECT_API_URL = "https://api.prefect.cloud/api/accounts/a1/workspaces/w1"
PREFECT_API_KEY = "{KEY}"
"""
COMPOSE = """services:
  worker:
    image: prefecthq/prefect:3.8.8-python3.12
    command: prefect worker start --pool p
    environment:
      PREFECT_API_URL: http://server:4200/api
      PREFECT_LOGGING_LEVL: DEBUG
"""
#: Examples that end with another status than 0, which is what they are about.
STATUSES = {"prefect-config diff prod staging": 1, "prefect-config diff --prefect-version 3.4.0..3.8.8": 1,
            "prefect-config lint --diff --unsafe .": 1}


class Checker:
    def __init__(self):
        self.passed = 0
        self.failed = 0

    def say(self, what, problems):
        if problems:
            self.failed += 1
            print(f"FAILED {what}\n  " + "\n  ".join(problems[:5]))
        else:
            self.passed += 1


def output(arguments, text=None):
    result = subprocess.run(arguments, input=text, capture_output=True, text=True, timeout=60, check=False)
    return result.stdout + result.stderr


def warnings(page: str) -> list:
    """What mandoc and groff say of a page."""
    said = output(["mandoc", "-T", "lint", "-W", "warning"], page).splitlines()
    result = subprocess.run(["groff", "-man", "-Tutf8", "-ww", "-z"], input=page, capture_output=True, text=True, timeout=60, check=False)
    return said + result.stderr.splitlines()


def shown(page: str) -> str:
    """As a reader sees it, without bold and underlined."""
    text = output(["mandoc", "-T", "utf8", "-O", "width=78"], page)
    return re.sub(".\x08", "", text)


def plain(text: str) -> str:
    return " ".join(text.split())


def missing(text: str, command: dict) -> list:
    """What of a command's options is not in its page."""
    wanted = []
    for option in command["options"]:
        wanted.append(", ".join(option["names"]) + " " + option["value"])
    for flag in command["flags"]:
        names = flag["names"] + ([flag["opposite"]] if flag["opposite"] else [])
        if names != ["--version"]:
            wanted.append(", ".join(names))
    wanted += [argument["name"] for argument in command.get("arguments", ())]
    lines = {line.strip() for line in text.splitlines()}
    words = plain(text)
    # A short name shares its line with what is said of it.
    absent = [one for one in wanted if not any(line == one or line.startswith(one + " ") for line in lines)]
    helps = [one["help"] for kind in ("options", "flags", "arguments") for one in command.get(kind, ())]
    return [f"not in the page: {one}" for one in absent] + [
        f"not in the page: {one}" for one in helps if plain(one) not in words and one != "Print the version"
    ]


def problems_of(page: str, command: dict, everywhere: dict) -> list:
    text = shown(page)
    problems = warnings(page) + missing(text, command) + missing(text, everywhere)
    titles = [line for line in text.splitlines() if re.fullmatch(r"[A-Z][A-Z ]+", line) and line in [*SECTIONS, "COMMANDS"]]
    problems += [f"no section {title}" for title in SECTIONS if title not in titles]
    for title, body in zip(titles, re.split("^(?:" + "|".join(titles) + ")$", text, flags=re.M)[1:]):
        if not body.strip():
            problems.append(f"section {title} is empty")
    problems += [f"wider than 80 columns: {line}" for line in text.splitlines() if len(line) > 80]
    for example in command["examples"]:
        if plain(example["line"]) not in plain(text):
            problems.append(f"no such example in the page: {example['line']}")
    return problems


def lay_out(root: Path) -> None:
    (root / "home/.prefect").mkdir(parents=True)
    (root / "home/.prefect/profiles.toml").write_text(PROFILES, "utf-8")
    (root / "work").mkdir()
    (root / "work/compose.yaml").write_text(COMPOSE, "utf-8")
    (root / "work/secret.txt").write_text("admin:TEST-manual-other", "utf-8")


def run_example(program: str, line: str) -> list:
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        lay_out(root)
        (root / "bin").mkdir()
        (root / "bin/prefect-config").symlink_to(program)
        env = {"PATH": f"{root / 'bin'}:/usr/bin:/bin", "HOME": str(root / "home"), "LANG": "C.UTF-8"}
        result = subprocess.run(["sh", "-c", line], env=env, cwd=root / "work", capture_output=True, text=True, timeout=60, check=False)
        problems = []
        if result.returncode != STATUSES.get(line, 0):
            problems.append(f"exit status {result.returncode}: {result.stderr[:300]}")
        if not (result.stdout + result.stderr).strip():
            problems.append("nothing is printed")
        if any(secret in result.stdout + result.stderr for secret in (KEY, "TEST-manual-password", "TEST-manual-other")) and " exec " not in line:
            problems.append("a secret is shown")
        return problems


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--program", required=True)
    program = os.path.abspath(parser.parse_args().program)
    check = Checker()
    described = json.loads(output([program, "__describe"]))
    everywhere = {"options": described["options"], "flags": described["flags"], "examples": []}
    page = ""
    for command in [{"name": "", "options": [], "flags": [], "examples": described["examples"]}, *described["commands"]]:
        of = ["--of", command["name"]] if command["name"] else []
        page = output([program, "__man", *of, "--date", "2026-01-31"])
        check.say(f"page of {command['name'] or 'the program'}", problems_of(page, command, everywhere))
        for example in command["examples"]:
            check.say(example["line"], run_example(program, example["line"]))
    check.say("a command without a page", [] if subprocess.run([program, "__man", "--of", "nonsense"], capture_output=True, check=False).returncode == 2 else ["a page"])
    # The last page, spoiled.
    command = described["commands"][-1]
    planted = {"an unknown macro": page + ".XYZZY\n", "no option": page.replace("\\-\\-prefect\\-version", "x"), "no section": page.replace(".SH FILES\n", "")}
    for what, bad in planted.items():
        check.say(f"self-check: {what}", [] if problems_of(bad, command, everywhere) else ["not seen"])
    print(f"{check.passed} passed, {check.failed} failed")
    return 1 if check.failed else 0


if __name__ == "__main__":
    sys.exit(main())
