#!/usr/bin/env python3
"""Searches for what failing clients of Prefect were recorded to print, line by line, and counts how often the cause is found.

usage: check_search.py --program PATH [RECORDINGS]

RECORDINGS is tests/probe/symptoms.json, the causes of its set-ups are in tests/probe/setups.py. A line is found where
`rules --search` names one of its causes among five. Lines that working clients print as well are left out. That what
is healthy finds nothing is asked in tests/unit/report/test_rule_search.cpp: a threshold moves both. Prints "N of M
lines found, K of them first"; exit status 1 where that is less than LEAST; 77 without RECORDINGS.
"""

from __future__ import annotations

import argparse
import collections
import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

TESTS = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(TESTS / "probe"))

import setups  # noqa: E402

SKIPPED = 77
#: Of all lines: found among five, found first.
LEAST = (0.86, 0.74)


def lines_of(recordings: list) -> dict:
    """Each line of failing runs, with the codes of what it can come from."""
    codes = {one.name: {code for codes in one.codes for code in codes.rstrip("?").split("|")} for one in setups.SETUPS}
    healthy = {line for run in recordings if run["verdict"] == "works" for line in run["said"]}
    lines = collections.defaultdict(set)
    for run in recordings:
        if run["verdict"] == "fails":
            for line in run["said"]:
                if line.strip() and line not in healthy and codes[run["setup"]]:
                    lines[line] |= codes[run["setup"]]
    return lines


def found(program: Path, line: str) -> list:
    """The codes that a search names."""
    words = [str(program), "rules", "-o", "json", "--search", "-"]
    done = subprocess.run(words, input=line, capture_output=True, text=True, check=False, timeout=60)
    return [match["code"] for match in json.loads(done.stdout)["matches"]]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", type=Path, required=True)
    parser.add_argument("recordings", nargs="?", type=Path, default=TESTS / "probe" / "symptoms.json")
    arguments = parser.parse_args()
    if not arguments.recordings.exists():
        print(f"{arguments.recordings.name} is not there")
        return SKIPPED
    lines = lines_of(json.loads(arguments.recordings.read_text(encoding="utf-8")))
    program = arguments.program.resolve()
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda line: found(program, line), lines))
    among = first = 0
    for (line, codes), answer in zip(lines.items(), answers):
        among += bool(codes & set(answer))
        first += bool(codes & set(answer[:1]))
        if not codes & set(answer):
            print(f"not found: {line}")
    print(f"{among} of {len(lines)} lines found, {first} of them first")
    return 1 if among < LEAST[0] * len(lines) or first < LEAST[1] * len(lines) else 0


if __name__ == "__main__":
    sys.exit(main())
