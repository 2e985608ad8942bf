"""Records what real Prefect makes of every situation, into recordings/<version>.json.

    python record.py --prefects build/prefect [--versions 3.8.8] [--only NAME] [--quick]

Every run is a fresh process (some minutes in all) unless --quick is given. With --only, the
other situations' recordings stay as they are. live.py fails when a recording has drifted.
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
from situation import VERSIONS, load


def record_version(folder: str, version: str, only, quick: bool, workers: int) -> str:
    started = time.monotonic()
    prefect = Prefect(os.path.join(folder, version), version)
    situations = [s for s in load(only) if version in s.versions]
    before = recording.read(version)
    entries = {} if not only else dict(before)
    with concurrent.futures.ThreadPoolExecutor(1 if quick else workers) as pool:
        found = pool.map(lambda s: prefect.entry(s, fresh=not quick), situations)
        for situation, entry in zip(situations, found):
            if entry is not None:
                entries[situation.name] = entry
            elif situation.name in before:
                print(f"skipped {version} {situation.name}: file modes are not obeyed here")
                entries[situation.name] = before[situation.name]
    prefect.close()
    recording.write(version, entries)
    changed = [n for n in entries if json.dumps(before.get(n), sort_keys=True) != json.dumps(entries[n], sort_keys=True)]
    gone = [n for n in before if n not in entries]
    return (
        f"{version}: {len(entries)} situations, {len(changed)} new or changed, {len(gone)} gone,"
        f" {time.monotonic() - started:.0f} s" + "".join(f"\n  {n}" for n in (changed + gone)[:20])
    )


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
