"""Our program against real Prefect on random situations (random_cases.py).

    python random_run.py --program PATH --prefects build/prefect --versions 3.8.8 --cases 2000

One line a difference, a summary a version, exit status 1 when anything differed. A few cases of
each version also run in fresh processes of Prefect, to show that the quick way says the same.
Failures are written to --failures as JSON; one of each kind is made small and printed ready to be
pasted into a file of situations/ (--shrink 0: none is).
"""

from __future__ import annotations

import argparse
import collections
import concurrent.futures
import dataclasses
import json
import os
import pathlib
import re
import sys
import time

import random_cases
from releases import newest
from comparison import Comparison, show, starts
from prefect_runs import Prefect
from situation import DIRECTORY, Situation

#: One of each kind, and the newest.
VERSIONS = ("3.0.11", "3.1.15", "3.2.15", "3.4.19", "3.6.28", "3.8.8", newest())


def kind_of(failure: str) -> str:
    """What two failures of one cause have in common, roughly."""
    if failure.startswith("loads:") or "loads=" in failure:
        said = re.search(r"Prefect: (\w+)", failure)
        return "loads: " + ("Prefect does not" if said else "Prefect does")
    return re.sub(r"line \d+.*", "text", failure.split(":", 1)[0])


class Judge:
    """One version: what Prefect says of a situation, and how ours differs."""

    def __init__(self, args, version: str):
        self.version, self.program = version, args.program
        self.prefect = Prefect(os.path.join(args.prefects, version), version)

    def entry(self, situation: Situation, views=(), fresh=False) -> dict:
        return self.prefect.entry(situation, views, fresh=fresh, values_only=True)

    def failures(self, situation: Situation, views=()) -> tuple[dict, list[str]]:
        entry = self.entry(situation, views)
        return entry, Comparison(self.program, situation, self.version, entry).run() or []

    def close(self) -> None:
        self.prefect.close()


# ---- shrinking


class Shrinker:
    """Makes a failing situation smaller while a failure of the same kind remains."""

    def __init__(self, judge: Judge, kind: str, views, budget: int):
        self.judge, self.kind, self.views, self.budget = judge, kind, views, budget

    def fails(self, situation: Situation) -> bool:
        if self.budget <= 0:
            return False
        self.budget -= 1
        _, failures = self.judge.failures(situation, self.views)
        return any(kind_of(f) == self.kind for f in failures)

    def without(self, situation: Situation, field: str, rebuild, items: list):
        """Drops items in halves, then one by one."""
        size = max(1, len(items) // 2)
        while items:
            at = 0
            while at < len(items):
                fewer = items[:at] + items[at + size :]
                smaller = dataclasses.replace(situation, **{field: rebuild(fewer)})
                if self.fails(smaller):
                    situation, items = smaller, fewer
                else:
                    at += size
            if size == 1:
                break
            size //= 2
        return situation

    def run(self, situation: Situation) -> Situation:
        if situation.args and self.fails(plain := dataclasses.replace(situation, args=[], module=False)):
            situation = plain
        situation = self.without(situation, "env", list, list(situation.env))
        situation = self.without(situation, "files", dict, list(situation.files.items()))
        for name in list(situation.files):
            text = situation.files[name]
            if isinstance(text, (str, bytes)):
                rest = situation.files
                whole = lambda pieces, name=name, rest=rest, none=text[:0]: rest | {name: none.join(pieces)}  # noqa: E731
                situation = self.without(situation, "files", whole, text.splitlines(keepends=True))
        for number in range(len(situation.env)):
            situation = self.shorter(situation, number)
        return situation

    def shorter(self, situation: Situation, number: int) -> Situation:
        name, value = situation.env[number]

        def rebuild(pieces):
            env = list(situation.env)
            env[number] = (name, "".join(pieces))
            return env

        return self.without(situation, "env", rebuild, list(value))


# ---- one version


@dataclasses.dataclass
class Report:
    version: str
    cases: int = 0
    loading: int = 0
    failing: list = dataclasses.field(default_factory=list)
    sampled: int = 0
    by_text: int = 0
    seconds: float = 0.0


def sample_of(args, version: str, entries: dict) -> list[int]:
    """Cases to run afresh: half of them such as do not load."""
    refused = [i for i, loads in entries.items() if not loads]
    loading = [i for i, loads in entries.items() if loads]
    half = args.fresh_sample // 2
    spread = lambda items, n: items[:: max(1, len(items) // max(1, n))][:n]  # noqa: E731
    return spread(refused, half) + spread(loading, args.fresh_sample - half)


def run_version(args, version: str) -> Report:
    started = time.monotonic()
    report, judge, loads = Report(version), Judge(args, version), {}
    for index in range(args.first, args.first + args.cases):
        situation = random_cases.draw(args.seed, index, version)
        if args.arguments != "some" and bool(situation.args) != (args.arguments == "only"):
            continue
        views = random_cases.views_of(situation, index, version)
        try:
            entry, failures = judge.failures(situation, views)
        except Exception as exc:  # the harness's own fault, named with its case
            entry, failures = {"loads": False}, [f"harness: {type(exc).__name__}: {exc}"]
        report.cases += 1
        report.by_text += bool(views) and entry["loads"]
        loads[index] = entry["loads"]
        report.loading += entry["loads"]
        if failures:
            report.failing.append((index, situation, views, failures))
            if not args.quiet:
                for failure in failures[:3]:
                    print(f"FAIL {version} {situation.name}: {failure}", flush=True)
    for index in sample_of(args, version, loads):
        situation = random_cases.draw(args.seed, index, version)
        report.sampled += 1
        failures = unlike_fresh(judge, situation)
        if failures:
            report.failing.append((index, situation, (), failures))
            print(f"FAIL {version} {situation.name}: {failures[0]}", flush=True)
    if args.shrink:
        shrink_some(args, judge, report)
    judge.close()
    save(args, report)
    report.seconds = time.monotonic() - started
    return report


def unlike_fresh(judge: Judge, situation: Situation) -> list[str]:
    """Where the quick way and fresh processes disagree."""
    quick, fresh = judge.entry(situation), judge.entry(situation, [""], fresh=True)
    failures = [
        f"quick way: {key}: quick {show(quick.get(key))}, fresh {show(fresh.get(key))}"
        for key in sorted({*quick, *fresh} - {"views", "messages"})
        if quick.get(key) != fresh.get(key) and not (key == "effective" or key == "error")
    ]
    mine, real = quick.get("effective", {}), fresh.get("effective", {})
    failures += [f"quick way: {p}: quick {show(mine.get(p))}, fresh {show(real.get(p))}" for p in {*mine, *real} if mine.get(p) != real.get(p)]
    if quick.get("error", {}).get("class") != fresh.get("error", {}).get("class"):
        failures.append(f"quick way: error: quick {show(quick.get('error'))}, fresh {show(fresh.get('error'))}")
    view = fresh["views"].get("", {"exit": 0})
    if starts(quick, situation) and view["exit"] != 0:
        failures.append(f"the settings load and config view does not start: {view.get('stderr_last')}")
    return failures


def shrink_some(args, judge: Judge, report: Report) -> None:
    """One or two of each kind of failure."""
    done: collections.Counter = collections.Counter()
    for index, situation, views, failures in report.failing:
        kind = kind_of(failures[0])
        if kind.startswith(("harness", "quick way")) or done[kind] >= args.shrink or sum(done.values()) >= args.shrink_most:
            continue
        done[kind] += 1
        small = Shrinker(judge, kind, views, args.shrink_budget).run(situation)
        entry, left = judge.failures(small, views)
        print(f"\n# {report.version}, {kind}: {left[0] if left else failures[0]}\n{random_cases.shown(small)}", flush=True)


def save(args, report: Report) -> None:
    folder = pathlib.Path(args.failures)
    folder.mkdir(parents=True, exist_ok=True)

    def plain(content):
        return "<directory>" if content is DIRECTORY else content.decode("latin-1") if isinstance(content, bytes) else content

    document = [
        {"index": index, "seed": args.seed, "failures": failures, "files": {k: plain(v) for k, v in s.files.items()}, "env": s.env, "args": s.args, "module": s.module}
        for index, s, _, failures in report.failing
    ]
    (folder / f"{report.version}.json").write_text(json.dumps(document, indent=1, ensure_ascii=True) + "\n")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--program", required=True, help="the prefect-config to test")
    parser.add_argument("--prefects", default="build/prefect", help="folder of environments, by version")
    parser.add_argument("--versions", nargs="+", default=list(VERSIONS))
    parser.add_argument("--cases", type=int, default=2000, help="cases a version")
    parser.add_argument("--first", type=int, default=0, help="the first case's number")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=2, help="versions at a time")
    parser.add_argument("--fresh-sample", type=int, default=20, help="cases also run in fresh processes of Prefect")
    parser.add_argument("--shrink", nargs="?", type=int, const=1, default=1, help="make small this many failures of each kind; 0: none")
    parser.add_argument("--shrink-most", type=int, default=12, help="at most this many a version")
    parser.add_argument("--shrink-budget", type=int, default=150, help="tries for one failure")
    parser.add_argument("--failures", default="build/conformance", help="folder for the failures, as JSON")
    parser.add_argument("--arguments", choices=("some", "only", "none"), default="some", help="cases with arguments before the subcommand")
    parser.add_argument("--quiet", action="store_true", help="summaries only")
    if sys.argv[1:] == ["--list-versions"]:
        print(*VERSIONS)
        return 0
    args = parser.parse_args()
    if not os.access(args.program, os.X_OK):
        print(f"random_run: {args.program} is not a program")
        return 1
    failed = 0
    with concurrent.futures.ThreadPoolExecutor(args.jobs) as pool:
        for report in pool.map(lambda version: run_version(args, version), args.versions):
            failed += len(report.failing)
            print(
                f"{report.version}: {report.cases} cases, {report.loading} load, {report.by_text} compared as text too,"
                f" {report.sampled} also run afresh, {len(report.failing)} differ ({report.seconds:.0f} s)",
                flush=True,
            )
            kinds = collections.Counter(kind_of(f) for *_, failures in report.failing for f in {kind_of(f): f for f in failures}.values())
            for kind, number in kinds.most_common(15 if args.quiet else 0):
                print(f"    {number:5} {kind}")
    print(f"conformance: {'every case equal' if not failed else f'{failed} cases differ'}", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
