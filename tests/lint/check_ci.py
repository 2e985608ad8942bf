#!/usr/bin/env python3
"""Runs what CI systems run of this project: the steps of action.yml, and the hook with pre-commit itself.

usage: check_ci.py --program PATH/TO/prefect-config

The action's script is run by bash with the inputs as GitHub gives them; the hook by `pre-commit` in a
repository of its own, where that is installed (else it says that it was left out). Prints "N passed, N failed".
"""

from __future__ import annotations

import argparse
import json
import os
import random
import re
import shutil
import string
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
KEY = "pnu_TEST" + "".join(random.Random(5).choices(string.ascii_letters + string.digits, k=32))
BAD = f"PREFECT_API_KEY={KEY}\n"
WARNED = "PREFECT_API_AUTH_STRING=admin:TEST-9f2c81d0\n"


def step_of_action() -> tuple[str, dict[str, str]]:
    """The script of the one step, and the inputs with their defaults."""
    text = (ROOT / "action.yml").read_text(encoding="utf-8")
    script = text.split("      run: |\n", 1)[1]
    defaults = dict(re.findall(r"^  (\S+):\n    description: .*\n    default: (.*)$", text, re.MULTILINE))
    return "".join(line[8:] for line in script.splitlines(keepends=True)), {name: value.strip('"') for name, value in defaults.items()}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", type=Path, required=True)
    program = parser.parse_args().program.resolve()
    passed = failed = 0

    def check(what: str, good: bool, seen="") -> None:
        nonlocal passed, failed
        passed, failed = passed + bool(good), failed + (not good)
        if not good:
            print(f"FAIL {what}: {seen}")

    with tempfile.TemporaryDirectory(prefix="ci-") as name:
        root = Path(name).resolve()
        (root / "bin").mkdir()
        (root / "bin/prefect-config").symlink_to(program)
        (root / "repo").mkdir()
        env = {"HOME": str(root), "PATH": f"{root}/bin:{os.environ['PATH']}", "GITHUB_ACTIONS": "true"}

        def write(file: str, text: str) -> None:
            path = root / "repo" / file
            path.parent.mkdir(exist_ok=True)
            path.write_text(text, encoding="utf-8")

        script, inputs = step_of_action()

        def action(path: str | None = None, source: str = "", **more: str):
            given = {"LINT_PATH": inputs["path"], "LINT_FAIL_ON": inputs["fail-on"], "LINT_SARIF": inputs["sarif"], "LINT_SOURCE": source, **more}
            # As GitHub calls it: `bash --noprofile --norc -eo pipefail {0}`.
            return subprocess.run(["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script], cwd=root / "repo", env={**env, **given, **({"PATH": path} if path else {})}, capture_output=True, text=True, check=False)

        write("good.env", "PREFECT_API_URL=http://prefect.internal:4200/api\n")
        done = action()
        check("action: nothing found", done.returncode == 0 and done.stdout == "", done)
        write("a/warned.env", WARNED)
        done = action()
        check("action: a warning", done.returncode == 0 and done.stdout.startswith("::warning file=a/warned.env"), done)
        check("action: fail-on", action(LINT_FAIL_ON="warning").returncode == 1)
        write("b/bad.env", BAD)
        done = action(LINT_SARIF="out.sarif")
        check("action: an error", done.returncode == 1 and "::error file=b/bad.env" in done.stdout, done)
        sarif = json.loads((root / "repo/out.sarif").read_text(encoding="utf-8"))
        check("action: SARIF", len(sarif["runs"][0]["results"]) == 2, sarif)
        check("action: several paths", action(LINT_PATH="good.env a").returncode == 0)
        check("action: a path that looks like an option", action(LINT_PATH="--history").returncode == 3, action(LINT_PATH="--history"))
        check("action: no secret", KEY not in done.stdout + done.stderr + json.dumps(sarif))
        (root / "source/tools/dev").mkdir(parents=True)
        (root / "source/tools/dev/run").write_text('#!/bin/sh\necho "built: $*"\n', encoding="utf-8")
        (root / "source/tools/dev/run").chmod(0o755)
        done = action(path="/usr/bin:/bin", source=str(root / "source"))
        check("action: builds it where it is not installed", done.stdout == "built: lint -o github -- .\n", done)

        if not shutil.which("pre-commit"):
            print("left out: there is no pre-commit here")
        else:
            def git(*words: str):
                return subprocess.run(["git", "-c", "user.name=t", "-c", "user.email=t@example.com", *words], cwd=root / "repo", env=env, capture_output=True, text=True, check=False)

            hooks = (ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8")
            indented = "".join(f"      {line}" if line.strip() else line for line in hooks.splitlines(keepends=True))
            write(".pre-commit-config.yaml", f"repos:\n  - repo: local\n    hooks:\n{indented}")
            git("init", "-q")
            git("add", "good.env", ".pre-commit-config.yaml")

            def hook(*words: str):
                return subprocess.run(["pre-commit", "run", *words], cwd=root / "repo", env=env, capture_output=True, text=True, check=False)

            done = hook()
            check("hook: good files", done.returncode == 0 and "Passed" in done.stdout, done)
            git("add", "b/bad.env")
            done = hook()
            check("hook: a key", done.returncode == 1 and "PC301" in done.stdout and KEY not in done.stdout, done)
            check("hook: files that are not staged are not looked at", "warned.env" not in done.stdout, done.stdout)
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
