#!/usr/bin/env python3
"""The program against Prefect 2.20: recorded answers, or those that it gives now.

  check.py --program PROGRAM                              replay recordings/*.jsonl
  check.py --program PROGRAM --live VERSION=PYTHON --random SEED COUNT   ask that Prefect itself
  check.py --record VERSION=PYTHON                        write recordings/VERSION.jsonl (situations.py)
"""

from __future__ import annotations

import argparse
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

import oracle  # noqa: E402
import situations  # noqa: E402

RECORDINGS = HERE / "recordings"


def real_answers(python: str, jobs: list) -> list:
    lines = "".join(json.dumps(job) + "\n" for job in jobs)
    environment = {"PATH": os.environ["PATH"], "LANG": "C.UTF-8", "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(
        [python, str(HERE / "oracle.py")], input=lines, env=environment, stdout=subprocess.PIPE, text=True, check=True
    )
    return [json.loads(line) for line in done.stdout.splitlines()]


def our_answer(program: str, version: str, job) -> dict:
    root = os.path.realpath(tempfile.mkdtemp(prefix="conf-v2-"))
    try:
        oracle.lay_out(job, root)
        command = [program, *job["args"], "--prefect-version", version]
        command += ["view", "--show-defaults", "--show-secrets", "-o", "json"]
        done = subprocess.run(
            command,
            cwd=root + "/work",
            env=dict(oracle.environment_of(job, root)),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=20,
        )
        try:
            document = json.loads(done.stdout.replace(root, "{root}"))
        except ValueError:
            return {"loads": None, "error": f"exit {done.returncode}: {done.stderr[:200]}"}
        document["exit"] = done.returncode
        return document
    finally:
        shutil.rmtree(root)


def differences(ours: dict, real: dict) -> list[str]:
    if ours["loads"] is not real["loads"]:
        said = [finding["message"] for finding in ours.get("findings", [])][:2]
        return [f"loads: Prefect {real['loads']} {real.get('error', '')}, ours {ours['loads']} {said}"]
    if ours["exit"] != (0 if real["loads"] else 1):
        return [f"exit status {ours['exit']}"]
    if not real["loads"]:
        return [] if ours["findings"] else ["no finding says why it does not load"]
    found = []
    if ours["profile"] != real["profile"]:
        found.append(f"profile: Prefect {real['profile']!r}, ours {ours['profile']!r}")
    mine = {row["name"]: row.get("typed_value") for row in ours["settings"]}
    if set(mine) != set(real["effective"]):
        found.append(f"other settings: {sorted(set(mine) ^ set(real['effective']))[:5]}")
    for name in sorted(set(mine) & set(real["effective"])):
        left, right = mine[name], real["effective"][name]
        if json.dumps(left) != json.dumps(right):
            found.append(f"{name}: Prefect {right!r}, ours {left!r}")
    return found


def compare(program: str, version: str, jobs: list, answers: list) -> int:
    failed = 0
    for job, real in zip(jobs, answers):
        found = differences(our_answer(program, version, job), real)
        failed += bool(found)
        for text in found[:4]:
            print(f"FAIL {version} {json.dumps(job)[:400]}: {text}")
    print(f"{version}: {len(jobs) - failed} agree, {failed} do not")
    return failed


def packed(answers: list) -> str:
    """A line an answer, its values as what differs from the first, in which nothing is set."""
    base = answers[0]["effective"]
    lines = [json.dumps(answers[0], sort_keys=True)]
    for answer in answers[1:]:
        if answer["loads"]:
            changed = {n: v for n, v in answer["effective"].items() if json.dumps(v) != json.dumps(base[n])}
            answer = {**answer, "effective": changed}
        lines.append(json.dumps(answer, sort_keys=True))
    return "\n".join(lines) + "\n"


def unpacked(text: str) -> list:
    answers = [json.loads(line) for line in text.splitlines()]
    for answer in answers[1:]:
        if answer["loads"]:
            answer["effective"] = {**answers[0]["effective"], **answer["effective"]}
    return answers


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--program")
    parser.add_argument("--live")
    parser.add_argument("--record")
    parser.add_argument("--random", nargs=2, type=int)
    options = parser.parse_args()
    if options.record:
        version, python = options.record.split("=")
        RECORDINGS.mkdir(exist_ok=True)
        text = packed(real_answers(python, situations.SITUATIONS))
        (RECORDINGS / f"{version}.jsonl").write_text(text, encoding="utf-8")
        return 0
    if options.live:
        version, python = options.live.split("=")
        jobs = situations.random_jobs(*options.random) if options.random else situations.SITUATIONS
        return 1 if compare(options.program, version, jobs, real_answers(python, jobs)) else 0
    failed, recordings = 0, sorted(RECORDINGS.glob("*.jsonl"))
    for path in recordings:
        answers = unpacked(path.read_text(encoding="utf-8"))
        if len(answers) != len(situations.SITUATIONS):
            print(f"{path.name}: not recorded for the situations as they are now")
            failed += 1
        failed += compare(options.program, path.stem, situations.SITUATIONS, answers)
    return 1 if failed or not recordings else 0


if __name__ == "__main__":
    sys.exit(main())
