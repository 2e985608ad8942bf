#!/usr/bin/env python3
"""Asks about running processes, by --pid: their environment, directory and arguments.

usage: check_process.py --program PATH/TO/prefect-config

Prints "N passed, N failed".
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

PROFILES = '[profiles.p]\nPREFECT_API_KEY = "pnu_TESTp"\n[profiles.q]\nPREFECT_LOGGING_LEVEL = "DEBUG"\n'


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

    with tempfile.TemporaryDirectory(prefix="pid-") as name:
        root = Path(name).resolve()
        (root / "home/.prefect").mkdir(parents=True)
        (root / "home/.prefect/profiles.toml").write_text(PROFILES, encoding="utf-8")
        (root / "work").mkdir()
        (root / "work/.env").write_text("PREFECT_API_URL=http://dotenv.example.com/api\n", encoding="utf-8")
        # What pip makes, as far as starting it goes: a script called prefect, which its Python runs.
        (root / "bin").mkdir()
        script = root / "bin/prefect"
        script.write_text(f"#!{sys.executable}\nimport time\ntime.sleep(60)\n", encoding="utf-8")
        script.chmod(0o755)

        def about(process: subprocess.Popen, *words: str):
            # Another home and environment: nothing of them may count.
            done = subprocess.run([program, *words, "--pid", str(process.pid), "--prefect-version", "3.9.1"], env={"HOME": "/", "PREFECT_API_URL": "http://mine/api"},
                                  capture_output=True, text=True, check=False)
            return done

        def setting(process: subprocess.Popen, name: str):
            rows = json.loads(about(process, "view", "-o", "json").stdout)["settings"]
            return next(((row["value"], row["source"], row["origin"]["where"]) for row in rows if row["name"] == name), None)

        def start(*words: str, **variables: str):
            return subprocess.Popen(words, cwd=root / "work", env={"HOME": str(root / "home"), "PATH": "/usr/bin:/bin", **variables})

        plain = start("sleep", "60", PREFECT_LOGGING_LEVEL="ERROR", PREFECT_PROFILE="p")
        worker = start(str(script), "--profile", "q", "worker", "start", "--pool", "x")
        try:
            # Between fork and exec a process is still what started it.
            for process, word in ((plain, b"sleep"), (worker, b"worker")):
                while word not in Path(f"/proc/{process.pid}/cmdline").read_bytes():
                    pass
            check("its environment, named so", setting(plain, "PREFECT_LOGGING_LEVEL") == ("ERROR", "env", f"environment of PID {plain.pid}"), setting(plain, "PREFECT_LOGGING_LEVEL"))
            check("its home and profile", (setting(plain, "PREFECT_API_KEY") or [""])[0] == "********", setting(plain, "PREFECT_API_KEY"))
            check("its directory", (setting(plain, "PREFECT_API_URL") or [""])[0] == "http://dotenv.example.com/api", setting(plain, "PREFECT_API_URL"))
            check("its arguments", (setting(worker, "PREFECT_LOGGING_LEVEL") or [""])[0] == "DEBUG", setting(worker, "PREFECT_LOGGING_LEVEL"))
            gone = start("true")
            gone.wait()
            done = about(gone, "view")
            check("one that has ended", done.returncode == 2 and "no such process" in done.stderr, done.stderr)
        finally:
            for process in (plain, worker):
                process.kill()
                process.wait()
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
