#!/usr/bin/env python3
"""Has the readers of `env` read what it writes, with hostile values: no value may be anything but a value.

usage: read_env.py --program PATH/TO/prefect-config

sh, bash, zsh and fish read theirs themselves, python-dotenv reads .env files, JSON is read by Python; of
PowerShell, $GITHUB_ENV and docker's env files the documented rules are applied here. Also exec: what the command sees, its status, its
signal. Prints "N passed, N failed".
"""

from __future__ import annotations

import argparse
import io
import json
import os
import random
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from dotenv import dotenv_values

PARTS = ["'", '"', "\\", "$", "`", "$(touch INJECTED)", "`touch INJECTED`", "${HOME}", "\n", "\r", "; touch INJECTED; ", "&", "|",
         "#", " ", "=", "%PATH%", "é", "\u2019", "\u2018", "\u201c", "\u201d", "`n", "$env:X", "::add-mask::", "EOF", "<<", "!", "*", "~", "{{", "\t"]
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


def by_powershell(text: str, _: str) -> dict:
    """Line by line, as `| Invoke-Expression` runs them; there is no PowerShell in Debian."""
    quotes, doubles = "'\u2018\u2019\u201a\u201b", '"\u201c\u201d\u201e'
    found = {}
    for line in text.split("\n")[:-1]:
        if plain := re.fullmatch(rf"\$env:(\w+) = '((?:[^{quotes}]|[{quotes}][{quotes}])*)'", line):
            found[plain[1]] = re.sub(rf"([{quotes}])[{quotes}]", r"\1", plain[2])
        elif escaped := re.fullmatch(rf'\$env:(\w+) = "((?:[^`${doubles}]|`.)*)"', line):
            found[escaped[1]] = re.sub("`(.)", lambda m: {"n": "\n", "r": "\r"}.get(m[1], m[1]), escaped[2])
        else:
            raise ValueError(line)
    return found


def by_dotenv(text: str, _: str) -> dict:
    return {name: value for name, value in dotenv_values(stream=io.StringIO(text), interpolate=True).items()}


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


READERS = {"sh": [by_shell("sh"), by_shell("bash"), by_shell("zsh")], "fish": [by_shell("fish")], "powershell": [by_powershell],
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
        check("another profile fills no gaps", run("--profile", "q", "exec", "--clean", "--", "sh", "-c", "echo $PREFECT_PROFILE").stdout == b"q\n")
        base["prefect_api_key"] = "pnu_TESTlower"
        check("env: a lower-case name hides nothing", b"pnu_TESTfile" in run("--profile", "p", "env", "--show-secrets").stdout)
        check("--clean: a lower-case name goes", b"pnu_TESTlower" not in run("--profile", "p", "exec", "--clean", "--", "env").stdout)
        del base["prefect_api_key"]
        check("the words stay", run("--profile", "q", "exec", "--", "printf", "%s|", "[]", "[a,b]", "--", "{}", "").stdout == b"[]|[a,b]|--|{}||")
        os.mkdir(Path(home, "elsewhere"))
        check("--cwd", run("--profile", "q", "--cwd", "elsewhere", "exec", "--", "pwd").stdout.endswith(b"/elsewhere\n"))
        for name, text in ((".env", "PREFECT_API_URL=http://x/api\n"), ("prefect.toml", "api.url = 'http://x/api'\n")):
            Path(home, name).write_text(text)
            file.write_text('[profiles.p]\nPREFECT_API_URL = "http://file/api"\n')
            check(f"env: {name} hides nothing", b"http://file/api" in run("--profile", "p", "env").stdout)
            Path(home, name).unlink()
        Path(home, "other.toml").write_text('[profiles.o]\nPREFECT_LOGGING_LEVEL = "INFO"\n')
        base["PREFECT_PROFILES_PATH"] = "other.toml"
        check("env: a relative file", run("--profile", "o", "env").stdout == b"export PREFECT_LOGGING_LEVEL='INFO'\n")
        del base["PREFECT_PROFILES_PATH"]
        file.write_text('[profiles.p]\nPREFECT_API_KEY = "pnu_TESTa\\u0000b"\n')
        check("a NUL is in no environment", run("--profile", "p", "exec", "--clean", "--", "true").returncode == 1)
        check("env leaves a NUL out", b"NUL" in run("--profile", "p", "env", "--show-secrets").stderr)
        file.write_text('[profiles.p]\nPREFECT_API_KEY = "pnu_TESTfile"\n[profiles.q]\nPREFECT_LOGGING_LEVEL = "INFO"\n')
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
