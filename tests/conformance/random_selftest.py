"""Shows that the random cases are what they are said to be. No Prefect, no program.

    python random_selftest.py

The same seed gives the same cases; another gives others; every setting, every name of it and
every source comes up within the cases of the long run; each kind of oddity does too; and the
shrinker finds the one line that matters.
"""

from __future__ import annotations

import collections
import dataclasses
import re
import sys

import random_cases
from releases import newest
from random_run import Shrinker
from situation import DIRECTORY, Situation

CASES = 2000
VERSIONS = ("3.0.11", "3.4.19", newest())
#: What has to come up, as a look at a situation; beside it, how often at least.
ODDITIES = {
    "no file and no variable": (lambda s: not s.files and not s.env, 5),
    ".env with CR LF": (lambda s: "\r\n" in text(s, "work/.env"), 20),
    ".env with export": (lambda s: re.search(r"(?m)^export\s", text(s, "work/.env")), 50),
    ".env with ${NAME}": (lambda s: "${" in text(s, "work/.env"), 50),
    ".env with a default": (lambda s: ":-" in text(s, "work/.env"), 20),
    ".env with a name and no =": (lambda s: re.search(r"(?mi)^(export )?prefect_\w+$", text(s, "work/.env")), 20),
    ".env with several lines in quotes": (lambda s: re.search(r"=\s*[\"'][^\"'\n]*\n[^\"']*[\"']", text(s, "work/.env")), 5),
    "a byte order mark": (lambda s: any(t.startswith("\ufeff") for t in texts(s)), 15),
    "bytes that are not UTF-8": (lambda s: any(isinstance(c, bytes) for c in s.files.values()), 3),
    "a directory for a file": (lambda s: DIRECTORY in s.files.values(), 3),
    "an inline table": (lambda s: re.search(r"(?m)^\S+ = \{ \S+ =", text(s, "work/prefect.toml")), 20),
    "dotted keys": (lambda s: re.search(r"(?m)^\w+\.\w+\S* =", text(s, "work/prefect.toml")), 50),
    "pyproject.toml of tool.prefect": (lambda s: "prefect" in text(s, "work/pyproject.toml"), 100),
    "a profile that is not there": (lambda s: 'active = "nobody"' in text(s, "home/.prefect/profiles.toml"), 20),
    "no active profile": (lambda s: "[profiles" in text(s, PROFILES) and "active" not in text(s, PROFILES), 20),
    "PREFECT_PROFILE": (lambda s: "PREFECT_PROFILE" in dict(s.env), 150),
    "PREFECT_HOME": (lambda s: "PREFECT_HOME" in dict(s.env), 50),
    "PREFECT_PROFILES_PATH": (lambda s: "PREFECT_PROFILES_PATH" in dict(s.env), 50),
    "test mode": (lambda s: set(random_cases.TEST_MODE) & set(dict(s.env)), 50),
    "SSL_CERT_FILE": (lambda s: "SSL_CERT_FILE" in dict(s.env), 20),
    "JSON for a group": (lambda s: any(v.startswith("{") and k.count("_") == 1 for k, v in s.env), 20),
    "lower case in the environment": (lambda s: any(k.startswith("prefect_") for k, _ in s.env), 100),
    "-p": (lambda s: s.args[:1] == ["-p"], 40),
    "--profile NAME": (lambda s: s.args[:1] == ["--profile"], 20),
    "--profile=NAME": (lambda s: s.args and s.args[0].startswith("--profile="), 20),
    "python -m prefect": (lambda s: s.module, 10),
    "a dict setting": (lambda s: any("CUSTOM_HEADERS" in k.upper() for k, _ in s.env), 10),
    "a database's parts": (lambda s: any("postgresql" in t for t in [*texts(s), *dict(s.env).values()]), 50),
    "Prefect Cloud": (lambda s: any("api.prefect.cloud" in t for t in [*texts(s), *dict(s.env).values()]), 100),
    "an empty value": (lambda s: "" in dict(s.env).values(), 100),
}
PROFILES = "home/.prefect/profiles.toml"
SOURCES = {"env": None, ".env": "work/.env", "prefect.toml": "work/prefect.toml", "pyproject.toml": "work/pyproject.toml", "profiles.toml": PROFILES}


def text(situation: Situation, name: str) -> str:
    content = situation.files.get(name, "")
    return content if isinstance(content, str) else ""


def texts(situation: Situation) -> list[str]:
    return [content for content in situation.files.values() if isinstance(content, str)]


def drawn(version: str) -> list[Situation]:
    return [random_cases.draw(1, index, version) for index in range(CASES)]


def check_deterministic(wrong: list) -> None:
    for version in VERSIONS:
        for index in range(200):
            if random_cases.draw(1, index, version) != random_cases.draw(1, index, version):
                wrong.append(f"case {index} of {version} is not always the same")
    if random_cases.draw(1, 0, "3.8.8").files == random_cases.draw(2, 0, "3.8.8").files != {}:
        wrong.append("two seeds give one case")


def check_coverage(wrong: list) -> None:
    for version in VERSIONS:
        cases = drawn(version)
        settings = random_cases.releases()[version].settings
        names = {name for setting in settings.values() for name in setting["names"]}
        in_env = {key.upper() for s in cases for key, _ in s.env}
        in_files = {name: "\n".join(text(s, file) for s in cases) for name, file in SOURCES.items() if file}
        words = {name: set(re.findall(r"[A-Z][A-Z0-9_]+", content.upper())) for name, content in in_files.items()}
        for name in sorted(names - in_env - words[".env"] - words["profiles.toml"]):
            wrong.append(f"{version}: the name {name} never comes up")
        for source, found in {"env": in_env, ".env": words[".env"], "profiles.toml": words["profiles.toml"]}.items():
            if (part := len(names & found) / len(names)) < 0.6:
                wrong.append(f"{version}: only {part:.0%} of the names come up in {source}")
        for source in ("prefect.toml", "pyproject.toml"):
            if (number := len([s for s in cases if text(s, SOURCES[source])])) < CASES // 10:
                wrong.append(f"{version}: only {number} cases have a {source}")
        if (number := len([s for s in cases if random_cases.views_of(s, 0, version)])) < CASES // 10 and version == newest():
            wrong.append(f"{version}: only {number} cases could have their text compared")


def check_oddities(wrong: list) -> None:
    found: collections.Counter = collections.Counter()
    for situation in drawn("3.8.8"):
        found.update(what for what, (look, _) in ODDITIES.items() if look(situation))
    for what, (_, least) in ODDITIES.items():
        if found[what] < least:
            wrong.append(f"{what}: {found[what]} of {CASES} cases, not {least}")


def check_shrinker(wrong: list) -> None:
    @dataclasses.dataclass
    class Judge:
        asked: int = 0

        def failures(self, situation, views):
            self.asked += 1
            bad = "PREFECT_X=1" in text(situation, "work/.env") and ("B", "keep") in [(k, v[:4]) for k, v in situation.env]
            return {}, ["x.y: Prefect 1, ours 2"] if bad else []

    big = Situation("big", "", files={"work/.env": "A=1\n# c\nPREFECT_X=1\nB=2\n", "work/prefect.toml": "x = 1\n"}, env=[("A", "a"), ("B", "keep it"), ("C", "c")], args=["-p", "x"])
    small = Shrinker(Judge(), "x.y", (), 200).run(big)
    if small.files != {"work/.env": "PREFECT_X=1\n"} or small.env != [("B", "keep")] or small.args:
        wrong.append(f"the shrinker left {small}")


def main() -> int:
    wrong: list[str] = []
    checks = (check_deterministic, check_coverage, check_oddities, check_shrinker)
    failed = 0
    for check in checks:
        before = len(wrong)
        check(wrong)
        failed += len(wrong) > before
    for one in wrong:
        print(f"FAIL {one}")
    print(f"random_selftest: {len(checks) - failed} passed, {failed} failed")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
