"""Records what real Prefect makes of every situation, into recordings/<version>.json.

    python record.py --prefects build/prefect [--versions 3.8.8] [--only NAME] [--quick]

Every run is a fresh process (some minutes in all) unless --quick is given. With --only, the
other situations' recordings stay as they are. live.py fails when a recording has drifted.

3.4.19 and 3.8.8 are recorded in whole. Of any other version only what it answers otherwise than
the one of the two that stands for it is kept (situation.py), values and paths alone.
"""

from __future__ import annotations

import argparse
import concurrent.futures
import json
import os
import sys
import time

import recording
from prefect_runs import Prefect
from situation import VERSIONS, load, stands_for, views_for


def record_version(folder: str, version: str, only, quick: bool, workers: int) -> str:
    started = time.monotonic()
    prefect = Prefect(os.path.join(folder, version), version)
    in_whole = version in VERSIONS
    situations = [s for s in load(only) if (version if in_whole else stands_for(version)) in s.versions]
    before = recording.read(version)
    entries = {} if not only else dict(before)
    with concurrent.futures.ThreadPoolExecutor(1 if quick else workers) as pool:
        values_only = not views_for(version)
        # A situation about the start of the command line is nothing without one view.
        views = lambda s: [""] if values_only and s.fresh else None  # noqa: E731
        found = pool.map(lambda s: prefect.entry(s, views(s), fresh=not quick, values_only=values_only), situations)
        for situation, entry in zip(situations, found):
            if entry is not None:
                entries[situation.name] = entry
            elif situation.name in before:
                print(f"skipped {version} {situation.name}: file modes are not obeyed here")
                entries[situation.name] = before[situation.name]
    prefect.close()
    if not in_whole:
        entries = {n: e for n, e in entries.items() if n == recording.BASE or is_news(n, version, entries)}
    recording.write(version, entries)
    changed = [n for n in entries if json.dumps(before.get(n), sort_keys=True) != json.dumps(entries[n], sort_keys=True)]
    gone = [n for n in before if n not in entries]
    return (
        f"{version}: {len(entries)} situations, {len(changed)} new or changed, {len(gone)} gone,"
        f" {time.monotonic() - started:.0f} s" + "".join(f"\n  {n}" for n in (changed + gone)[:20])
    )


def is_news(name: str, version: str, entries: dict) -> bool:
    """Whether this version answers otherwise than the one that stands for it."""
    other = recording.read(stands_for(version))
    return name not in other or substance(entries[name], entries) != substance(other[name], other)


def substance(entry: dict, entries: dict) -> str:
    """What is set or refused, apart from what the versions' defaults and texts are."""
    found = {key: entry.get(key) for key in recording.AGREED}
    found["effective"] = recording.changed(entry, entries[recording.BASE])
    return json.dumps(found, sort_keys=True)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--prefects", default="build/prefect", help="folder of environments, by version")
    parser.add_argument("--versions", nargs="+", default=list(VERSIONS))
    parser.add_argument("--only", action="append")
    parser.add_argument("--quick", action="store_true", help="forked children instead of fresh processes")
    parser.add_argument("--workers", type=int, default=2, help="processes at a time")
    args = parser.parse_args()
    for version in args.versions:
        print(record_version(args.prefects, version, args.only, args.quick, args.workers), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
