#!/usr/bin/env python3
"""Has the readers of `env` read what it writes, with hostile values: no value may be anything but a value.

usage: read_env.py --program PATH/TO/prefect-config

sh and bash read theirs themselves, JSON is read by Python; of fish, PowerShell, .env files, $GITHUB_ENV and
docker's env files the documented rules are applied here. Also exec: what the command sees, its status, its
signal. Prints "N passed, N failed".
"""

from __future__ import annotations

import argparse
import json
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

PARTS = ["'", '"', "\\", "$", "`", "$(touch INJECTED)", "`touch INJECTED`", "${HOME}", "\n", "\r", "; touch INJECTED; ", "&", "|",
         "#", " ", "=", "%PATH%", "é", "\u2019", "\u2018", "::add-mask::", "EOF", "<<", "!", "*", "~", "{{", "\t"]
NAMES = ("PREFECT_API_KEY", "PREFECT_DEPLOYMENTS_DEFAULT_WORK_POOL_NAME")


def toml(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def by_shell(shell: str):
    def read(text: str, folder: str) -> dict:
        script = text + "\nenv -0"
        done = subprocess.run([shell, "-c", script], env={"PATH": "/usr/bin:/bin"}, cwd=folder, capture_output=True, check=True)
        pairs = (item.split("=", 1) for item in done.stdout.decode().split("\0") if item)
        return {name: value for name, value in pairs if name in NAMES}
    return read


def by_fish(text: str, _: str) -> dict:
    found = re.findall(r"set -gx (\w+) '((?:[^'\\]|\\.)*)'\n", text, re.DOTALL)
    return {name: re.sub(r"\\(['\\])", r"\1", value) for name, value in found}


def by_powershell(text: str, _: str) -> dict:
    quotes = "'\u2018\u2019\u201a\u201b"
    found = re.findall(rf"\$env:(\w+) = '((?:[^{quotes}]|[{quotes}][{quotes}])*)'\n", text, re.DOTALL)
    return {name: re.sub(rf"([{quotes}])[{quotes}]", r"\1", value) for name, value in found}


def by_dotenv(text: str, _: str) -> dict:
    found = re.findall(r"^(\w+)='((?:[^'\\]|\\.)*)'\n", text, re.DOTALL | re.MULTILINE)
    return {name: re.sub(r"\\(['\\])", r"\1", value) for name, value in found}


def by_github(text: str, _: str) -> dict:
    found, lines = {}, text.split("\n")
    while len(lines) > 1:
        name, end = lines.pop(0).split("<<", 1)
        value = []
        while (line := lines.pop(0)) != end:
            value.append(line)
        found[name] = "\n".join(value)
    return found


def by_docker(text: str, _: str) -> dict:
    return dict(line.split("=", 1) for line in text.split("\n")[:-1])


READERS = {"sh": [by_shell("sh"), *([by_shell("bash")] if shutil.which("bash") else [])], "fish": [by_fish], "powershell": [by_powershell],
           "dotenv": [by_dotenv], "json": [lambda text, _: json.loads(text)], "github": [by_github], "docker": [by_docker]}
#: What a format cannot hold is left out, and said.
CANNOT = {
    "dotenv": lambda value: "${" in value or "\r" in value or value.endswith("\\"),
    "github": lambda value: "\r" in value,
    "docker": lambda value: "\r" in value or "\n" in value,
}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", required=True)
    options = parser.parse_args()
    program, passed, failed = os.path.abspath(options.program), 0, 0
    chance = random.Random(7)

    def check(what: str, good: bool, seen="") -> None:
        nonlocal passed, failed
        passed, failed = passed + bool(good), failed + (not good)
        if not good:
            print(f"FAIL {what}: {seen!r}")

    with tempfile.TemporaryDirectory(prefix="env-") as home:
        file = Path(home, ".prefect", "profiles.toml")
        file.parent.mkdir()
        base = {"HOME": home, "PATH": "/usr/bin:/bin", "PREFECT_API_KEY": "pnu_TESTother"}

        def run(*words: str, **more):
            return subprocess.run([program, "--prefect-version", "3.9.1", *words], env=base, cwd=home, capture_output=True, **more)

        for number in range(60):
            values = {name: "TEST" + "".join(chance.choices(PARTS, k=chance.randrange(1, 7))) for name in NAMES}
            file.write_text("[profiles.p]\n" + "".join(f"{n} = {toml(v)}\n" for n, v in values.items()))
            for format, readers in READERS.items():
                done = run("--profile", "p", "env", "--format", format, "--show-secrets")
                cannot = CANNOT.get(format, lambda value: False)
                left_out = {n for n, v in values.items() if cannot(v)}
                wanted = {n: v for n, v in values.items() if n not in left_out}
                for reader in readers:
                    try:
                        seen = reader(done.stdout.decode(), home)
                    except Exception as error:
                        seen = repr(error)
                    check(f"{format} {values}", seen == wanted, seen)
                said = done.stderr.decode()
                check(f"{format} says what it leaves out", all(f"left out: {n}" in said for n in left_out) and done.returncode == bool(left_out), said)
            done = run("--profile", "p", "env")
            check("without being asked no secret", values["PREFECT_API_KEY"] not in done.stdout.decode() and b"PREFECT_API_KEY" in done.stderr)
            done = run("--profile", "p", "exec", "--clean", "--", "env", "-0")
            pairs = dict(item.split("=", 1) for item in done.stdout.decode().split("\0") if item)
            check("exec", {n: pairs.get(n) for n in NAMES} == values, pairs)
        check("nothing was run", not Path(home, "INJECTED").exists())
        file.write_text('[profiles.p]\nPREFECT_API_KEY = "pnu_TESTfile"\n[profiles.q]\nPREFECT_LOGGING_LEVEL = "INFO"\n')
        show = ("exec", "--", "sh", "-c", "echo ${PREFECT_API_KEY-none} ${PREFECT_LOGGING_LEVEL-none}")
        check("the environment beats the profile, as in Prefect", run("--profile", "p", *show).stdout == b"pnu_TESTother none\n")
        check("--clean", run("--profile", "p", "exec", "--clean", *show[1:]).stdout == b"pnu_TESTfile none\n")
        check("what is there stays", run("--profile", "q", *show).stdout == b"pnu_TESTother INFO\n")
        check("the status is the command's", run("--profile", "q", "exec", "--", "sh", "-c", "exit 41").returncode == 41)
        check("the signal is the command's", run("--profile", "q", "exec", "--", "sh", "-c", "kill -TERM $$").returncode == -15)
        check("input and output are the command's", run("--profile", "q", "exec", "--", "cat", input=b"in").stdout == b"in")
        check("no command", run("--profile", "q", "exec", "--", "/nowhere").returncode == 127)
        check("no program", run("--profile", "q", "exec", "--", "/etc/passwd").returncode == 126)
        check("no profile", run("--profile", "nope", "exec", "--", "true").returncode == 1)
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
