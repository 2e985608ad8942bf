#!/usr/bin/env python3
"""Gives `lint` what no file should be, and wants the other files linted all the same.

usage: check_robust.py --program PATH/TO/prefect-config [--sanitized]

Links in a circle, pipes, devices, unreadable folders, bombs, depth, one line of many megabytes, bytes that
are no text, a file that vanishes, names that are commands of a CI system. Every run is bounded in time and
memory (with --sanitized memory is not measured: it is the sanitizer's). Prints "N passed, N failed".
"""

from __future__ import annotations

import argparse
import json
import os
import random
import resource
import string
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

KEY = "pnu_TEST" + "".join(random.Random(1).choices(string.ascii_letters + string.digits, k=32))
PATIENCE_SECONDS = 60
MOST_MEBIBYTES = 200


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", required=True)
    parser.add_argument("--sanitized", action="store_true")
    arguments = parser.parse_args()
    program = os.path.abspath(arguments.program)
    passed = failed = 0

    def check(what: str, good: bool, seen="") -> None:
        nonlocal passed, failed
        passed, failed = passed + bool(good), failed + (not good)
        if not good:
            print(f"FAIL {what}: {str(seen)[:500]}")

    def lint(folder: Path, *more: str):
        return subprocess.run([program, "lint", "--no-ignore", "-o", "json", "-v", *more, "."], cwd=folder, capture_output=True,
                              timeout=PATIENCE_SECONDS, check=False)

    def holds_the_others(what: str, folder: Path, *more: str):
        """The file beside what is odd has its finding, and no key is shown."""
        (folder / "fine.py").write_text(f"key = '{KEY}'\n")
        started = time.monotonic()
        try:
            done = lint(folder, *more)
        except subprocess.TimeoutExpired:
            check(f"{what}: in time", False)
            return None
        report = json.loads(done.stdout) if done.stdout else {"findings": []}
        files = {finding["file"] for finding in report["findings"]}
        check(f"{what}: the other file ({time.monotonic() - started:.1f} s)", "fine.py" in files and done.returncode == 1, done.stderr)
        check(f"{what}: no key is shown", KEY.encode() not in done.stdout + done.stderr)
        return report

    def odd(name: str):
        folder = Path(root, name)
        folder.mkdir()
        return folder

    with tempfile.TemporaryDirectory(prefix="lint-") as root:
        folder = odd("links")
        (folder / "loop").symlink_to(".")
        (folder / "a").symlink_to("b")
        (folder / "b").symlink_to("a")
        (folder / "device").symlink_to("/dev/zero")
        os.mkfifo(folder / "pipe.sh")
        (folder / "compose.yaml").write_text("services:\n  w:\n    image: prefect\n    env_file: [pipe.sh, device, loop/compose.yaml]\n")
        holds_the_others("links and pipes", folder)

        folder = odd("bomb")
        bomb = "a0: &a0 [prefect, prefect]\n" + "".join(f"a{i}: &a{i} {{<<: [*a{i-1}, *a{i-1}], x{i}: [*a{i-1}, *a{i-1}, *a{i-1}]}}\n" for i in range(1, 60))
        (folder / "compose.yaml").write_text(f"{bomb}services:\n  s: {{environment: {{<<: *a59}}}}\n")
        (folder / "wide.yaml").write_text("services:\n  w:\n    image: prefect\n    environment:\n" + "".join(f"      PREFECT_X{i}: v\n" for i in range(50_000)))
        holds_the_others("bombs", folder)

        folder = odd("deep")
        (folder / "flow.yaml").write_text("prefect: " + "[" * 10_000 + "]" * 10_000)
        (folder / "block.yaml").write_text("prefect: 1\n" + "".join(" " * i + "a:\n" for i in range(10_000)))
        (folder / "json.json").write_text('{"apiVersion": ' * 10_000 + '"prefect"' + "}" * 10_000)
        (folder / "run.sh").write_text("bash -c '" * 2_000 + "export PREFECT_API_URL=http://x" + "'" * 2_000)
        (folder / "prefect.toml").write_text("a = " + "[" * 10_000 + "]" * 10_000)
        holds_the_others("depth", folder)

        folder = odd("line")
        with open(folder / "line.txt", "w", encoding="utf-8") as file:
            for _ in range(50):
                file.write("x" * 1_000_000)
            file.write(f" {KEY} prefect")
        report = holds_the_others("one line of 50 MB", folder)
        check("the key at its end", report and any(finding["file"] == "line.txt" for finding in report["findings"]))

        folder = odd("bytes")
        chance = random.Random(3)
        (folder / "compose.yaml").write_bytes(b"services: prefect \xff\xfe\xc0\x80 \x1b[31m" + bytes(chance.randrange(1, 256) for _ in range(20_000)))
        (folder / "binary.sh").write_bytes(b"prefect\0" + KEY.encode())
        (folder / "utf16.env").write_bytes(f"PREFECT_API_KEY={KEY}\n".encode("utf-16"))
        report = holds_the_others("bytes", folder)
        check("UTF-16", report and any(finding["file"] == "utf16.env" for finding in report["findings"]))

        folder = odd("names")
        for name in ("::error::x.py", "\x1b[31mred.py", "new\nline.py", "a%0Ab.py", "'quote\".py", "\u202eoverride.py"):
            (folder / name).write_text(f"key = '{KEY}'\n")
        holds_the_others("names", folder)
        for form in ("text", "github", "sarif", "junit", "gitlab"):
            done = subprocess.run([program, "lint", "--no-ignore", "-o", form, "."], cwd=folder, capture_output=True, check=False, timeout=PATIENCE_SECONDS)
            lines = done.stdout.decode().split("\n")
            check(f"names in {form}: no escape, no command", "\x1b" not in done.stdout.decode() and not any(line.startswith("::error::") for line in lines), done.stdout[:300])

        folder = odd("gone")
        for number in range(400):
            (folder / f"f{number}.py").write_text("prefect\n" * 200)
        thread = threading.Thread(target=lambda: [path.unlink(missing_ok=True) for path in sorted(folder.glob("f[0-9]*.py"))[::2]])
        thread.start()
        holds_the_others("files that vanish", folder)
        thread.join()

        folder = odd("report")
        (folder / "w.env").write_text(f"PREFECT_API_KEY={KEY}\n")
        old = folder / "report.html"
        old.write_text("the old one")
        old.chmod(0o640)
        with old.open() as reader:
            limit = lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))  # noqa: E731
            words = [program, "lint", "w.env", "-o", "html=report.html", "-q"]
            done = subprocess.run(words, cwd=folder, capture_output=True, check=False, timeout=PATIENCE_SECONDS, preexec_fn=limit, restore_signals=False)
            check("a full disk leaves the old report", done.returncode == 3 and old.read_text() == "the old one", done.stderr)
            check("and nothing beside it", len(list(folder.glob("report*"))) == 1)
            done = subprocess.run(words, cwd=folder, capture_output=True, check=False, timeout=PATIENCE_SECONDS)
            check("a new report", done.returncode == 1 and old.read_text().startswith("<!DOCTYPE html>") and old.stat().st_mode & 0o777 == 0o640, done.stderr)
            check("who has the old one open keeps it", reader.read() == "the old one")

        if os.geteuid() != 0:
            folder = odd("closed")
            (folder / "secret").mkdir(mode=0)
            report = holds_the_others("a folder that cannot be listed", folder)
            check("it is said", report and any("secret" in note for note in report["notes"]))
            (folder / "secret").chmod(0o700)

    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    if not arguments.sanitized:
        check(f"memory ({peak:.0f} MiB)", peak < MOST_MEBIBYTES)
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
