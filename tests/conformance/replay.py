"""Compares our program with the recordings of real Prefect. Needs no Prefect.

    python replay.py --program PATH [--versions 3.8.8 ...] [--only NAME ...] [--limit 5]

Every version in recordings/ unless told otherwise, and every situation of each: of a version that
is not recorded in whole, what is not in its file is the answer of the version that stands for it
(``recording.answers``), values, profile and paths. One line a failure, and last
``replay: N passed, N failed`` (a situation counts once a version).
Exit status 1 when anything failed. What is compared: comparison.py.
"""

from __future__ import annotations

import argparse
import concurrent.futures
import os
import sys

import recording
from comparison import Comparison, Tally
from situation import VERSIONS, load, stands_for


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--program", required=True, help="the prefect-config to test")
    parser.add_argument("--versions", nargs="+", default=recording.versions())
    parser.add_argument("--only", action="append", help="a situation's name; may be repeated")
    parser.add_argument("--limit", type=int, default=5, help="lines printed for one situation")
    args = parser.parse_args()
    if not os.access(args.program, os.X_OK):
        print(f"replay: {args.program} is not a program")
        return 1

    situations = load(args.only)
    tally = Tally(args.limit)
    for version in args.versions:
        recorded = recording.answers(version)
        judge = version if version in VERSIONS else stands_for(version)
        here = [s for s in situations if judge in s.versions]
        if not args.only:
            for name in sorted(set(recorded) - {s.name for s in here}):
                tally.add(version, name, ["recorded, but there is no such situation (record.py)"])

        def compare(situation):
            if situation.name not in recorded:
                return ["not recorded yet (record.py)"]
            return Comparison(args.program, situation, version, recorded[situation.name]).run()

        with concurrent.futures.ThreadPoolExecutor(os.cpu_count() or 2) as pool:
            for situation, failures in zip(here, pool.map(compare, here)):
                tally.add(version, situation.name, failures)
    return tally.close("replay")


if __name__ == "__main__":
    sys.exit(main())
