#!/usr/bin/env python3
"""Lints a real git repository: which files are looked at, and that parts are together the whole.

usage: check_git.py --program PATH/TO/prefect-config

What `.gitignore` names, `--no-ignore`, `--changed` with a commit, from the top, from a folder and for a file,
a repository's own settings that would run a program, and `--shard`. Prints "N passed, N failed".
"""

from __future__ import annotations

import argparse
import json
import os
import random
import string
import subprocess
import sys
import tempfile
from pathlib import Path

KEY = "pnu_TEST" + "".join(random.Random(1).choices(string.ascii_letters + string.digits, k=32))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", required=True)
    program = os.path.abspath(parser.parse_args().program)
    passed = failed = 0

    def check(what: str, good: bool, seen="") -> None:
        nonlocal passed, failed
        passed, failed = passed + bool(good), failed + (not good)
        if not good:
            print(f"FAIL {what}: {seen}")

    with tempfile.TemporaryDirectory(prefix="git-") as name:
        root = Path(name).resolve()
        env = {"HOME": str(root / "home"), "PATH": os.environ["PATH"]}

        def git(*words: str):
            subprocess.run(["git", "-c", "user.name=t", "-c", "user.email=t@example.com", *words], cwd=root / "repo", env=env, check=True, capture_output=True)

        def found(*words: str, cwd: Path = root / "repo"):
            done = subprocess.run([program, "lint", "-o", "json", *words], cwd=cwd, env=env, capture_output=True, text=True, check=False)
            return sorted({finding["file"] for finding in json.loads(done.stdout)["findings"]}) if done.stdout else done.stderr

        def write(path: str):
            file = root / "repo" / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(f"key = '{KEY}'\n", encoding="utf-8")

        (root / "home").mkdir()
        (root / "repo").mkdir()
        git("init", "-q")
        for path in ("a.py", "sub/b.py", "ignored/c.py", "names with blank.py"):
            write(path)
        (root / "repo/.gitignore").write_text("ignored/\n", encoding="utf-8")
        git("add", "a.py", "sub/b.py", ".gitignore", "names with blank.py")
        git("commit", "-qm", "first")
        write("new.py")
        check("what git would see", found(".") == ["a.py", "names with blank.py", "new.py", "sub/b.py"], found("."))
        check("--no-ignore", "ignored/c.py" in found("--no-ignore", "."))
        check("a folder", found("sub") == ["sub/b.py"], found("sub"))
        check("from a folder", found(".", cwd=root / "repo/sub") == ["b.py"], found(".", cwd=root / "repo/sub"))
        check("an absolute path is told from here", found(str(root / "repo")) == found("."))
        check("--changed: new ones", found("--changed", "HEAD", ".") == ["new.py"], found("--changed", "HEAD", "."))
        with open(root / "repo/sub/b.py", "a", encoding="utf-8") as file:
            file.write("# more\n")
        check("--changed: others too", found("--changed", "HEAD", ".") == ["new.py", "sub/b.py"], found("--changed", "HEAD", "."))
        check("--changed: a folder", found("--changed", "HEAD", "sub") == ["sub/b.py"], found("--changed", "HEAD", "sub"))
        check("--changed: files, as pre-commit names them", found("--changed", "HEAD", "sub/b.py", "a.py") == ["sub/b.py"], found("--changed", "HEAD", "sub/b.py", "a.py"))
        done = subprocess.run([program, "lint", "--changed=--output=x", "."], cwd=root / "repo", env=env, capture_output=True, text=True, check=False)
        check("--changed: an option is no commit", done.returncode == 3 and not (root / "repo/x").exists(), done.stderr)

        trap = root / "trap"
        trap.write_text(f"#!/bin/sh\ntouch {root}/RAN\n", encoding="utf-8")
        trap.chmod(0o755)
        for setting in ("core.fsmonitor", "core.hooksPath", "diff.external", "core.pager"):
            git("config", setting, str(trap))
        found("--changed", "HEAD", ".")
        check("a repository's settings run nothing", not (root / "RAN").exists())

        for number in range(40):
            write(f"many/f{number}.py")
        whole = found("--no-ignore", ".")
        parts = [found("--no-ignore", "--shard", f"{part}/3", ".") for part in (1, 2, 3)]
        check("parts are the whole", sorted(sum(parts, [])) == whole, parts)
        check("each part has some", all(parts), parts)
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
