#!/usr/bin/env python3
"""Lints a real git repository: which files are looked at, and that parts are together the whole.

usage: check_git.py --program PATH/TO/prefect-config

What `.gitignore` names, `--no-ignore`, `--changed` with a commit, from the top, from a folder and for a file,
a repository's own settings that would run a program, `--shard` and `--merge`, and `--history`. Prints "N passed, N failed".
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


def history(program: str, root: Path, env: dict, check) -> None:
    """Secrets that came and went: each once, where it came in."""
    repo = root / "past"
    repo.mkdir()
    keys = ["pnu_TEST" + "".join(random.Random(seed).choices(string.ascii_letters + string.digits, k=32)) for seed in (2, 3, 4)]

    def git(*words: str, date: str = "2024-01-01"):
        dated = {**env, "GIT_AUTHOR_DATE": f"{date}T12:00:00", "GIT_COMMITTER_DATE": f"{date}T12:00:00"}
        subprocess.run(["git", "-c", "user.name=t", "-c", "user.email=t@example.com", *words], cwd=repo, env=dated, check=True, capture_output=True)

    def commit(date: str, **files: str):
        for name, text in files.items():
            file = repo / name.replace("__", "/")
            file.parent.mkdir(exist_ok=True)
            file.write_text(text, encoding="utf-8")
        git("add", "-A")
        git("commit", "-qm", "x", date=date)

    def run(*words: str):
        done = subprocess.run([program, "lint", "--history", "-o", "json", *words], cwd=repo, env=env, capture_output=True, text=True, check=False)
        return done, (json.loads(done.stdout) if done.stdout else {"findings": []})

    git("init", "-q", "-b", "main")
    commit("2024-01-01", a=f"key = '{keys[0]}'\n", clean="nothing\n")
    commit("2024-02-02", a=f"# more\nkey = '{keys[0]}'\n", sub__b=f"PREFECT_API_KEY={keys[1]}\n")
    commit("2024-03-03", a="key = os.environ['KEY']\n")
    git("checkout", "-qb", "side")
    commit("2024-04-04", c=f"x: {keys[2]}\n")
    git("checkout", "-q", "main")
    done, report = run()
    seen = sorted((finding["file"], finding["related"][0]["message"]) for finding in report["findings"])
    check("--history: each secret once", [file for file, _ in seen] == ["a", "c", "sub/b"], seen)
    check("--history: when it came", [("2024-01-01" in seen[0][1]), ("2024-04-04" in seen[1][1]), ("2024-02-02" in seen[2][1])] == [True] * 3, seen)
    check("--history: whether it is there still", ["still" in words for _, words in seen] == [False, False, True], seen)
    check("--history: status", done.returncode == 1, done.returncode)
    check("--history: no secret", not any(key in done.stdout + done.stderr for key in keys))
    baseline = repo / "base.json"
    baseline.write_text(done.stdout, encoding="utf-8")
    done, report = run("--baseline", str(baseline))
    check("--history: a baseline", done.returncode == 0 and not report["findings"], report)
    baseline.unlink()
    done, report = run("sub")
    check("--history: a folder", [finding["file"] for finding in report["findings"]] == ["sub/b"], report)
    subprocess.run(["git", "clone", "-q", "--depth", "1", f"file://{repo}", str(root / "shallow")], env=env, check=True, capture_output=True)
    done = subprocess.run([program, "lint", "--history", str(root / "shallow")], env=env, capture_output=True, text=True, check=False)
    check("--history: a shallow clone says so", "shallow" in done.stderr, done.stderr)
    git("config", "uploadpack.allowFilter", "true")
    subprocess.run(["git", "clone", "-q", "--no-checkout", "--filter=blob:none", f"file://{repo}", str(root / "partial")], env=env, check=True, capture_output=True)
    done = subprocess.run([program, "lint", "--history", str(root / "partial")], env=env, capture_output=True, text=True, check=False)
    check("--history: a partial clone says so, and fetches nothing", done.returncode == 0 and "partial" in done.stderr, done.stderr)
    done = subprocess.run([program, "lint", "--history", str(root / "home")], env=env, capture_output=True, text=True, check=False)
    check("--history: no repository", done.returncode == 3, done.stderr)


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
        reports = []
        for part in (1, 2, 3):
            report = root / f"part{part}.json"
            subprocess.run([program, "lint", "--no-ignore", "--shard", f"{part}/3", "-o", f"json={report}", "-q", "."], cwd=root / "repo", env=env, check=False)
            reports.append(str(report))
        check("--merge: parts are the whole", found("--merge", *reports) == whole, found("--merge", *reports))
        check("--merge: each finding once", found("--merge", *reports, reports[0]) == whole)
        done = subprocess.run([program, "lint", "--merge", str(root / "repo/a.py")], cwd=root / "repo", env=env, capture_output=True, text=True, check=False)
        check("--merge: what is no report", done.returncode == 3 and "no report" in done.stderr, done.stderr)
        history(program, root, env, check)
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
