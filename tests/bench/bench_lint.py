#!/usr/bin/env python3
"""Measures `lint` on made repositories and says which bars are met.

usage: bench_lint.py --build DIR [--rounds N] [--seed S] [--gitleaks PATH] [--strict]

CPU time is that of whole processes, alternating with what they are compared with, so that a busy
moment hits both; a ratio is that of the medians. Memory is the kernel's own peak of the process,
asked by peak_memory.cpp. What is found is compared with what make_corpus.py planted, by file and line.

gitleaks is PATH, or the one on the path, or is installed from the Go module proxy into the build folder.
"""

import argparse
import json
import os
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from pathlib import Path
from typing import NamedTuple

from bench import Process, Table, alternate
from corpus_plants import DEPLOYMENT, FINDINGS
from corpus_text import MANIFESTS, fill
from make_corpus import make_corpus, unmarked

GITLEAKS = "github.com/zricethezav/gitleaks/v8@v8.30.1"
PREFECT_RULE = ("--enable-rule", "prefect-api-token")
SIZES = (1_000, 10_000, 50_000)
LARGE = 200_000_000  # bytes of one YAML file


class Command(Process):
    """`seconds` are of CPU, of all its threads; it may say by its status that it has found something."""

    def __init__(self, arguments, home: Path):
        super().__init__(arguments, home)
        self.env["PATH"] = os.environ["PATH"]
        self.wall = []

    def run(self):
        null = os.open(os.devnull, os.O_RDWR)
        streams = [(os.POSIX_SPAWN_DUP2, null, fd) for fd in (0, 1, 2)]
        started = time.perf_counter()
        pid = os.posix_spawn(self.arguments[0], self.arguments, self.env, file_actions=streams)
        _, status, usage = os.wait4(pid, 0)
        self.wall.append(time.perf_counter() - started)
        os.close(null)
        self.seconds.append(usage.ru_utime + usage.ru_stime)
        if os.waitstatus_to_exitcode(status) not in (0, 1):
            shown = subprocess.run(self.arguments, env=self.env, capture_output=True, check=False)
            sys.exit(f"{' '.join(self.arguments)} failed:\n{shown.stderr.decode(errors='replace')}")

    def peak_mebibytes(self, peak_memory: Path) -> float:
        done = subprocess.run([peak_memory, *self.arguments], env=self.env, capture_output=True,
                              check=False)
        return int(done.stdout) / 1024

    def times(self) -> str:
        return f"{self.median() * 1000:.0f} ms CPU, {statistics.median(self.wall) * 1000:.0f} ms"


class Found(NamedTuple):
    file: str  # relative to the repository
    line: int  # 0: of the whole file
    counts: bool  # of a severity that a pipeline fails by


class Corpus:
    def __init__(self, files: int, seed: int, folder: Path):
        self.files = files
        self.root = folder / str(files) / "repository"
        make_corpus(files, seed, self.root)
        self.truth = json.loads((self.root.parent / "truth.json").read_text())
        self.report = self.root.parent / "report.json"

    def ours(self, program: Path, home: Path) -> Command:
        return Command([program, "lint", "--no-ignore", "-q", "-o", f"json={self.report}", self.root], home)

    def ripgrep(self, program: str, home: Path) -> Command:
        # --hidden, because `lint` reads .env and .github as well.
        return Command([program, "-c", "-a", "--hidden", "--no-ignore", "-e", "pnu_", "-e", "pnb_", "-i",
                        "-e", "prefect", self.root], home)

    def gitleaks(self, program: str, home: Path, *options: str) -> Command:
        return Command([program, "dir", "--no-banner", "--exit-code", "0", "--report-format", "json",
                        "--report-path", self.report, *options, self.root], home)

    def relative(self, file: str) -> str:
        path = Path(file)
        return str(path.relative_to(self.root) if path.is_absolute() else path)

    def found_by_us(self) -> list[Found]:
        return [Found(self.relative(finding["file"]), finding["line"] or 0, finding["severity"] != "info")
                for finding in json.loads(self.report.read_text())["findings"]]

    def found_by_gitleaks(self) -> list[Found]:
        return [Found(self.relative(finding["File"]), finding["StartLine"], True)
                for finding in json.loads(self.report.read_text())]


class Score:
    """How much of the truth was found: by file and line, nothing else counts."""

    def __init__(self, truth: dict, found: list[Found]):
        places = {(one.file, one.line) for one in found}
        alarms = {(one.file, one.line) for one in found if one.counts}
        self.planted, self.hit, self.alarms = defaultdict(int), defaultdict(int), defaultdict(int)
        for one in truth["findings"]:
            self.planted[one["kind"]] += 1
            self.hit[one["kind"]] += any((one["file"], line) in places
                                         for line in (one["line"], *one["also"]))
        decoys = {(one["file"], one["line"]): one["why"] for one in truth["decoys"]}
        for place in alarms & set(decoys):
            self.alarms[decoys[place]] += 1
        healthy = set(truth["healthy"])
        self.elsewhere = sorted(place for place in alarms - set(decoys) if place[0] in healthy)

    def recall(self) -> float:
        return sum(self.hit.values()) / sum(self.planted.values())


def install_gitleaks(given: str | None, build: Path) -> str | None:
    program = given or shutil.which("gitleaks") or build / "gitleaks/gitleaks"
    if not Path(program).exists() and shutil.which("go"):
        print(f"installing {GITLEAKS}", file=sys.stderr)
        subprocess.run(["go", "install", GITLEAKS], check=False,
                       env=os.environ | {"GOBIN": str(build / "gitleaks")})
    return str(program) if Path(program).exists() else None


def measure_time(table: Table, program: Path, peers: dict, corpora: list[Corpus], rounds: int, home: Path):
    middle = corpora[1]
    bar = "<= 3"
    if peers["rg"]:
        ours, ripgrep = middle.ours(program, home), middle.ripgrep(peers["rg"], home)
        ratio = alternate(ours, ripgrep, rounds)
        table.add("CPU, times ripgrep", f"{ratio:.2f}", bar, ratio <= 3, f"{ours.times()}; {ripgrep.times()}")
    else:
        table.skip("CPU, times ripgrep", bar, "no rg: install ripgrep")
    for what, least, options in (("default rules", 60, ()), ("Prefect rule only", 20, PREFECT_RULE)):
        name, bar = f"times less CPU than gitleaks, {what}", f">= {least}"
        if not peers["gitleaks"]:
            table.skip(name, bar, f"no gitleaks: go install {GITLEAKS}")
            continue
        ours, theirs = middle.ours(program, home), middle.gitleaks(peers["gitleaks"], home, *options)
        ratio = alternate(theirs, ours, max(2, rounds // 7))
        table.add(name, f"{ratio:.0f}", bar, ratio >= least, f"{theirs.times()}; {ours.times()}")
    for few, many in zip(corpora, corpora[1:]):
        small, large = few.ours(program, home), many.ours(program, home)
        growth = alternate(large, small, max(3, rounds // 3)) / (many.files / few.files)
        table.add(f"CPU for each file, {many.files:,} of {few.files:,} files", f"{growth:.2f}", "< 1.2",
                  growth < 1.2, f"{large.times()}; {small.times()}")


def compare(table: Table, program: Path, gitleaks: str | None, corpora: list[Corpus], home: Path):
    peers = {}
    if gitleaks:
        for name, options in (("default", ()), ("Prefect rule", PREFECT_RULE)):
            corpora[1].gitleaks(gitleaks, home, *options).run()
            peers[name] = Score(corpora[1].truth, corpora[1].found_by_gitleaks())
    scores = []
    for corpus in corpora:
        corpus.ours(program, home).run()
        scores.append(Score(corpus.truth, corpus.found_by_us()))
        recall = scores[-1].recall()
        table.add(f"recall, {corpus.files:,} files", f"{recall:.2%}", ">= 99 %", recall >= 0.99, "")
    ours = scores[1]
    for kind, planted in sorted(ours.planted.items()):
        table.add(f"  {kind}", f"{ours.hit[kind]} of {planted}", ">= 99 %", ours.hit[kind] >= 0.99 * planted,
                  "; ".join(f"gitleaks {name} {peer.hit[kind]}" for name, peer in peers.items()))
    alarms = sum(ours.alarms.values())
    theirs = "; ".join(f"gitleaks {name} {sum(peer.alarms.values())}" for name, peer in peers.items())
    table.add("warnings and errors on decoys", f"{alarms} of {len(corpora[1].truth['decoys'])}", "0", not alarms,
              theirs)
    for why, count in sorted(ours.alarms.items()):
        table.add(f"  {why}", f"{count}", "0", False, "")
    table.add("elsewhere in healthy files", f"{len(ours.elsewhere)}", "0", not ours.elsewhere,
              ", ".join(f"{file}:{line}" for file, line in ours.elsewhere[:3]))


def write_large_yaml(path: Path, seed: int) -> list[int]:
    """One file of many documents; those of Prefect are its first, one in the middle, and its last."""
    r = random.Random(seed)
    plant = next(plant for plant in FINDINGS if plant.path == DEPLOYMENT)
    others = [fill("".join(MANIFESTS * 12), r) for _ in range(200)]
    wanted, lines, size = [], 0, 0
    with path.open("w") as file:
        for part in range(3):
            text, marked = unmarked(fill(plant.text, r))
            wanted += [lines + 1 + line for line in marked["!"]]
            file.write("---\n" + text)
            lines += 1 + text.count("\n")
            while part < 2 and size < LARGE * (part + 1) / 2:
                text = r.choice(others)
                file.write(text)
                size += len(text)
                lines += text.count("\n")
    return wanted


def measure_memory(table: Table, program: Path, peak_memory: Path, most: Corpus, folder: Path, seed: int):
    peak = most.ours(program, folder).peak_mebibytes(peak_memory)
    table.add(f"peak memory, {most.files:,} files", f"{peak:.1f} MiB", "< 32 MiB", peak < 32, "")
    root, report = folder / "large", folder / "large.json"
    root.mkdir()
    wanted = write_large_yaml(root / "manifests.yaml", seed)
    lint = Command([program, "lint", "--no-ignore", "-q", "-o", f"json={report}", root], folder)
    lint.run()
    peak = lint.peak_mebibytes(peak_memory)
    table.add("peak memory, one YAML of 200 MB", f"{peak:.1f} MiB", "< 64 MiB", peak < 64, lint.times())
    found = {finding["line"] for finding in json.loads(report.read_text())["findings"]}
    table.add("found in it", f"{len(found & set(wanted))} of {len(wanted)}", "all", found >= set(wanted), "")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--build", type=Path, required=True, help="a Release build folder")
    parser.add_argument("--gitleaks", help="the gitleaks to compare with")
    parser.add_argument("--rounds", type=int, default=21, help="of ripgrep; gitleaks gets 1/7")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--strict", action="store_true", help="exit 1 where a bar is missed")
    arguments = parser.parse_args()
    build = arguments.build.resolve()
    program = build / "tools/prefect_config/prefect-config"
    peers = {"rg": shutil.which("rg"), "gitleaks": install_gitleaks(arguments.gitleaks, build)}

    table = Table()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        corpora = [Corpus(files, arguments.seed, folder) for files in SIZES]
        measure_time(table, program, peers, corpora, arguments.rounds, folder)
        measure_memory(table, program, build / "tests/bench/peak_memory", corpora[-1], folder, arguments.seed)
        compare(table, program, peers["gitleaks"], corpora, folder)
    for peer, path in peers.items():
        print(f"{peer}: {path or 'none'}")
    table.print()
    return 1 if arguments.strict and table.missed else 0


if __name__ == "__main__":
    sys.exit(main())
