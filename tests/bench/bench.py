#!/usr/bin/env python3
"""Measures the program and says which bars are met.

usage: bench.py --build DIR [--prefect PATH] [--rounds N] [--strict]

Whole processes are measured from fork to reaped, alternating with what they are compared with, so
that a busy moment hits both; a ratio is that of the medians. Prefect runs once before it is
measured, so that its bytecode is cached. Memory is the kernel's own peak of the process, asked by
peak_memory.cpp.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

# What `prefect cloud login` and a self-hosted user leave behind; keys that open nothing.
PROFILES = """active = "cloud"

[profiles.ephemeral]
PREFECT_SERVER_ALLOW_EPHEMERAL_MODE = "true"

[profiles.local]
PREFECT_API_URL = "http://127.0.0.1:4200/api"

[profiles.cloud]
PREFECT_API_URL = "https://api.prefect.cloud/api/accounts/0b1c2d3e-0000-4000-8000-000000000001/workspaces/0b1c2d3e-0000-4000-8000-000000000002"
PREFECT_API_KEY = "pnu_000000000000000000000000000000000000"

[profiles.self-hosted]
PREFECT_API_URL = "https://prefect.example.com/api"
PREFECT_API_AUTH_STRING = "admin:not-a-password"
"""
# Every other source, in the working directory and the environment.
PROJECT = {
    ".env": "# of the project\nPREFECT_LOGGING_LEVEL=DEBUG\nexport PREFECT_API_URL=http://${HOST:-127.0.0.1}:4200/api\n",
    "prefect.toml": "[client]\nretry_extra_codes = [429, 502]\n[client.custom_headers]\nX-A = \"1\"\n",
    "pyproject.toml": "[project]\nname = \"x\"\n[tool.prefect.results]\npersist_by_default = true\n",
}
ENVIRONMENT = {"PREFECT_CLIENT_CUSTOM_HEADERS": '{"X-B": "2"}', "prefect_debug_mode": "false", "PREFECT_SERVER_API": '{"port": 4201}'}
VIEW = ("view", "--show-sources")


class Process:
    """One command, run again and again in the same small environment."""

    def __init__(self, arguments, home: Path, variables=()):
        self.arguments = [os.fspath(argument) for argument in arguments]
        self.env = {"HOME": str(home), "PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"} | dict(variables)
        self.seconds = []

    def run(self):
        null = os.open(os.devnull, os.O_RDWR)
        streams = [(os.POSIX_SPAWN_DUP2, null, fd) for fd in (0, 1, 2)]
        started = time.perf_counter()
        pid = os.posix_spawn(self.arguments[0], self.arguments, self.env, file_actions=streams)
        _, status = os.waitpid(pid, 0)
        self.seconds.append(time.perf_counter() - started)
        os.close(null)
        if os.waitstatus_to_exitcode(status) != 0:
            shown = subprocess.run(self.arguments, env=self.env, capture_output=True, check=False)
            sys.exit(f"{' '.join(self.arguments)} failed:\n{shown.stderr.decode(errors='replace')}")

    def peak_mebibytes(self, peak_memory: Path) -> float:
        done = subprocess.run([peak_memory, *self.arguments], env=self.env, capture_output=True,
                              check=True)
        return int(done.stdout) / 1024

    def median(self) -> float:
        return statistics.median(self.seconds)


def alternate(first: Process, second: Process, rounds: int) -> float:
    """How many times longer `first` takes than `second`."""
    for process in (first, second):
        process.run()  # not counted: fills caches, and Prefect writes its bytecode
        process.seconds.clear()
    for _ in range(rounds):
        first.run()
        second.run()
    return first.median() / second.median()


def milliseconds(seconds: float) -> str:
    return f"{seconds * 1000:.2f} ms"


class Table:
    def __init__(self):
        self.rows = [("", "measured", "bar", "", "")]
        self.missed = 0

    def add(self, what: str, measured: str, bar: str, met: bool, detail: str):
        self.missed += not met
        self.rows.append((what, measured, bar, "met" if met else "MISSED", detail))

    def skip(self, what: str, bar: str, why: str):
        self.missed += 1
        self.rows.append((what, "-", bar, "not run", why))

    def print(self):
        widths = [max(map(len, column)) for column in zip(*self.rows)]
        for row in self.rows:
            print("  ".join(cell.ljust(width) for cell, width in zip(row, widths)).rstrip())


def resolve_microseconds(benchmark: Path) -> float:
    done = subprocess.run([benchmark, "--benchmark_format=json"], capture_output=True, check=True)
    runs = json.loads(done.stdout)["benchmarks"]
    # Google Benchmark reports in the unit each benchmark asks for.
    scale = {"ns": 1e-3, "us": 1.0, "ms": 1e3, "s": 1e6}
    return max(run["real_time"] * scale[run["time_unit"]] for run in runs)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--build", type=Path, required=True, help="a Release build folder")
    parser.add_argument("--prefect", type=Path, help="the `prefect` to compare with")
    parser.add_argument("--rounds", type=int, default=200, help="of /bin/true; Prefect gets 1/20")
    parser.add_argument("--strict", action="store_true", help="exit 1 where a bar is missed")
    arguments = parser.parse_args()
    program = arguments.build.resolve() / "tools/prefect_config/prefect-config"
    benches = arguments.build.resolve() / "tests/bench"

    table = Table()
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        (home / ".prefect").mkdir()
        (home / ".prefect/profiles.toml").write_text(PROFILES, encoding="utf-8")

        view = Process([program, *VIEW], home)
        nothing = Process(["/bin/true"], home)
        ratio = alternate(view, nothing, arguments.rounds)
        table.add("view --show-sources, times /bin/true", f"{ratio:.2f}", "< 3", ratio < 3,
                  f"{milliseconds(view.median())} and {milliseconds(nothing.median())}")
        peak = view.peak_mebibytes(benches / "peak_memory")
        table.add("its peak memory", f"{peak:.1f} MiB", "< 8 MiB", peak < 8, "")

        project = home / "project"
        project.mkdir()
        for name, text in PROJECT.items():
            (project / name).write_text(text, encoding="utf-8")
        everything = Process([program, *VIEW, "--cwd", project], home, ENVIRONMENT.items())
        ratio = alternate(everything, nothing, arguments.rounds)
        table.add("with every source, times /bin/true", f"{ratio:.2f}", "< 3", ratio < 3,
                  f"{milliseconds(everything.median())}")
        peak = everything.peak_mebibytes(benches / "peak_memory")
        table.add("its peak memory", f"{peak:.1f} MiB", "< 8 MiB", peak < 8, "")

        bar = ">= 500"
        if arguments.prefect and arguments.prefect.exists():
            prefect = Process([arguments.prefect, "config", *VIEW], home)
            ours = Process([program, *VIEW], home)
            ratio = alternate(prefect, ours, max(5, arguments.rounds // 20))
            table.add("times faster than prefect config view", f"{ratio:.0f}", bar, ratio >= 500,
                      f"{milliseconds(prefect.median())} and {milliseconds(ours.median())}")
        else:
            table.skip("times faster than prefect config view", bar, "no Prefect to compare with")

    benchmark = benches / "bench_resolve"
    if benchmark.exists():
        took = resolve_microseconds(benchmark)
        table.add("resolve, in-process", f"{took:.1f} us", "< 100 us", took < 100, "")
    else:
        table.skip("resolve, in-process", "< 100 us", "bench_resolve is not built")

    table.print()
    return 1 if arguments.strict and table.missed else 0


if __name__ == "__main__":
    sys.exit(main())
