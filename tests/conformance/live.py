"""Compares our program with real Prefect, run now, and the recordings with what it says now.

    python live.py --program PATH [--prefects build/prefect] [--versions ...] [--only NAME ...]

The everyday run: random situations (random_cases.py) with a fixed seed, and every --every-th
situation of the tables. ``--every 1`` takes them all, with --all-views every view of each; the
recordings are what replay.py checks of the rest. The quick way of oracle.py --serve unless
--fresh. A recording that differs from what Prefect says now fails. Last line and exit status as
replay.py's. The folder of Prefects is what tests/conformance/prepare makes; tools/dev/conformance
is the long run.
"""

from __future__ import annotations

import argparse
import concurrent.futures
import json
import os
import sys
import time

import random_cases
import recording
from comparison import Comparison, Tally
from prefect_runs import Prefect
from situation import VERSIONS, load, views_for


def drift(recorded: dict | None, now: dict) -> list[str]:
    """Where the recording differs from ``now``, which may hold fewer views."""
    if recorded is None:
        return ["recording: there is none (record.py)"]
    flat = {}
    for label, entry in (("recorded", recorded), ("now", now)):
        entry = dict(entry)
        views = entry.pop("views")
        parts = dict(entry.pop("effective", {}))
        parts |= entry
        parts |= {f"config view {flags}": view for flags, view in views.items() if flags in now["views"]}
        flat[label] = parts
    return [
        f"recording has drifted: {key}: recorded {short(flat['recorded'].get(key))}, now {short(flat['now'].get(key))}"
        for key in sorted(set(flat["recorded"]) | set(flat["now"]))
        if same(flat["recorded"].get(key)) != same(flat["now"].get(key))
    ]


def same(value) -> str:
    return json.dumps(value, sort_keys=True)


def short(value) -> str:
    text = json.dumps(value)
    return text if len(text) < 300 else text[:290] + "..."


def run_version(args, version: str, situations) -> list:
    prefect = Prefect(os.path.join(args.prefects, version), version)
    recorded = recording.read(version)
    found = []
    for number, situation in enumerate(situations):
        if version not in situation.versions or not views_for(version):
            continue
        views = views_for(version)
        views = views if args.all_views or number % 3 == 0 or args.only else views[:1]
        entry = prefect.entry(situation, views, fresh=args.fresh)
        if entry is None:
            found.append((situation.name, None))
            continue
        failures = drift(recorded.get(situation.name), entry)
        if args.program:
            failures += Comparison(args.program, situation, version, entry).run() or []
        found.append((situation.name, failures))
    for index in range(0 if args.only or not args.program else args.random):
        situation = random_cases.draw(args.seed, index, version)
        views = random_cases.views_of(situation, index, version)
        entry = prefect.entry(situation, views, fresh=args.fresh, values_only=True)
        found.append((situation.name, Comparison(args.program, situation, version, entry).run() or []))
    prefect.close()
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--program", help="the prefect-config to test; without it only the recordings are checked")
    parser.add_argument("--prefects", default="build/prefect", help="folder of environments, by version")
    parser.add_argument("--versions", nargs="+", default=list(VERSIONS))
    parser.add_argument("--only", action="append", help="a situation's name; may be repeated")
    parser.add_argument("--limit", type=int, default=5, help="lines printed for one situation")
    parser.add_argument("--fresh", action="store_true", help="a fresh process for every run of Prefect")
    parser.add_argument("--random", type=int, default=100, help="random situations a version")
    parser.add_argument("--seed", type=int, default=2)
    parser.add_argument("--every", type=int, default=8, help="take every so manyth situation of the tables")
    parser.add_argument("--all-views", action="store_true", help="every view of every situation")
    args = parser.parse_args()
    if args.program and not os.access(args.program, os.X_OK):
        print(f"live: {args.program} is not a program")
        return 1

    started = time.monotonic()
    situations = load(args.only)[:: 1 if args.only else args.every]
    tally = Tally(args.limit)
    # One version a core: the two take about equally long.
    with concurrent.futures.ThreadPoolExecutor(len(args.versions)) as pool:
        for version, found in zip(
            args.versions, pool.map(lambda v: run_version(args, v, situations), args.versions)
        ):
            for name, failures in found:
                tally.add(version, name, failures)
    return tally.close(f"live ({time.monotonic() - started:.0f} s)")


if __name__ == "__main__":
    sys.exit(main())
